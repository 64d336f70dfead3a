import Testing

@testable import SIP

@Suite("URI (RFC 3261 19.1, RFC 3966)")
struct URITests {
    @Test("a SIP URI has all its parts")
    func parts() throws {
        let uri = try #require(
            URI("sip:al%69ce;day=tue:s&c@[2001:db8::1]:5070;transport=TCP;lr;x=%41?subject=a%20b&to=c"))
        #expect(uri.scheme == .sip && uri.isSIP)
        #expect(uri.user == "alice;day=tue" && uri.rawUser == "al%69ce;day=tue")
        #expect(uri.host == "2001:db8::1" && uri.address == IPAddress(v6High: 0x2001_0db8 << 32, low: 1))
        #expect(uri.port == 5070 && uri.transport == .tcp)
        #expect(uri.parameters["lr"] == "" && uri.parameters["x"] == "%41" && uri.parameters["y"] == nil)
        #expect(uri.headers == "subject=a%20b&to=c")
    }

    @Test("parts that are not there are absent")
    func minimal() throws {
        let uri = try #require(URI("SIPS:h"))
        #expect(uri.scheme == .sips && uri.host == "h" && uri.user == nil && uri.port == nil && uri.headers == "")
        #expect(uri.parameters.all.isEmpty && uri.address == nil && uri.transport == nil)
    }

    @Test("a telephone number and its parameters")
    func telephone() throws {
        let uri = try #require(URI("tel:+1-(201)-555.0123;phone-context=example.com"))
        #expect(uri.scheme == .tel && uri.user == "+1-(201)-555.0123" && !uri.isSIP)
        #expect(uri.parameters["phone-context"] == "example.com")
    }

    @Test("other schemes are kept as they are")
    func other() throws {
        let uri = try #require(URI("SOAP.beep+x-1://h:1/?q#f"))
        #expect(uri.scheme == .other("soap.beep+x-1") && uri.description == "SOAP.beep+x-1://h:1/?q#f")
    }

    @Test(
        "what phones send although the grammar has it not is taken",
        arguments: [
            "sip:*98#@h", "sip:jürgen@h", "sip:a[b]@h", "sip:a@my_host", "sip:h;alias=1.2.3.4~5060~1;k=a==", "sip:h;x=",
            "sip:a@h?Replaces=x;y=z",
        ])
    func tolerance(_ text: String) {
        #expect(URI(text)?.description == text)
    }

    @Test(
        "what is no URI is none",
        arguments: [
            "", "sip", "sip:", ":h", "1sip:h", "sip:@h", "sip:a@", "sip:a b@h", "sip:a@h:", "sip:a@h:65536",
            "sip:a@h:x",
            "sip:a@h:-1", "sip:a%4@h", "sip:a%zz@h", "sip:a@h;", "sip:a@h;;lr", "sip:a@h;=x", "sip:a@h?", "sip:a@h?x",
            "sip:a@h?=x", "sip:a@[::1", "sip:a@::1", "sip:a@[h]", "sip:<a@h>", "sip:a@h>", "sip:\"a\"@h", "tel:",
            "tel:+",
            "tel:-.()", "tel:12x", "tel:1;", "mailto:", "a<b:c", "sip:a@h\u{0}", "sip:a@h%00", "sip:a@b@c",
        ])
    func malformed(_ text: String) {
        #expect(URI(text) == nil)
    }

    @Test("a port of 65535 and of 0 can be written")
    func ports() {
        #expect(URI("sip:h:65535")?.port == 65_535)
        #expect(URI("sip:h:0")?.port == 0)
        #expect(URI("sip:h:00005060")?.port == 5_060)
    }
}

