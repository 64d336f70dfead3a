extension Fixture {
    /// RFC 4475 3.2 and 3.3.
    static let application: [Fixture] = [
        Fixture(
            "a branch that is the cookie alone", "4475 3.2.1", "request",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")),
        Fixture(
            "no From, To and Call-ID", "4475 3.3.1", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", without: ["From", "To", "Call-ID"])),
        Fixture(
            "a scheme that nobody knows", "4475 3.3.2", "request", request("OPTIONS quux:any*thing;at=all SIP/2.0")),
        Fixture(
            "a scheme of another protocol", "4475 3.3.3", "request", request("OPTIONS gopher://192.0.2.7:70/1 SIP/2.0")),
        Fixture(
            "other schemes in From, To and Contact", "4475 3.3.4", "request",
            request(
                "REGISTER sip:lab.example SIP/2.0", "To: isbn:0123456789", "From: <http://www.lab.example/>;tag=1",
                "Contact: <urn:oasis:names>")),
        Fixture(
            "extensions that nobody has", "4475 3.3.5", "request",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "Require: telepathy, clairvoyance", "Proxy-Require: luck")),
        Fixture(
            "a body of an unknown type", "4475 3.3.6", "request",
            request("INVITE sip:bench@lab.example SIP/2.0", "Content-Type: application/hieroglyphs", body: "?\n")),
        Fixture(
            "an unknown authorization scheme", "4475 3.3.7", "request",
            request("REGISTER sip:lab.example SIP/2.0", "Authorization: Handshake secret=yes")),
        Fixture(
            "two different values of what stands once", "4475 3.3.8", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "CSeq: 5 INVITE", "CSeq: 6 INVITE")),
        Fixture(
            "two Call-IDs", "4475 3.3.8", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Call-ID: a", "i: b")),
        Fixture(
            "two To", "4475 3.3.8", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "To: sip:a@lab.example", "t: sip:b@lab.example")),
        Fixture(
            "two From", "4475 3.3.8", "400",
            request(
                "INVITE sip:bench@lab.example SIP/2.0", "From: sip:a@lab.example;tag=1", "f: sip:b@lab.example;tag=2")),
        Fixture(
            "two Max-Forwards", "4475 3.3.8", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Max-Forwards: 7", "Max-Forwards: 8")),
        Fixture(
            "two Content-Lengths that differ", "4475 3.3.9", "400",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "Content-Length: 3", "l: 4", body: "abcdef")),
        Fixture(
            "two Content-Lengths that agree", "4475 3.3.9", "request",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "Content-Length: 3", "l: 3", body: "abcdef")),
        Fixture(
            "a response with a second Via to everybody", "4475 3.3.10", "response",
            wire("SIP/2.0 200 OK\n")
                + Array(
                    request(
                        "x", "CSeq: 1 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 255.255.255.255"
                    )
                    .drop { $0 != 10 }.dropFirst())),
        Fixture(
            "a Max-Forwards of zero", "4475 3.3.11", "request",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "Max-Forwards: 0")),
        Fixture(
            "an unknown parameter of Contact", "4475 3.3.12", "request",
            request("REGISTER sip:lab.example SIP/2.0", "Contact: sip:+15550100@lab.example;novel")),
        Fixture(
            "an unknown parameter of Contact's URI", "4475 3.3.13", "request",
            request("REGISTER sip:lab.example SIP/2.0", "Contact: <sip:+15550100@lab.example;novel>")),
        Fixture(
            "headers in Contact's URI", "4475 3.3.14", "request",
            request("REGISTER sip:lab.example SIP/2.0", "m: <sip:probe@lab.example?Route=%3Csip:edge.example%3E>")),
        Fixture(
            "an Accept without SDP", "4475 3.3.15", "request",
            request("INVITE sip:bench@lab.example SIP/2.0", "Accept: text/hieroglyphs")),
    ]
}
