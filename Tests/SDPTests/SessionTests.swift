import Testing

@testable import SDP

@Suite("LocalSession: later offers (RFC 3264 8)")
struct LaterOfferTests {
    private var session = LocalSession(id: 7, version: 100, username: "-", name: "test")

    private mutating func answer(_ media: String...) throws -> Negotiation {
        let head = ["v=0", "o=alice 1 1 IN IP4 192.0.2.1", "c=IN IP4 192.0.2.1"]
        let offer = try SessionDescription(parsing: Array((head + media).map { $0 + "\r\n" }.joined().utf8))
        return try session.answer(to: offer, from: .test, capabilities: .g711)
    }

    private func origin(_ negotiation: Negotiation) -> String { text(negotiation.answer)[1] }

    @Test mutating func theVersionRisesOnlyWithAChange() throws {
        let first = try answer("m=audio 4000 RTP/AVP 0")
        #expect(origin(first) == "o=- 7 100 IN IP4 198.51.100.7")
        #expect(text(first.answer)[2] == "s=test")
        let refresh = try answer("m=audio 4000 RTP/AVP 0")
        #expect(refresh.answer == first.answer)
        // The peer moves: our answer says the same as before.
        let moved = try answer("m=audio 5000 RTP/AVP 0")
        #expect(moved.answer == first.answer)
        #expect(moved.audio?.remote?.port == 5000)
        let held = try answer("m=audio 5000 RTP/AVP 0", "a=sendonly")
        #expect(origin(held) == "o=- 7 101 IN IP4 198.51.100.7")
        let resumed = try answer("m=audio 5000 RTP/AVP 0", "a=sendrecv")
        #expect(origin(resumed) == "o=- 7 102 IN IP4 198.51.100.7")
        #expect(session.version == 102)
    }

    @Test mutating func theOriginAddressStaysWhenOurMediaMoves() throws {
        _ = try answer("m=audio 4000 RTP/AVP 0")
        let offer = try SessionDescription(
            parsing: lines("v=0", "o=- 1 1 IN IP6 ::1", "c=IN IP6 2001:db8::1", "m=audio 4000 RTP/AVP 0"))
        let moved = try session.answer(to: offer, from: .test6, capabilities: .g711)
        #expect(origin(moved) == "o=- 7 101 IN IP4 198.51.100.7")
        #expect(text(moved.answer)[3] == "c=IN IP6 2001:db8::7")
    }

    @Test mutating func codecsMayChange() throws {
        #expect(try answer("m=audio 4000 RTP/AVP 0").audio?.codec.format == .pcmu)
        let changed = try answer("m=audio 4000 RTP/AVP 8")
        #expect(changed.audio?.codec.format == .pcma)
        #expect(text(changed.answer).contains("m=audio 10000 RTP/AVP 8"))
    }

    @Test mutating func mediaMayBeAddedAndRemoved() throws {
        _ = try answer("m=audio 4000 RTP/AVP 0")
        let added = try answer("m=audio 4000 RTP/AVP 0", "m=video 4002 RTP/AVP 31")
        #expect(text(added.answer).contains("m=video 0 RTP/AVP 31"))
        #expect(added.audio?.mediaIndex == 0)
        let removed = try answer("m=audio 4000 RTP/AVP 0", "m=video 0 RTP/AVP 31")
        #expect(removed.answer == added.answer)
    }

    @Test mutating func theStreamInUseIsKeptWhereAnotherWouldFitToo() throws {
        let first = try answer("m=audio 4000 RTP/SAVP 0", "m=audio 4002 RTP/AVP 0")
        #expect(first.audio?.mediaIndex == 1)
        let second = try answer("m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/AVP 0")
        #expect(second.audio?.mediaIndex == 1)
        #expect(
            text(second.answer).filter { $0.hasPrefix("m=") } == ["m=audio 0 RTP/AVP 0", "m=audio 10000 RTP/AVP 0"])
        // Where it ends and another begins, the audio moves.
        let third = try answer("m=audio 4000 RTP/AVP 0", "m=audio 0 RTP/AVP 0")
        #expect(third.audio?.mediaIndex == 0)
    }

    @Test mutating func aSessionThatLosesItsOnlyStreamGoesOnWithout() throws {
        _ = try answer("m=audio 4000 RTP/AVP 0")
        let removed = try answer("m=audio 0 RTP/AVP 0")
        #expect(removed.audio == nil)
        #expect(text(removed.answer).last == "m=audio 0 RTP/AVP 0")
        #expect(origin(removed) == "o=- 7 101 IN IP4 198.51.100.7")
        #expect(try answer("m=audio 4000 RTP/AVP 0").audio?.remote?.port == 4000)
    }

    @Test mutating func aChangeThatWeCannotMakeIsRefusedAndChangesNothing() throws {
        let first = try answer("m=audio 4000 RTP/AVP 0")
        // A gateway that wants T.38, a codec that we lack, a transport that we lack.
        #expect(throws: NegotiationError.noAudio) { try answer("m=audio 0 RTP/AVP 0", "m=image 4000 udptl t38") }
        #expect(throws: NegotiationError.noSharedCodec) { try answer("m=audio 4000 RTP/AVP 18") }
        #expect(throws: NegotiationError.unsupportedProfile) { try answer("m=audio 4000 RTP/SAVP 0") }
        #expect(throws: NegotiationError.noAudio) { try answer() }
        #expect(try answer("m=audio 4000 RTP/AVP 0").answer == first.answer)
    }
}

