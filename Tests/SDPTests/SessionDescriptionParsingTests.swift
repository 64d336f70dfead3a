import Testing

@testable import SDP

@Suite("SessionDescription: parsing (RFC 8866 5, 9)")
struct SessionDescriptionParsingTests {
    @Test func readsTheFieldsOfADescription() throws {
        // RFC 8866 5, the example description, with its own media.
        let description = try SessionDescription(
            parsing: lines(
                "v=0", "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1", "s=Call to John Smith",
                "i=SDP Offer #1", "u=http://www.jdoe.example.com/home.html", "e=Jane Doe <jane@jdoe.example.com>",
                "p=+1 617 555-6011", "c=IN IP4 198.51.100.1", "t=0 0", "m=audio 49170 RTP/AVP 0",
                "m=audio 49180 RTP/AVP 0", "m=video 51372 RTP/AVP 99", "c=IN IP6 2001:db8::2",
                "a=rtpmap:99 h263-1998/90000"))
        #expect(description.origin.username == "jdoe")
        #expect(description.origin.sessionID == "3724394400")
        #expect(description.origin.version == "3724394405")
        #expect(description.origin.family == .ip4)
        #expect(description.origin.address == "198.51.100.1")
        #expect(description.sessionName == "Call to John Smith")
        #expect(description.connection == .init(family: .ip4, address: "198.51.100.1"))
        #expect(description.media.map(\.media) == ["audio", "audio", "video"])
        #expect(description.media.map(\.port) == [49170, 49180, 51372])
        #expect(description.media[2].formats == ["99"])
        #expect(description.media[2].connection == .init(family: .ip6, address: "2001:db8::2"))
        #expect(description.media[0].connection == description.connection)
        #expect(description.media[0].profile == "RTP/AVP")
    }

    @Test(
        "tolerates what the field sends",
        arguments: [
            "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n\0\0\0",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n\0INVITE sip:left over",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1 \r\nt=0 0\r\n\r\nm=audio  4000\tRTP/AVP 0 \r\n\r\n",
            "v=0\r\no=Jane van Doe 1 1 IN IP4 192.0.2.1\r\nt=0 0\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000/2 RTP/AVP 0\r\n",
            "v=0\r\no=- 99999999999999999999999 1.5 IN IP4 host\r\ns=-\r\nx=?\r\nc=in ip4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n",
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1/127\r\n",
            "\r\nv=0\r\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 [192.0.2.1]\r\nm=audio 4000 RTP/AVP 0\r\n",
        ])
    func tolerates(_ body: String) throws {
        let description = try SessionDescription(parsing: Array(body.utf8))
        let medium = try #require(description.media.first)
        #expect(description.media.count == 1)
        #expect(medium.media == "audio")
        #expect(medium.port == 4000)
        #expect(medium.profile == "RTP/AVP")
        #expect(medium.formats == ["0"])
        #expect(medium.connection == .init(family: .ip4, address: "192.0.2.1"))
    }

    @Test func takesAnyCharset() throws {
        let head: [UInt8] = lines("v=0", "o=- 1 1 IN IP4 192.0.2.1")
        let name: [UInt8] = [0x73, 0x3D, 0xFC, 0xE9, 0xFF, 0x0D, 0x0A]  // Latin-1, not UTF-8
        let rest = lines("c=IN IP4 192.0.2.1", "t=0 0", "m=audio 4000 RTP/AVP 0", "a=label:日本")
        let description = try SessionDescription(parsing: head + name + rest)
        #expect(description.media.count == 1)
        #expect(description.encode() == head + name + rest)
    }

    @Test(
        "an error tells what, where and which clause",
        arguments: [
            ("", .empty, 0, 0, "RFC 8866 5", 400),
            ("\r\n\r\n", .empty, 0, 0, "RFC 8866 5", 400),
            ("\0\0\0\0", .empty, 0, 0, "RFC 8866 5", 400),
            ("hello\r\n", .malformedLine, 1, 0, "RFC 8866 5", 400),
            ("v=1\r\n", .unsupportedVersion, 1, 0, "RFC 8866 5.1", 400),
            ("o=- 1 1 IN IP4 192.0.2.1\r\n", .unsupportedVersion, 1, 0, "RFC 8866 5.1", 400),
            ("v=0\r\ns=-\r\n", .missingOrigin, 0, 0, "RFC 8866 5.2", 400),
            ("v=0\r\no=- 1 1 IN IP4\r\n", .malformedOrigin, 2, 5, "RFC 8866 5.2", 400),
            ("v=0\r\no=\r\n", .malformedOrigin, 2, 5, "RFC 8866 5.2", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nnonsense\r\n", .malformedLine, 3, 23, "RFC 8866 5", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\n1=x\r\n", .malformedLine, 3, 23, "RFC 8866 5", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP4\r\n", .malformedConnection, 3, 23, "RFC 8866 5.7", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP4 a<b>\r\n", .malformedConnection, 3, 23, "RFC 8866 5.7", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP4 /127\r\n", .malformedConnection, 3, 23, "RFC 8866 5.7", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio\r\n", .malformedMedia, 3, 23, "RFC 8866 5.14", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 1 RTP/AVP\r\n", .malformedMedia, 3, 23, "RFC 8866 5.14", 400),
            ("v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP 0\u{1}\n", .malformedMedia, 3, 21, "RFC 8866 5.14", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 65536 RTP/AVP 0\r\n", .invalidPort, 3, 23, "RFC 8866 5.14", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio -1 RTP/AVP 0\r\n", .invalidPort, 3, 23, "RFC 8866 5.14", 400),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 1/x RTP/AVP 0\r\n", .invalidPort, 3, 23, "RFC 8866 5.14", 400),
        ] as [(String, SessionDescriptionError.Reason, Int, Int, String, Int)])
    func fails(
        _ body: String, _ reason: SessionDescriptionError.Reason, _ line: Int, _ offset: Int, _ clause: String,
        _ status: Int
    ) {
        let error = #expect(throws: SessionDescriptionError.self) {
            try SessionDescription(parsing: Array(body.utf8))
        }
        #expect(error == SessionDescriptionError(reason: reason, line: line, offset: offset))
        #expect(error?.clause == clause)
        #expect(error?.status == status)
    }

