/// What stands between the bytes on the wire and those of the user, such as TLS. No I/O: bytes in; bytes out both ways.
protocol StreamTransform: AnyObject {
    /// Begins, once the connection is there.
    func start() throws(StreamTransformError) -> StreamTransformStep
    /// Takes bytes of the wire, which are lent for the call.
    func receive(_ bytes: UnsafeRawBufferPointer) throws(StreamTransformError) -> StreamTransformStep
    /// Turns bytes of the user into bytes for the wire; only when established.
    func send(_ bytes: [UInt8]) throws(StreamTransformError) -> [UInt8]
    /// The bytes for the wire that say that no more will come.
    func finish() -> [UInt8]
    /// What was settled, when established.
    var security: StreamSecurityDescription? { get }
}

/// What came of a step.
struct StreamTransformStep {
    /// For the user.
    var received: [UInt8] = []
    /// For the wire.
    var toSend: [UInt8] = []
    /// Whether the user may send.
    var isEstablished = false
    /// Whether the peer has said that no more will come.
    var isFinished = false
}

/// The stream cannot go on.
struct StreamTransformError: Error {
    let reason: String
    /// The last words for the wire, such as an alert.
    var toSend: [UInt8] = []
}
