/// A header name packed into words in lower case, eight octets to a word: known names are compared as three numbers.
///
/// Setting the bit 0x20 makes letters lower case and keeps all that a name may consist of apart; control characters,
/// which it would turn into others, make the name one that matches none.
struct PackedName: Sendable {
    private(set) var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

    /// The longest name that can be one of ours.
    static let maximumCount = 24

    /// The name that fills a range.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ start: Int, count: Int) {
        guard count <= PackedName.maximumCount else { return }
        if start &+ PackedName.maximumCount <= bytes.count {
            words.0 = PackedName.word(bytes, start, count)
            if count > 8 {
                words.1 = PackedName.word(bytes, start &+ 8, count &- 8)
                if count > 16 { words.2 = PackedName.word(bytes, start &+ 16, count &- 16) }
            }
        } else {
            for place in 0..<count {
                let octet = UInt64(bytes[start &+ place]) | (bytes[start &+ place] < 0x20 ? 0xFF : 0x20)
                let shifted = octet &<< UInt64(8 &* (place & 7))
                if place < 8 {
                    words.0 |= shifted
                } else if place < 16 {
                    words.1 |= shifted
                } else {
                    words.2 |= shifted
                }
            }
        }
    }

    /// Up to eight octets, the first one lowest.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        // Invariant: the caller has made sure that the octets up to `start + 8` are there.
        let octets = UInt64(
            littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
        let mask = count >= 8 ? UInt64.max : (1 &<< UInt64(8 &* count)) &- 1
        let controls = UInt64.zeroOctets(octets & 0x6060_6060_6060_6060) & mask
        return controls == 0 ? (octets | 0x2020_2020_2020_2020) & mask : .max
    }

    @inline(__always)
    func isEqual(_ other: PackedName) -> Bool {
        words.0 == other.words.0 && words.1 == other.words.1 && words.2 == other.words.2
    }

    /// A slot in a table of 256.
    @inline(__always)
    var slot: Int {
        let mixed = (words.0 ^ words.1 &* 0xA24B_AED4_963E_E407 ^ words.2) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 56)
    }
}

/// The names of `HeaderName`, long and compact, in an open-addressed table.
private struct HeaderNameTable: Sendable {
    private struct Slot: Sendable {
        var name: PackedName
        var value: HeaderName
    }

    private var slots: [Slot]

    init() {
        let empty: [UInt8] = []
        slots = [Slot](repeating: Slot(name: PackedName(empty.span, 0, count: 0), value: .other), count: 256)
        for header in HeaderName.allCases where header != .other {
            insert(header.description, header)
            if let compact = header.compactForm { insert(String(compact), header) }
        }
    }

    private mutating func insert(_ text: String, _ header: HeaderName) {
        let bytes = Array(text.utf8)
        let name = PackedName(bytes.span, 0, count: bytes.count)
        var place = name.slot
        while slots[place].value != .other { place = (place + 1) & 255 }
        slots[place] = Slot(name: name, value: header)
    }

    @inline(__always)
    func header(_ name: PackedName) -> HeaderName {
        var place = name.slot
        while slots[place].value != .other {
            if slots[place].name.isEqual(name) { return slots[place].value }
            place = (place &+ 1) & 255
        }
        return .other
    }
}

private let headerNames = HeaderNameTable()

extension HeaderName {
    /// A known header whose name begins at an offset and is followed by a colon at once, as nearly all are; nil for
    /// anything that takes a closer look.
    @inline(__always)
    static func known(_ bytes: Span<UInt8>, at start: Int) -> (name: HeaderName, count: Int)? {
        guard start &+ PackedName.maximumCount <= bytes.count else { return nil }
        var offset = 0
        while offset < PackedName.maximumCount {
            // Invariant: start + 24 <= count was checked above.
            let octets = UInt64(
                littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ offset, as: UInt64.self)
            )
            let colons = UInt64.zeroOctets(octets ^ 0x3A3A_3A3A_3A3A_3A3A)
            guard colons == 0 else {
                let count = offset &+ colons.trailingZeroBitCount &>> 3
                let name = headerNames.header(PackedName(bytes, start, count: count))
                return name == .other ? nil : (name, count)
            }
            offset &+= 8
        }
        return nil
    }

    /// The header whose name, long or compact and in any case, fills a range (RFC 3261 7.3.1, 7.3.3).
    @inline(__always)
    init(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        self = headerNames.header(PackedName(bytes, range.lowerBound, count: range.count))
    }
}
