import Media

extension MediaReport {
    /// What was measured; what was not is absent.
    var logFields: LogFields {
        var fields: LogFields = [
            .audio: audio.map { .text($0.rawValue) },
            .level: level?.meanDBov.map { .decimal($0, decimals: 1) },
            .peakLevel: level.map { .decimal($0.peakDBov, decimals: 1) },
            .packetsSent: .integer(sent.packets), .packetsReceived: .integer(received.packets),
            .packetsLost: received.packets > 0 ? .integer(received.lost) : nil,
            .lossPercent: received.lossRatio.map { .decimal($0 * 100, decimals: 2) },
            .jitterMilliseconds: received.jitterMilliseconds.map { .decimal($0, decimals: 2) },
            .roundTripMilliseconds: roundTrip.map { .decimal($0.meanMilliseconds, decimals: 2) },
        ]
        fields.merge(irregularities)
        fields.merge(playout.logFields)
        fields.merge(score.logFields)
        fields.merge([
            .listeningMOSMinimum: listeningMOS.map { .mos($0.minimum) },
            .listeningMOSMean: listeningMOS.map { .mos($0.mean) },
            .listeningMOSLast: listeningMOS.map { .mos($0.last) },
            .conversationalMOSMinimum: conversationalMOS.map { .mos($0.minimum) },
            .conversationalMOSMean: conversationalMOS.map { .mos($0.mean) },
            .conversationalMOSLast: conversationalMOS.map { .mos($0.last) },
            .peerR: peerMetrics?.r.map { .integer($0) },
            .peerListeningMOS: peerMetrics?.listeningMOS.map { .decimal($0, decimals: 1) },
            .peerConversationalMOS: peerMetrics?.conversationalMOS.map { .decimal($0, decimals: 1) },
        ])
        return fields
    }
}

extension MediaReport {
    /// What does not happen in a good call: the counts that are not 0.
    private var irregularities: LogFields {
        func count(_ number: Int) -> LogValue? { number == 0 ? nil : .integer(number) }
        return [
            .packetsDuplicated: count(received.duplicates), .packetsReordered: count(received.reordered),
            .sourceChanges: count(received.sourceChanges), .latchings: count(latchings),
            .packetsStray: count(rejected.stray), .packetsOfWrongType: count(rejected.wrongPayloadType),
            .packetsMalformed: count(rejected.malformed + rejected.notRTP + rejected.tooLong),
            .packetsDropped: count(rejected.dropped), .packetsUnreachable: count(sent.unreachable),
        ]
    }
}

extension PlayedMedia {
    fileprivate var logFields: LogFields {
        let isPlayed = missedRatio != nil
        // Where nothing was missed there is one gap, as long as the call: that says nothing.
        let periods = discarded > 0 || (missedRatio ?? 0) > 0 ? periods : nil
        return [
            .packetsDiscarded: isPlayed ? .integer(discarded) : nil,
            .packetsLate: discarded > 0 ? .integer(discardedLate) : nil,
            .packetsEarly: discarded > 0 ? .integer(discardedEarly) : nil,
            .playoutDelay: meanDelayMilliseconds.map { .decimal($0, decimals: 1) },
            .burstRatio: burstRatio.map { .decimal($0, decimals: 3) },
            .burstDensity: periods?.burstDensity.map { .decimal($0 * 100, decimals: 2) },
            .burstDuration: periods?.burstMilliseconds.map { .decimal($0, decimals: 0) },
            .gapDensity: periods?.gapDensity.map { .decimal($0 * 100, decimals: 2) },
            .gapDuration: periods?.gapMilliseconds.map { .decimal($0, decimals: 0) },
        ]
    }
}

extension MediaInterval {
    /// What was measured in the interval; what was not is absent.
    var logFields: LogFields {
        let isPlayed = missedRatio != nil
        var fields: LogFields = [
            .intervalSeconds: .decimal(durationMilliseconds / 1000, decimals: 3),
            .packetsSent: .integer(packetsSent), .packetsReceived: .integer(packetsReceived),
            .packetsLost: expected > 0 ? .integer(lost) : nil,
            .lossPercent: lossRatio.map { .decimal($0 * 100, decimals: 2) },
            .jitterMilliseconds: jitterMilliseconds.map { .decimal($0, decimals: 2) },
            .roundTripMilliseconds: roundTripMilliseconds.map { .decimal($0, decimals: 2) },
            .packetsDiscarded: isPlayed ? .integer(discardedLate + discardedEarly) : nil,
            .playoutDelay: playoutDelayMilliseconds.map { .decimal($0, decimals: 1) },
            .burstRatio: burstRatio.map { .decimal($0, decimals: 3) },
        ]
        fields.merge(score.logFields)
        return fields
    }
}

extension MediaScore {
    fileprivate var logFields: LogFields {
        [
            .listeningR: listeningR.map { .decimal($0, decimals: 2) }, .listeningMOS: listeningMOS.map { .mos($0) },
            .delay: conversationalR == nil ? nil : delayMilliseconds.map { .decimal($0, decimals: 1) },
            .conversationalR: conversationalR.map { .decimal($0, decimals: 2) },
            .conversationalMOS: conversationalMOS.map { .mos($0) },
        ]
    }
}

extension LogValue {
    /// A score from 1 to 4.5: a hundredth is more than it can mean, and what tests compare needs a digit more.
    fileprivate static func mos(_ value: Double) -> LogValue { .decimal(value, decimals: 3) }
}
