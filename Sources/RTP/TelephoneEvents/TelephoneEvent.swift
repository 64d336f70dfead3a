/// One report of a telephone event: the payload of RFC 4733 section 2.3.
public struct TelephoneEvent: Hashable, Sendable {
    /// Octets of a report.
    public static let length = 4

    /// The event: 0 to 9 the digits, 10 the star, 11 the number sign, 12 to 15 A to D, 16 the hook flash (section 3.2).
    public var code: UInt8
    /// Whether the event is over.
    public var isEnd: Bool
    /// Power of the tone in -dBm0: 0 to 63.
    public var volume: UInt8
    /// How long the event, or the present segment of a long one, has lasted, in ticks of the timestamp's clock.
    public var duration: UInt16

    /// A report with these values.
    ///
    /// - Parameter volume: 0 to 63; higher values are the caller's error.
    public init(code: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
        precondition(volume < 64)
        self.code = code
        self.isEnd = isEnd
        self.volume = volume
        self.duration = duration
    }

    /// Reads the first report of `payload`; nil where it has fewer than four octets.
    public init?(parsing payload: UnsafeRawBufferPointer) {
        guard payload.count >= Self.length else { return nil }
        code = payload[0]
        isEnd = payload[1] & 0x80 != 0
        volume = payload[1] & 0x3F
        duration = payload.bigEndian16(at: 2)
    }

    /// Appends the report's four octets.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(code)
        bytes.append(volume & 0x3F | (isEnd ? 0x80 : 0))
        bytes.append(uint16: duration)
    }

    /// The key that event `code` stands for: 0 to 9, *, #, A to D; nil for any other event.
    public static func digit(of code: UInt8) -> Character? {
        switch code {
        case 0...9: Character(Unicode.Scalar(UInt8(ascii: "0") + code))
        case 10: "*"
        case 11: "#"
        case 12...15: Character(Unicode.Scalar(UInt8(ascii: "A") + code - 12))
        default: nil
        }
    }
}
