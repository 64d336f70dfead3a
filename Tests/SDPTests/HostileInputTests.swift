import Testing

@testable import SDP

/// SplitMix64: a test that fails fails again with the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("SDP: hostile bytes never trap, and our answer to them is a description")
struct HostileInputTests {
    private static let seeds: [[UInt8]] = [
        lines(
            "v=0", "o=alice 2890844526 2890844526 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
            "m=audio 49170 RTP/AVP 0 8 97 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:97 iLBC/8000", "a=fmtp:97 mode=20",
            "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=maxptime:60", "a=sendrecv",
            "a=rtcp:53020 IN IP4 192.0.2.2", "a=rtcp-mux", "a=rtcp-xr:voip-metrics rcvr-rtt=all:10"),
        lines(
            "v=0", "o=- 1 1 IN IP6 2001:db8::1", "s= ", "c=IN IP6 2001:db8::1", "t=0 0", "a=inactive",
            "m=video 51372/2 RTP/AVP 31 99", "a=rtpmap:99 h263-1998/90000", "m=image 0 udptl t38",
            "m=audio 49170 RTP/AVPF 9 111", "c=IN IP6 ff15::101/3", "a=rtpmap:111 opus/48000/2", "m=audio 4 RTP/AVP 8",
            "c=IN IP4 0.0.0.0"),
    ]
    private static let pieces = [
        "\r\n", "\n", "\0", "m=audio 1 RTP/AVP 0\r\n", "m=", "a=", "c=IN IP4 1.1.1.1\r\n", ":", "/", " ", "=", "65536",
        "18446744073709551616", "-1", "a=rtpmap:0 ", "a=ptime:\r\n", "\u{7F}", "é", "ff", "0.0.0.0", ".invalid", "[]",
    ].map { Array($0.utf8) }

    private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let position = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where !bytes.isEmpty:
                bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1 where !bytes.isEmpty:
                bytes.remove(at: position)
            case 2 where !bytes.isEmpty:
                bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...40, using: &generator)))
            case 3 where !bytes.isEmpty:
                let end = min(bytes.count, position + Int.random(in: 1...40, using: &generator))
                bytes.insert(contentsOf: bytes[position..<end], at: 0)
            case 4:
                bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &generator)))
            default:
                bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: position)
            }
        }
        return bytes
    }

    @Test("mutations of real offers", arguments: 0..<8)
    func mutations(_ seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let capabilities = AudioCapabilities(codecs: [.pcmu, .opus, .pcma]).with {
            $0.extendedReports = .voipMetrics
        }
        var session = LocalSession(id: 1)
        var parsed = 0
        var answered = 0
        for _ in 0..<2000 {
            let body = mutate(Self.seeds.randomElement(using: &generator) ?? [], &generator)
            guard let description = try? SessionDescription(parsing: body) else { continue }
            parsed += 1
            let encoded = description.encode()
            let again = try SessionDescription(parsing: encoded)
            #expect(again.encode() == encoded)
            #expect(again.media == description.media)
            #expect(again.origin == description.origin)
            let isIPv6 = description.audioFamily == .ip6
            let local = isIPv6 ? LocalMedia.test6 : .test
            var other = session
            _ = other.offer(from: local, capabilities: capabilities)
            _ = try? other.accept(answer: description)
            guard let negotiation = try? session.answer(to: description, from: local, capabilities: capabilities) else {
                continue
            }
            answered += 1
            let answer = try SessionDescription(parsing: negotiation.answer)
            #expect(answer.media.count == description.media.count)
            #expect(
                answer.media.map(\.media)
                    == description.media.enumerated().map { position, medium in
                        position == negotiation.audio?.mediaIndex ? "audio" : medium.media
                    })
            #expect(answer.media.filter { $0.port != 0 }.count == (negotiation.audio == nil ? 0 : 1))
        }
        // The mutations are gentle enough to get behind the first line of defence.
        #expect(parsed > 500)
        #expect(answered > 200)
    }

    @Test("noise", arguments: 0..<4)
    func noise(_ seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...600, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let body = lines("v=0", "o=- 1 1 IN IP4 192.0.2.1") + bytes
            _ = try? SessionDescription(parsing: body)
            #expect(throws: SessionDescriptionError.self) { try SessionDescription(parsing: [0xFF] + bytes) }
        }
    }

    @Test func aDescriptionOfTheLargestSizeIsAnsweredInBoundedTime() throws {
        let formats = String(repeating: " 96", count: 8000)
        let maps = (0..<1000).map { _ in "a=rtpmap:97 x/1" }.joined(separator: "\n")
        let body = "v=0\no=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\nm=audio 1 RTP/AVP 0\(formats)\n\(maps)\n"
        var limits = SessionDescription.Limits()
        limits.maximumBytes = 65536
        let description = try SessionDescription(parsing: Array(body.utf8), limits: limits)
        let clock = ContinuousClock()
        var answer: Negotiation?
        let time = try clock.measure { answer = try negotiate(description) }
        #expect(answer?.audio?.codec.format == .pcmu)
        #expect(time < .seconds(2))
    }
}
