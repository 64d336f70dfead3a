extension Codec {
    /// The level in dBm0 of 0 dBov: of a square wave between the codec's extreme values, which are its overload point
    /// (RFC 3389 section 3, RFC 6464 section 3). A sine at G.711's limit has 3.17 dBm0 (µ-law) or 3.14 dBm0 (A-law).
    public var overloadLevel: Double {
        switch self {
        case .pcmu: 6.18
        case .pcma: 6.15
        }
    }

    /// The mean power of a payload that is not empty, 0 to 1: 1 is 0 dBov.
    public func meanPower(of octets: UnsafeRawBufferPointer) -> Double {
        let squares: SquareTable
        switch self {
        case .pcmu: squares = .pcmu
        case .pcma: squares = .pcma
        }
        return Double(squares.sum(over: octets)) * squares.inverseOverload / Double(octets.count)
    }
}

/// The square of each octet's sample, so that the power of a payload costs a load and an addition a sample.
private struct SquareTable: @unchecked Sendable {
    // 1 KiB for each codec, written once, before anybody sees the pointer, and never freed.
    private let squares: UnsafePointer<UInt32>
    /// One over the square of the extreme sample.
    let inverseOverload: Double

    static let pcmu = SquareTable(.pcmu)
    static let pcma = SquareTable(.pcma)

    private init(_ codec: Codec) {
        let squares = UnsafeMutablePointer<UInt32>.allocate(capacity: 256)
        var overload: UInt32 = 1
        for octet in UInt8.min ... .max {
            let sample = Int32(codec.decode(octet))
            squares[Int(octet)] = UInt32(sample * sample)
            overload = max(overload, squares[Int(octet)])
        }
        self.squares = UnsafePointer(squares)
        inverseOverload = 1 / Double(overload)
    }

    /// At most 2048 octets come in a datagram: the sum of 32-bit numbers stays far below 2**64.
    @inline(__always)
    func sum(over octets: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0
        for octet in octets { sum &+= UInt64(squares[Int(octet)]) }
        return sum
    }
}
