import Testing

@testable import SIP

@Suite("Session-Expires, Min-SE and RAck header fields (RFC 4028 §4, RFC 3262 §7.2)")
struct SessionExpiresTests {
    func offer(_ headers: String) throws -> SessionTimerOffer {
        SessionTimerOffer(try Request(Wire.request("INVITE", headers: headers)))
    }

    @Test("A request says interval, refresher, minimum and whether it knows the extension")
    func offers() throws {
        #expect(try offer("") == SessionTimerOffer())
        #expect(
            try offer("Supported: 100rel, timer\r\nSession-Expires: 1800;refresher=UAC\r\nMin-SE: 120\r\n")
                == SessionTimerOffer(interval: 1_800, refresher: .uac, minimum: 120, isSupported: true))
        #expect(
            try offer("k: Timer\r\nx: 90 ; x=y ; refresher = uas\r\n")
                == SessionTimerOffer(interval: 90, refresher: .uas, isSupported: true))
        #expect(try offer("Require: timer\r\n") == SessionTimerOffer(isSupported: true))
    }

    @Test("A hostile number is no trap", arguments: ["", "x", "-1", "99999999999999999999999", ";refresher=uac"])
    func malformed(value: String) throws {
        #expect(try offer("Session-Expires: \(value)\r\n").interval == nil)
        #expect(try offer("Session-Expires: 4294967296\r\n").interval == .max)
    }

    @Test("A 2xx is an agreement; without the field there is none, without a refresher we refresh")
    func agreements() throws {
        func agreement(_ headers: String) throws -> SessionTimerAgreement? {
            SessionTimerAgreement(try Response(Wire.response(200, "INVITE", headers: headers)))
        }
        #expect(try agreement("") == nil)
        #expect(
            try agreement("Session-Expires: 300;refresher=uas\r\n")
                == SessionTimerAgreement(interval: 300, refresher: .uas, isRequired: false))
        let open = try #require(try agreement("Session-Expires: 300\r\n"))
        #expect(open == SessionTimerAgreement(interval: 300, refresher: .uac, isRequired: true))
        #expect(open.fieldValue == "300;refresher=uac")
        let now = Instant(nanoseconds: 0)
        #expect(SessionTimer(open, as: .uac, now: now).isOurs)
        #expect(!SessionTimer(open, as: .uas, now: now).isOurs)
    }

    @Test("A PRACK names the response that it acknowledges")
    func rAck() throws {
        func rAck(_ headers: String) throws -> RAck? { RAck(try Request(Wire.request("PRACK", headers: headers))) }
        #expect(try rAck("RAck: 776656 1 INVITE\r\n") == RAck(response: 776_656, cSeq: CSeq(1, .invite)))
        #expect(try rAck("RAck: 776656\t 1  FOO\r\n")?.cSeq.method == .other("FOO"))
        for malformed in ["", "RAck: 1 2\r\n", "RAck: 4294967296 1 INVITE\r\n", "RAck: 1 1 INVITE x\r\n", "RAck: \r\n"]
        {
            #expect(try rAck(malformed) == nil)
        }
    }
}
