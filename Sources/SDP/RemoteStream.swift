/// What a peer's `m=` line and its attributes say of one RTP audio stream, apart from its formats.
struct RemoteStream {
    var remote: RemoteMedia?
    var remoteRTCP: RemoteMedia?
    /// As the peer describes it.
    var direction: Direction
    /// Whether the peer wants to receive: not with `sendonly`, `inactive` or a null address.
    var receives: Bool
    var rtcpMux = false
    var packetTime: Int?
    var maximumPacketTime: Int?
    var extendedReports: ExtendedReports = []
}

extension SessionDescription {
    /// Reads the stream of `medium`, which is an `m=audio` line with a port.
    func remoteStream(
        of medium: MediaIndex, reachableFrom family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> RemoteStream {
        let text = bytes.span
        guard
            text.matchesIgnoringCase(medium.profile, "RTP/AVP")
                || (capabilities.acceptsFeedbackProfile && text.matchesIgnoringCase(medium.profile, "RTP/AVPF"))
        else { throw .unsupportedProfile }
        guard let connection = medium.connection ?? index.connection else { throw .missingConnection }
        guard let addressFamily = connection.family else { throw .incompatibleAddress }
        let direction = direction(of: medium)
        var stream = RemoteStream(direction: direction, receives: false)
        switch text.use(of: connection) {
        case .multicast:
            throw .multicast
        case .null:
            break
        case .unicast:
            guard addressFamily == family else { throw .incompatibleAddress }
            stream.receives = direction.receives
            stream.remote = RemoteMedia(
                host: text.text(connection.address), family: addressFamily, port: medium.port)
        }
        for position in 0..<index.sessionAttributeCount where index.attributes[position].kind == .rtcpXR {
            stream.extendedReports.formUnion(ExtendedReports(parsing: text, index.attributes[position].value))
        }
        var rtcp: ByteRange?
        for position in medium.attributes {
            let attribute = index.attributes[position]
            switch attribute.kind {
            case .ptime: stream.packetTime = milliseconds(attribute.value, roundingDown: false)
            case .maxptime: stream.maximumPacketTime = milliseconds(attribute.value, roundingDown: true)
            case .rtcp: rtcp = attribute.value
            case .rtcpMux: stream.rtcpMux = true
            case .rtcpXR: stream.extendedReports.formUnion(ExtendedReports(parsing: text, attribute.value))
            case .rtpmap, .fmtp, .direction: break
            }
        }
        stream.remoteRTCP = remoteRTCP(rtcp, rtp: stream.remote)
        return stream
    }

    /// Where RTCP goes: to the port and address of `a=rtcp` (RFC 3605 2.1), else to the port after RTP's.
    private func remoteRTCP(_ value: ByteRange?, rtp: RemoteMedia?) -> RemoteMedia? {
        guard var remote = rtp else { return nil }
        let text = bytes.span
        if var rest = value, let number = text.nextToken(of: &rest),
            let port = text.decimal(number).flatMap({ UInt16(exactly: $0) }), port != 0
        {
            remote.port = port
            if let connection = text.connection(rest), connection.family == remote.family,
                text.use(of: connection) == .unicast
            {
                remote.host = text.text(connection.address)
            }
            return remote
        }
        guard remote.port < UInt16.max else { return nil }
        remote.port += 1
        return remote
    }

    /// A packet time in milliseconds. The grammar allows fractions (RFC 8866 6.4): a limit is rounded down,
    /// a wish for one that we cannot keep is no wish.
    private func milliseconds(_ value: ByteRange, roundingDown: Bool) -> Int? {
        let text = bytes.span
        var rest = value
        guard let token = text.nextToken(of: &rest) else { return nil }
        let (whole, fraction) = text.split(token, at: UInt8(ascii: "."))
        if let fraction, !roundingDown, text.decimal(fraction) != 0 { return nil }
        guard let number = text.decimal(whole), number > 0, number <= 10_000 else { return nil }
        return Int(number)
    }
}

extension AudioCapabilities {
    /// Milliseconds a packet: the peer's wish if it is 10 to 60 in steps of 10, else ours; within the limits
    /// of both, but never less than 10.
    func packetTime(for stream: RemoteStream) -> Int {
        var time = packetTime
        if let wish = stream.packetTime, (10...60).contains(wish), wish % 10 == 0 { time = wish }
        for limit in [stream.maximumPacketTime, maximumPacketTime] {
            if let limit, time > limit { time = max(10, limit / 10 * 10) }
        }
        return time
    }
}
