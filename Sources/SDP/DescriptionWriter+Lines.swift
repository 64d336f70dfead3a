/// What our own `m=audio` line and its attributes say.
struct LocalStream: Sendable {
    /// The place of its `m=` line; -1 where there is none.
    var position = -1
    /// The transport, in the description that we answer or go on from; RTP/AVP where it is none.
    var profile = ByteRange.none
    var formats = SharedFormats()
    var packetTime = 0
    var maximumPacketTime: Int?
    var direction = Direction.inactive
    var rtcpMux = false
    var extendedReports: ExtendedReports = []
}

extension DescriptionWriter {
    /// `IN IP4 <address>` and the end of the line.
    mutating func append(connectionTo address: String, _ family: AddressFamily) {
        switch family {
        case .ip4: append("IN IP4 ")
        case .ip6: append("IN IP6 ")
        }
        append(text: address)
        endLine()
    }

    /// The lines behind `s=`: our stream in its place, and all other media of `source` refused. It is the offer that
    /// is answered, or our last description, and its time stays.
    mutating func append(
        _ stream: borrowing LocalStream, of codecs: borrowing [AudioFormat], at local: borrowing LocalMedia,
        among source: borrowing SessionDescription
    ) {
        append("c=")
        append(connectionTo: local.address, local.family)
        append("t=")
        let time = source.answerableTime
        if time.isNone {
            append("0 0")
        } else {
            append(time, of: source.bytes.span)
        }
        endLine()
        let known = source.index.media.count
        for position in 0..<max(known, stream.position + 1) {
            if position == stream.position {
                append(stream, of: codecs, at: local, source.bytes.span)
            } else if position < known {
                append(refused: source.index.media[position], of: source.bytes.span)
            }
        }
    }

    /// An `m=` line with port 0: a stream that we refuse, or that has ended (RFC 3264 6, 8.2).
    private mutating func append(refused medium: MediaIndex, of source: Span<UInt8>) {
        append("m=")
        append(medium.media, of: source)
        append(" 0 ")
        append(medium.profile, of: source)
        var rest = medium.formats
        var hasFormat = false
        while let format = source.nextToken(of: &rest) {
            append(" ")
            append(format, of: source)
            hasFormat = true
        }
        if !hasFormat { append(" 0") }
        endLine()
    }

    /// Our audio stream.
    private mutating func append(
        _ stream: borrowing LocalStream, of codecs: borrowing [AudioFormat], at local: borrowing LocalMedia,
        _ source: Span<UInt8>
    ) {
        append("m=audio ")
        append(decimal: UInt64(local.port))
        append(" ")
        if stream.profile.isNone {
            append("RTP/AVP")
        } else {
            append(stream.profile, of: source)
        }
        let formats = stream.formats
        for format in formats.formats {
            append(" ")
            append(decimal: format.receivePayloadType)
        }
        endLine()
        for format in formats.formats {
            if format.rank >= 0 {
                append(codecs[Int(format.rank)], format.receivePayloadType)
            } else {
                append(event: format)
            }
        }
        appendAttributes(stream, local)
    }

    private mutating func append(_ format: borrowing AudioFormat, _ payloadType: UInt8) {
        append("a=rtpmap:")
        append(decimal: payloadType)
        append(" ")
        append(text: format.name)
        append("/")
        append(decimal: UInt64(format.clockRate))
        if format.channels > 1 {
            append("/")
            append(decimal: format.channels)
        }
        endLine()
        guard let parameters = format.parameters else { return }
        append("a=fmtp:")
        append(decimal: payloadType)
        append(" ")
        append(text: parameters)
        endLine()
    }

    private mutating func append(event: SharedFormat) {
        append("a=rtpmap:")
        append(decimal: event.receivePayloadType)
        append(" telephone-event/")
        append(decimal: UInt64(event.clockRate))
        append("\r\na=fmtp:")
        append(decimal: event.receivePayloadType)
        append(" 0-16\r\n")
    }

    /// The attributes of our stream that do not belong to a format.
    private mutating func appendAttributes(_ stream: borrowing LocalStream, _ local: borrowing LocalMedia) {
        append("a=ptime:")
        append(decimal: UInt64(clamping: stream.packetTime))
        if let maximum = stream.maximumPacketTime {
            append("\r\na=maxptime:")
            append(decimal: UInt64(clamping: maximum))
        }
        switch stream.direction {
        case .sendrecv: append("\r\na=sendrecv\r\n")
        case .sendonly: append("\r\na=sendonly\r\n")
        case .recvonly: append("\r\na=recvonly\r\n")
        case .inactive: append("\r\na=inactive\r\n")
        }
        if local.rtcpPort != local.port &+ 1 {
            append("a=rtcp:")
            append(decimal: UInt64(local.rtcpPort))
            endLine()
        }
        if stream.rtcpMux { append("a=rtcp-mux\r\n") }
        if !stream.extendedReports.isEmpty {
            append("a=rtcp-xr:")
            stream.extendedReports.encode(into: &self)
            endLine()
        }
    }
}
