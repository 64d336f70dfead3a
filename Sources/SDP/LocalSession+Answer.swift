extension LocalSession {
    /// Answers an offer (RFC 3264 6, 8): the first audio stream that fits is taken (in a session that runs, the
    /// stream that it has), every other one is refused in its place.
    ///
    /// A later offer that takes all streams away is answered likewise, with no audio in the result; one that
    /// changes to media that we lack is refused, so that the session goes on as it was.
    public mutating func answer(
        to offer: SessionDescription, from local: LocalMedia, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> Negotiation {
        answer(to: try consider(offer, family: local.family, capabilities: capabilities), from: local)
    }

    /// What `answer` would agree on. Nothing is written or remembered; it holds until the session's next answer.
    public func consider(
        _ offer: SessionDescription, family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> ConsideredOffer {
        ConsideredOffer(
            offer: offer, capabilities: capabilities,
            choice: try choose(in: offer, family: family, capabilities: capabilities))
    }

    /// The answer to an offer that was considered for our address's family.
    public mutating func answer(to considered: ConsideredOffer, from local: LocalMedia) -> Negotiation {
        let (offer, capabilities) = (considered.offer, considered.capabilities)
        var content = DescriptionWriter(capacity: 384)
        content.append(sessionNamed: name, at: local, time: offer.answerableTime, of: offer.bytes)
        guard let choice = considered.choice else {
            for medium in offer.index.media { content.append(refused: medium, of: offer.bytes) }
            return Negotiation(answer: finish(content, from: local), audio: nil)
        }
        for (position, medium) in offer.index.media.enumerated() {
            if position == choice.audio.mediaIndex {
                content.append(choice.localStream(offer, medium, capabilities), at: local)
            } else {
                content.append(refused: medium, of: offer.bytes)
            }
        }
        audioIndex = choice.audio.mediaIndex
        remember(choice.formats)
        return Negotiation(answer: finish(content, from: local), audio: choice.audio)
    }

    /// The stream that an offer gives us; nil where a session in progress loses all its streams.
    private func choose(
        in offer: SessionDescription, family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> AudioChoice? {
        var failure: NegotiationError?
        if let audioIndex, audioIndex < offer.index.media.count,
            let choice = try? AudioChoice(offer, audioIndex, family: family, capabilities: capabilities)
        {
            return choice
        }
        var isEverythingRemoved = !offer.index.media.isEmpty
        for position in offer.index.media.indices where offer.index.media[position].port != 0 {
            isEverythingRemoved = false
            do {
                return try AudioChoice(offer, position, family: family, capabilities: capabilities)
            } catch {
                if failure == nil || failure == .noAudio { failure = error }
            }
        }
        guard audioIndex != nil, isEverythingRemoved else { throw failure ?? .noAudio }
        return nil
    }
}

/// An offer, and what comes of it.
public struct ConsideredOffer: Sendable {
    let offer: SessionDescription
    let capabilities: AudioCapabilities
    let choice: AudioChoice?

    /// What an answer would agree on; nil where a later offer takes all streams away.
    public var audio: NegotiatedAudio? { choice?.audio }
}

/// A stream of an offer that we can take.
struct AudioChoice: Sendable {
    var audio: NegotiatedAudio
    var formats: SharedFormats

    init(
        _ offer: SessionDescription, _ position: Int, family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) {
        let medium = offer.index.media[position]
        guard medium.port != 0, offer.bytes.span.matchesIgnoringCase(medium.media, "audio") else { throw .noAudio }
        let stream = try offer.remoteStream(of: medium, reachableFrom: family, capabilities: capabilities)
        formats = offer.sharedFormats(of: medium, capabilities: capabilities)
        audio = try NegotiatedAudio(
            stream, formats, mediaIndex: position, capabilities: capabilities,
            rtcpMux: stream.rtcpMux && capabilities.rtcpMux)
    }

    func localStream(
        _ offer: SessionDescription, _ medium: MediaIndex, _ capabilities: AudioCapabilities
    ) -> LocalStream {
        LocalStream(
            profile: offer.bytes.span.text(medium.profile),
            codecs: formats.codecs.map { ($0.format, $0.receivePayloadType) },
            events: formats.events.map { ($0.clockRate, $0.receivePayloadType) },
            packetTime: audio.packetTime, maximumPacketTime: capabilities.maximumPacketTime,
            direction: audio.direction, rtcpMux: audio.rtcpMux,
            extendedReports: audio.extendedReportsToSend)
    }
}

extension NegotiatedAudio {
    /// What a peer's stream and the shared formats come to.
    init(
        _ stream: RemoteStream, _ formats: SharedFormats, mediaIndex: Int, capabilities: AudioCapabilities,
        rtcpMux: Bool
    ) throws(NegotiationError) {
        guard let codec = formats.codecs.first else { throw .noSharedCodec }
        self.codec = codec
        alternatives = Array(formats.codecs.dropFirst())
        telephoneEvent = formats.events.first { $0.clockRate == codec.format.clockRate }
        packetTime = capabilities.packetTime(for: stream)
        remoteMaximumPacketTime = stream.maximumPacketTime
        let allowed = stream.direction.reversed.intersection(capabilities.direction)
        direction = Direction(sends: allowed.sends && stream.receives, receives: allowed.receives)
        held = !stream.receives
        remote = stream.remote
        remoteRTCP = rtcpMux ? stream.remote : stream.remoteRTCP
        self.rtcpMux = rtcpMux
        extendedReportsToSend = stream.extendedReports.intersection(capabilities.extendedReports)
        self.mediaIndex = mediaIndex
    }
}

extension SessionDescription {
    /// The `t=` value that an answer repeats (RFC 3264 6): nil unless it is two numbers.
    var answerableTime: ByteRange? {
        guard let time = index.time else { return nil }
        var rest = time
        guard let start = bytes.span.nextToken(of: &rest), let stop = bytes.span.nextToken(of: &rest),
            bytes.span.nextToken(of: &rest) == nil, bytes.span.decimal(start) != nil, bytes.span.decimal(stop) != nil
        else { return nil }
        return ByteRange(lower: start.lower, upper: stop.upper)
    }
}
