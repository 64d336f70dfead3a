extension Fixture {
    /// RFC 5118 4.
    static let ipv6: [Fixture] = [
        Fixture("a reference as Request-URI", "5118 4.1", "request", request("REGISTER sip:[2001:db8:7::a] SIP/2.0")),
        Fixture("an address without brackets", "5118 4.2", "400", request("REGISTER sip:2001:db8:7::a SIP/2.0")),
        Fixture(
            "what may be meant as a port within the brackets", "5118 4.3", "request",
            request("REGISTER sip:[2001:db8:7::a:5090] SIP/2.0")),
        Fixture(
            "a port behind the brackets", "5118 4.4", "request", request("REGISTER sip:[2001:db8:7::a]:5090 SIP/2.0")),
        Fixture(
            "received with brackets", "5118 4.5", "request",
            request(
                "BYE sip:[2001:db8:7::a] SIP/2.0",
                "Via: SIP/2.0/UDP [2001:db8:7::b];received=[2001:db8:7::c:255];branch=z9hG4bK1")),
        Fixture(
            "received without brackets", "5118 4.5", "request",
            request(
                "OPTIONS sip:[2001:db8:7::a] SIP/2.0",
                "Via: SIP/2.0/UDP [2001:db8:7::b];received=2001:db8:7::c:255;branch=z9hG4bK1")),
        Fixture(
            "addresses in the session description", "5118 4.6", "request",
            request(
                "INVITE sip:bench@[2001:db8:7::a] SIP/2.0", "Content-Type: application/sdp",
                body: "v=0\no=- 1 1 IN IP6 2001:db8:7::b\ns=-\nc=IN IP6 2001:db8:7::b\nt=0 0\n")),
        Fixture(
            "Vias of both families", "5118 4.7", "request",
            request(
                "BYE sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP [2001:db8:7::b]:6060;branch=z9hG4bK1",
                "Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK2",
                "Via: SIP/2.0/TCP [2001:db8:7::d];branch=z9hG4bK3;received=192.0.2.9")),
        Fixture(
            "both families in one session description", "5118 4.8", "request",
            request(
                "INVITE sip:bench@[2001:db8:7::a] SIP/2.0", "Content-Type: application/sdp",
                body: "v=0\no=- 1 1 IN IP4 lab.example\ns=\nt=0 0\nm=audio 9 RTP/AVP 0\nc=IN IP6 2001:db8:7::b\n")),
        Fixture(
            "an IPv4 address mapped into IPv6", "5118 4.9", "request",
            request(
                "INVITE sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP [::ffff:192.0.2.8]:7070;branch=z9hG4bK1",
                "Contact: \"P\" <sip:probe@[::FFFF:192.0.2.8]>")),
        Fixture("three colons", "5118 4.10", "400", request("OPTIONS sip:bench@[2001:db8:::192.0.2.8] SIP/2.0")),
        Fixture(
            "two colons before a dotted quad", "5118 4.10", "request",
            request("OPTIONS sip:bench@[2001:db8::192.0.2.8] SIP/2.0")),
    ]
}
