import RTP
import Testing

@Suite("NTPTimestamp and the round trip (RFC 3550 sections 4 and 6.4.1)")
struct RoundTripTests {
    @Test(
        "Moments since 1970 become moments since 1900",
        arguments: [
            (0, 0x83AA_7E80_0000_0000),
            (500_000_000, 0x83AA_7E80_8000_0000),
            (-500_000_000, 0x83AA_7E7F_8000_0000),
            (1_700_000_000_250_000_000, 0xE8FE_6F80_4000_0000),
            (999_999_999, 0x83AA_7E80_FFFF_FFFB),
            (2_085_978_496_000_000_000, 0),  // 7 February 2036: the next era
        ] as [(Int64, UInt64)])
    func ntp(nanoseconds: Int64, expected: UInt64) {
        #expect(NTPTimestamp(nanosecondsSince1970: nanoseconds).rawValue == expected)
    }

    @Test("RFC 3550's example: 6.125 s")
    func example() throws {
        // Figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000 (5.25 s).
        let arrival = NTPTimestamp(rawValue: 0x0000_B710_8000_0000)
        #expect(
            ShortNTP.roundTrip(arrival: arrival, lastReport: 0xB705_2000, delay: 0x0005_4000) == 6_125_000_000)
    }

    static let cases: [(UInt32, UInt32, UInt32, Int64?)] = [
        (0x0001_0000, 0xFFFF_8000, 0x8000, 1_000_000_000),  // over the wrap of 18 hours
        (100, 0, 50, nil),  // the peer has had no report
        (100, 100, 0, 0),
        (100, 90, 11, nil),  // negative by one unit
        (100, 50, 0x8000_0000, nil),
        (0, 1, 0, nil),
    ]

    @Test("The round trip is A - LSR - DLSR modulo 2^32, and nil where that is negative", arguments: cases)
    func roundTrip(arrival: UInt32, lastReport: UInt32, delay: UInt32, expected: Int64?) {
        let arrival = NTPTimestamp(rawValue: UInt64(arrival) << 16)
        #expect(ShortNTP.roundTrip(arrival: arrival, lastReport: lastReport, delay: delay) == expected)
    }

    @Test("Durations are in 1/65536 s and saturate")
    func durations() {
        #expect(ShortNTP.duration(nanoseconds: 1_500_000_000) == 0x1_8000)
        #expect(ShortNTP.duration(nanoseconds: -1) == 0)
        #expect(ShortNTP.duration(nanoseconds: .max) == .max)
        #expect(ShortNTP.duration(nanoseconds: 65_535_999_999_999) == 0xFFFF_FFFF)
        #expect(ShortNTP.nanoseconds(0x1_8000) == 1_500_000_000)
        #expect(ShortNTP.nanoseconds(.max) == 65_535_999_984_741)
    }
}

private func isNear(_ nanoseconds: Int64?, milliseconds: Double) -> Bool {
    guard let nanoseconds else { return false }
    return abs(Double(nanoseconds) / 1e6 - milliseconds) < 0.05
}

private func isAt(_ nanoseconds: Int64, seconds: Double) -> Bool {
    abs(Double(nanoseconds) / 1e9 - seconds) < 1e-4
}

@Suite("RTCPInterval (RFC 3550 sections 6.2 and 6.3.1, A.7)")
struct RTCPIntervalTests {
    static func membership(_ members: Int, senders: Int, weSent: Bool) -> RTCPInterval.Membership {
        var membership = RTCPInterval.Membership()
        membership.members = members
        membership.senders = senders
        membership.weSent = weSent
        return membership
    }

    /// Bandwidth in bit/s, members, senders, whether we sent, mean size, initial; Td in seconds.
    static let cases: [(Double, Int, Int, Bool, Double, Bool, Double)] = [
        (80_000, 2, 2, true, 120, false, 5),
        (80_000, 2, 2, true, 120, true, 2.5),
        (80_000, 100, 2, true, 100, false, 5),
        // 98 receivers share three quarters of 500 octets a second.
        (80_000, 100, 2, false, 100, false, 100 * 98 / 375.0),
        // 20 senders share a quarter.
        (80_000, 100, 20, true, 100, false, 100 * 20 / 125.0),
        // More than a quarter send: all share all.
        (80_000, 100, 30, true, 100, false, 100 * 100 / 500.0),
        (8000, 2, 2, true, 120, false, 5),
        (2000, 2, 2, true, 120, false, 120 * 2 / 12.5),
    ]

