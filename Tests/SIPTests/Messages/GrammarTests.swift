import Testing

@testable import SIP

@Suite("Grammar (RFC 3261 25.1)")
struct GrammarTests {
    private static let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    private static func octets(of characters: CharacterClass) -> Set<UInt8> {
        Set((0...255).map { UInt8($0) }.filter { characters.contains($0) })
    }

    private static func visible(without: String) -> Set<UInt8> {
        Set((0x21...0x7E).map { UInt8($0) }).subtracting(without.utf8)
    }

    @Test("classes of characters are those that the grammar lists, or all but what ends the text")
    func classes() {
        let token = Set((Self.alphanumeric + "-.!%*_+`'~").utf8)
        let unreserved = Set((Self.alphanumeric + "-_.!~*'()").utf8)
        let nonASCII = Set((128...255).map { UInt8($0) })
        #expect(Self.octets(of: .token) == token)
        #expect(Self.octets(of: .displayName) == token.union(nonASCII))
        #expect(Self.octets(of: .callID) == token.union("()<>:\\\"/[]?{}@".utf8))
        #expect(Self.octets(of: .password) == unreserved.union("&=+$,".utf8))
        #expect(Self.octets(of: .host) == Set((Self.alphanumeric + "-._").utf8))
        #expect(Self.octets(of: .scheme) == Set((Self.alphanumeric + "+-.").utf8))
        #expect(Self.octets(of: .parameterName) == unreserved.union("[]/:&+$".utf8))
        #expect(Self.octets(of: .phone) == Set("0123456789abcdefABCDEF*#-.()+".utf8))
        #expect(Self.octets(of: .value) == Self.visible(without: ",;\"<>\\"))
        #expect(Self.octets(of: .user) == Self.visible(without: "\"<>@:%\\").union(nonASCII))
        #expect(Self.octets(of: .bareUser) == Self.visible(without: "\"<>@:%\\,;?").union(nonASCII))
        #expect(Self.octets(of: .parameterValue) == Self.visible(without: "\"<>;?%\\"))
        #expect(Self.octets(of: .uriHeader) == Self.visible(without: "\"<>&=%"))
        #expect(Self.octets(of: .opaque) == Self.visible(without: "\"<>"))
        #expect(Self.octets(of: .bareOpaque) == Self.visible(without: "\"<>,;?"))
    }

    @Test(
        "a header is known by its name and by its compact form, in any case, wherever it stands",
        arguments: HeaderName.allCases)
    func headerNames(_ header: HeaderName) {
        guard header != .other else { return }
        let names = [header.description] + (header.compactForm.map { [String($0)] } ?? [])
        for name in names.flatMap({ [$0, $0.uppercased(), $0.lowercased()] }) {
            // With octets behind the name, as within a message, and at the very end.
            for padding in ["", ": x", ": \(String(repeating: "x", count: 40))"] {
                let bytes = Array((name + padding).utf8)
                #expect(HeaderName(parsing: bytes.span, in: 0..<name.utf8.count) == header)
                let found = HeaderName.known(bytes.span, at: 0)
                #expect(padding.count < 40 || found?.name == header && found?.count == name.utf8.count)
            }
        }
    }

    @Test(
        "names that differ in one octet are others",
        arguments: [
            "Vi", "Viaa", "Vib", "Call\rID", "Call\u{0D}ID", "Callid", "From\u{0}", "F\u{52}OM ", "T\u{4}",
            "Content-Lengt", "Content-Lengthh",
            "P-Asserted-Identit", "P-Preferred-Identityy", "Proxy-Authorizatiom", "a", "z", "",
            String(repeating: "v", count: 90),
        ])
    func otherNames(_ name: String) {
        let padded = Array((name + ": " + String(repeating: "x", count: 40)).utf8)
        #expect(HeaderName(parsing: padded.span, in: 0..<name.utf8.count) == .other)
        #expect(HeaderName.known(padded.span, at: 0) == nil)
    }

    @Test(
        "a display name is without its quotes and escapes",
        arguments: [
            ("\"a \\\"b\\\\c\\d\" <sip:h>", "a \"b\\cd"), ("\"\" <sip:h>", ""), ("Plain  Words<sip:h>", "Plain  Words"),
            ("<sip:h>", nil),
            ("sip:h", nil), ("Grüße <sip:h>", "Grüße"),
        ])
    func displayNames(_ text: String, _ name: String?) throws {
        let address = try #require(NameAddress(text))
        #expect(address.displayName == name && address.uri.host == "h")
    }

    @Test("an address's parameters are the header's, those between brackets the URI's (20.10)")
    func addressParameters() throws {
        let bare = try #require(NameAddress("sip:a@h;tag=1;x"))
        #expect(bare.tag == "1" && bare.parameters["x"] == "" && bare.uri.parameters.all.isEmpty)
        let bracketed = try #require(NameAddress("<sip:a@h;tag=2;x>;TAG = \"3\""))
        #expect(
            bracketed.tag == "\"3\"" && bracketed.parameters["tag"] == "3" && bracketed.uri.parameters["tag"] == "2")
        #expect(bracketed.parameters["x"] == nil)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "<>", "<sip:h", "sip:h>", "\"a <sip:h>", "\"a\" sip:h", "a b", "a, b <sip:h>", "< sip:h>", "<sip:h >",
            "<sip:h>;", "<sip:h>;;x",
            "<sip:h>;tag=", "<sip:h>;x=\"y", "<sip:h> x", "<sip:h><sip:h>", "sip:h?x=y", "a \"b\" <sip:h>",
            "<sip:h>;x=<y>", "@", "*",
        ])
    func malformedAddresses(_ text: String) {
        #expect(NameAddress(text) == nil)
    }

    @Test("a Call-ID is compared with case, and as a whole")
    func callID() {
        #expect(WireText("aB") == "aB" && WireText("aB") != "ab" && WireText("") == "" && WireText("a") != "")
        #expect(WireText("aB").hashValue == WireText("xaBx".dropFirst().dropLast()).hashValue)
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", "Call-ID: a b")) == "400")
        #expect(outcome(of: request("OPTIONS sip:a@b SIP/2.0", "Call-ID:")) == "400")
    }
}
