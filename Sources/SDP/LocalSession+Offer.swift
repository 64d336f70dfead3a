extension LocalSession {
    /// Makes an offer (RFC 3264 5, 8.1): for an INVITE without one, or for a change of the session. Media of the
    /// session that we do not have stay in their places with port 0.
    ///
    /// The offer is pending until `accept` or `withdrawOffer`.
    public mutating func offer(from local: LocalMedia, capabilities: AudioCapabilities) -> [UInt8] {
        let last = lastSent
        let position = audioIndex ?? 0
        var offered = PendingOffer(
            capabilities: capabilities, family: local.family, mediaIndex: position, codecs: [], events: [])
        let stream = localStream(capabilities, last: last, offered: &offered)
        audioIndex = position
        pending = offered
        return describe(stream, of: capabilities.codecs, at: local, among: last ?? .empty)
    }

    /// Takes the peer's answer to our offer (RFC 3264 7).
    public mutating func accept(answer: SessionDescription) throws(NegotiationError) -> NegotiatedAudio {
        guard let pending, pending.mediaIndex < answer.index.media.count else { throw .refused }
        let medium = answer.index.media[pending.mediaIndex]
        guard medium.port != 0, medium.isAudio else { throw .refused }
        let attributes = answer.attributes(of: medium)
        let stream = try answer.remoteStream(
            of: medium, attributes, reachableFrom: pending.family, capabilities: pending.capabilities)
        var capabilities = pending.capabilities
        // The answerer's order decides; it knows ours from the offer (RFC 3264 7).
        capabilities.preference = .peer
        capabilities.answersOneCodec = false
        var formats = answer.sharedFormats(
            of: medium, attributes, capabilities: capabilities, offered: pending.codecs + pending.events)
        formats.expect(pending, capabilities.codecs)
        let audio = try NegotiatedAudio(
            answer, stream, formats, mediaIndex: pending.mediaIndex, capabilities: capabilities)
        self.pending = nil
        return audio
    }

    /// Forgets an offer that was refused: the session is as it was before (RFC 3261 14.1).
    public mutating func withdrawOffer() {
        pending = nil
    }

    private mutating func localStream(
        _ capabilities: AudioCapabilities, last: SessionDescription?, offered: inout PendingOffer
    ) -> LocalStream {
        var stream = LocalStream(
            position: offered.mediaIndex, packetTime: capabilities.packetTime,
            maximumPacketTime: capabilities.maximumPacketTime,
            direction: capabilities.direction, rtcpMux: capabilities.rtcpMux,
            extendedReports: capabilities.extendedReports)
        if let last, offered.mediaIndex < last.index.media.count {
            stream.profile = last.index.media[offered.mediaIndex].profile
        }
        for (rank, format) in capabilities.codecs.enumerated() {
            let mapping = number(
                PayloadTypeMapping(
                    name: format.name, clockRate: format.clockRate, channels: format.channels,
                    payloadType: format.payloadType))
            guard let mapping else { continue }
            offered.codecs.append(mapping)
            stream.formats.append(
                codec: SharedFormat(
                    rank: Int32(truncatingIfNeeded: rank), clockRate: format.clockRate,
                    sendPayloadType: mapping.payloadType, receivePayloadType: mapping.payloadType))
        }
        guard capabilities.telephoneEvents else { return stream }
        for format in capabilities.codecs where !offered.events.contains(where: { $0.clockRate == format.clockRate }) {
            guard let mapping = number(.telephoneEvent(clockRate: format.clockRate, payloadType: 101)) else { continue }
            offered.events.append(mapping)
            stream.formats.append(
                event: SharedFormat(
                    rank: -1, clockRate: format.clockRate, sendPayloadType: mapping.payloadType,
                    receivePayloadType: mapping.payloadType))
        }
        return stream
    }

    /// Gives a format its payload type: the one that it has had in this session, else its own, else a free
    /// dynamic one; nil when all 32 are taken.
    private mutating func number(_ format: PayloadTypeMapping) -> PayloadTypeMapping? {
        guard format.payloadType >= 96 else { return format }
        let known = payloadTypes.last { mapping in
            mapping.clockRate == format.clockRate && mapping.channels == format.channels
                && mapping.name.isSameEncoding(as: format.name)
        }
        if let known { return known }
        var mapping = format
        if isTaken(mapping.payloadType) {
            guard let free = (UInt8(96)...127).first(where: { !isTaken($0) }) else { return nil }
            mapping.payloadType = free
        }
        payloadTypes.append(mapping)
        return mapping
    }

    private func isTaken(_ payloadType: UInt8) -> Bool {
        payloadTypes.contains { $0.payloadType == payloadType }
    }
}

extension SharedFormats {
    /// Sets the payload types of what we receive to those of our offer: an answer may use other numbers for
    /// the other direction (RFC 3264 6.1).
    fileprivate mutating func expect(_ offer: LocalSession.PendingOffer, _ ours: [AudioFormat]) {
        for place in codecs {
            let format = ours[Int(formats[place].rank)]
            let mapping = offer.codecs.first { mapping in
                mapping.clockRate == format.clockRate && mapping.channels == format.channels
                    && mapping.name == format.name
            }
            if let mapping { expect(mapping.payloadType, at: place) }
        }
        for place in events {
            let mapping = offer.events.first { $0.clockRate == formats[place].clockRate }
            if let mapping { expect(mapping.payloadType, at: place) }
        }
    }
}
