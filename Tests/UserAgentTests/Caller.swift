import SIP

@testable import UserAgent

extension IPAddress {
    /// A literal that the test knows to be one.
    static func test(_ text: String) -> IPAddress {
        guard let address = IPAddress(parsing: text) else { preconditionFailure("\(text) is no address") }
        return address
    }
}

extension TransportAddress {
    /// Where the peer's messages come from unless a test says otherwise.
    static let caller = TransportAddress(.udp, .test("198.51.100.7"), port: 5070, flow: 1)
    /// The same peer over a connection.
    static let connected = TransportAddress(.tcp, .test("198.51.100.7"), port: 40_000, flow: 9)
}

/// A scripted peer: it writes requests as they stand on the wire, wrong ones too.
struct Caller {
    var callID = "3848276298220188511@198.51.100.7"
    var fromTag = "9fxced76sl"
    /// Our tag, once the user agent has given it.
    var toTag: String?
    var requestURI = "sip:440@192.0.2.1"
    var host = "198.51.100.7:5070"
    var transport = "UDP"
    var contact: String? = "<sip:alice@198.51.100.7:5070>"
    var sequence: UInt32 = 1
    /// The number of the branch last used.
    var branch = 0
    /// Parameters of the Via besides the branch.
    var viaParameters = ";rport"

    /// An offer of PCMU and PCMA with telephone events.
    static func offer(
        port: Int = 20_000, host: String = "198.51.100.7", payloads: String = "0 8 101", direction: String? = nil,
        version: Int = 1
    ) -> String {
        let family = host.contains(":") ? "IP6" : "IP4"
        return """
            v=0\r
            o=alice 2890844526 \(version) IN \(family) \(host)\r
            s=-\r
            c=IN \(family) \(host)\r
            t=0 0\r
            m=audio \(port) RTP/AVP \(payloads)\r
            a=rtpmap:101 telephone-event/8000\r
            a=fmtp:101 0-15\r
            \(direction.map { "a=\($0)\r\n" } ?? "")
            """
    }

    /// A request. The branch is new unless the method belongs to another request's transaction.
    mutating func request(
        _ method: String, sequence: UInt32? = nil, sameBranch: Bool = false, headers: [String] = [],
        body: String = "", type: String = "application/sdp"
    ) -> [UInt8] {
        if !sameBranch { branch += 1 }
        let number = sequence ?? self.sequence
        var lines = [
            "\(method) \(requestURI) SIP/2.0",
            "Via: SIP/2.0/\(transport) \(host);branch=z9hG4bK\(fromTag)x\(branch)\(viaParameters)",
            "Max-Forwards: 70", "From: <sip:alice@example.net>;tag=\(fromTag)",
            "To: <\(requestURI)>\(toTag.map { ";tag=\($0)" } ?? "")", "Call-ID: \(callID)",
            "CSeq: \(number) \(method)",
        ]
        if let contact, method == "INVITE" { lines.append("Contact: \(contact)") }
        lines += headers
        if !body.isEmpty { lines.append("Content-Type: \(type)") }
        lines.append("Content-Length: \(body.utf8.count)")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// The INVITE that opens a call.
    mutating func invite(_ body: String = Caller.offer(), headers: [String] = []) -> [UInt8] {
        request("INVITE", headers: headers, body: body)
    }

    /// A further request in the dialog, with the next CSeq.
    mutating func next(_ method: String, headers: [String] = [], body: String = "") -> [UInt8] {
        sequence += 1
        return request(method, headers: headers, body: body)
    }

    /// The ACK of a 2xx: a transaction of its own.
    mutating func ack(_ body: String = "") -> [UInt8] { request("ACK", body: body) }

    /// The ACK of a failure: in the INVITE's transaction, with the tag of its response.
    mutating func ack(refusal: Response) -> [UInt8] {
        var same = self
        same.toTag = refusal.toTag?.description
        return same.request("ACK", sameBranch: true)
    }

    /// The CANCEL of the last request.
    mutating func cancel() -> [UInt8] { request("CANCEL", sameBranch: true) }

    /// Takes our tag from a response.
    mutating func learn(from response: Response?) { toTag = response?.toTag?.description }
}

extension Bench {
    /// A call is made, and answered and acknowledged at once.
    mutating func establish(
        _ caller: inout Caller, offer: String = Caller.offer(), from source: TransportAddress = .caller
    ) {
        answer(&caller, offer: offer, from: source)
        receive(caller.ack(), from: source)
    }

    /// A call is made and answered; its ACK does not come.
    mutating func answer(
        _ caller: inout Caller, offer: String = Caller.offer(), from source: TransportAddress = .caller
    ) {
        receive(caller.invite(offer), from: source)
        wait(core.configuration.autoAnswerDelay)
        caller.learn(from: responses.last)
    }
}

extension Response {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The lines of the body.
    var lines: [String] { text.split(separator: "\r\n").map(String.init) }

    /// The first value of a field.
    func field(_ name: HeaderName) -> String? { value(name)?.description }
}