    @Test("The deterministic interval shares 5 % of the bandwidth", arguments: cases)
    func deterministic(
        bandwidth: Double, members: Int, senders: Int, weSent: Bool, size: Double, isInitial: Bool, expected: Double
    ) {
        let interval = RTCPInterval(sessionBandwidth: bandwidth)
        let membership = Self.membership(members, senders: senders, weSent: weSent)
        let seconds = interval.deterministicSeconds(membership, averageSize: size, isInitial: isInitial)
        #expect(abs(seconds - expected) < 1e-9)
    }

    @Test("The reduced minimum is 360 s over the kilobits a second, where less than 5 s")
    func reduced() {
        let membership = Self.membership(2, senders: 2, weSent: true)
        func seconds(_ bandwidth: Double) -> Double {
            RTCPInterval(sessionBandwidth: bandwidth, minimum: .reduced)
                .deterministicSeconds(membership, averageSize: 120, isInitial: false)
        }
        #expect(seconds(80_000) == 4.5)
        #expect(seconds(64_000) == 5)
        #expect(seconds(360_000) == 1)
    }

    @Test("The interval is 0.5 to 1.5 times the deterministic one over e - 3/2")
    func randomised() {
        let interval = RTCPInterval(sessionBandwidth: 80_000)
        let membership = Self.membership(2, senders: 2, weSent: true)
        func seconds(_ random: Double) -> Double {
            interval.seconds(membership, averageSize: 120, isInitial: false, random: random)
        }
        #expect(abs(seconds(0) - 2.5 / 1.21828) < 1e-4)
        #expect(abs(seconds(0.5) - 5 / 1.21828) < 1e-4)
        #expect(abs(seconds(1) - 7.5 / 1.21828) < 1e-4)
    }
}

@Suite("RTCPSchedule (RFC 3550 section 6.3)")
struct RTCPScheduleTests {
    static let second: Int64 = 1_000_000_000

    static func schedule(firstAtOnce: Bool = false, random: UInt64 = 0) -> RTCPSchedule {
        RTCPSchedule(
            interval: RTCPInterval(sessionBandwidth: 80_000), firstAtOnce: firstAtOnce, nowNanoseconds: 100 * second,
            random: random)
    }

    @Test("The first packet comes after half the minimum interval, randomised")
    func first() {
        #expect(isAt(Self.schedule().nextNanoseconds, seconds: 100 + 1.25 / 1.21828))
        #expect(isAt(Self.schedule(random: .max).nextNanoseconds, seconds: 100 + 3.75 / 1.21828))
    }

    @Test("In a unicast session the first packet may come at once")
    func atOnce() {
        var schedule = Self.schedule(firstAtOnce: true)
        let isDue = schedule.isDue(nowNanoseconds: 100 * Self.second, random: .max)
        #expect(isDue)
        schedule.sent(octets: 80, nowNanoseconds: 100 * Self.second, random: 0)
        #expect(isAt(schedule.nextNanoseconds, seconds: 100 + 2.5 / 1.21828))
    }

    @Test("A timer that runs out is reconsidered with a fresh draw")
    func reconsideration() {
        var schedule = Self.schedule()
        let early = schedule.nextNanoseconds
        let wasDue = schedule.isDue(nowNanoseconds: early - 1, random: 0)
        #expect(!wasDue)
        // A long draw puts it off, counted from the last packet (or the start)...
        let isPutOff = !schedule.isDue(nowNanoseconds: early, random: 0xFFFF_FFFF)
        #expect(isPutOff)
        #expect(isAt(schedule.nextNanoseconds, seconds: 100 + 3.75 / 1.21828))
        // ... a short one lets it go.
        let isDue = schedule.isDue(nowNanoseconds: schedule.nextNanoseconds, random: 0)
        #expect(isDue)
        #expect(!schedule.hasSent)
    }

