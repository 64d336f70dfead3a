import Testing

@testable import SIP

/// A table, a clock that stands still until it is told to go on, and what the table wanted in words.
struct TableHarness {
    let start = Instant(nanoseconds: 0)
    var now: Instant
    var table: TransactionTable
    /// The names of server transactions in the order in which their requests were delivered.
    var delivered: [ServerTransactionID] = []
    /// The messages that the table sent.
    var sent: [[UInt8]] = []

    init(limits: TransactionLimits = TransactionLimits()) {
        now = start
        table = TransactionTable(limits: limits, seed: 1)
    }

    mutating func receive(_ text: String, from peer: TransportAddress = .peer) throws -> [String] {
        var actions: [TransactionAction] = []
        table.receive(try Message(parsing: Array(text.utf8)), from: peer, now: now, into: &actions)
        return record(actions)
    }

    /// The user answers the request that was delivered last, or another.
    mutating func respond(_ status: Int, to text: String, tag: String? = "local", index: Int? = nil) throws -> [String]
    {
        let request = try Request(text)
        let id = try #require(index.map { delivered[$0] } ?? delivered.last)
        let bytes = request.response(status: status, toTag: tag, from: .peer)
        var actions: [TransactionAction] = []
        let isSent = table.respond(bytes, status: status, in: id, now: now, into: &actions)
        return isSent ? record(actions) : ["refused"] + record(actions)
    }

    mutating func send(_ text: String, to peer: TransportAddress = .peer) throws -> (ClientTransactionID, [String]) {
        var actions: [TransactionAction] = []
        let id = try table.send(try Request(text), to: peer, now: now, into: &actions)
        return (id, record(actions))
    }

    mutating func cancel(_ id: ClientTransactionID) -> [String] {
        var actions: [TransactionAction] = []
        table.cancel(id, now: now, into: &actions)
        return record(actions)
    }

    mutating func fail(_ id: TransactionID) -> [String] {
        var actions: [TransactionAction] = []
        table.transportFailed(id, into: &actions)
        return record(actions)
    }

    mutating func failConnection(_ address: TransportAddress) -> [String] {
        var actions: [TransactionAction] = []
        table.connectionFailed(address, into: &actions)
        return record(actions).sorted()
    }

    /// Time goes on, from deadline to deadline.
    mutating func advance(by duration: Duration) -> [String] {
        var seen: [String] = []
        let end = now + duration
        while let deadline = table.nextDeadline, deadline <= end {
            now = max(now, deadline)
            var actions: [TransactionAction] = []
            table.advance(to: now, into: &actions)
            seen += record(actions)
        }
        now = end
        return seen
    }

    private mutating func record(_ actions: [TransactionAction]) -> [String] {
        actions.map { action in
            switch action {
            case .send(let bytes, let peer, _):
                sent.append(bytes)
                return "send \(summary(bytes)) to \(peer)"
            case .deliverRequest(let request, let id, _):
                if let id { delivered.append(id) }
                return "deliver \(request.method)\(id == nil ? " without transaction" : "")"
            case .deliverResponse(let response, _, _):
                return "deliver \(response.status) \(response.cSeq.method)"
            case .cancelled: return "cancelled"
            case .refused(let request, _): return "refuse \(request.method)"
            case .failed(_, let failure): return "failed \(failure)"
            case .serverFailed(_, let failure): return "server failed \(failure)"
            case .ended(.server): return "ended server"
            case .ended(.client): return "ended client"
            }
        }
    }

    private func summary(_ bytes: [UInt8]) -> String {
        switch try? Message(parsing: bytes) {
        case .request(let request): "\(request.method)"
        case .response(let response): "\(response.status) \(response.cSeq.method)"
        case nil: "garbage"
        }
    }
}

extension TransportAddress {
    static let peer = TransportAddress(.udp, IPAddress(v4: 0xC000_0201), port: 5060)
    static func tcp(port: UInt16 = 40_000, flow: UInt64) -> TransportAddress {
        TransportAddress(.tcp, IPAddress(v4: 0xC000_0201), port: port, flow: flow)
    }
}

extension Request {
    init(_ text: String) throws {
        guard case .request(let request) = try Message(parsing: Array(text.utf8)) else { throw NotWhatWasWritten() }
        self = request
    }
}

extension Response {
    init(_ text: String) throws {
        guard case .response(let response) = try Message(parsing: Array(text.utf8)) else { throw NotWhatWasWritten() }
        self = response
    }
}

struct NotWhatWasWritten: Error {}

/// Messages between `a` and `b`, with what tests vary.
enum Wire {
    static func request(
        _ method: String, uri: String = "sip:b@192.0.2.9", branch: String? = "z9hG4bK-1", host: String = "192.0.2.1",
        fromTag: String = "a1", toTag: String? = nil, callID: String = "call-1", cSeq: Int = 1, headers: String = ""
    ) -> String {
        """
        \(method) \(uri) SIP/2.0\r
        Via: SIP/2.0/UDP \(host)\(branch.map { ";branch=\($0)" } ?? "")\r
        Max-Forwards: 70\r
        From: <sip:a@192.0.2.1>;tag=\(fromTag)\r
        To: <sip:b@192.0.2.9>\(toTag.map { ";tag=\($0)" } ?? "")\r
        Call-ID: \(callID)\r
        CSeq: \(cSeq) \(method)\r
        \(headers)Content-Length: 0\r
        \r

        """
    }

    static func response(
        _ status: Int, _ method: String, branch: String = "z9hG4bK-1", host: String = "192.0.2.1",
        toTag: String? = "b1", callID: String = "call-1", cSeq: Int = 1, headers: String = ""
    ) -> String {
        """
        SIP/2.0 \(status) Whatever\r
        Via: SIP/2.0/UDP \(host);branch=\(branch)\r
        From: <sip:a@192.0.2.1>;tag=a1\r
        To: <sip:b@192.0.2.9>\(toTag.map { ";tag=\($0)" } ?? "")\r
        Call-ID: \(callID)\r
        CSeq: \(cSeq) \(method)\r
        \(headers)Content-Length: 0\r
        \r

        """
    }
}
