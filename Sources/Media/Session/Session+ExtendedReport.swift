import Audio
import Quality
import RTP

extension Session {
    /// The blocks of RFC 3611 that the peer has asked for, at the moment `time`.
    mutating func extendedReport(_ time: NTPTimestamp, _ scoring: Scoring) -> [ExtendedReport.Block] {
        var blocks: [ExtendedReport.Block] = []
        if parameters.sendsReceiverTimes {
            blocks.append(.receiverReferenceTime(time))
            if let delay = rtcp.peer.delaySinceLastReceiverReport(now: time) {
                blocks.append(.delaySinceLastReceiverReport([delay]))
            }
        }
        if let summary = account.reception.takeSummary() {
            blocks.append(.statisticsSummary(summary.only(parameters.statisticsSummary)))
        }
        if parameters.sendsVoIPMetrics, let ssrc = account.reception.ssrc, let metrics = voIPMetrics(of: ssrc, scoring)
        {
            blocks.append(.voIPMetrics(metrics))
        }
        return blocks
    }

    /// What has been measured since the beginning; nil before the first packet.
    private func voIPMetrics(of ssrc: UInt32, _ scoring: Scoring) -> VoIPMetrics? {
        let metrics = account.playout.metrics
        let counts = metrics.counts
        guard counts.expected > 0 else { return nil }
        let periods = LossPeriods(metrics.periods, packetTime: peerPacketTime)
        let score = score(scoring, counts)
        var block = VoIPMetrics(ssrc: ssrc)
        block.lossRate = Self.fraction(Double(counts.lost) / Double(counts.expected))
        block.discardRate = Self.fraction(Double(counts.discarded) / Double(counts.expected))
        block.burstDensity = Self.fraction(periods.burstDensity ?? 0)
        block.gapDensity = Self.fraction(periods.gapDensity ?? 0)
        block.burstDuration = Self.milliseconds(periods.burstMilliseconds ?? 0)
        block.gapDuration = Self.milliseconds(periods.gapMilliseconds ?? 0)
        // 0 would say that there is none.
        block.roundTripDelay = rtcp.peer.roundTrip.latest.map { max(1, Self.milliseconds(Double($0) / 1e6)) }
        let playoutDelay = account.playout.buffer.playoutDelayMilliseconds
        block.endSystemDelay = playoutDelay.map { Self.milliseconds($0 + Double(parameters.packetTime)) }
        let level = meter.level
        block.signalLevel = level?.meanDBov.map { Self.decibels($0 + parameters.format.codec.overloadLevel) }
        block.noiseLevel = level?.backgroundDBov.map { Self.decibels($0 + parameters.format.codec.overloadLevel) }
        // Without a delay there is no R of the call, only one of listening, which has no place here.
        block.rFactor = score.conversationalR.map { UInt8(min(max($0.rounded(), 0), 100)) }
        block.listeningMOSTenths = score.listeningMOS.map { UInt8(($0 * 10).rounded()) }
        block.conversationalMOSTenths = score.conversationalMOS.map { UInt8(($0 * 10).rounded()) }
        block.concealment = scoring.conceals ? .standard : .disabled
        block.jitterBufferKind = scoring.jitterBuffer.isAdaptive ? .adaptive : .nonAdaptive
        // It grows with the packet that comes too late (section 4.7.7: 2 J packets), the least that can be said.
        block.jitterBufferRate = scoring.jitterBuffer.isAdaptive ? 1 : 0
        let maximum = Self.milliseconds(Double(scoring.jitterBuffer.maximumMilliseconds))
        block.jitterBufferNominal = Self.milliseconds(playoutDelay ?? 0)
        block.jitterBufferMaximum = maximum
        block.jitterBufferAbsoluteMaximum = maximum
        return block
    }

    /// A share in 256ths, of which 255 are the most that can be said.
    private static func fraction(_ share: Double) -> UInt8 { UInt8(min(max(share * 256, 0), 255)) }

    /// A level in dBm0; 127 would say that there is none.
    private static func decibels(_ level: Double) -> Int8 { Int8(min(max(level.rounded(), -128), 126)) }

    private static func milliseconds(_ value: Double) -> UInt16 { UInt16(min(max(value.rounded(), 0), 65_535)) }
}

extension PeerMetrics {
    /// Scores that cannot be are to be ignored (section 4.7.5).
    init(_ block: VoIPMetrics) {
        func mos(_ tenths: UInt8?) -> Double? {
            tenths.flatMap { (10...50).contains($0) ? Double($0) / 10 : nil }
        }
        self.init(
            lossRatio: Double(block.lossRate) / 256, discardRatio: Double(block.discardRate) / 256,
            r: block.rFactor.flatMap { $0 <= 100 ? Int($0) : nil }, listeningMOS: mos(block.listeningMOSTenths),
            conversationalMOS: mos(block.conversationalMOSTenths))
    }
}