    @Test("Over a long session of two the mean interval is about 5 s, never below 2.05 s nor above 6.2 s")
    func meanInterval() {
        var schedule = Self.schedule()
        schedule.weSent = true
        var dice = Dice(41)
        var sent: [Int64] = []
        while sent.count < 2000 {
            let now = schedule.nextNanoseconds
            schedule.heardPeer(isSender: true, nowNanoseconds: now)
            guard schedule.isDue(nowNanoseconds: now, random: dice.next()) else { continue }
            sent.append(now)
            schedule.sent(octets: 92, nowNanoseconds: now, random: dice.next())
            schedule.received(octets: 92, nowNanoseconds: now)
        }
        let intervals = zip(sent.dropFirst(), sent).map { Double($0 - $1) / 1e9 }
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        #expect(abs(mean - 5) < 0.15)
        #expect(intervals.min() ?? 0 > 2.05)
        #expect(intervals.max() ?? 9 < 6.2)
    }

    @Test("The peer's BYE brings the next packet nearer (reverse reconsideration)")
    func reverseReconsideration() {
        var schedule = Self.schedule(firstAtOnce: true)
        schedule.heardPeer(isSender: true, nowNanoseconds: 100 * Self.second)
        _ = schedule.isDue(nowNanoseconds: 100 * Self.second, random: 0)
        schedule.sent(octets: 80, nowNanoseconds: 100 * Self.second, random: .max)
        let before = schedule.nextNanoseconds
        schedule.peerLeft(nowNanoseconds: 101 * Self.second)
        #expect(schedule.nextNanoseconds == 101 * Self.second + (before - 101 * Self.second) / 2)
        // It counts once.
        schedule.peerLeft(nowNanoseconds: 101 * Self.second)
        #expect(schedule.nextNanoseconds == 101 * Self.second + (before - 101 * Self.second) / 2)
    }
}

@Suite("RTCPPeer (RFC 3550 section 6.4, RFC 3611 sections 4.4 and 4.5)")
struct RTCPPeerTests {
    static func moment(_ milliseconds: Int64) -> NTPTimestamp {
        NTPTimestamp(nanosecondsSince1970: 1_790_000_000_000_000_000 + milliseconds * 1_000_000)
    }

    static func block(about ssrc: UInt32, lastReport: UInt32 = 0, delay: UInt32 = 0) -> ReportBlock {
        ReportBlock(
            ssrc: ssrc, fractionLost: 10, cumulativeLost: 5, extendedHighestSequence: 100, jitter: 8,
            lastSenderReport: lastReport, delaySinceLastSenderReport: delay)
    }

    static func report(_ block: ReportBlock, from ssrc: UInt32 = 2) -> RTCPCompound {
        .report(ssrc: ssrc, sender: nil, report: block, canonicalName: "peer@host")
    }

    @Test("Two ends measure each other's distance from sender reports")
    func senderReports() throws {
        // Ours of 0 ms reaches the peer, is answered 3 s later, and the answer takes 80 ms there and back.
        var peer = RTCPPeer(ourSSRC: 1)
        let delay = ShortNTP.duration(nanoseconds: 3_000_000_000)
        peer.receive(
            Self.report(Self.block(about: 1, lastReport: Self.moment(0).middle, delay: delay)),
            arrival: Self.moment(3080))
        #expect(isNear(peer.roundTrip.latest, milliseconds: 80))
        peer.receive(
            Self.report(Self.block(about: 1, lastReport: Self.moment(5000).middle, delay: delay)),
            arrival: Self.moment(8040))
        #expect(peer.roundTrip.count == 2)
        #expect(isNear(peer.roundTrip.mean, milliseconds: 60))
        #expect(isNear(peer.roundTrip.minimum, milliseconds: 40))
        #expect(isNear(peer.roundTrip.maximum, milliseconds: 80))
        #expect(peer.report?.fractionLost == 10)
        #expect(peer.canonicalName == "peer@host")
        #expect(peer.ssrc == 2)
    }

    static let useless: [(String, RTCPCompound)] = [
        ("about another source", report(block(about: 9, lastReport: moment(0).middle))),
        ("without LSR", report(block(about: 1))),
        ("of the future", report(block(about: 1, lastReport: moment(9000).middle))),
        ("of hours ago", report(block(about: 1, lastReport: moment(-7_200_000).middle))),
        ("of our own come back", report(block(about: 1, lastReport: moment(0).middle), from: 1)),
    ]

    @Test("What does not answer a report of ours measures nothing", arguments: useless)
    func uselessReport(name: String, compound: RTCPCompound) {
        var peer = RTCPPeer(ourSSRC: 1)
        peer.receive(compound, arrival: Self.moment(1000))
        #expect(peer.roundTrip == RoundTripSummary())
        #expect(peer.roundTrip.mean == nil)
    }

