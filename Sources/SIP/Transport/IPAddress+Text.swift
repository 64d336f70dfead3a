extension IPAddress: CustomStringConvertible {
    /// The address in text; IPv6 in the canonical form of RFC 5952, without brackets and without the scope.
    public var description: String {
        switch family {
        case .v4:
            return IPAddress.dottedQuad(UInt32(truncatingIfNeeded: low))
        case .v6:
            if high == 0, low >> 32 == 0xFFFF {
                return "::ffff:" + IPAddress.dottedQuad(UInt32(truncatingIfNeeded: low))
            }
            return IPAddress.canonicalText(groups)
        }
    }

    /// The most octets that a dotted quad has.
    static let dottedQuadLength = 15

    private static func dottedQuad(_ address: UInt32) -> String {
        String(unsafeUninitializedCapacity: dottedQuadLength) { buffer in
            // Invariant: a buffer of that capacity has memory.
            buffer.baseAddress.map { IPAddress(v4: address).writeDottedQuad(to: $0) } ?? 0
        }
    }

    /// Writes the last 32 bits, digit by digit: they stand in every answer, where an interpolation would cost as much as
    /// all else. The number of octets, at most `dottedQuadLength`, for which there has to be room.
    func writeDottedQuad(to memory: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for shift: UInt64 in [24, 16, 8, 0] {
            let octet = UInt8(truncatingIfNeeded: low >> shift)
            if shift != 24 {
                memory[count] = UInt8(ascii: ".")
                count += 1
            }
            if octet >= 100 {
                memory[count] = UInt8(ascii: "0") + octet / 100
                count += 1
            }
            if octet >= 10 {
                memory[count] = UInt8(ascii: "0") + octet / 10 % 10
                count += 1
            }
            memory[count] = UInt8(ascii: "0") + octet % 10
            count += 1
        }
        return count
    }

    private var groups: [UInt16] {
        [high, low].flatMap { half in
            [48, 32, 16, 0].map { (shift: UInt64) in UInt16(truncatingIfNeeded: half >> shift) }
        }
    }

    /// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as `::`.
    private static func canonicalText(_ groups: [UInt16]) -> String {
        var longest = 0..<0
        var index = 0
        while index < groups.count {
            var end = index
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - index > max(longest.count, 1) { longest = index..<end }
            index = max(end, index + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return text(0..<groups.count) }
        return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<groups.count)
    }
}

extension IPAddress {
    /// The address that fills exactly a range of bytes: a dotted quad, an IPv6 address, or an IPv6 address in brackets.
    init?(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty else { return nil }
        if bytes[range.lowerBound] == UInt8(ascii: "[") {
            guard range.count > 2, bytes[range.upperBound - 1] == UInt8(ascii: "]") else { return nil }
            self.init(parsingV6: bytes, in: range.lowerBound + 1..<range.upperBound - 1)
            return
        }
        if let address = IPAddress.parseV4(bytes, in: range) {
            self.init(v4: address)
        } else {
            self.init(parsingV6: bytes, in: range)
        }
    }

    /// A dotted quad of decimal numbers of one to three digits.
    static func parseV4(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt32? {
        guard range.count >= 7, range.count <= 15 else { return nil }
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for position in range {
            let byte = bytes[position]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | octet
                (octet, digits) = (0, 0)
                dots += 1
            } else {
                guard byte &- 0x30 < 10, digits < 3 else { return nil }
                octet = octet * 10 + UInt32(byte &- 0x30)
                digits += 1
                guard octet < 256 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return address << 8 | octet
    }

    /// The text form of RFC 4291 §2.2, whose `::` stands once and for at least one group (RFC 5954 mends the
    /// grammar of RFC 3261, which would have three colons before a dotted quad; RFC 5118 §4.10).
    private init?(parsingV6 bytes: Span<UInt8>, in range: Range<Int>) {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        var gap: Int?
        var position = range.lowerBound
        if range.count >= 2, bytes[position] == 0x3A {
            guard bytes[position + 1] == 0x3A else { return nil }
            gap = 0
            position += 2
        }
        while position < range.upperBound {
            var end = position
            while end < range.upperBound, bytes[end] != 0x3A { end += 1 }
            if end == range.upperBound, let quad = IPAddress.parseV4(bytes, in: position..<end) {
                guard count <= 6 else { return nil }
                groups[count] = UInt16(truncatingIfNeeded: quad >> 16)
                groups[count + 1] = UInt16(truncatingIfNeeded: quad)
                count += 2
                position = end
                break
            }
            guard count < 8, let group = IPAddress.hexGroup(bytes, in: position..<end) else { return nil }
            groups[count] = group
            count += 1
            guard end < range.upperBound else { break }
            position = end + 1
            guard position < range.upperBound else { return nil }
            if bytes[position] == 0x3A {
                guard gap == nil else { return nil }
                gap = count
                position += 1
            }
        }
        guard gap == nil ? count == 8 : count < 8 else { return nil }
        self.init(v6Groups: groups, count: count, gap: gap ?? count)
    }

    private init(v6Groups groups: InlineArray<8, UInt16>, count: Int, gap: Int) {
        var halves = (UInt64(0), UInt64(0))
        for place in 0..<8 {
            let zeros = 8 - count
            let group: UInt16 =
                if place < gap { groups[place] } else if place < gap + zeros { 0 } else { groups[place - zeros] }
            if place < 4 {
                halves.0 = halves.0 << 16 | UInt64(group)
            } else {
                halves.1 = halves.1 << 16 | UInt64(group)
            }
        }
        self.init(v6High: halves.0, low: halves.1)
    }

    private static func hexGroup(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt16? {
        guard range.count >= 1, range.count <= 4 else { return nil }
        var group: UInt16 = 0
        for position in range {
            guard let digit = hexDigit(bytes[position]) else { return nil }
            group = group << 4 | UInt16(digit)
        }
        return group
    }
}

/// The value of a hexadecimal digit in either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
}
