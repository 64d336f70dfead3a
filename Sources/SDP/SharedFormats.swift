/// The formats of a stream that both sides have.
struct SharedFormats: Sendable {
    /// The codecs in the order that decides, at least one once negotiated, and behind them telephone events at their
    /// clock rates.
    private(set) var formats: [SharedFormat] = []
    /// How many of `formats` are codecs.
    private(set) var codecCount = 0

    var codecs: Range<Int> { 0..<codecCount }
    var events: Range<Int> { codecCount..<formats.count }
}

/// A format and its payload types in a session.
struct SharedFormat: Sendable {
    /// The place of a codec among ours; -1 for telephone events.
    var rank: Int32
    /// In Hz.
    var clockRate: UInt32
    /// What the peer's `a=fmtp` says after the number.
    var remoteParameters = ByteRange.none
    var sendPayloadType: UInt8
    var receivePayloadType: UInt8
}

/// A payload type that this session has given a meaning to, which must stay (RFC 3264 8.3.2).
struct PayloadTypeMapping: Hashable, Sendable {
    var name: String
    var clockRate: UInt32
    var channels: UInt8
    var payloadType: UInt8
}

/// Payload types that were seen, so that each counts once and a line of repeated numbers costs nothing.
private struct PayloadTypeSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Whether `payloadType`, which has seven bits, is new.
    mutating func insert(_ payloadType: UInt8) -> Bool {
        let bit = UInt64(1) &<< UInt64(payloadType & 63)
        let isNew = (payloadType < 64 ? low : high) & bit == 0
        if payloadType < 64 { low |= bit } else { high |= bit }
        return isNew
    }
}

/// What a peer's payload type stands for.
private struct PeerFormat {
    enum Name {
        /// A piece of the peer's description.
        case written(ByteRange)
        /// A name of RFC 3551, in lower case.
        case assigned(StaticString)
        /// A name of our offer: its place among the mappings.
        case offered(Int)
    }

    var name: Name
    var clockRate: UInt32
    var channels: UInt8
}

extension SessionDescription {
    /// The intersection of a peer's formats with ours. `offered` are the numbers that we gave in an offer
    /// which this description answers; it is empty when this is the offer.
    func sharedFormats(
        of medium: MediaIndex, _ attributes: borrowing StreamAttributes, capabilities: AudioCapabilities,
        offered: [PayloadTypeMapping] = []
    ) -> SharedFormats {
        var shared = SharedFormats()
        var seen = PayloadTypeSet()
        let text = bytes.span
        var rest = medium.formats
        while let token = text.nextToken(of: &rest) {
            guard let number = text.decimal(token), number < 128, seen.insert(UInt8(number)) else { continue }
            let payloadType = UInt8(number)
            guard let format = format(payloadType, attributes, offered) else { continue }
            var entry = SharedFormat(
                rank: -1, clockRate: format.clockRate, sendPayloadType: payloadType, receivePayloadType: payloadType)
            if let rank = rank(of: format, capabilities.codecs, offered) {
                entry.rank = Int32(truncatingIfNeeded: rank)
                entry.remoteParameters = attributes.parameters(of: payloadType)
                shared.insert(entry, inOurOrder: capabilities.preference == .ours)
            } else if capabilities.telephoneEvents, isTelephoneEvent(format, offered) {
                shared.append(event: entry)
            }
        }
        shared.keepMatchingFormats(onlyOneCodec: capabilities.answersOneCodec)
        return shared
    }

    /// The rtpmap decides also for a static number; a static number with its own name keeps its clock rate,
    /// because G722/16000 is a common mistake. Without an rtpmap RFC 3551 decides, then our own offer.
    private func format(
        _ payloadType: UInt8, _ attributes: borrowing StreamAttributes, _ offered: [PayloadTypeMapping]
    ) -> PeerFormat? {
        let assigned = StaticPayloadType.format(payloadType)
        if let value = attributes.map(of: payloadType) {
            let map = RTPMap(parsing: bytes.span, value)
            if let assigned, bytes.span.matches(map.name, lowercase: assigned.name) {
                return PeerFormat(
                    name: .written(map.name), clockRate: assigned.clockRate, channels: assigned.channels)
            }
            return PeerFormat(name: .written(map.name), clockRate: map.clockRate ?? 8000, channels: map.channels)
        }
        if let assigned {
            return PeerFormat(
                name: .assigned(assigned.name), clockRate: assigned.clockRate, channels: assigned.channels)
        }
        for (place, mapping) in offered.enumerated() where mapping.payloadType == payloadType {
            return PeerFormat(name: .offered(place), clockRate: mapping.clockRate, channels: mapping.channels)
        }
        return nil
    }

