/// A set of octets: one bit of a table that says for each octet in which of the sets it is.
struct CharacterClass: Sendable {
    private let bit: UInt16

    @inline(__always)
    private init(_ number: UInt16) { bit = 1 &<< number }

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool { CharacterClass.table[Int(octet)] & bit != 0 }
}

extension CharacterClass {
    /// `token` (RFC 3261 25.1): method names, header names, parameter names.
    @inline(__always) static var token: CharacterClass { CharacterClass(0) }

    /// The words of a display name without quotes, and octets that are not ASCII, which many a phone sends there
    /// without the quotes that they need.
    @inline(__always) static var displayName: CharacterClass { CharacterClass(1) }

    /// `word` and `@`: a Call-ID (RFC 3261 25.1).
    @inline(__always) static var callID: CharacterClass { CharacterClass(2) }

    /// A header parameter's value without quotes. The grammar has `token` or `host`; IPv6 addresses without
    /// brackets (RFC 5118 4.5) and whatever else cannot end the value are let pass.
    @inline(__always) static var value: CharacterClass { CharacterClass(3) }

    /// The user of a SIP URI, escapes apart. Beyond the grammar, what has no other meaning there is let pass:
    /// phones send `#`, and names in any charset.
    @inline(__always) static var user: CharacterClass { CharacterClass(4) }

    /// The same in an address without angle brackets, which a comma, question mark or semicolon ends (RFC 3261 20).
    @inline(__always) static var bareUser: CharacterClass { CharacterClass(5) }

    /// The password of a SIP URI, escapes apart (RFC 3261 25.1).
    @inline(__always) static var password: CharacterClass { CharacterClass(6) }

    /// A host name, with the underscore that names in private networks have.
    @inline(__always) static var host: CharacterClass { CharacterClass(7) }

    /// The name of a URI's parameter, escapes apart (RFC 3261 25.1, `paramchar`).
    @inline(__always) static var parameterName: CharacterClass { CharacterClass(8) }

    /// Its value: beyond the grammar, whatever cannot end it.
    @inline(__always) static var parameterValue: CharacterClass { CharacterClass(9) }

    /// The headers of a URI, escapes, `&` and `=` apart: beyond the grammar, whatever cannot end them.
    @inline(__always) static var uriHeader: CharacterClass { CharacterClass(10) }

    /// A URI of another scheme behind its colon.
    @inline(__always) static var opaque: CharacterClass { CharacterClass(11) }

    /// The same in an address without angle brackets.
    @inline(__always) static var bareOpaque: CharacterClass { CharacterClass(12) }

    /// A scheme behind its first letter.
    @inline(__always) static var scheme: CharacterClass { CharacterClass(13) }

    /// The digits and visual separators of a telephone number (RFC 3966 3), local numbers included.
    @inline(__always) static var phone: CharacterClass { CharacterClass(14) }
}

extension CharacterClass {
    /// A bit for each class by its number: the control characters, sixteen a line, the visible ones, eight a line, and
    /// what is not ASCII. It is a literal so that it lies in the program and is not made, or looked for, at run time; the
    /// tests of the grammar spell the classes out.
    private static let table: InlineArray<256, UInt16> = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x0000, 0x1F7F, 0x0004, 0x5E38, 0x1F78, 0x180F, 0x1B78, 0x1F7F,
        0x5F7C, 0x5F7C, 0x5F7F, 0x7F7F, 0x0E50, 0x7FFF, 0x7FFF, 0x1F3C,
        0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF,
        0x7FFF, 0x7FFF, 0x1F0C, 0x0C10, 0x0004, 0x1A78, 0x0004, 0x0C1C,
        0x1E0C, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x1F3C, 0x1C04, 0x1F3C, 0x1E38, 0x1FFF,
        0x1E3F, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF, 0x3FFF,
        0x3FFF, 0x3FFF, 0x3FFF, 0x1E3C, 0x1E38, 0x1E3C, 0x1F7F, 0x0000,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
        0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32, 0x32,
    ]
}
