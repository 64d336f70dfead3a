import Testing

@testable import SIP

@Suite("Via (RFC 3261 20.42, 18.2; RFC 3581)")
struct ViaTests {
    private static func options(_ vias: String...) throws -> Request {
        try #require(
            try Message(parsing: request("OPTIONS sip:a@b SIP/2.0", fields: vias.map { "Via: " + $0 })).request)
    }

    @Test("all parts, white space and folds wherever they may stand")
    func parts() throws {
        let via = try Self.options(
            "SIP / 2.0\n / tcp \t [2001:db8::9] : 5071 ; Branch = z9hG4bKx\n ;x ; y=\"a;b,c\" , SIP/2.0/UDP z"
        ).topVia
        #expect(via.transport == "tcp" && via.host == "2001:db8::9" && via.port == 5071 && via.branch == "z9hG4bKx")
        #expect(via.parameters["x"] == "" && via.parameters["y"] == "a;b,c" && !via.hasReportPort)
    }

    @Test("values are counted over all fields and commas")
    func count() throws {
        let options = try Self.options("SIP/2.0/UDP a;x=\"1,2\", SIP/2.0/UDP b", "SIP/2.0/UDP c")
        #expect(options.viaCount == 3)
    }

    @Test(
        "what is no Via is refused",
        arguments: [
            "", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0UDP h", "SIP/2.0/UDPh", "/2.0/UDP h",
            "SIP/2.0/UDP h:", "SIP/2.0/UDP h:x",
            "SIP/2.0/UDP h:65536", "SIP/2.0/UDP h;", "SIP/2.0/UDP h;;x", "SIP/2.0/UDP h;=x", "SIP/2.0/UDP h x",
            "SIP/2.0/UDP h,",
            "SIP/2.0/UDP h;x=\"y", "SIP/2.0/UDP [::1", "SIP/2.0/UDP 2001:db8::1", "SIP/2.0/UDP <h>",
        ])
    func malformed(_ via: String) throws {
        #expect(fault(in: request("OPTIONS sip:a@b SIP/2.0", "Via: \(via)"))?.reason == .malformed(.via))
    }

    // MARK: - Where the response goes

    private static let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0207), port: 40_000, flow: 3)

    @Test(
        "over UDP a response goes back to the source, there to the port of sent-by (18.2.2) or, asked to, of the source (3581)",
        arguments: [
            ("SIP/2.0/UDP h", "192.0.2.7", 5060), ("SIP/2.0/UDP h:5099", "192.0.2.7", 5099),
            ("SIP/2.0/UDP 198.51.100.1:5099;rport", "192.0.2.7", 40_000),
            ("SIP/2.0/UDP h:5099;rport=1", "192.0.2.7", 40_000),
            ("SIP/2.0/UDP h;maddr=239.1.1.1", "239.1.1.1", 5060),
            ("SIP/2.0/UDP h:5099;maddr=198.51.100.2;rport", "198.51.100.2", 5099),
            ("SIP/2.0/UDP h;maddr=name.example;rport", "192.0.2.7", 40_000),
            ("SIP/2.0/UDP h;received=203.0.113.9;rport", "192.0.2.7", 40_000),
        ])
    func datagram(_ via: String, _ host: String, _ port: UInt16) throws {
        let target = try Self.options(via).responseAddress(from: Self.source)
        #expect(
            target.address.description == host && target.port == port && target.flow == 3 && target.transport == .udp)
    }

    @Test(
        "nobody elsewhere has a response sent to our own host or to everybody",
        arguments: [
            "127.0.0.1", "255.255.255.255", "0.0.0.0", "[::1]", "[::]",
        ])
    func reflection(_ maddr: String) throws {
        let target = try Self.options("SIP/2.0/UDP h;rport;maddr=\(maddr)").responseAddress(from: Self.source)
        #expect(target == Self.source)
    }

    @Test("over a connection a response goes back by it", arguments: [TransportProtocol.tcp, .tls])
    func connection(_ transport: TransportProtocol) throws {
        let source = TransportAddress(transport, IPAddress(v4: 0xC000_0207), port: 40_000, flow: 9)
        #expect(try Self.options("SIP/2.0/TCP h:5099;maddr=239.1.1.1").responseAddress(from: source) == source)
    }

    // MARK: - What the response's Via says

    @Test(
        "received and rport say what was seen, and what the peer claims of them gives way",
        arguments: [
            ("SIP/2.0/UDP 192.0.2.7;branch=1", "SIP/2.0/UDP 192.0.2.7;branch=1"),
            ("SIP/2.0/UDP h;branch=1", "SIP/2.0/UDP h;branch=1;received=192.0.2.7"),
            ("SIP/2.0/UDP 198.51.100.1", "SIP/2.0/UDP 198.51.100.1;received=192.0.2.7"),
            ("SIP/2.0/UDP 192.0.2.7;rport;branch=1", "SIP/2.0/UDP 192.0.2.7;rport=40000;branch=1;received=192.0.2.7"),
            ("SIP/2.0/UDP [::ffff:192.0.2.7]:1", "SIP/2.0/UDP [::ffff:192.0.2.7]:1"),
            ("SIP/2.0/UDP h;rport=9;received=203.0.113.9;x", "SIP/2.0/UDP h;rport=40000;x;received=192.0.2.7"),
            ("SIP/2.0/UDP h;received=203.0.113.9;rport", "SIP/2.0/UDP h;rport=40000;received=192.0.2.7"),
            (
                "SIP/2.0/UDP h ; rport\n ; x, SIP/2.0/UDP below;rport",
                "SIP/2.0/UDP h ;rport=40000 ; x;received=192.0.2.7, SIP/2.0/UDP below;rport"
            ),
        ])
    func topVia(_ via: String, _ answered: String) throws {
        let bytes = try Self.options(via, "SIP/2.0/TCP last;received=1.2.3.4").response(
            status: 200, toTag: "t", from: Self.source)
        let response = try #require(try Message(parsing: bytes).response)
        let vias = response.headerFields.filter { $0.known == .via }.map(\.value.description)
        #expect(vias == [answered, "SIP/2.0/TCP last;received=1.2.3.4"])
    }
}
