/// The To tags of the responses that a table sends by itself (RFC 3261 §19.3): a sequence (SplitMix64) that begins
/// at a random number.
struct TagSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next tag, 16 hexadecimal digits.
    mutating func next() -> String {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return String(sixteenDigitsOf: mixed)
    }
}

extension String {
    /// The sixteen hexadecimal digits of a number.
    public init(sixteenDigitsOf number: UInt64) {
        self.init(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 0xF
                buffer[place] = digit < 10 ? Octet.zero + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
