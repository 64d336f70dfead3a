import CLinux
import Networking
import Quality
import RTP

extension Session {
    /// Everything measured so far, at the moment `now` (CLOCK_MONOTONIC), which is `realtime` (CLOCK_REALTIME).
    mutating func report(_ now: Int64, _ realtime: Int64, _ scoring: Scoring) -> MediaReport {
        account.settle()
        var report = MediaReport(sent: sentMedia(offset: realtime &- now))
        report.openedNanoseconds = realtime &- (now &- openedAt)
        report.endNanoseconds = realtime
        let metrics = account.playout.metrics
        report.received = receivedMedia()
        report.playout = playedMedia(metrics, packetTime: report.received.packetTimeMilliseconds)
        report.score = score(scoring, metrics.counts)
        report.listeningMOS = MOSSeries(history.listening)
        report.conversationalMOS = MOSSeries(history.conversational)
        report.intervals = intervals
        report.audio = audioFlow(now)
        report.level = meter.level
        report.rejected = rejectedPackets
        report.remote = latch.current.socketAddress
        report.latch = latch.state
        report.latchings = Int(latch.latchings)
        report.roundTrip = RoundTrip(rtcp.peer.roundTrip)
        report.peer = rtcp.peer.report.map { PeerReport($0, clockRate: stream.clockRate) }
        report.peerMetrics = rtcp.peer.voIPMetrics.map(PeerMetrics.init)
        report.peerSummary = rtcp.peer.statisticsSummary.map { PeerSummary($0, clockRate: stream.clockRate) }
        report.peerName = rtcp.peer.canonicalName
        report.peerHasLeft = rtcp.peer.hasLeft
        report.failure = failure
        return report
    }

    /// What was received since the last call, and begins the next interval.
    mutating func takeInterval(_ now: Int64, _ realtime: Int64, _ scoring: Scoring) -> MediaInterval {
        account.settle()
        let interval = account.reception.takeInterval()
        let quality = takeIntervalQuality(scoring)
        intervals.append(summary(of: interval, quality, now))
        defer {
            intervalBegan = now
            intervalPacketsSent = sent.packets
        }
        return MediaInterval(
            endNanoseconds: realtime,
            durationMilliseconds: Double(now &- intervalBegan) / 1e6,
            packetsSent: Int(sent.packets - intervalPacketsSent),
            packetsReceived: interval.counts.packets,
            expected: interval.counts.expected,
            lost: interval.counts.lost,
            lossRatio: interval.counts.lossRatio,
            duplicates: interval.counts.duplicates,
            reordered: interval.counts.reordered,
            jitterMilliseconds: interval.jitterMilliseconds,
            meanJitterMilliseconds: interval.meanJitterMilliseconds,
            maximumJitterMilliseconds: interval.maximumJitterMilliseconds,
            longestGapMilliseconds: interval.longestGapMilliseconds,
            roundTripMilliseconds: rtcp.peer.roundTrip.latest.map { Double($0) / 1e6 },
            discardedLate: quality.buffered.late,
            discardedEarly: quality.buffered.early,
            missedRatio: quality.packets.lossRatio,
            burstRatio: quality.packets.burstRatio,
            playoutDelayMilliseconds: quality.buffered.meanPlayoutDelayMilliseconds,
            score: quality.score)
    }

    private func summary(
        of interval: IntervalStatistics, _ quality: IntervalQuality, _ now: Int64
    ) -> IntervalSummary {
        let offset = Int(intervalBegan &- openedAt) / 1_000_000
        var summary = IntervalSummary(
            offsetMilliseconds: offset, durationMilliseconds: Int(now &- openedAt) / 1_000_000 - offset)
        summary.expected = interval.counts.expected
        summary.received = interval.counts.packets
        summary.lost = interval.counts.lost
        summary.discarded = quality.packets.discarded
        summary.meanJitterMilliseconds = interval.meanJitterMilliseconds
        summary.roundTripMilliseconds = rtcp.peer.roundTrip.latest.map { Double($0) / 1e6 }
        summary.listeningR = quality.score.listeningR
        summary.listeningMOS = quality.score.listeningMOS
        summary.conversationalR = quality.score.conversationalR
        summary.conversationalMOS = quality.score.conversationalMOS
        return summary
    }

