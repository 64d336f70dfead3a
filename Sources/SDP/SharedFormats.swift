/// The formats of a peer's `m=` line that we have too.
struct SharedFormats {
    /// In the order that decides; never empty once negotiated.
    var codecs: [NegotiatedCodec] = []
    /// Telephone events at the clock rates of `codecs`.
    var events: [NegotiatedTelephoneEvent] = []
}

/// A payload type that this session has given a meaning to, which must stay (RFC 3264 8.3.2).
struct PayloadTypeMapping: Hashable, Sendable {
    var name: String
    var clockRate: UInt32
    var channels: UInt8
    var payloadType: UInt8
}

extension SessionDescription {
    /// The intersection of a peer's formats with ours. `offered` are the numbers that we gave in an offer
    /// which this description answers; it is empty when this is the offer.
    func sharedFormats(
        of medium: MediaIndex, capabilities: AudioCapabilities, offered: [PayloadTypeMapping] = []
    ) -> SharedFormats {
        var shared = SharedFormats()
        var ranks: [Int] = []
        var seen: (low: UInt64, high: UInt64) = (0, 0)
        var rest = medium.formats
        while let token = bytes.span.nextToken(of: &rest) {
            guard let number = bytes.span.decimal(token), number < 128 else { continue }
            let payloadType = UInt8(number)
            // Each number counts once, so that a line of repeated numbers costs nothing.
            let bit = UInt64(1) << UInt64(payloadType & 63)
            if payloadType < 64 {
                guard seen.low & bit == 0 else { continue }
                seen.low |= bit
            } else {
                guard seen.high & bit == 0 else { continue }
                seen.high |= bit
            }
            let format = format(payloadType, in: medium, offered: offered)
            if let rank = capabilities.codecs.firstIndex(where: { matches(format, $0) }) {
                guard !ranks.contains(rank) else { continue }
                let place =
                    capabilities.preference == .ours ? ranks.firstIndex { $0 > rank } ?? ranks.count : ranks.count
                ranks.insert(rank, at: place)
                shared.codecs.insert(
                    NegotiatedCodec(
                        format: capabilities.codecs[rank], sendPayloadType: payloadType,
                        receivePayloadType: payloadType, remoteParameters: parameters(payloadType, in: medium)),
                    at: place)
            } else if capabilities.telephoneEvents, isTelephoneEvent(format), let clockRate = format?.clockRate {
                shared.events.append(
                    NegotiatedTelephoneEvent(
                        clockRate: clockRate, sendPayloadType: payloadType, receivePayloadType: payloadType))
            }
        }
        if capabilities.answersOneCodec, shared.codecs.count > 1 {
            shared.codecs.removeSubrange(1...)
        }
        shared.keepMatchingEvents()
        return shared
    }

    /// What a peer's payload type stands for.
    private enum Format {
        case mapped(ByteRange, clockRate: UInt32, channels: UInt8)
        case known(String, clockRate: UInt32, channels: UInt8)

        var clockRate: UInt32 {
            switch self {
            case .mapped(_, let clockRate, _), .known(_, let clockRate, _): clockRate
            }
        }
    }

    /// The rtpmap decides also for a static number; a static number with its own name keeps its clock rate,
    /// because G722/16000 is a common mistake. Without an rtpmap RFC 3551 decides, then our own offer.
    private func format(_ payloadType: UInt8, in medium: MediaIndex, offered: [PayloadTypeMapping]) -> Format? {
        let fixed = StaticPayloadType.format(payloadType)
        for position in medium.attributes {
            let attribute = index.attributes[position]
            guard attribute.kind == .rtpmap, attribute.payloadType == payloadType else { continue }
            let map = RTPMap(parsing: bytes.span, attribute.value)
            if let fixed, bytes.span.matchesIgnoringCase(map.name, fixed.name) {
                return .known(fixed.name, clockRate: fixed.clockRate, channels: fixed.channels)
            }
            return .mapped(map.name, clockRate: map.clockRate ?? 8000, channels: map.channels)
        }
        if let fixed { return .known(fixed.name, clockRate: fixed.clockRate, channels: fixed.channels) }
        for mapping in offered where mapping.payloadType == payloadType {
            return .known(mapping.name, clockRate: mapping.clockRate, channels: mapping.channels)
        }
        return nil
    }

    private func matches(_ format: Format?, _ ours: AudioFormat) -> Bool {
        switch format {
        case .mapped(let name, let clockRate, let channels)?:
            clockRate == ours.clockRate && channels == ours.channels && bytes.span.matchesIgnoringCase(name, ours.name)
        case .known(let name, let clockRate, let channels)?:
            clockRate == ours.clockRate && channels == ours.channels && name.isSameEncoding(as: ours.name)
        case nil:
            false
        }
    }

    private func isTelephoneEvent(_ format: Format?) -> Bool {
        switch format {
        case .mapped(let name, _, _)?: bytes.span.matchesIgnoringCase(name, "telephone-event")
        case .known(let name, _, _)?: name.isSameEncoding(as: "telephone-event")
        case nil: false
        }
    }

    private func parameters(_ payloadType: UInt8, in medium: MediaIndex) -> String? {
        for position in medium.attributes {
            let attribute = index.attributes[position]
            if attribute.kind == .fmtp, attribute.payloadType == payloadType { return bytes.span.text(attribute.value) }
        }
        return nil
    }
}

extension SharedFormats {
    /// Leaves one telephone event format for each clock rate of the codecs (RFC 4733 2.1: an event shares
    /// the timestamps of the audio that it interrupts).
    fileprivate mutating func keepMatchingEvents() {
        var kept: [NegotiatedTelephoneEvent] = []
        for event in events {
            guard codecs.contains(where: { $0.format.clockRate == event.clockRate }),
                !kept.contains(where: { $0.clockRate == event.clockRate })
            else { continue }
            kept.append(event)
        }
        events = kept
    }
}

extension String {
    /// Whether two encoding names are the same: they do not depend on ASCII case (RFC 4855 3).
    func isSameEncoding(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }
}
