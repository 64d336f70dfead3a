import Testing

@testable import SDP

@Suite("LocalSession: the streams of an answer (RFC 3264 6)")
struct AnswerStreamTests {
    @Test func refusedStreamsStayInTheirPlaces() throws {
        let offer = try offer(
            "m=video 5000 RTP/AVP 31 34", "a=rtpmap:31 H261/90000", "m=audio 5002 RTP/SAVP 0", "m=audio 5004 RTP/AVP 0",
            "m=audio 5006 RTP/AVP 0 8", "m=image 5008 udptl t38", "m=text 0 RTP/AVP",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
        let negotiation = try negotiate(offer)
        #expect(
            text(negotiation.answer).filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 31 34", "m=audio 0 RTP/SAVP 0", "m=audio 10000 RTP/AVP 0", "m=audio 0 RTP/AVP 0 8",
                "m=image 0 udptl t38", "m=text 0 RTP/AVP 0", "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
            ])
        #expect(negotiation.audio?.mediaIndex == 2)
        #expect(negotiation.audio?.remote?.port == 5004)
    }

    @Test(
        "an offer without a stream for us",
        arguments: [
            ([], .noAudio, 488, 304),
            (["m=video 5000 RTP/AVP 31"], .noAudio, 488, 304),
            (["m=audio 0 RTP/AVP 0"], .noAudio, 488, 304),
            (["m=audio 5000 RTP/SAVP 0"], .unsupportedProfile, 488, 302),
            (["m=audio 5000 UDP/TLS/RTP/SAVPF 0"], .unsupportedProfile, 488, 302),
            (["m=video 5000 RTP/AVP 31", "m=audio 5000 RTP/AVP 18"], .noSharedCodec, 488, 305),
            (["m=audio 5000 RTP/AVP 18", "m=video 5000 RTP/AVP 31"], .noSharedCodec, 488, 305),
            (["m=audio 5000 RTP/AVP 0", "c=IN IP4 224.2.1.1/127/3"], .multicast, 488, 330),
            (["m=audio 5000 RTP/AVP 0", "c=IN IP4 255.255.255.255"], .multicast, 488, 330),
            (["m=audio 5000 RTP/AVP 0", "c=IN IP6 FF15::101/3"], .multicast, 488, 330),
            (["m=audio 5000 RTP/AVP 0", "c=IN IP6 2001:db8::1"], .incompatibleAddress, 488, 301),
            (["m=audio 5000 RTP/AVP 0", "c=ATM NSAP 47.0005"], .incompatibleAddress, 488, 301),
        ] as [([String], NegotiationError, Int, Int)])
    func refuses(_ media: [String], _ expected: NegotiationError, _ status: Int, _ warning: Int) throws {
        let head = ["v=0", "o=alice 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1"]
        let offer = try SessionDescription(parsing: Array((head + media).map { $0 + "\r\n" }.joined().utf8))
        let error = #expect(throws: NegotiationError.self) { try negotiate(offer) }
        #expect(error == expected)
        #expect(error?.status == status)
        #expect(error?.warningCode == warning)
        #expect(error?.warningText.contains("\"") == false)
    }

    @Test func anAudioStreamWithoutAnyConnectionLineIsABadDescription() throws {
        let offer = try SessionDescription(
            parsing: lines(
                "v=0", "o=- 1 1 IN IP4 192.0.2.1", "m=audio 5000 RTP/AVP 0", "m=video 1 RTP/AVP 31",
                "c=IN IP4 192.0.2.1"))
        let error = #expect(throws: NegotiationError.self) { try negotiate(offer) }
        #expect(error == .missingConnection)
        #expect(error?.status == 400)
    }

    @Test func theFeedbackProfileIsTakenUnlessToldOtherwise() throws {
        let offer = try offer("m=audio 4000 RTP/AVPF 0", "a=rtcp-fb:* nack")
        #expect(text(try negotiate(offer).answer).contains("m=audio 10000 RTP/AVPF 0"))
        #expect(!text(try negotiate(offer).answer).contains { $0.hasPrefix("a=rtcp-fb") })
        #expect(throws: NegotiationError.unsupportedProfile) {
            try negotiate(offer, .g711.with { $0.acceptsFeedbackProfile = false })
        }
    }

    @Test func theMediaConnectionOverridesTheSessions() throws {
        let offer = try offer("m=audio 4000 RTP/AVP 0", "c=IN IP4 203.0.113.5", "c=IN IP4 203.0.113.6")
        #expect(try audio(offer)?.remote?.host == "203.0.113.5")
    }

    @Test func aHostNameIsPassedUp() throws {
        let offer = try offer("m=audio 4000 RTP/AVP 0", "c=IN IP4 media-1.example.com")
        #expect(try audio(offer)?.remote == RemoteMedia(host: "media-1.example.com", family: .ip4, port: 4000))
    }

    @Test(
        "IPv6",
        arguments: ["2001:db8::1", "::1", "fe80::1%eth0", "::ffff:192.0.2.10", "ff::1", "fec0::1"])
    func ipv6(_ address: String) throws {
        let offer = try SessionDescription(
            parsing: lines("v=0", "o=- 1 1 IN IP6 ::1", "c=IN IP6 \(address)", "m=audio 4000 RTP/AVP 0"))
        let negotiation = try negotiate(offer, from: .test6)
        #expect(negotiation.audio?.remote == RemoteMedia(host: address, family: .ip6, port: 4000))
        #expect(text(negotiation.answer)[1] == "o=milliwatt 4242 4242 IN IP6 2001:db8::7")
        #expect(text(negotiation.answer)[3] == "c=IN IP6 2001:db8::7")
    }

    @Test(
        "the time of the offer is repeated (RFC 3264 6)",
        arguments: [
            ("t=2873397496 2873404696", "t=2873397496 2873404696"), ("t=0 0", "t=0 0"), ("t=now", "t=0 0"),
            ("t=0 0 0", "t=0 0"), ("a=none", "t=0 0"),
        ])
    func time(_ line: String, _ expected: String) throws {
        let offer = try SessionDescription(
            parsing: lines("v=0", "o=- 1 1 IN IP4 192.0.2.1", "c=IN IP4 192.0.2.1", line, "m=audio 4000 RTP/AVP 0"))
        #expect(text(try negotiate(offer).answer)[4] == expected)
    }

    @Test(
        "where RTCP goes (RFC 3605, RFC 5761)",
        arguments: [
            (4000, [], "192.0.2.1", 4001),
            (65535, [], nil, 0),
            (4000, ["a=rtcp:53020"], "192.0.2.1", 53020),
            (4000, ["a=rtcp:53020 IN IP4 203.0.113.9"], "203.0.113.9", 53020),
            (4000, ["a=rtcp:53020 IN IP4 224.1.1.1"], "192.0.2.1", 53020),
            (4000, ["a=rtcp:53020 IN IP6 2001:db8::1"], "192.0.2.1", 53020),
            (4000, ["a=rtcp:0"], "192.0.2.1", 4001),
            (4000, ["a=rtcp:70000"], "192.0.2.1", 4001),
            (4000, ["a=rtcp:x"], "192.0.2.1", 4001),
            (4000, ["a=rtcp"], "192.0.2.1", 4001),
            (4000, ["a=rtcp:4001", "a=rtcp-mux"], "192.0.2.1", 4000),
        ] as [(Int, [String], String?, Int)])
    func rtcp(_ port: Int, _ attributes: [String], _ host: String?, _ rtcpPort: Int) throws {
        let media = ["c=IN IP4 192.0.2.1", "m=audio \(port) RTP/AVP 0"] + attributes
        let all = ["v=0", "o=- 1 1 IN IP4 192.0.2.1"] + media
        let audio = try audio(SessionDescription(parsing: Array(all.map { $0 + "\r\n" }.joined().utf8)))
        #expect(audio?.remoteRTCP?.host == host)
        #expect(Int(audio?.remoteRTCP?.port ?? 0) == rtcpPort)
    }

    @Test func rtcpMuxIsAnsweredOnlyWhenOfferedAndAllowed() throws {
        let offered = try offer("m=audio 4000 RTP/AVP 0", "a=rtcp-mux")
        let plain = try offer("m=audio 4000 RTP/AVP 0")
        let refusing = AudioCapabilities.g711.with { $0.rtcpMux = false }
        #expect(text(try negotiate(offered).answer).contains("a=rtcp-mux"))
        #expect(try audio(offered)?.rtcpMux == true)
        #expect(!text(try negotiate(plain).answer).contains("a=rtcp-mux"))
        #expect(try audio(plain)?.rtcpMux == false)
        #expect(!text(try negotiate(offered, refusing).answer).contains("a=rtcp-mux"))
        #expect(try audio(offered, refusing)?.rtcpMux == false)
        #expect(try audio(offered, refusing)?.remoteRTCP?.port == 4001)
    }

    @Test func ourRTCPPortIsSaidWhereItIsNotTheNext() throws {
        let local = LocalMedia(address: "198.51.100.7", family: .ip4, port: 10000, rtcpPort: 12345)
        let offer = try offer("m=audio 4000 RTP/AVP 0")
        #expect(text(try negotiate(offer, from: local).answer).contains("a=rtcp:12345"))
        #expect(!text(try negotiate(offer).answer).contains { $0.hasPrefix("a=rtcp") })
    }

    @Test func extendedReportsAreTheIntersectionOfBoth() throws {
        let offer = try offer(
            "a=rtcp-xr:voip-metrics", "m=audio 4000 RTP/AVP 0",
            "a=rtcp-xr:pkt-loss-rle=40 rcvr-rtt=all:10 stat-summary=loss,jitt x-unknown pkt-dup-rle pkt-rcpt-times")
        let ours = AudioCapabilities.g711.with { $0.extendedReports = [.voipMetrics, .receiverRoundTrip] }
        let negotiation = try negotiate(offer, ours)
        #expect(negotiation.audio?.extendedReportsToSend == [.voipMetrics, .receiverRoundTrip])
        #expect(text(negotiation.answer).contains("a=rtcp-xr:rcvr-rtt=all voip-metrics"))
        let all = AudioCapabilities.g711.with { $0.extendedReports = ExtendedReports(rawValue: 255) }
        #expect(
            try audio(offer, all)?.extendedReportsToSend
                == ExtendedReports(rawValue: 255).subtracting(.summaryOfDuplicates))
        #expect(!text(try negotiate(offer).answer).contains { $0.hasPrefix("a=rtcp-xr") })
    }

    @Test(
        arguments: [
            ("stat-summary", "stat-summary=loss,dup,jitt"),
            ("stat-summary=loss,dup,jitt,TTL", "stat-summary=loss,dup,jitt"),
            ("stat-summary=HL,jitt,loss", "stat-summary=loss,jitt"), ("stat-summary=dup,dup", "stat-summary=dup"),
            ("stat-summary=,jitt,,x=loss", "stat-summary=jitt"), ("stat-summary=TTL", nil), ("stat-summary=", nil),
            ("stat-summary=lossy,jit", nil), ("stat-summary=loss stat-summary=jitt", "stat-summary=loss,jitt"),
            ("voip-metrics stat-summary=loss rcvr-rtt=all", "rcvr-rtt=all stat-summary=loss voip-metrics"),
        ] as [(String, String?)])
    func summaryFlagsAreTheIntersectionOfBoth(asked: String, answered: String?) throws {
        let ours = AudioCapabilities.g711.with {
            $0.extendedReports = [.receiverRoundTrip, .statisticsSummary, .voipMetrics]
        }
        let negotiation = try negotiate(try offer("m=audio 4000 RTP/AVP 0", "a=rtcp-xr:\(asked)"), ours)
        let lines = text(negotiation.answer).filter { $0.hasPrefix("a=rtcp-xr") }
        #expect(lines == [answered].compactMap { $0.map { "a=rtcp-xr:\($0)" } })
    }

    @Test func iceAndDTLSDoNoHarm() throws {
        let offer = try offer(
            "a=ice-ufrag:8hhY", "a=ice-pwd:asd88fgpdd777uzjYhagZg", "a=fingerprint:sha-256 12:DF:3E",
            "a=group:BUNDLE 0",
            "a=ice-options:trickle", "m=audio 4000 RTP/AVP 0", "a=mid:0", "a=setup:actpass",
            "a=candidate:1 1 UDP 2130706431 10.0.1.1 8998 typ host", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19"
        )
        let answer = text(try negotiate(offer).answer)
        #expect(answer.last == "a=sendrecv")
        #expect(answer.filter { $0.hasPrefix("a=") } == ["a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"])
    }
}

