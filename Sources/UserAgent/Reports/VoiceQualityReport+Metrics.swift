import Audio
import Media

extension VoiceQualityReport {
    /// What we measured of the caller's stream (RFC 6035 section 4.6.1, terms of RFC 3611 section 4.7).
    func addLocalMetrics(to text: inout String) {
        text.line(
            "SessionDesc",
            [
                ("PT", format.map { "\($0.payloadType)" }), ("PD", format?.name),
                ("SR", format.map { "\($0.clockRate)" }),
                ("PPS", media.received.packetTimeMilliseconds.flatMap(Self.packetsPerSecond)),
                ("PLC", listener.conceals ? "3" : "1"),
                // Who has never suppressed silence may do so later.
                ("SSUP", media.received.silences > 0 ? "on" : nil),
            ])
        if media.received.packets > 0 { addReception(to: &text) }
        addDelay(to: &text)
        text.line(
            "Signal",
            [("SL", media.level?.meanDBov.map(level)), ("NL", media.level?.backgroundDBov.map(level))])
        let score = media.score
        text.line(
            "QualityEst",
            [
                ("RLQ", score.listeningR.map(Self.rFactor)), ("RCQ", score.conversationalR.map(Self.rFactor)),
                ("MOSLQ", score.listeningMOS.map { Self.decimal($0, places: 2) }),
                ("MOSCQ", score.conversationalMOS.map { Self.decimal($0, places: 2) }),
                ("QoEEstAlg", score.listeningR == nil ? nil : "G.107"),
            ])
    }

    /// What the caller says of ours by RTCP XR.
    func addRemoteMetrics(_ peer: PeerMetrics, to text: inout String) {
        text.line("PacketLoss", [("NLR", Self.percent(peer.lossRatio)), ("JDR", Self.percent(peer.discardRatio))])
        text.line("Delay", [("IAJ", media.peer.map { Self.rounded($0.jitterMilliseconds) })])
        text.line(
            "QualityEst",
            [
                ("RCQ", peer.r.map { "\($0)" }),
                ("MOSLQ", peer.listeningMOS.map { Self.decimal($0, places: 1) }),
                ("MOSCQ", peer.conversationalMOS.map { Self.decimal($0, places: 1) }),
            ])
    }

    private func addReception(to text: inout String) {
        let played = media.playout
        text.line(
            "JitterBuffer",
            [
                ("JBA", listener.hasAdaptiveBuffer ? "3" : "2"), ("JBR", listener.hasAdaptiveBuffer ? "1" : "0"),
                ("JBN", played.delayMilliseconds.map(Self.rounded)), ("JBM", "\(listener.maximumBufferMilliseconds)"),
                ("JBX", "\(listener.maximumBufferMilliseconds)"),
            ])
        let expected = media.received.expected
        text.line(
            "PacketLoss",
            [
                ("NLR", media.received.lossRatio.map(Self.percent)),
                ("JDR", expected > 0 ? Self.percent(Double(played.discarded) / Double(expected)) : nil),
            ])
        guard let periods = played.periods else { return }
        // Where there was no burst its density is 0 (RFC 3611 section 4.7.2).
        let hasBursts = periods.bursts > 0
        text.line(
            "BurstGapLoss",
            [
                ("BLD", hasBursts ? periods.burstDensity.map(Self.percent) : "0.00"),
                ("BD", hasBursts ? periods.burstMilliseconds.map(Self.duration) : "0"),
                ("GLD", periods.gapDensity.map(Self.percent)), ("GD", periods.gapMilliseconds.map(Self.duration)),
                ("GMIN", "16"),
            ])
    }

    private func addDelay(to text: inout String) {
        // What we add to the path: the jitter buffer and the packet that is being filled.
        let ours = media.playout.delayMilliseconds.flatMap { delay in
            media.received.packetTimeMilliseconds.map { delay + $0 }
        }
        text.line(
            "Delay",
            [
                ("RTD", media.roundTrip.map { Self.rounded($0.meanMilliseconds) }), ("ESD", ours.map(Self.rounded)),
                ("SOWD", media.score.delayMilliseconds.map(Self.rounded)),
                ("IAJ", media.received.meanJitterMilliseconds.map(Self.rounded)),
            ])
    }

    /// In dBm0, as RTCP XR tells levels; the syntax has room for two digits.
    private func level(_ dBov: Double) -> String {
        let reference = (format.flatMap { Codec(encodingName: $0.name, clockRate: Int($0.clockRate)) })?.overloadLevel
        return "\(Int(min(max(dBov + (reference ?? 6.18), -99), 99).rounded()))"
    }

    private static func packetsPerSecond(_ packetTime: Double) -> String? {
        packetTime > 0 ? rounded(1000 / packetTime) : nil
    }

    /// A whole number of five digits at most, which is what the syntax has room for.
    private static func rounded(_ value: Double) -> String { whole(value, upTo: 65_535) }

    /// Bursts and gaps may last for an hour.
    private static func duration(_ milliseconds: Double) -> String { whole(milliseconds, upTo: 3_600_000) }

    private static func rFactor(_ value: Double) -> String { whole(value, upTo: 120) }

    private static func whole(_ value: Double, upTo limit: Double) -> String {
        "\(Int(min(max(value.rounded(), 0), limit)))"
    }

    private static func percent(_ ratio: Double) -> String { decimal(min(max(ratio * 100, 0), 100), places: 2) }

    /// A number that is not negative with so many decimal places.
    private static func decimal(_ value: Double, places: Int) -> String {
        let scale = places == 1 ? 10 : 100
        let scaled = Int((min(max(value, 0), 1000) * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
