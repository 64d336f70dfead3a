import Testing

@testable import SDP

/// The parser reads by words of eight bytes: what counts must not depend on where in a word it stands.
@Suite("SessionDescription: lines and names at every offset of a word")
struct WordBoundaryTests {
    @Test("an error keeps its line and offset", arguments: 0..<18)
    func offsets(_ length: Int) {
        let padding = String(repeating: "x", count: length)
        for end in ["\n", "\r\n", " \t\r\n"] {
            let head = "v=0\(end)o=- 1 1 IN IP4 h\(end)s=\(padding)\(end)"
            let error = #expect(throws: SessionDescriptionError.self) {
                try SessionDescription(parsing: Array((head + "m=audio 1 RTP/AVP 0\u{7F}\(end)").utf8))
            }
            #expect(
                error == SessionDescriptionError(reason: .malformedMedia, line: 4, offset: head.utf8.count))
        }
    }

    @Test("a NUL ends the description, a tab ends nothing", arguments: 0..<18)
    func ends(_ length: Int) throws {
        let name = "\(String(repeating: "x", count: length))\ty"
        let text = "v=0\no=- 1 1 IN IP4 h\ns=\(name)\nm=audio 0\tRTP/AVP 0\0m=video"
        let description = try SessionDescription(parsing: Array(text.utf8))
        #expect(description.sessionName == name)
        #expect(description.media.map(\.media) == ["audio"])
        #expect(description.encode() == lines("v=0", "o=- 1 1 IN IP4 h", "s=\(name)", "m=audio 0\tRTP/AVP 0"))
    }

    @Test(
        "a name counts whole, wherever the description ends",
        arguments: [
            ("a=inactive", .inactive), ("a=inactive \t", .inactive), ("a= inactive", .inactive),
            ("a=inactive :x", .inactive), ("  a=recvonly", .recvonly), ("a=inactives", .sendrecv),
            ("a=inactiv", .sendrecv), ("a=INACTIVE", .sendrecv), ("a=inactive x", .sendrecv), ("b=inactive", .sendrecv),
            ("a=inactive\r\na=sendonly", .sendonly), ("a=\r\na=sendonly\r\n\r\n", .sendonly), ("a=", .sendrecv),
        ] as [(String, Direction)])
    func names(_ line: String, _ direction: Direction) throws {
        for length in 0..<9 {
            let head = "v=0\r\no=\(String(repeating: "x", count: length + 1)) 1 1 IN IP4 h\r\nm=audio 1 RTP/AVP 0\r\n"
            let description = try SessionDescription(parsing: Array((head + line).utf8))
            #expect(description.media.map(\.direction) == [direction])
        }
    }

    @Test(
        "an attribute that is another one's beginning is not it",
        arguments: [
            ("a=rtcp-mux", true), ("a=rtcp-mux:x", true), ("a=rtcp-muxed", false), ("a=rtcp-mu", false),
            ("a=rtcp-fb:rtcp-mux", false),
        ])
    func prefixes(_ line: String, _ isMultiplexed: Bool) throws {
        let audio = try #require(try audio(offer("m=audio 4000 RTP/AVP 0", line)))
        #expect(audio.rtcpMux == isMultiplexed)
        #expect(audio.remoteRTCP?.port == (isMultiplexed ? 4000 : 4001))
    }

    @Test func aNumberMayHaveZerosInFrontButNoMoreThanSevenBits() throws {
        let opus = AudioCapabilities(codecs: [.opus])
        let good = try offer("m=audio 4000 RTP/AVP 0000111", "a=rtpmap:000000000000000000000111 opus/48000/2")
        #expect(try audio(good, opus)?.codec.sendPayloadType == 111)
        for number in ["367", "111x", "x111", "-111", ""] {
            let bad = try offer("m=audio 4000 RTP/AVP 111", "a=rtpmap:\(number) opus/48000/2")
            #expect(throws: NegotiationError.noSharedCodec) { try audio(bad, opus) }
        }
    }
}

@Suite("LocalSession: descriptions of any length")
struct LongDescriptionTests {
    @Test("media beyond the first two keep their places", arguments: 1...6)
    func manyMedia(_ count: Int) throws {
        let media = (1..<count).map { "m=video \($0) RTP/AVP \($0)\r\na=mid:\($0)\r\n" }.joined()
        let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n"
        let offer = try SessionDescription(
            parsing: Array((head + media + "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n").utf8))
        #expect(offer.media.map(\.direction) == Array(repeating: .sendrecv, count: count - 1) + [.sendonly])
        let negotiation = try negotiate(offer)
        #expect(negotiation.audio?.mediaIndex == count - 1)
        #expect(
            text(negotiation.answer).filter { $0.hasPrefix("m=") }
                == (1..<count).map { "m=video 0 RTP/AVP \($0)" } + ["m=audio 10000 RTP/AVP 8"])
    }

    @Test("an answer longer than most is whole", arguments: [10, 40, 200])
    func longAnswer(_ formats: Int) throws {
        let numbers = (0..<formats).map { "f\($0)" }.joined(separator: " ")
        let answer = text(try negotiate(offer("m=video 5000 RTP/AVP \(numbers)", "m=audio 4000 RTP/AVP 0")).answer)
        #expect(answer[5] == "m=video 0 RTP/AVP \(numbers)")
        #expect(answer.last == "a=sendrecv")
        #expect(answer.count == 10)
    }

    @Test("the o= line's numbers", arguments: [0, 9, 10, 99, 100, 12345, 9_999_999_999, .max] as [UInt64])
    func numbers(_ number: UInt64) throws {
        var session = LocalSession(id: number, version: number)
        let first = try session.answer(to: offer("m=audio 1 RTP/AVP 0"), from: .test, capabilities: .g711)
        #expect(text(first.answer)[1] == "o=milliwatt \(number) \(number) IN IP4 198.51.100.7")
        let second = try session.answer(to: offer("m=audio 1 RTP/AVP 8"), from: .test, capabilities: .g711)
        #expect(text(second.answer)[1] == "o=milliwatt \(number) \(number &+ 1) IN IP4 198.51.100.7")
    }
}
