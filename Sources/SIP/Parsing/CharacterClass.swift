/// A set of octets as a bitmap, so that membership is a shift and a mask.
struct CharacterClass: Sendable {
    /// Bits for octets 0 to 63.
    let low: UInt64
    /// Bits for octets 64 to 127.
    let high: UInt64
    /// Whether octets from 128 on belong to the class.
    let takesNonASCII: Bool

    @inline(__always)
    init(low: UInt64, high: UInt64, takesNonASCII: Bool = false) {
        self.low = low
        self.high = high
        self.takesNonASCII = takesNonASCII
    }

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        let word = octet < 64 ? low : high
        return octet < 128 ? word &>> UInt64(octet) & 1 != 0 : takesNonASCII
    }
}

extension CharacterClass {
    /// `token` (RFC 3261 25.1): method names, header names, parameter names.
    @inline(__always) static var token: CharacterClass {
        CharacterClass(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE)
    }

    /// The words of a display name without quotes, and octets that are not ASCII, which many a phone sends there
    /// without the quotes that they need.
    @inline(__always) static var displayName: CharacterClass {
        CharacterClass(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE, takesNonASCII: true)
    }

    /// `word` and `@`: a Call-ID (RFC 3261 25.1).
    @inline(__always) static var callID: CharacterClass {
        CharacterClass(low: 0xD7FF_EFA6_0000_0000, high: 0x6FFF_FFFF_BFFF_FFFF)
    }

    /// A header parameter's value without quotes. The grammar has `token` or `host`; IPv6 addresses without
    /// brackets (RFC 5118 4.5) and whatever else cannot end the value are let pass.
    @inline(__always) static var value: CharacterClass {
        CharacterClass(low: 0xA7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
    }

    /// The user of a SIP URI, escapes apart. Beyond the grammar, what has no other meaning there is let pass:
    /// phones send `#`, and names in any charset.
    @inline(__always) static var user: CharacterClass {
        CharacterClass(low: 0xABFF_FFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFE, takesNonASCII: true)
    }

    /// The same in an address without angle brackets, which a comma, question mark or semicolon ends (RFC 3261 20).
    @inline(__always) static var bareUser: CharacterClass {
        CharacterClass(low: 0x23FF_EFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFE, takesNonASCII: true)
    }

    /// The password of a SIP URI, escapes apart (RFC 3261 25.1).
    @inline(__always) static var password: CharacterClass {
        CharacterClass(low: 0x23FF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// A host name, with the underscore that names in private networks have.
    @inline(__always) static var host: CharacterClass {
        CharacterClass(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    }

    /// The name of a URI's parameter, escapes apart (RFC 3261 25.1, `paramchar`).
    @inline(__always) static var parameterName: CharacterClass {
        CharacterClass(low: 0x07FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    }

    /// Its value: beyond the grammar, whatever cannot end it.
    @inline(__always) static var parameterValue: CharacterClass {
        CharacterClass(low: 0x27FF_FFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
    }

    /// The headers of a URI, escapes, `&` and `=` apart: beyond the grammar, whatever cannot end them.
    @inline(__always) static var uriHeader: CharacterClass {
        CharacterClass(low: 0x8FFF_FF9A_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    }

    /// A URI of another scheme behind its colon.
    @inline(__always) static var opaque: CharacterClass {
        CharacterClass(low: 0xAFFF_FFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    }

    /// The same in an address without angle brackets.
    @inline(__always) static var bareOpaque: CharacterClass {
        CharacterClass(low: 0x27FF_EFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    }

    /// A scheme behind its first letter.
    @inline(__always) static var scheme: CharacterClass {
        CharacterClass(low: 0x03FF_6800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    }

    /// The digits and visual separators of a telephone number (RFC 3966 3), local numbers included.
    @inline(__always) static var phone: CharacterClass {
        CharacterClass(low: 0x03FF_6F08_0000_0000, high: 0x0000_007E_0000_007E)
    }
}
