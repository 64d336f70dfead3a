import Testing

@testable import SDP

@Suite("LocalSession: the formats of an answer (RFC 3264 6.1)")
struct AnswerCodecTests {
    @Test func answersAPlainOfferLineByLine() throws {
        let offer = try offer(
            "m=audio 49170 RTP/AVP 0 8 3 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:3 GSM/8000",
            "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv")
        let negotiation = try negotiate(offer)
        #expect(
            text(negotiation.answer) == [
                "v=0", "o=milliwatt 4242 4242 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0",
                "m=audio 10000 RTP/AVP 0 8 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv",
            ])
        let audio = try #require(negotiation.audio)
        #expect(audio.codec.format == .pcmu)
        #expect(audio.codec.sendPayloadType == 0)
        #expect(audio.codec.receivePayloadType == 0)
        #expect(audio.alternatives.map(\.format) == [.pcma])
        #expect(audio.telephoneEvent?.sendPayloadType == 101)
        #expect(audio.telephoneEvent?.receivePayloadType == 101)
        #expect(audio.telephoneEvent?.clockRate == 8000)
        #expect(audio.packetTime == 20)
        #expect(audio.direction == .sendrecv)
        #expect(!audio.held)
        #expect(!audio.rtcpMux)
        #expect(audio.mediaIndex == 0)
        #expect(audio.remote == RemoteMedia(host: "192.0.2.1", family: .ip4, port: 49170))
        #expect(audio.remoteRTCP == RemoteMedia(host: "192.0.2.1", family: .ip4, port: 49171))
        #expect(audio.extendedReportsToSend.isEmpty)
    }

    @Test func usesThePeersOrderOrOursAsToldTo() throws {
        let offer = try offer("m=audio 4000 RTP/AVP 8 9 0")
        let ours = AudioCapabilities(codecs: [.g722, .pcmu, .pcma])
        #expect(try formats(offer, ours) == ["8", "9", "0"])
        #expect(try formats(offer, ours.with { $0.preference = .ours }) == ["9", "0", "8"])
        #expect(try formats(offer, ours.with { $0.answersOneCodec = true }) == ["8"])
        let one = ours.with {
            $0.preference = .ours
            $0.answersOneCodec = true
        }
        #expect(try formats(offer, one) == ["9"])
        #expect(try audio(offer, one)?.alternatives == [])
    }

    @Test(
        "recognises a codec by number or by rtpmap",
        arguments: [
            (["m=audio 4000 RTP/AVP 0"], "PCMU", 0),  // RFC 3551: static, no rtpmap
            (["m=audio 4000 RTP/AVP 8", "a=rtpmap:8 pcma/8000"], "PCMA", 8),  // names ignore case
            (["m=audio 4000 RTP/AVP 96 97", "a=rtpmap:97 PCMA/8000"], "PCMA", 97),  // a dynamic number
            (["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMU/8000/1"], "PCMU", 96),  // channels written out
            (["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU"], "PCMU", 0),  // the rate left out
            (["m=audio 4000 RTP/AVP 9", "a=rtpmap:9 G722/16000"], "G722", 9),  // the common mistake
            (["m=audio 4000 RTP/AVP 9"], "G722", 9),
            (["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMA/8000"], "PCMA", 0),  // remapped: the rtpmap decides
            (["m=audio 4000 RTP/AVP 111", "a=rtpmap:111 OPUS/48000/2"], "opus", 111),
            (["m=audio 4000 RTP/AVP 98", "a=rtpmap: 98  L16/16000"], "L16", 98),
            (["m=audio 4000 RTP/AVP 0 0 0 0"], "PCMU", 0),
            (["m=audio 4000 RTP/AVP x 300 128 0"], "PCMU", 0),  // numbers that are none
            (["m=AUDIO 4000 rtp/avp 0"], "PCMU", 0),
            (["m=audio 4000 RTP/AVPF 0"], "PCMU", 0),
        ])
    func recognises(_ media: [String], _ name: String, _ payloadType: UInt8) throws {
        let capabilities = AudioCapabilities(codecs: [.opus, .g722, .pcmu, .pcma, .l16])
        let audio = try #require(try audio(description(media), capabilities))
        #expect(audio.codec.format.name == name)
        #expect(audio.codec.sendPayloadType == payloadType)
        #expect(audio.codec.receivePayloadType == payloadType)
        #expect(audio.alternatives.isEmpty)
    }

    @Test(
        "no shared codec is 488 with warning 305",
        arguments: [
            ["m=audio 4000 RTP/AVP 18"],
            ["m=audio 4000 RTP/AVP 3 101", "a=rtpmap:101 telephone-event/8000"],  // events alone are no audio
            ["m=audio 4000 RTP/AVP 96"],  // dynamic without rtpmap
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMU/16000"],
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMU/8000/2"],
            ["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 G726-32/8000"],
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMUX/8000"],
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:96"],
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:256 PCMU/8000"],
            ["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 /8000"],
            ["m=audio 4000 RTP/AVP 18446744073709551616"],
        ])
    func sharesNothing(_ media: [String]) throws {
        let error = #expect(throws: NegotiationError.self) { try audio(description(media)) }
        #expect(error == .noSharedCodec)
        #expect(error?.status == 488)
        #expect(error?.warningCode == 305)
    }

    @Test(
        "telephone events go with the clock rate of a codec (RFC 4733 2.1)",
        arguments: [
            (["m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000"], ["0", "101"]),
            (["m=audio 4000 RTP/AVP 101 0", "a=rtpmap:101 telephone-event/8000"], ["0", "101"]),
            (["m=audio 4000 RTP/AVP 0 96", "a=rtpmap:96 TELEPHONE-EVENT/8000"], ["0", "96"]),
            (["m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/48000"], ["0"]),
            (
                [
                    "m=audio 4000 RTP/AVP 111 110 101", "a=rtpmap:111 opus/48000/2",
                    "a=rtpmap:110 telephone-event/48000",
                    "a=rtpmap:101 telephone-event/8000",
                ], ["111", "110"]
            ),
            (
                [
                    "m=audio 4000 RTP/AVP 0 111 110 101", "a=rtpmap:111 opus/48000/2",
                    "a=rtpmap:110 telephone-event/48000", "a=rtpmap:101 telephone-event/8000",
                ], ["0", "111", "110", "101"]
            ),
            (
                [
                    "m=audio 4000 RTP/AVP 0 100 101", "a=rtpmap:100 telephone-event/8000",
                    "a=rtpmap:101 telephone-event/8000",
                ], ["0", "100"]
            ),
            (["m=audio 4000 RTP/AVP 0 101"], ["0"]),
        ])
    func telephoneEvents(_ media: [String], _ formats: [String]) throws {
        let capabilities = AudioCapabilities(codecs: [.opus, .pcmu])
        #expect(try self.formats(description(media), capabilities) == formats)
        let disabled = capabilities.with { $0.telephoneEvents = false }
        let withoutEvents = try self.formats(description(media), disabled)
        #expect(withoutEvents.allSatisfy { ["0", "111"].contains($0) })
        #expect(try audio(description(media), disabled)?.telephoneEvent == nil)
    }

    @Test func theEventIsTheOneOfTheCodecThatWeSendWith() throws {
        let media = [
            "m=audio 4000 RTP/AVP 0 111 110 101", "a=rtpmap:111 opus/48000/2", "a=rtpmap:110 telephone-event/48000",
            "a=rtpmap:101 telephone-event/8000",
        ]
        let capabilities = AudioCapabilities(codecs: [.opus, .pcmu])
        #expect(try audio(description(media), capabilities)?.telephoneEvent?.sendPayloadType == 101)
        let ours = capabilities.with { $0.preference = .ours }
        #expect(try audio(description(media), ours)?.telephoneEvent?.sendPayloadType == 110)
        #expect(try audio(description(media), ours)?.codec.format == .opus)
    }

    @Test func ourFormatParametersAreAnsweredAndThePeersPassedUp() throws {
        let media = ["m=audio 4000 RTP/AVP 107", "a=rtpmap:107 opus/48000/2", "a=fmtp:107 minptime=10; stereo=1"]
        let negotiation = try negotiate(description(media), AudioCapabilities(codecs: [.opus]))
        #expect(negotiation.audio?.codec.remoteParameters == "minptime=10; stereo=1")
        #expect(text(negotiation.answer).contains("a=rtpmap:107 opus/48000/2"))
        #expect(text(negotiation.answer).contains("a=fmtp:107 useinbandfec=1"))
    }

    @Test(
        "packet time: the peer's wish from 10 to 60 ms, else ours",
        arguments: [
            ([], 20), (["a=ptime:10"], 10), (["a=ptime:30"], 30), (["a=ptime:60"], 60), (["a=ptime:70"], 20),
            (["a=ptime:0"], 20), (["a=ptime:25"], 20), (["a=ptime:20.0"], 20), (["a=ptime:30.5"], 20),
            (["a=ptime:-30"], 20), (["a=ptime:99999999999999999999"], 20), (["a=ptime"], 20), (["a=ptime:"], 20),
            (["a=maxptime:10"], 10), (["a=maxptime:15"], 10), (["a=maxptime:5"], 10), (["a=maxptime:200"], 20),
            (["a=ptime:40", "a=maxptime:30"], 30), (["a=ptime:40", "a=maxptime:39.9"], 30),
            (["a=ptime:60", "a=maxptime:60"], 60),
        ])
    func packetTime(_ attributes: [String], _ packetTime: Int) throws {
        let negotiation = try negotiate(description(["m=audio 4000 RTP/AVP 0"] + attributes))
        #expect(negotiation.audio?.packetTime == packetTime)
        #expect(text(negotiation.answer).contains("a=ptime:\(packetTime)"))
    }

    @Test func ourLargestPacketIsSaidAndKept() throws {
        let capabilities = AudioCapabilities.g711.with { $0.maximumPacketTime = 40 }
        let negotiation = try negotiate(description(["m=audio 4000 RTP/AVP 0", "a=ptime:60"]), capabilities)
        #expect(negotiation.audio?.packetTime == 40)
        #expect(text(negotiation.answer).suffix(3) == ["a=ptime:40", "a=maxptime:40", "a=sendrecv"])
    }

    private func description(_ media: [String]) throws -> SessionDescription {
        let head = ["v=0", "o=alice 1 1 IN IP4 192.0.2.1", "c=IN IP4 192.0.2.1"]
        return try SessionDescription(parsing: Array((head + media).map { $0 + "\r\n" }.joined().utf8))
    }

    private func formats(_ offer: SessionDescription, _ capabilities: AudioCapabilities) throws -> [String] {
        try SessionDescription(parsing: negotiate(offer, capabilities).answer).media[0].formats
    }
}
