/// What a peer's `m=` line and its attributes say of one RTP audio stream, apart from its formats.
struct RemoteStream {
    /// Where RTP goes; nil for a null address.
    var remote: RemoteAddress?
    /// Where RTCP goes without multiplexing.
    var remoteRTCP: RemoteAddress?
    /// As the peer describes it.
    var direction: Direction
    /// Whether the peer wants to receive: not with `sendonly`, `inactive` or a null address.
    var receives = false
    var rtcpMux: Bool
    var packetTime: Int?
    var maximumPacketTime: Int?
    var extendedReports: ExtendedReports
}

/// A peer's address as its description has it.
struct RemoteAddress {
    var host: ByteRange
    var family: AddressFamily
    var port: UInt16
}

extension SessionDescription {
    /// Reads the stream of `medium`, which is an `m=audio` line with a port.
    func remoteStream(
        of medium: MediaIndex, _ attributes: borrowing StreamAttributes, reachableFrom family: AddressFamily,
        capabilities: AudioCapabilities
    ) throws(NegotiationError) -> RemoteStream {
        let text = bytes.span
        guard
            text.matches(medium.profile, lowercase: "rtp/avp")
                || (capabilities.acceptsFeedbackProfile && text.matches(medium.profile, lowercase: "rtp/avpf"))
        else { throw .unsupportedProfile }
        guard let connection = medium.connection ?? index.connection else { throw .missingConnection }
        guard let addressFamily = connection.family else { throw .incompatibleAddress }
        var stream = RemoteStream(
            direction: attributes.direction, rtcpMux: attributes.rtcpMux,
            packetTime: milliseconds(attributes.packetTime, roundingDown: false),
            maximumPacketTime: milliseconds(attributes.maximumPacketTime, roundingDown: true),
            extendedReports: attributes.extendedReports)
        switch text.use(of: connection) {
        case .multicast:
            throw .multicast
        case .null:
            break
        case .unicast:
            guard addressFamily == family else { throw .incompatibleAddress }
            stream.receives = stream.direction.receives
            let remote = RemoteAddress(host: connection.address, family: addressFamily, port: medium.port)
            stream.remote = remote
            stream.remoteRTCP = remoteRTCP(attributes.rtcp, rtp: remote)
        }
        return stream
    }

    /// Where RTCP goes: to the port and address of `a=rtcp` (RFC 3605 2.1), else to the port after RTP's.
    private func remoteRTCP(_ value: ByteRange, rtp: RemoteAddress) -> RemoteAddress? {
        var remote = rtp
        let text = bytes.span
        var rest = value
        if let number = text.nextToken(of: &rest), let port = text.decimal(number).flatMap({ UInt16(exactly: $0) }),
            port != 0
        {
            remote.port = port
            if let connection = text.connection(rest), connection.family == remote.family,
                text.use(of: connection) == .unicast
            {
                remote.host = connection.address
            }
            return remote
        }
        guard remote.port < UInt16.max else { return nil }
        remote.port += 1
        return remote
    }

    /// The address as it is passed up.
    func media(at remote: RemoteAddress) -> RemoteMedia {
        RemoteMedia(host: bytes.span.text(remote.host), family: remote.family, port: remote.port)
    }

    /// Changes a copy of RTP's address into RTCP's, whose host is nearly always the same.
    func move(_ media: inout RemoteMedia?, from rtp: RemoteAddress?, to rtcp: RemoteAddress?) {
        guard let rtcp, rtcp.host == rtp?.host else {
            media = rtcp.map(self.media)
            return
        }
        media?.port = rtcp.port
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
        if let limit = stream.maximumPacketTime, time > limit { time = max(10, limit / 10 * 10) }
        if let limit = maximumPacketTime, time > limit { time = max(10, limit / 10 * 10) }
        return time
    }
}