    @Test func isBounded() throws {
        let head = lines("v=0", "o=- 1 1 IN IP4 192.0.2.1")
        var limits = SessionDescription.Limits()
        limits.maximumBytes = 200
        limits.maximumLines = 5
        limits.maximumMedia = 2
        let media = lines("m=audio 0 RTP/AVP 0")
        #expect(try SessionDescription(parsing: head + media + media, limits: limits).media.count == 2)
        #expect(throws: SessionDescriptionError(reason: .tooManyMedia, line: 5, offset: 73)) {
            try SessionDescription(parsing: head + media + media + media, limits: limits)
        }
        let empty = Array("\n".utf8)
        #expect(throws: SessionDescriptionError(reason: .tooManyLines, line: 6, offset: 34)) {
            try SessionDescription(parsing: head + empty + empty + empty + empty, limits: limits)
        }
        let error = #expect(throws: SessionDescriptionError.self) {
            try SessionDescription(parsing: [UInt8](repeating: 0x76, count: 201), limits: limits)
        }
        #expect(error?.reason == .tooLarge)
        #expect(error?.status == 413)
        #expect(error?.description == "tooLarge in line 0 at byte 0 (RFC 8866 7)")
    }

    @Test(
        "the family of the first audio stream that is not refused",
        arguments: [
            (["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0"], .ip4),
            (["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1"], .ip6),
            (["c=IN IP6 2001:db8::1", "m=audio 0 RTP/AVP 0", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0"], .ip6),
            (["c=IN IP4 192.0.2.1", "m=video 4000 RTP/AVP 31"], nil),
            (["m=audio 4000 RTP/AVP 0"], nil),
            (["c=ATM NSAP 47.0005", "m=audio 4000 RTP/AVP 0"], nil),
        ] as [([String], AddressFamily?)])
    func audioFamily(_ rest: [String], _ family: AddressFamily?) throws {
        let all = ["v=0", "o=- 1 1 IN IP4 192.0.2.1"] + rest
        let description = try SessionDescription(parsing: Array(all.map { $0 + "\r\n" }.joined().utf8))
        #expect(description.audioFamily == family)
    }
}

@Suite("SessionDescription: encoding (RFC 8866 5)")
struct SessionDescriptionEncodingTests {
    @Test func givesBackWhatWasParsed() throws {
        let body = lines(
            "v=0", "o=- 1 1 IN IP4 192.0.2.1", "s= ", "c=IN IP4 192.0.2.1", "b=AS:64", "t=0 0",
            "a=x-unknown:kept as it is",
            "m=audio 4000 RTP/AVP 0 101", "a=candidate:1 1 UDP 2130706431 192.0.2.1 4000 typ host", "a=fmtp:101 0-16")
        #expect(try SessionDescription(parsing: body).encode() == body)
    }

    @Test func endsEveryLineByCRLFAndDropsWhatIsNoLine() throws {
        let body = Array(
            "v=0\no=- 1 1 IN IP4 192.0.2.1  \n\n\r\ns=-\r\r\nm=audio 0 RTP/AVP 0\0trailing\nc=nothing".utf8)
        let expected = lines("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "m=audio 0 RTP/AVP 0")
        let encoded = try SessionDescription(parsing: body).encode()
        #expect(encoded == expected)
        #expect(try SessionDescription(parsing: encoded).encode() == expected)
    }

    @Test func appendsToWhatIsThere() throws {
        let body = lines("v=0", "o=- 1 1 IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 0")
        var output: [UInt8] = [1, 2]
        try SessionDescription(parsing: body).encode(into: &output)
        #expect(output == [1, 2] + body)
    }
}