@Suite("LocalSession: our offer and its answer (RFC 3264 5, 7)")
struct LateOfferTests {
    private var session = LocalSession(id: 7)

    private mutating func accept(_ media: String...) throws -> NegotiatedAudio {
        let head = ["v=0", "o=alice 1 1 IN IP4 192.0.2.1", "c=IN IP4 192.0.2.1"]
        return try session.accept(
            answer: SessionDescription(parsing: Array((head + media).map { $0 + "\r\n" }.joined().utf8)))
    }

    @Test mutating func offersAllThatWeHave() {
        let capabilities = AudioCapabilities(codecs: [.pcmu, .pcma, .opus]).with {
            $0.extendedReports = .voipMetrics
            $0.maximumPacketTime = 60
        }
        #expect(
            text(session.offer(from: .test, capabilities: capabilities)) == [
                "v=0", "o=milliwatt 7 7 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0",
                "m=audio 10000 RTP/AVP 0 8 111 101 96", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=1", "a=rtpmap:101 telephone-event/8000",
                "a=fmtp:101 0-16", "a=rtpmap:96 telephone-event/48000", "a=fmtp:96 0-16", "a=ptime:20", "a=maxptime:60",
                "a=sendrecv", "a=rtcp-mux", "a=rtcp-xr:voip-metrics",
            ])
        #expect(session.isOfferPending)
    }

    @Test mutating func takesTheAnswer() throws {
        _ = session.offer(from: .test, capabilities: .g711)
        let audio = try accept(
            "m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a=ptime:30", "a=sendonly", "a=rtcp-mux")
        #expect(!session.isOfferPending)
        #expect(audio.codec.format == .pcma)
        #expect(audio.packetTime == 30)
        #expect(audio.direction == .recvonly)
        #expect(audio.held)
        #expect(audio.rtcpMux)
        #expect(audio.remoteRTCP?.port == 4000)
        #expect(audio.telephoneEvent?.sendPayloadType == 101)
    }

    @Test mutating func rtcpMuxThatTheAnswerLacksIsOff() throws {
        _ = session.offer(from: .test, capabilities: .g711)
        let audio = try accept("m=audio 4000 RTP/AVP 0")
        #expect(!audio.rtcpMux)
        #expect(audio.remoteRTCP?.port == 4001)
        #expect(audio.telephoneEvent == nil)
    }

    @Test mutating func theAnswersNumbersAreForWhatWeSend() throws {
        _ = session.offer(from: .test, capabilities: AudioCapabilities(codecs: [.l16, .pcmu]))
        let audio = try accept(
            "m=audio 4000 RTP/AVP 120 121 122", "a=rtpmap:120 L16/16000", "a=rtpmap:121 telephone-event/16000",
            "a=rtpmap:122 PCMU/8000")
        #expect(audio.codec.sendPayloadType == 120)
        #expect(audio.codec.receivePayloadType == 97)
        #expect(audio.alternatives.first?.sendPayloadType == 122)
        #expect(audio.alternatives.first?.receivePayloadType == 0)
        #expect(audio.telephoneEvent?.sendPayloadType == 121)
        #expect(audio.telephoneEvent?.receivePayloadType == 101)
    }

    @Test mutating func anAnswerMayLeaveOutTheRTPMapsOfOurNumbers() throws {
        _ = session.offer(from: .test, capabilities: AudioCapabilities(codecs: [.l16]))
        let audio = try accept("m=audio 4000 RTP/AVP 97 101")
        #expect(audio.codec.format == .l16)
        #expect(audio.telephoneEvent?.sendPayloadType == 101)
    }

    @Test mutating func theAnswerersOrderDecides() throws {
        let ours = AudioCapabilities.g711.with {
            $0.preference = .ours
            $0.answersOneCodec = true
        }
        _ = session.offer(from: .test, capabilities: ours)
        let audio = try accept("m=audio 4000 RTP/AVP 8 0")
        #expect(audio.codec.format == .pcma)
        #expect(audio.alternatives.map(\.format) == [.pcmu])
    }

    @Test mutating func aBadAnswerIsAnErrorAndTheOfferStaysPending() throws {
        #expect(throws: NegotiationError.refused) { try accept("m=audio 4000 RTP/AVP 0") }
        _ = session.offer(from: .test, capabilities: .g711)
        #expect(throws: NegotiationError.refused) { try accept("m=audio 0 RTP/AVP 0") }
        #expect(throws: NegotiationError.refused) { try accept() }
        #expect(throws: NegotiationError.refused) { try accept("m=video 4000 RTP/AVP 31") }
        #expect(throws: NegotiationError.noSharedCodec) { try accept("m=audio 4000 RTP/AVP 18") }
        #expect(throws: NegotiationError.unsupportedProfile) { try accept("m=audio 4000 RTP/SAVP 0") }
        #expect(session.isOfferPending)
        session.withdrawOffer()
        #expect(!session.isOfferPending)
    }

    @Test mutating func anOfferInASessionKeepsItsMediaAndNumbers() throws {
        let offer = try offer(
            "m=video 5000 RTP/AVP 31", "m=audio 4000 RTP/AVPF 96 97", "a=rtpmap:96 L16/16000",
            "a=rtpmap:97 telephone-event/16000")
        let capabilities = AudioCapabilities(codecs: [.l16, .pcmu])
        _ = try session.answer(to: offer, from: .test, capabilities: capabilities)
        let ours = text(session.offer(from: .test, capabilities: capabilities))
        #expect(ours[1] == "o=milliwatt 7 8 IN IP4 198.51.100.7")
        #expect(
            ours.filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31", "m=audio 10000 RTP/AVPF 96 0 97 101",
            ])
        #expect(ours.contains("a=rtpmap:97 telephone-event/16000"))
        let audio = try accept("m=video 0 RTP/AVP 31", "m=audio 6000 RTP/AVPF 96", "a=rtpmap:96 L16/16000")
        #expect(audio.mediaIndex == 1)
        #expect(audio.codec.receivePayloadType == 96)
        #expect(audio.remote?.port == 6000)
    }

    @Test mutating func aNumberThatIsTakenGivesWay() {
        var other = AudioFormat.l16
        other.clockRate = 32000
        let ours = text(session.offer(from: .test, capabilities: AudioCapabilities(codecs: [.l16, other])))
        #expect(ours.contains("a=rtpmap:97 L16/16000"))
        #expect(ours.contains("a=rtpmap:96 L16/32000"))
        #expect(ours.contains("a=rtpmap:101 telephone-event/16000"))
        #expect(ours.contains("a=rtpmap:98 telephone-event/32000"))
    }

    @Test mutating func twoOfUsAgree() throws {
        var caller = LocalSession(id: 1)
        let capabilities = AudioCapabilities(codecs: [.opus, .pcma]).with { $0.extendedReports = .voipMetrics }
        let offered = try SessionDescription(parsing: caller.offer(from: .test, capabilities: capabilities))
        let there = LocalMedia(address: "203.0.113.1", family: .ip4, port: 20000)
        let negotiation = try session.answer(
            to: offered, from: there, capabilities: .g711.with { $0.extendedReports = .voipMetrics })
        let accepted = try caller.accept(answer: SessionDescription(parsing: negotiation.answer))
        let answered = try #require(negotiation.audio)
        #expect(accepted.codec == answered.codec)
        #expect(accepted.telephoneEvent == answered.telephoneEvent)
        #expect(accepted.rtcpMux && answered.rtcpMux)
        #expect(accepted.extendedReportsToSend == .voipMetrics && answered.extendedReportsToSend == .voipMetrics)
        #expect(accepted.remote == RemoteMedia(host: "203.0.113.1", family: .ip4, port: 20000))
        #expect(answered.remote == RemoteMedia(host: "198.51.100.7", family: .ip4, port: 10000))
    }
}
