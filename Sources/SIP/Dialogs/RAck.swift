/// What a PRACK acknowledges (RFC 3262 §7.2): the RSeq of a provisional response, and the CSeq of its request.
public struct RAck: Hashable, Sendable {
    /// The RSeq of the response.
    public let response: UInt32
    /// The CSeq of the request that the response answers.
    public let cSeq: CSeq

    /// What acknowledges a response.
    public init(response: UInt32, cSeq: CSeq) {
        self.response = response
        self.cSeq = cSeq
    }

    /// The RAck of a PRACK; `nil` where it is missing or malformed, which is to be answered with 400.
    public init?(_ request: Request) {
        guard let value = request.value(.rAck) else { return nil }
        let parts = value.slice.split(whereSeparator: \.isSIPSpace)
        guard parts.count == 3, let response = UInt32(String(decoding: parts[0], as: UTF8.self)),
            let number = UInt32(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(response: response, cSeq: CSeq(number, Method(String(decoding: parts[2], as: UTF8.self))))
    }
}