@Suite("LocalSession: direction and hold (RFC 3264 6.1, 8.4)")
struct AnswerDirectionTests {
    @Test(
        "the answer's direction mirrors the offer's within what we want",
        arguments: [
            (.sendrecv, .sendrecv, .sendrecv, false), (.sendonly, .sendrecv, .recvonly, true),
            (.recvonly, .sendrecv, .sendonly, false), (.inactive, .sendrecv, .inactive, true),
            (.sendrecv, .recvonly, .recvonly, false), (.sendonly, .recvonly, .recvonly, true),
            (.recvonly, .recvonly, .inactive, false), (.sendrecv, .inactive, .inactive, false),
        ] as [(Direction, Direction, Direction, Bool)])
    func direction(_ offered: Direction, _ wanted: Direction, _ answered: Direction, _ held: Bool) throws {
        let capabilities = AudioCapabilities.g711.with { $0.direction = wanted }
        let atMedia = try offer("m=audio 4000 RTP/AVP 0", "a=\(offered.rawValue)")
        let atSession = try offer("a=\(offered.rawValue)", "m=audio 4000 RTP/AVP 0")
        for offer in [atMedia, atSession] {
            let negotiation = try negotiate(offer, capabilities)
            #expect(negotiation.audio?.direction == answered)
            #expect(negotiation.audio?.held == held)
            #expect(text(negotiation.answer).last == "a=\(answered.rawValue)")
        }
    }