    /// - Parameter offset: CLOCK_REALTIME less CLOCK_MONOTONIC.
    private func sentMedia(offset: Int64) -> SentMedia {
        var media = SentMedia(ssrc: stream.ssrc)
        media.packets = Int(sent.packets)
        media.octets = Int(sent.octets)
        if sent.packets > 0 {
            media.firstNanoseconds = sent.first &+ offset
            media.lastNanoseconds = sent.last &+ offset
        }
        media.skippedFrames = Int(counters.skippedFrames)
        media.skippedEchoes = Int(counters.skippedEchoes)
        media.refusedEchoes = Int(counters.refusedEchoes)
        media.blocked = Int(counters.blocked)
        media.failed = Int(counters.sendFailures)
        media.unreachable = Int(counters.unreachable)
        media.rtcpPackets = Int(counters.rtcpSent)
        return media
    }

    private func receivedMedia() -> ReceivedMedia {
        let call = account.reception.call
        var received = ReceivedMedia()
        received.ssrc = call.ssrc
        received.packets = call.counts.packets
        received.octets = call.counts.payloadOctets
        received.expected = call.counts.expected
        received.lost = call.counts.lost
        received.lossRatio = call.counts.lossRatio
        received.duplicates = call.counts.duplicates
        received.reordered = call.counts.reordered
        received.unvalidated = call.counts.unvalidated
        received.sourceChanges = call.counts.sourceChanges
        received.sequenceRestarts = call.counts.sequenceRestarts
        received.timestampLeaps = call.counts.timestampLeaps
        received.silences = call.counts.silences
        received.clockSteps = call.counts.clockSteps
        received.jitterMilliseconds = call.jitterMilliseconds
        received.meanJitterMilliseconds = call.meanJitterMilliseconds
        received.maximumJitterMilliseconds = call.maximumJitterMilliseconds
        received.longestGapMilliseconds = call.longestGapMilliseconds
        received.interarrival = InterarrivalTimes(
            call.interarrival, longestMilliseconds: call.longestGapMilliseconds)
        received.packetTimeMilliseconds = call.packetTimeMilliseconds
        received.clockSkewPartsPerMillion = call.clockSkewPartsPerMillion
        received.firstNanoseconds = call.firstArrivalNanoseconds
        received.lastNanoseconds = call.lastArrivalNanoseconds
        received.rtcpPackets = Int(counters.rtcpReceived)
        received.telephoneEvents = Int(counters.telephoneEvents)
        return received
    }

    private func playedMedia(_ metrics: BurstMetrics, packetTime: Double?) -> PlayedMedia {
        var played = PlayedMedia()
        played.discardedEarly = account.playout.buffer.totals.early
        played.discardedLate = max(0, metrics.counts.discarded - played.discardedEarly)
        played.missedRatio = metrics.counts.lossRatio
        played.burstRatio = metrics.counts.burstRatio
        played.periods = metrics.counts.expected > 0 ? LossPeriods(metrics.periods, packetTime: packetTime) : nil
        played.delayMilliseconds = account.playout.buffer.playoutDelayMilliseconds
        played.meanDelayMilliseconds = account.playout.buffer.totals.meanPlayoutDelayMilliseconds
        return played
    }

    private var rejectedPackets: RejectedPackets {
        var rejected = RejectedPackets()
        rejected.stray = Int(counters.stray)
        rejected.wrongPayloadType = Int(counters.wrongPayloadType)
        rejected.notRTP = Int(counters.notRTP)
        rejected.malformed = Int(counters.malformed)
        rejected.tooLong = Int(counters.tooLong)
        rejected.dropped = Int(clinux_media_drops(rtpDescriptor) &- ports.droppedBefore)
        if outletSocket != nil { rejected.dropped += Int(clinux_media_drops(outlet)) }
        rejected.malformedRTCP = Int(counters.malformedRTCP)
        rejected.strayRTCP = Int(counters.strayRTCP)
        return rejected
    }
}

extension RoundTrip {
    init?(_ summary: RoundTripSummary) {
        guard let latest = summary.latest, let minimum = summary.minimum, let mean = summary.mean,
            let maximum = summary.maximum
        else { return nil }
        self.init(
            samples: summary.count, latestMilliseconds: Double(latest) / 1e6,
            minimumMilliseconds: Double(minimum) / 1e6, meanMilliseconds: Double(mean) / 1e6,
            maximumMilliseconds: Double(maximum) / 1e6)
    }
}

extension PeerReport {
    init(_ block: ReportBlock, clockRate: UInt32) {
        self.init(
            fractionLost: Double(block.fractionLost) / 256, cumulativeLost: Int(block.cumulativeLost),
            jitterMilliseconds: Double(block.jitter) * 1000 / Double(clockRate))
    }
}
