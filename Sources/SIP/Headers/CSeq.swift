/// The CSeq header field (RFC 3261 §20.16).
public struct CSeq: Hashable, Sendable {
    /// The sequence number, less than 2**31 (§8.1.1.5).
    public var number: UInt32
    /// The method, equal to the request's.
    public var method: Method

    /// A sequence number and a method.
    public init(_ number: UInt32, _ method: Method) {
        self.number = number
        self.method = method
    }
}

extension CSeq: CustomStringConvertible {
    /// The value on the wire.
    public var description: String { "\(number) \(method)" }
}