    @Test func theMediaLevelOverridesTheSessionLevel() throws {
        let offer = try offer("a=inactive", "m=audio 4000 RTP/AVP 0", "a=sendrecv", "m=video 4002 RTP/AVP 31")
        #expect(try audio(offer)?.direction == .sendrecv)
        #expect(offer.media.map(\.direction) == [.sendrecv, .inactive])
    }

    @Test(
        "a null address holds the call",
        arguments: [
            ("c=IN IP4 0.0.0.0", "a=sendrecv", .recvonly), ("c=IN IP4 0.0.0.0", "a=sendonly", .recvonly),
            ("c=IN IP4 0.0.0.0", "a=inactive", .inactive), ("c=IN IP4 0.0.0.0", "a=recvonly", .inactive),
            ("c=IN IP6 ::", "a=sendrecv", .recvonly), ("c=IN IP6 0:0:0:0:0:0:0:0", "a=sendrecv", .recvonly),
            ("c=IN IP4 hold.invalid", "a=sendrecv", .recvonly),
        ] as [(String, String, Direction)])
    func nullAddress(_ connection: String, _ attribute: String, _ direction: Direction) throws {
        let offer = try offer("m=audio 4000 RTP/AVP 0", connection, attribute)
        let audio = try #require(try audio(offer))
        #expect(audio.held)
        #expect(audio.direction == direction)
        #expect(audio.remote == nil)
        #expect(audio.remoteRTCP == nil)
    }

    @Test func directionsCombine() {
        for one in Direction.allCases {
            #expect(one.reversed.reversed == one)
            #expect(one.intersection(.sendrecv) == one)
            #expect(one.intersection(.inactive) == .inactive)
        }
        #expect(Direction.sendonly.intersection(.recvonly) == .inactive)
    }
}
