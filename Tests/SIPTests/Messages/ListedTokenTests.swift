import Testing

@testable import SIP

@Suite("Header fields that are lists of tokens (RFC 3261 7.3.1)")
struct ListedTokenTests {
    private static func request(_ fields: String) throws -> Request {
        let text = """
            OPTIONS sip:a@192.0.2.1 SIP/2.0\r
            Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r
            From: <sip:b@192.0.2.2>;tag=1\r
            To: <sip:a@192.0.2.1>\r
            Call-ID: 1\r
            CSeq: 1 OPTIONS\r
            \(fields)\r
            Content-Length: 0\r
            \r\n
            """
        let message = try Message(parsing: Array(text.utf8))
        guard case .request(let request) = message else {
            preconditionFailure("a request")
        }
        return request
    }

    @Test(
        "a token is found wherever it stands, in any case of letters",
        arguments: ["timer", "TIMER", "100rel, timer", "100rel ,\r\n  Timer , x", "a\r\nSupported: timer"])
    func found(value: String) throws {
        let request = try Self.request("Supported: \(value)")
        #expect(request.lists("timer", in: .supported))
        #expect(!request.lists("timer", in: .require))
    }

    @Test("a part of a token is none", arguments: ["timers", "xtimer", "\"timer\"", "timer x", ""])
    func notFound(value: String) throws {
        let request = try Self.request("Supported: \(value)")
        #expect(!request.lists("timer", in: .supported))
    }

    @Test("methods are told apart by case")
    func methods() throws {
        let request = try Self.request("Allow: INVITE, Update")
        #expect(
            !request.lists("UPDATE", in: .allow, hasCase: true) && request.lists("INVITE", in: .allow, hasCase: true))
    }

    @Test(
        "an IPv4 address is written as it is read",
        arguments: ["0.0.0.0", "255.255.255.255", "9.10.99.100", "127.0.0.1"])
    func dottedQuad(text: String) {
        #expect(IPAddress(parsing: text)?.description == text)
        #expect(IPAddress(parsing: "::ffff:\(text)")?.description == "::ffff:\(text)")
    }
}