    /// The place of a peer's format among our codecs.
    private func rank(of format: PeerFormat, _ codecs: [AudioFormat], _ offered: [PayloadTypeMapping]) -> Int? {
        for rank in codecs.indices
        where codecs[rank].clockRate == format.clockRate && codecs[rank].channels == format.channels {
            let ours = codecs[rank].name.utf8.span
            let isSame =
                switch format.name {
                case .written(let name): bytes.span.matches(name, ignoringCaseOf: ours)
                case .assigned(let name): ours.isEqual(toLowercase: name)
                case .offered(let place): offered[place].name.isSameEncoding(as: codecs[rank].name)
                }
            if isSame { return rank }
        }
        return nil
    }

    private func isTelephoneEvent(_ format: PeerFormat, _ offered: [PayloadTypeMapping]) -> Bool {
        switch format.name {
        case .written(let name): bytes.span.matches(name, lowercase: "telephone-event")
        case .assigned: false
        case .offered(let place): offered[place].name.isSameEncoding(as: "telephone-event")
        }
    }
}

extension StreamAttributes {
    /// The rtpmap of a payload type: the first one counts.
    fileprivate func map(of payloadType: UInt8) -> ByteRange? {
        for format in formats where format.payloadType == payloadType && format.isMap { return format.value }
        return nil
    }

    /// The fmtp of a payload type: the first one counts.
    fileprivate func parameters(of payloadType: UInt8) -> ByteRange {
        for format in formats where format.payloadType == payloadType && !format.isMap { return format.value }
        return .none
    }
}

extension SharedFormats {
    /// Takes a codec unless it has another number already: behind the others, or by our order.
    fileprivate mutating func insert(_ codec: SharedFormat, inOurOrder: Bool) {
        if formats.isEmpty { formats.reserveCapacity(8) }
        var place = codecCount
        for other in codecs {
            guard formats[other].rank != codec.rank else { return }
            if inOurOrder, place == codecCount, formats[other].rank > codec.rank { place = other }
        }
        formats.append(codec)
        var position = formats.count &- 1
        while position > place {
            formats.swapAt(position, position &- 1)
            position &-= 1
        }
        codecCount &+= 1
    }

    /// Takes a codec behind the others, before there are events.
    mutating func append(codec: SharedFormat) {
        formats.append(codec)
        codecCount = formats.count
    }

    /// Takes telephone events.
    mutating func append(event: SharedFormat) {
        formats.append(event)
    }

    /// Sets the payload type of what we receive.
    mutating func expect(_ payloadType: UInt8, at place: Int) {
        formats[place].receivePayloadType = payloadType
    }

    /// Leaves one telephone event format for each clock rate of the codecs (RFC 4733 2.1: an event shares the
    /// timestamps of the audio that it interrupts), and one codec where an answer is to have no more.
    fileprivate mutating func keepMatchingFormats(onlyOneCodec: Bool) {
        if onlyOneCodec, codecCount > 1 {
            formats.removeSubrange(1..<codecCount)
            codecCount = 1
        }
        var place = codecCount
        while place < formats.count {
            let clockRate = formats[place].clockRate
            if isSpoken(clockRate, in: codecs), !isSpoken(clockRate, in: codecCount..<place) {
                place &+= 1
            } else {
                formats.remove(at: place)
            }
        }
    }

    private func isSpoken(_ clockRate: UInt32, in places: Range<Int>) -> Bool {
        for place in places where formats[place].clockRate == clockRate { return true }
        return false
    }

    /// The telephone events at a clock rate.
    func event(at clockRate: UInt32) -> NegotiatedTelephoneEvent? {
        for place in events where formats[place].clockRate == clockRate {
            return NegotiatedTelephoneEvent(
                clockRate: clockRate, sendPayloadType: formats[place].sendPayloadType,
                receivePayloadType: formats[place].receivePayloadType)
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether the bytes are an ASCII text in lower case, without regard to their own case.
    @inline(__always)
    fileprivate func isEqual(toLowercase text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        // Invariant: `place` is less than the number of the literal's bytes, which are immortal.
        for place in indices where ASCII.lowercased(self[place]) != text.utf8Start[place] { return false }
        return true
    }
}

extension String {
    /// Whether two encoding names are the same: they do not depend on ASCII case (RFC 4855 3).
    func isSameEncoding(as other: String) -> Bool {
        let text = utf8.span
        return text.matches(ByteRange(lower: 0, upper: text.count), ignoringCaseOf: other.utf8.span)
    }
}