@Suite("URI comparison (RFC 3261 19.1.4, RFC 3966 5)")
struct URIComparisonTests {
    @Test(
        "the same",
        arguments: [
            ("sip:%61lice@atlanta.example;transport=TCP", "sip:alice@AtlanTa.Example;Transport=tcp"),
            ("sip:carol@chicago.example", "sip:carol@chicago.example;newparam=5"),
            ("sip:carol@chicago.example;security=on", "sip:carol@chicago.example;newparam=5"),
            (
                "sip:biloxi.example;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.example",
                "sip:biloxi.example;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.example"
            ),
            ("sip:alice@h?subject=x&priority=urgent", "sip:alice@h?priority=urgent&subject=x"),
            ("sip:a@[2001:DB8:0::1]", "sip:a@[2001:db8::1]"),
            ("SIP:a@h", "sip:a@h"), ("sip:a@h;x=Y", "sip:a@h;X=y"),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
            ("tel:7042;phone-context=Example.com", "TEL:70-42;phone-context=example.com"),
            ("tel:1;a=1;b=2", "tel:1;b=2;a=1"), ("urn:a:B", "URN:a:B"),
        ])
    func equivalent(_ left: String, _ right: String) throws {
        let (left, right) = (try #require(URI(left)), try #require(URI(right)))
        #expect(left.isEquivalent(to: right))
        #expect(right.isEquivalent(to: left))
    }

    @Test(
        "different",
        arguments: [
            ("sip:ALICE@h;transport=udp", "sip:alice@h;transport=UDP"),
            ("sip:bob@biloxi.example", "sip:bob@biloxi.example:5060"),
            ("sip:bob@biloxi.example", "sip:bob@biloxi.example;transport=udp"),
            ("sip:bob@biloxi.example", "sip:bob@biloxi.example:6000;transport=tcp"),
            ("sip:carol@chicago.example", "sip:carol@chicago.example?Subject=next%20meeting"),
            ("sip:bob@phone21.example", "sip:bob@192.0.2.4"), ("sip:a@h", "sips:a@h"), ("sip:a@h", "sip:h"),
            ("sip:a:x@h", "sip:a:y@h"), ("sip:a@h;security=on", "sip:a@h;security=off"),
            ("sip:a@h;user=phone", "sip:a@h"),
            ("sip:a@h;ttl=1", "sip:a@h"), ("sip:a@h;method=INVITE", "sip:a@h"), ("sip:a@h;maddr=1.2.3.4", "sip:a@h"),
            ("sip:a%00@h", "sip:a%00%00@h"), ("sip:a@h?x=1", "sip:a@h?x=2"), ("tel:+1201", "tel:1201"),
            ("tel:1", "tel:1;ext=2"), ("urn:a:B", "urn:a:b"), ("tel:1", "sip:1@h"),
        ])
    func different(_ left: String, _ right: String) throws {
        let (left, right) = (try #require(URI(left)), try #require(URI(right)))
        #expect(!left.isEquivalent(to: right))
        #expect(!right.isEquivalent(to: left))
    }

    @Test("the relation is not transitive (19.1.4)")
    func notTransitive() throws {
        let on = try #require(URI("sip:carol@h;security=on"))
        let plain = try #require(URI("sip:carol@h"))
        let off = try #require(URI("sip:carol@h;security=off"))
        #expect(on.isEquivalent(to: plain) && plain.isEquivalent(to: off) && !on.isEquivalent(to: off))
    }
}

@Suite("IPAddress in text (RFC 4291 2.2, RFC 5952, RFC 5954)")
struct IPAddressTextTests {
    @Test(
        "text and back",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("192.0.002.001", "192.0.2.1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::192.0.2.1", "2001:db8::c000:201"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func valid(_ text: String, _ canonical: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address.description == canonical)
        #expect(IPAddress(parsing: canonical) == address)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "0001.2.3.4", "a.b.c.d", ":", ":::",
            "1:::2", "1::2::3",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1.2.3", "1.2.3.4::",
            "2001:db8:::192.0.2.1",
            "1:2:3:4:5:6:7:1.2.3.4", "[::1", "::1]", "[]", "[1.2.3.4]", "1:", ":1", "h.example",
        ])
    func malformed(_ text: String) {
        #expect(IPAddress(parsing: text) == nil)
    }
}
