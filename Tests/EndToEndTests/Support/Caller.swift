import Synchronization
import Testing

/// A SIP user agent of a few lines that sends exactly the bytes that a test asks for, over UDP or TCP.
final class Caller: Sendable {
    enum Transport: String, CaseIterable, Sendable { case udp = "UDP", tcp = "TCP" }

    let transport: Transport
    let remotePort: UInt16
    let messages: Mailbox<WireMessage>
    /// The address and port that its Via and Contact name.
    let local: String
    let callID: String
    let fromTag: String

    private let datagrams: DatagramSocket?
    private let stream: StreamSocket?

    convenience init(_ transport: Transport, to daemon: Daemon) throws {
        try self.init(transport, toPort: daemon.port)
    }

    init(_ transport: Transport, toPort port: UInt16) throws {
        let messages = Mailbox<WireMessage>()
        self.messages = messages
        self.transport = transport
        remotePort = port
        callID = "\(UInt64.random(in: 0 ... .max))@test"
        fromTag = "t\(UInt32.random(in: 0 ... .max))"
        switch transport {
        case .udp:
            let socket = try DatagramSocket { datagram in
                if let message = WireMessage(datagram.bytes) { messages.put(message) }
            }
            datagrams = socket
            stream = nil
            local = "127.0.0.1:\(socket.port)"
        case .tcp:
            let framer = Mutex([UInt8]())
            let socket = try StreamSocket(to: port) { bytes in
                if bytes.isEmpty { messages.close() }
                framer.withLock { pending in
                    pending += bytes
                    while let message = Self.takeMessage(from: &pending) { messages.put(message) }
                }
            }
            datagrams = nil
            stream = socket
            local = "127.0.0.1:\(socket.port)"
        }
    }

    func send(_ text: String) {
        datagrams?.send(Array(text.utf8), to: remotePort)
        stream?.send(Array(text.utf8))
    }

    func send(bytes: [UInt8]) {
        datagrams?.send(bytes, to: remotePort)
        stream?.send(bytes)
    }

    /// A new branch (RFC 3261 8.1.1.7).
    static func branch() -> String { "z9hG4bK\(UInt64.random(in: 0 ... .max))" }

    /// A request as text, ready to be sent, as often as the test likes.
    func request(
        _ method: String, to uri: String? = nil, user: String = "tone", sequence: Int = 1, branch: String = branch(),
        toTag: String? = nil, headers: [String] = [], body: String = ""
    ) -> String {
        let lines =
            [
                "\(method) \(uri ?? "sip:\(user)@127.0.0.1:\(remotePort)") SIP/2.0",
                "Via: SIP/2.0/\(transport.rawValue) \(local);branch=\(branch);rport",
                "Max-Forwards: 70",
                "From: \"A Test\" <sip:test@127.0.0.1>;tag=\(fromTag)",
                "To: <sip:\(user)@127.0.0.1>" + (toTag.map { ";tag=\($0)" } ?? ""),
                "Call-ID: \(callID)",
                "CSeq: \(sequence) \(method)",
                "Contact: <sip:test@\(local);transport=\(transport.rawValue.lowercased())>",
            ] + headers + (body.isEmpty ? [] : ["Content-Type: application/sdp"])
            + ["Content-Length: \(body.utf8.count)", "", body]
        return lines.joined(separator: "\r\n")
    }

    /// A response to a request of the daemon.
    func respond(_ status: String, to request: WireMessage) {
        let copied = request.headers.filter { ["via", "from", "to", "call-id", "cseq"].contains($0.name) }
        let lines = ["SIP/2.0 \(status)"] + copied.map { "\($0.name): \($0.value)" } + ["Content-Length: 0", "", ""]
        send(lines.joined(separator: "\r\n"))
    }

    /// The next final response to a method, which must come in time.
    func final(
        _ method: String, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> WireMessage {
        let message = await messages.take(within: limit) { $0.method == method && ($0.status ?? 0) >= 200 }
        return try #require(message, "no final response to \(method)", sourceLocation: sourceLocation)
    }

    /// The next request of the daemon with this method, which must come in time.
    func incoming(
        _ method: String, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> WireMessage {
        let message = await messages.take(within: limit) { $0.method == method && $0.status == nil }
        return try #require(message, "no \(method) came", sourceLocation: sourceLocation)
    }

    /// An answer of this status, provisional or final.
    func status(
        _ status: Int, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> WireMessage {
        let message = await messages.take(within: limit) { $0.status == status }
        return try #require(message, "no \(status) came", sourceLocation: sourceLocation)
    }

    /// Places a call as far as its ACK, and gives back the 200.
    func call(_ user: String = "tone", sdp: String) async throws -> WireMessage {
        send(request("INVITE", user: user, body: sdp))
        let answer = try await final("INVITE")
        try #require(answer.status == 200, "\(answer)")
        acknowledge(answer, user: user)
        return answer
    }

    /// Sends the ACK for a 2xx.
    func acknowledge(_ answer: WireMessage, user: String = "tone", sequence: Int = 1, body: String = "") {
        send(
            request(
                "ACK", to: answer.contactURI, user: user, sequence: sequence, toTag: answer.toTag,
                body: body))
    }

    /// Hangs up, and expects 200.
    func hangUp(_ answer: WireMessage, user: String = "tone", sequence: Int = 2) async throws {
        send(request("BYE", to: answer.contactURI, user: user, sequence: sequence, toTag: answer.toTag))
        let response = try await final("BYE")
        #expect(response.status == 200)
    }

    /// An offer or answer with one audio line.
    static func sdp(port: UInt16, formats: String = "0 8", attributes: [String] = [], version: Int = 1) -> String {
        ([
            "v=0", "o=test 1 \(version) IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
            "m=audio \(port) RTP/AVP \(formats)",
        ] + attributes + [""]).joined(separator: "\r\n")
    }

    private static func takeMessage(from pending: inout [UInt8]) -> WireMessage? {
        guard let end = pending.firstIndex(of: [13, 10, 13, 10]), let head = WireMessage(Array(pending[..<(end + 4)]))
        else { return nil }
        let length = end + 4 + (head["content-length"].flatMap { Int($0) } ?? 0)
        guard pending.count >= length else { return nil }
        defer { pending.removeFirst(length) }
        return WireMessage(Array(pending[..<length]))
    }
}