    @Test("A sender report is answered with its LSR and the delay since")
    func lastSenderReport() {
        var peer = RTCPPeer(ourSSRC: 1)
        #expect(peer.lastSenderReport(of: 2, now: Self.moment(0)) == (0, 0))
        let information = RTCPCompound.SenderInformation(
            ntpTimestamp: NTPTimestamp(rawValue: 0x1122_3344_5566_7788), rtpTimestamp: RTPTimestamp(0),
            packetCount: 1, octetCount: 160)
        peer.receive(
            .report(ssrc: 2, sender: information, report: nil, canonicalName: "p"), arrival: Self.moment(0))
        let answer = peer.lastSenderReport(of: 2, now: Self.moment(2500))
        #expect(answer.lastReport == 0x3344_5566)
        #expect(abs(Double(answer.delay) / 65_536 - 2.5) < 0.001)
        #expect(peer.lastSenderReport(of: 3, now: Self.moment(2500)) == (0, 0))
        #expect(peer.lastSenderReport(of: 2, now: Self.moment(-10)).delay == 0)
        #expect(peer.senderReport?.packetCount == 1)
    }

    @Test("A reference time is answered with DLRR, and a DLRR measures the round trip of one who does not send")
    func receiverReferenceTime() throws {
        var sender = RTCPPeer(ourSSRC: 1)
        var receiver = RTCPPeer(ourSSRC: 2)
        #expect(sender.delaySinceLastReceiverReport(now: Self.moment(0)) == nil)
        let question = RTCPCompound.report(
            ssrc: 2, sender: nil, report: nil, canonicalName: "r", extended: [.receiverReferenceTime(Self.moment(0))])
        sender.receive(question, arrival: Self.moment(30))
        let answer = try #require(sender.delaySinceLastReceiverReport(now: Self.moment(4030)))
        #expect(answer.ssrc == 2)
        receiver.receive(
            .report(
                ssrc: 1, sender: nil, report: nil, canonicalName: "s",
                extended: [.delaySinceLastReceiverReport([answer])]), arrival: Self.moment(4075))
        #expect(isNear(receiver.roundTrip.latest, milliseconds: 75))
    }

    @Test("The peer's VoIP metrics about us are kept, those about others are not")
    func voIPMetrics() {
        var peer = RTCPPeer(ourSSRC: 0xAABB_CCDD)
        peer.receive(RTCPCompound([.extendedReport(RTCPFixture.extendedReportValue)]), arrival: Self.moment(0))
        #expect(peer.voIPMetrics == RTCPFixture.voIPMetricsValue)
        peer = RTCPPeer(ourSSRC: 1)
        peer.receive(RTCPCompound([.extendedReport(RTCPFixture.extendedReportValue)]), arrival: Self.moment(0))
        #expect(peer.voIPMetrics == nil)
    }

    @Test("Of the peer's Statistics Summary blocks about us the latest is kept, those about others are not")
    func statisticsSummary() {
        func summary(of ssrc: UInt32, lost: UInt32) -> ExtendedReport.Block {
            .statisticsSummary(
                StatisticsSummary(ssrc: ssrc, begin: SequenceNumber(1), end: SequenceNumber(9), lostPackets: lost))
        }
        var peer = RTCPPeer(ourSSRC: 1)
        #expect(peer.statisticsSummary == nil)
        for lost in [UInt32(2), 3] {
            let report = ExtendedReport(ssrc: 2, blocks: [summary(of: 1, lost: lost), summary(of: 4, lost: 5)])
            peer.receive(RTCPCompound([.extendedReport(report)]), arrival: Self.moment(0))
            #expect(peer.statisticsSummary?.ssrc == 1 && peer.statisticsSummary?.lostPackets == lost)
        }
    }

    @Test("The peer has left with its own BYE, until it reports again")
    func goodbye() {
        var peer = RTCPPeer(ourSSRC: 1)
        peer.receive(Self.report(Self.block(about: 1)), arrival: Self.moment(0))
        peer.receive(RTCPCompound([.goodbye(Goodbye(sources: [7]))]), arrival: Self.moment(0))
        #expect(!peer.hasLeft)
        peer.receive(RTCPCompound([.goodbye(Goodbye(sources: [7, 2]))]), arrival: Self.moment(0))
        #expect(peer.hasLeft)
        peer.receive(Self.report(Self.block(about: 1)), arrival: Self.moment(0))
        #expect(!peer.hasLeft)
    }
}
