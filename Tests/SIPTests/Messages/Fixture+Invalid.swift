extension Fixture {
    /// RFC 4475 3.1.2.
    static let invalid: [Fixture] = [
        Fixture(
            "separators with nothing between them", "4475 3.1.2.1", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;;;,,;")),
        Fixture(
            "separators with nothing between them in Contact", "4475 3.1.2.1", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Contact: \"P\" <sip:probe@lab.example>;;;")),
        Fixture(
            "a Content-Length beyond the datagram", "4475 3.1.2.2", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Content-Length: 6000", body: "v=0\n")),
        Fixture(
            "a negative Content-Length", "4475 3.1.2.3", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Content-Length: -7", body: "v=0\n")),
        Fixture(
            "a CSeq number of 2**64", "4475 3.1.2.4", "400",
            request("REGISTER sip:lab.example SIP/2.0", "CSeq: 18446744073709551616 REGISTER")),
        Fixture(
            "a CSeq number of 2**31", "4475 3.1.2.4", "400",
            request("REGISTER sip:lab.example SIP/2.0", "CSeq: 2147483648 REGISTER")),
        Fixture(
            "a Max-Forwards of 256", "4475 3.1.2.4", "400",
            request("REGISTER sip:lab.example SIP/2.0", "Max-Forwards: 256")),
        Fixture(
            "a response with an overlarge CSeq number", "4475 3.1.2.5", "nothing",
            wire("SIP/2.0 503 Off\n")
                + Array(request("OPTIONS x:y SIP/2.0", "CSeq: 99999999999 OPTIONS").drop { $0 != 10 }.dropFirst())),
        Fixture(
            "a quoted string that does not end", "4475 3.1.2.6", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "To: \"Bench <sip:bench@lab.example>")),
        Fixture(
            "brackets around the Request-URI", "4475 3.1.2.7", "400", request("INVITE <sip:bench@lab.example> SIP/2.0")),
        Fixture(
            "white space within the Request-URI", "4475 3.1.2.8", "400",
            request("INVITE sip:bench@lab.example; lr SIP/2.0")),
        Fixture(
            "two spaces before the Request-URI", "4475 3.1.2.9", "400", request("INVITE  sip:bench@lab.example SIP/2.0")
        ),
        Fixture(
            "two spaces before the version", "4475 3.1.2.9", "400", request("INVITE sip:bench@lab.example  SIP/2.0")),
        Fixture(
            "spaces behind the version", "4475 3.1.2.10", "400", request("OPTIONS sip:bench@lab.example SIP/2.0  ")),
        Fixture(
            "headers in the Request-URI", "4475 3.1.2.11", "400",
            request("INVITE sip:bench@lab.example?Route=%3Csip:evil.example%3E SIP/2.0")),
        Fixture(
            "a time zone other than GMT", "4475 3.1.2.12", "400",
            request("INVITE sip:bench@lab.example SIP/2.0", "Date: Wed, 07 Jan 2026 09:30:00 CET")),
        Fixture(
            "a URI with headers without brackets", "4475 3.1.2.13", "400",
            request("REGISTER sip:lab.example SIP/2.0", "Contact: sip:probe@lab.example?Route=%3Csip:evil.example%3E")),
        Fixture(
            "spaces around the address between brackets", "4475 3.1.2.14", "400",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "To: \"Bench\" < sip:bench@lab.example >")),
        Fixture(
            "a comma in a display name without quotes", "4475 3.1.2.15", "400",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "From: Probe, The <sip:probe@lab.example>;tag=1")),
        Fixture(
            "no empty line behind the header", "4475 3.1.2.15", "400",
            Array(request("OPTIONS sip:bench@lab.example SIP/2.0").dropLast(2))),
        Fixture("another version of SIP", "4475 3.1.2.16", "505", request("OPTIONS sip:bench@lab.example SIP/3.1")),
        Fixture(
            "a CSeq of another method", "4475 3.1.2.17", "400",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "CSeq: 17 BYE")),
        Fixture(
            "a CSeq of another method than the unknown one, which is the user agent's to refuse", "4475 3.1.2.18",
            "request", request("INVENT sip:bench@lab.example SIP/2.0", "CSeq: 17 INVITE")),
        Fixture(
            "a status code of 2**32 + 200", "4475 3.1.2.19", "nothing",
            wire("SIP/2.0 4294967496 Fine\n") + Array(request().drop { $0 != 10 }.dropFirst())),
    ]
}
