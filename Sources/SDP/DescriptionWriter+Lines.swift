/// What our own `m=audio` line and its attributes say.
struct LocalStream {
    var profile: String
    var codecs: [(format: AudioFormat, payloadType: UInt8)]
    var events: [(clockRate: UInt32, payloadType: UInt8)]
    var packetTime: Int
    var maximumPacketTime: Int?
    var direction: Direction
    var rtcpMux: Bool
    var extendedReports: ExtendedReports
}

extension DescriptionWriter {
    /// ` IN IP4 <address>` and the end of the line.
    mutating func append(connectionTo address: String, _ family: AddressFamily) {
        switch family {
        case .ip4: append(" IN IP4 ")
        case .ip6: append(" IN IP6 ")
        }
        append(text: address)
        endLine()
    }

    /// The lines of the session behind `o=`. `time` is a `t=` value of the peer's; without one it is `0 0`.
    mutating func append(sessionNamed name: String, at local: LocalMedia, time: ByteRange?, of source: [UInt8]) {
        append("s=")
        append(text: name)
        append("\r\nc=IN ")
        append(text: local.family.rawValue)
        append(" ")
        append(text: local.address)
        append("\r\nt=")
        if let time {
            append(time, of: source)
        } else {
            append("0 0")
        }
        endLine()
    }

    /// An `m=` line with port 0: a stream that we refuse, or that has ended (RFC 3264 6, 8.2).
    mutating func append(refused medium: MediaIndex, of source: [UInt8]) {
        append("m=")
        append(medium.media, of: source)
        append(" 0 ")
        append(medium.profile, of: source)
        var rest = medium.formats
        var hasFormat = false
        while let format = source.span.nextToken(of: &rest) {
            append(" ")
            append(format, of: source)
            hasFormat = true
        }
        if !hasFormat { append(" 0") }
        endLine()
    }

    /// Our audio stream.
    mutating func append(_ stream: LocalStream, at local: LocalMedia) {
        append("m=audio ")
        append(decimal: local.port)
        append(" ")
        append(text: stream.profile)
        for codec in stream.codecs {
            append(" ")
            append(decimal: codec.payloadType)
        }
        for event in stream.events {
            append(" ")
            append(decimal: event.payloadType)
        }
        endLine()
        for codec in stream.codecs { append(codec.format, codec.payloadType) }
        for event in stream.events {
            append("a=rtpmap:")
            append(decimal: event.payloadType)
            append(" telephone-event/")
            append(decimal: event.clockRate)
            append("\r\na=fmtp:")
            append(decimal: event.payloadType)
            append(" 0-16\r\n")
        }
        append("a=ptime:")
        append(decimal: stream.packetTime)
        endLine()
        if let maximum = stream.maximumPacketTime {
            append("a=maxptime:")
            append(decimal: maximum)
            endLine()
        }
        append("a=")
        append(text: stream.direction.rawValue)
        endLine()
        if local.rtcpPort != local.port &+ 1 {
            append("a=rtcp:")
            append(decimal: local.rtcpPort)
            endLine()
        }
        if stream.rtcpMux { append("a=rtcp-mux\r\n") }
        if !stream.extendedReports.isEmpty {
            append("a=rtcp-xr:")
            stream.extendedReports.encode(into: &self)
            endLine()
        }
    }

    private mutating func append(_ format: AudioFormat, _ payloadType: UInt8) {
        append("a=rtpmap:")
        append(decimal: payloadType)
        append(" ")
        append(text: format.name)
        append("/")
        append(decimal: format.clockRate)
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
}
