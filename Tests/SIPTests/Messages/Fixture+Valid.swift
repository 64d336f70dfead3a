extension Fixture {
    /// RFC 4475 3.1.1 and 3.4.
    static let valid: [Fixture] = [
        Fixture(
            "white space wherever it may stand, compact forms, escapes in quotes, a branch of RFC 2543", "4475 3.1.1.1",
            "request",
            wire(
                #"""
                INVITE sip:bench@lab.example;mode=odd SIP/2.0
                tO :
                  sip:bench@lab.example ;  tag   = b-17
                FROM   :  "Pro\"be \\ \\\""     <sip:probe@lab.example>
                  ;
                 tag = p-17
                max-FORWARDS:  0007
                i: probe.ws@lab.example
                content-LENGTH   :  4
                CSEQ: 0042
                   INVITE
                Via  :  SIP  /   2.0
                  /UDP
                     192.0.2.33;branch=oldfashioned
                S :
                X-Novel:   one
                  and one more
                X-Punctuation: ,;;,,;;;,
                Route:
                  <sip:edge.lab.example;lr;odd=yes;odder>
                V:  SIP  / 2.0 / TCP    inner.lab.example   ;
                   branch =  z9hG4bKinner ,
                  SIP / 2.0  / UDP  192.0.2.99   ; branch=
                  z9hG4bKinmost
                M:"A \"quoted\" one" <sip:probe@lab.example> ; novel =
                       value ;
                   flag ; q = 0.25

                body
                """#)),
        Fixture(
            "every character a token may have, control characters behind backslashes, any charset", "4475 3.1.1.2",
            "request",
            request(
                "Odd!%*_+`'~-. sip:a!b*c'(d)-_.~&e=f+g$h,i;j?k/l:pass&=+$,w@lab.example SIP/2.0",
                "Via: SIP/2.0/TCP probe.lab.example;branch=z9hG4bK!%*_+`'~-.",
                "To: \"bell:\\\u{7} nul:\\\u{0} del:\\\u{7F}\" <sip:x?y/z;w@lab.example>",
                "From: one!` two*'+ three.~-% <sip:probe@lab.example>;p%!'~=\"пример\";tag=t!%*_+`'~-.",
                "Call-ID: word!%*'()<>:\\/\"[]?{}@word{}?[]\"/\\:><)('*%!",
                "x!%*_+`'~-.: ﻿大停電")),
        Fixture(
            "escapes in URIs, letters that need none among them", "4475 3.1.1.3", "request",
            request(
                "INVITE sip:tel%3A%2B1%40home@lab.example SIP/2.0", "To: sip:%62ench@lab.example",
                "From: <sip:three%20blind%20mice@lab.example>;tag=1",
                "Contact: <sip:pro%62e@lab.example;%6C%72;fl%61g=v%25%34%32>")),
        Fixture(
            "escaped NULs in URIs", "4475 3.1.1.4", "request",
            request(
                "REGISTER sip:lab.example SIP/2.0", "To: sip:a%00b@lab.example", "From: sip:a%00b@lab.example;tag=1",
                "Contact: <sip:%00@lab.example>", "Contact: <sip:%00%00@lab.example>", "L:0")),
        Fixture(
            "percent signs where they escape nothing", "4475 3.1.1.5", "request",
            request(
                "IN%56ITE sip:lab.example SIP/2.0", "To: \"%4%41\" <sip:bench@lab.example>",
                "Contact: <sip:one@lab.example>", "C%6Fntact: <sip:two@lab.example>",
                "Via: SIP/2.0/TCP probe.lab.example;branch=z9hG4bK%zz")),
        Fixture(
            "a display name right before its bracket", "4475 3.1.1.6", "request",
            request("OPTIONS sip:bench@lab.example SIP/2.0", "From: probe<sip:probe@lab.example>;tag=1")),
        Fixture(
            "very long values and thirty Vias", "4475 3.1.1.7", "request",
            request(
                "INVITE sip:bench@lab.example SIP/2.0",
                "To: \"\(String(repeating: "long", count: 60))\"<sip:bench@lab.example;\(String(repeating: "p", count: 200))=1>",
                "X-\(String(repeating: "Name", count: 40)): \(String(repeating: "value ", count: 80))",
                "Via: SIP/2.0/TCP h0.lab.example;branch=z9hG4bKlong\(String(repeating: "long", count: 100))"
                    + (1..<30).map { "\n\(["Via", "v", "V ", "VIA  "][$0 % 4]): SIP/2.0/TCP h\($0).lab.example" }
                    .joined())),
        Fixture(
            "a second request behind the first in one datagram", "4475 3.1.1.8", "request",
            request("REGISTER sip:lab.example SIP/2.0", "Content-Length: 0")
                + request("INVITE sip:other@lab.example SIP/2.0")),
        Fixture(
            "a semicolon in the user part", "4475 3.1.1.9", "request",
            request("OPTIONS sip:bench;day=t%40day@lab.example SIP/2.0")),
        Fixture(
            "Vias of transports known and unknown", "4475 3.1.1.10", "request",
            request(
                "OPTIONS sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
                "Via: SIP/2.0/SCTP b.example;branch=z9hG4bK2, SIP/2.0/TLS c.example;branch=z9hG4bK3",
                "Via: SIP/2.0/CARRIER-PIGEON d.example;branch=z9hG4bK4")),
        Fixture(
            "a multipart body with octets of any value", "4475 3.1.1.11", "request",
            request(
                "MESSAGE sip:bench@lab.example SIP/2.0", "Content-Type: multipart/mixed;boundary=b0",
                "Content-Length: 64")
                + Array("--b0\r\nContent-Type: x/y\r\n\r\n".utf8) + (0..<30).map { UInt8($0) }
                + Array("\r\n--b0--".utf8)),
        Fixture(
            "a reason phrase in another alphabet", "4475 3.1.1.12", "response",
            wire("SIP/2.0 200 = 3**2 // да, конечно\n") + Array(request().drop { $0 != 10 }.dropFirst())),
        Fixture(
            "no reason phrase", "4475 3.1.1.13", "response",
            wire("SIP/2.0 183 \n") + Array(request().drop { $0 != 10 }.dropFirst())),
        Fixture(
            "a request of RFC 2543", "4475 3.4.1", "request",
            request(
                "INVITE sip:bench@lab.example SIP/2.0", "Via: SIP/2.0/UDP gateway.lab.example",
                "From: <sip:+15550100@lab.example;user=phone>",
                "Record-Route: <sip:bench@lab.example;maddr=lab.example>",
                "Content-Type: application/sdp", without: ["Max-Forwards"], body: "v=0\n")),
    ]
}
