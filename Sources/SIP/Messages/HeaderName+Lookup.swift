/// A header name packed into words in lower case, eight octets to a word, with the colon that ends it: known names are
/// compared as three numbers.
struct PackedName: Sendable {
    private let words: (UInt64, UInt64, UInt64)

    /// The longest name that can be one of ours.
    static let maximumCount = 23

    @inline(__always)
    private init(_ first: UInt64, _ second: UInt64, _ third: UInt64) { words = (first, second, third) }

    /// No name.
    static let none = PackedName(0, 0, 0)

    /// The name that fills a range; none if it is too long.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ start: Int, count: Int) {
        guard count <= PackedName.maximumCount else {
            self = .none
            return
        }
        self.init(
            PackedName.word(bytes, start, count), PackedName.word(bytes, start &+ 8, count &- 8),
            PackedName.word(bytes, start &+ 16, count &- 16))
    }

    /// Up to eight octets, and the colon where it is among them.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        guard count >= 0 else { return 0 }
        let octets = lowercased(bytes.word(at: start))
        guard count < 8 else { return octets }
        let colon: UInt64 = 1 &<< UInt64(8 &* count)
        return octets & (colon &- 1) | colon &* UInt64(Octet.colon)
    }

    /// The name that begins at an offset and ends before the first colon, and its length; nil if it is too long, or so
    /// near to the end of all octets that it takes a closer look.
    @inline(__always)
    static func beforeColon(_ bytes: Span<UInt8>, _ start: Int) -> (name: PackedName, count: Int)? {
        guard start >= 0, start &+ 24 <= bytes.count else { return nil }
        // Invariant: there are 24 octets from `start` on.
        let first = bytes.wholeWord(at: start)
        if let (word, count) = beforeColon(first) { return (PackedName(word, 0, 0), count) }
        let second = bytes.wholeWord(at: start &+ 8)
        if let (word, count) = beforeColon(second) { return (PackedName(lowercased(first), word, 0), count &+ 8) }
        guard let (word, count) = beforeColon(bytes.wholeWord(at: start &+ 16)) else { return nil }
        return (PackedName(lowercased(first), lowercased(second), word), count &+ 16)
    }

    @inline(__always)
    private static func beforeColon(_ word: UInt64) -> (word: UInt64, count: Int)? {
        let colons = (word ^ UInt64(repeating: Octet.colon)).octets(below: 1)
        guard colons != 0 else { return nil }
        // All bits of the octets up to the lowest colon.
        let mask = colons ^ (colons &- 1)
        return (lowercased(word) & mask, colons.trailingZeroBitCount &>> 3)
    }

    /// Letters in lower case; what else this changes is in no name of ours.
    @inline(__always)
    private static func lowercased(_ word: UInt64) -> UInt64 { word | (word & UInt64(repeating: 0x40)) &>> 1 }

    @inline(__always)
    func isEqual(_ other: PackedName) -> Bool {
        words.0 == other.words.0 && words.1 == other.words.1 && words.2 == other.words.2
    }

    /// A slot in a table of 256. By this multiplier no two of our names meet in one.
    @inline(__always)
    var slot: Int { Int(truncatingIfNeeded: ((words.0 ^ words.1 ^ words.2) &* 0xDCE2_06B3_3A81_4733) &>> 56) }
}

/// The names of `HeaderName`, long and compact, in an open-addressed table.
struct HeaderNameTable: Sendable {
    private struct Slot: Sendable {
        var name: PackedName
        var value: HeaderName
    }

    private var slots: [Slot]

    /// The only one.
    static let all = HeaderNameTable()

    private init() {
        slots = [Slot](repeating: Slot(name: .none, value: .other), count: 256)
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

    /// The header of a name; `.other` for all that are not in the table.
    @inline(__always)
    func header(_ name: PackedName) -> HeaderName {
        var place = name.slot
        while true {
            let slot = slots[place]
            if slot.name.isEqual(name) || slot.value == .other { return slot.value }
            place = (place &+ 1) & 255
        }
    }
}

extension HeaderName {
    /// A known header whose name begins at an offset and is followed by a colon at once, as nearly all are; nil for
    /// anything that takes a closer look. A loop has the table from before it, so that it is not asked for each time.
    @inline(never)
    static func known(
        _ bytes: Span<UInt8>, at start: Int, in names: HeaderNameTable = .all
    ) -> (name: HeaderName, count: Int)? {
        guard let (name, count) = PackedName.beforeColon(bytes, start) else { return nil }
        let header = names.header(name)
        return header == .other ? nil : (header, count)
    }

    /// The header whose name, long or compact and in any case, fills a range (RFC 3261 7.3.1, 7.3.3).
    @inline(__always)
    init(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        self = HeaderNameTable.all.header(PackedName(bytes, range.lowerBound, count: range.count))
    }
}
