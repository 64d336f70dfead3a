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
        let (stream, audio) = try choose(from: offer, family: family, capabilities: capabilities)
        return ConsideredOffer(offer: offer, codecs: capabilities.codecs, stream: stream, audio: audio)
    }

    /// The answer to an offer that was considered for our address's family.
    public mutating func answer(to considered: ConsideredOffer, from local: LocalMedia) -> Negotiation {
        let answer = describe(considered.stream, of: considered.codecs, at: local, among: considered.offer)
        if considered.stream.position >= 0 {
            audioIndex = considered.stream.position
            remember(considered.stream.formats, of: considered.codecs)
        }
        return Negotiation(answer: answer, audio: considered.audio)
    }

    /// Finds the stream that an offer gives us; none where a session in progress loses all its streams.
    private func choose(
        from offer: SessionDescription, family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> (LocalStream, NegotiatedAudio?) {
        let count = offer.index.media.count
        if let audioIndex, audioIndex < count,
            let taken = try? offer.take(audioIndex, family: family, capabilities: capabilities)
        {
            return taken
        }
        var failure: NegotiationError?
        var isEverythingRemoved = count > 0
        for position in 0..<count where offer.index.media[position].port != 0 {
            isEverythingRemoved = false
            do {
                return try offer.take(position, family: family, capabilities: capabilities)
            } catch {
                if failure == nil || failure == .noAudio { failure = error }
            }
        }
        guard audioIndex != nil, isEverythingRemoved else { throw failure ?? .noAudio }
        return (LocalStream(), nil)
    }
}

/// An offer, and what comes of it. A class, since all of it would be copied for a look at a part.
public final class ConsideredOffer: Sendable {
    let offer: SessionDescription
    /// Ours.
    let codecs: [AudioFormat]
    /// What our answer says of the stream that it takes.
    let stream: LocalStream

    /// What an answer would agree on; nil where a later offer takes all streams away.
    public let audio: NegotiatedAudio?

    init(offer: SessionDescription, codecs: [AudioFormat], stream: LocalStream, audio: NegotiatedAudio?) {
        self.offer = offer
        self.codecs = codecs
        self.stream = stream
        self.audio = audio
    }
}

extension SessionDescription {
    /// What becomes of a stream of this offer, if we can take it.
    fileprivate func take(
        _ position: Int, family: AddressFamily, capabilities: AudioCapabilities
    ) throws(NegotiationError) -> (LocalStream, NegotiatedAudio?) {
        let medium = index.media[position]
        guard medium.port != 0, medium.isAudio else { throw .noAudio }
        let attributes = attributes(of: medium)
        let remote = try remoteStream(of: medium, attributes, reachableFrom: family, capabilities: capabilities)
        let formats = sharedFormats(of: medium, attributes, capabilities: capabilities)
        let audio = try NegotiatedAudio(self, remote, formats, mediaIndex: position, capabilities: capabilities)
        let stream = LocalStream(
            position: position, profile: medium.profile, formats: formats, packetTime: audio.packetTime,
            maximumPacketTime: capabilities.maximumPacketTime, direction: audio.direction, rtcpMux: audio.rtcpMux,
            extendedReports: audio.extendedReportsToSend)
        return (stream, audio)
    }
}

extension NegotiatedAudio {
    /// What a stream of the peer's description and the shared formats come to.
    init(
        _ description: SessionDescription, _ stream: RemoteStream, _ formats: SharedFormats, mediaIndex: Int,
        capabilities: AudioCapabilities
    ) throws(NegotiationError) {
        guard formats.codecCount > 0 else { throw .noSharedCodec }
        codec = NegotiatedCodec(formats.formats[0], of: capabilities.codecs, description)
        alternatives = []
        if formats.codecCount > 1 {
            alternatives.reserveCapacity(formats.codecCount - 1)
            for format in formats.formats[1..<formats.codecCount] {
                alternatives.append(NegotiatedCodec(format, of: capabilities.codecs, description))
            }
        }
        telephoneEvent = formats.event(at: codec.format.clockRate)
        packetTime = capabilities.packetTime(for: stream)
        remoteMaximumPacketTime = stream.maximumPacketTime
        let allowed = stream.direction.reversed.intersection(capabilities.direction)
        direction = Direction(sends: allowed.sends && stream.receives, receives: allowed.receives)
        held = !stream.receives
        rtcpMux = stream.rtcpMux && capabilities.rtcpMux
        remote = stream.remote.map(description.media)
        remoteRTCP = remote
        if !rtcpMux { description.move(&remoteRTCP, from: stream.remote, to: stream.remoteRTCP) }
        extendedReportsToSend = stream.extendedReports.intersection(capabilities.extendedReports)
        self.mediaIndex = mediaIndex
    }
}

extension NegotiatedCodec {
    /// A shared codec with its name, and the peer's parameters for it.
    fileprivate init(_ codec: SharedFormat, of codecs: [AudioFormat], _ description: SessionDescription) {
        self.init(
            format: codecs[Int(codec.rank)], sendPayloadType: codec.sendPayloadType,
            receivePayloadType: codec.receivePayloadType,
            remoteParameters: codec.remoteParameters.isNone
                ? nil : description.bytes.span.text(codec.remoteParameters))
    }
}

extension SessionDescription {
    /// The `t=` value that an answer repeats (RFC 3264 6): none unless it is two numbers.
    var answerableTime: ByteRange {
        let text = bytes.span
        var rest = index.time
        guard let start = text.nextToken(of: &rest), let stop = text.nextToken(of: &rest),
            text.nextToken(of: &rest) == nil, text.decimal(start) != nil, text.decimal(stop) != nil
        else { return .none }
        return ByteRange(lower: start.lower, upper: stop.upper)
    }
}
