import Media
import SIP
import UserAgent

/// What is kept of one call.
struct CallRecord: Sendable {
    /// Who called what, from where; cut to `textLimit`.
    var identity: CallIdentity
    /// When the INVITE came, in ms since 1970; nil where nobody was there to note it, as for the others.
    var incoming: Int64?
    /// When 180 was sent.
    var ringing: Int64?
    /// When 200 was sent.
    var answered: Int64?
    /// When it was over and all of it was measured.
    var ended: Int64
    /// The session as it was negotiated last; nil where none was.
    var media: CallMedia?
    /// Where media went in the end, where that is not what the SDP says.
    var latched: String?
    /// The digits that were heard, in their order; at most `digitLimit`.
    var digits = ""
    /// How it ended, and what was measured; nil where the daemon ended before it.
    var end: CallEnd?

    /// Octets of a text of the peer's that are kept.
    static let textLimit = 1024
    /// Digits that are kept.
    static let digitLimit = 256
}

extension CallRecord {
    /// The record as it is written.
    var row: RecordRow {
        var row = RecordRow()
        row[.callID] = .bounded(identity.callID)
        row[.fromURI] = .bounded(identity.from)
        row[.toURI] = .bounded(identity.to)
        row[.requestURI] = .bounded(identity.requestURI)
        row[.extension] = .text(identity.dialled.rawValue)
        row[.peer] = .text(identity.source.logText)
        row[.transport] = .text(identity.source.transport.viaName.lowercased())
        row[.incoming] = .moment(incoming)
        row[.ringing] = .moment(ringing)
        row[.answered] = .moment(answered)
        row[.ended] = .moment(ended)
        row[.setupMilliseconds] = .decimal(end?.answerDelay.map { $0 / .milliseconds(1) })
        row[.durationSeconds] = .decimal(end?.duration.map { $0 / .seconds(1) })
        row[.endedBy] = end.map { .text($0.party.rawValue) } ?? .null
        row[.reason] = end.map { .text($0.reason.rawValue) } ?? .null
        row[.status] = .integer(end?.status)
        row[.digits] = digits.isEmpty ? .null : .text(digits)
        row[.codec] = .bounded(media?.codec)
        row[.packetTime] = .integer(media?.packetTime)
        row[.direction] = .bounded(media?.direction)
        row[.localMedia] = .bounded(media?.local)
        row[.remoteMedia] = .bounded(latched ?? media?.remote)
        if let report = end?.media {
            row.set(report)
            row.set(received: report)
            row.set(quality: report)
        }
        return row
    }
}

extension RecordRow {
    fileprivate mutating func set(_ report: MediaReport) {
        self[.audio] = report.audio.map { .text($0.rawValue) } ?? .null
        self[.packetsSent] = .integer(report.sent.packets)
        self[.octetsSent] = .integer(report.sent.octets)
        self[.packetsUnreachable] = .integer(report.sent.unreachable)
        self[.latchings] = .integer(report.latchings)
        self[.packetsStray] = .integer(report.rejected.stray)
        self[.packetsOfWrongType] = .integer(report.rejected.wrongPayloadType)
        self[.packetsMalformed] = .integer(
            report.rejected.malformed + report.rejected.notRTP + report.rejected.tooLong)
        self[.packetsDropped] = .integer(report.rejected.dropped)
        self[.roundTripMilliseconds] = .decimal(report.roundTrip?.meanMilliseconds)
        self[.roundTripMinimum] = .decimal(report.roundTrip?.minimumMilliseconds)
        self[.roundTripMaximum] = .decimal(report.roundTrip?.maximumMilliseconds)
        self[.peerLossPercent] = .percent(report.peer?.fractionLost)
        self[.peerPacketsLost] = .integer(report.peer?.cumulativeLost)
        self[.peerJitter] = .decimal(report.peer?.jitterMilliseconds)
        self[.peerR] = .integer(report.peerMetrics?.r)
        self[.peerListeningMOS] = .decimal(report.peerMetrics?.listeningMOS)
        self[.peerConversationalMOS] = .decimal(report.peerMetrics?.conversationalMOS)
        if let summary = report.peerSummary { self[.peerSummary] = .json(summary.document.compact) }
    }

    /// Of a stream that never came nothing is said but that it never came.
    fileprivate mutating func set(received report: MediaReport) {
        let received = report.received
        self[.packetsReceived] = .integer(received.packets)
        self[.octetsReceived] = .integer(received.octets)
        guard received.packets > 0 else { return }
        self[.packetsLost] = .integer(received.lost)
        self[.lossPercent] = .percent(received.lossRatio)
        self[.packetsDuplicated] = .integer(received.duplicates)
        self[.packetsReordered] = .integer(received.reordered)
        self[.sourceChanges] = .integer(received.sourceChanges)
        self[.jitterMilliseconds] = .decimal(received.jitterMilliseconds)
        self[.jitterMean] = .decimal(received.meanJitterMilliseconds)
        self[.jitterMaximum] = .decimal(received.maximumJitterMilliseconds)
        self[.longestGap] = .decimal(received.longestGapMilliseconds)
        if let interarrival = received.interarrival {
            self[.interarrivalMedian] = .decimal(interarrival.percentile(50))
            self[.interarrival90] = .decimal(interarrival.percentile(90))
            self[.interarrival99] = .decimal(interarrival.percentile(99))
            self[.interarrival] = .json(interarrival.document.compact)
        }
        self[.clockSkew] = .decimal(received.clockSkewPartsPerMillion)
        self[.level] = .decimal(report.level?.meanDBov)
        self[.peakLevel] = .decimal(report.level?.peakDBov)
    }

    fileprivate mutating func set(quality report: MediaReport) {
        let (playout, score) = (report.playout, report.score)
        if playout.missedRatio != nil {
            self[.packetsDiscarded] = .integer(playout.discarded)
            self[.packetsLate] = .integer(playout.discardedLate)
            self[.packetsEarly] = .integer(playout.discardedEarly)
        }
        self[.playoutDelay] = .decimal(playout.meanDelayMilliseconds)
        self[.burstRatio] = .decimal(playout.burstRatio)
        self[.burstDensity] = .percent(playout.periods?.burstDensity)
        self[.burstDuration] = .decimal(playout.periods?.burstMilliseconds)
        self[.gapDensity] = .percent(playout.periods?.gapDensity)
        self[.gapDuration] = .decimal(playout.periods?.gapMilliseconds)
        self[.listeningR] = .decimal(score.listeningR)
        self[.listeningMOS] = .decimal(score.listeningMOS)
        self[.delay] = .decimal(score.delayMilliseconds)
        self[.conversationalR] = .decimal(score.conversationalR)
        self[.conversationalMOS] = .decimal(score.conversationalMOS)
        self[.listeningMOSMinimum] = .decimal(report.listeningMOS?.minimum)
        self[.listeningMOSMean] = .decimal(report.listeningMOS?.mean)
        self[.listeningMOSLast] = .decimal(report.listeningMOS?.last)
        self[.conversationalMOSMinimum] = .decimal(report.conversationalMOS?.minimum)
        self[.conversationalMOSMean] = .decimal(report.conversationalMOS?.mean)
        self[.conversationalMOSLast] = .decimal(report.conversationalMOS?.last)
        if !report.intervals.isEmpty {
            self[.intervals] = .json(JSONText.list(report.intervals.map(\.document)).compact)
        }
    }
}

extension InterarrivalTimes {
    /// The buckets that are not empty. `to_ms`, which is excluded, is null in the last bucket there can be.
    var document: JSONText {
        .list(
            buckets.map { bucket in
                .object([
                    ("from_ms", .integer(Int(bucket.fromMilliseconds))),
                    ("to_ms", JSONText(bucket.toMilliseconds.map(Int.init))), ("count", .integer(Int(bucket.count))),
                ])
            })
    }
}

extension IntervalSummary {
    /// `at_ms` is from the opening of the media session; the rest is named as in the record.
    fileprivate var document: JSONText {
        .object([
            ("at_ms", .integer(offsetMilliseconds)), ("duration_ms", .integer(durationMilliseconds)),
            ("packets_expected", .integer(expected)), ("packets_received", .integer(received)),
            ("packets_lost", .integer(lost)), ("packets_discarded", .integer(discarded)),
            ("jitter_mean_ms", JSONText(meanJitterMilliseconds, decimals: 2)),
            ("round_trip_ms", JSONText(roundTripMilliseconds, decimals: 2)),
            ("r_lq", JSONText(listeningR, decimals: 2)), ("mos_lq", JSONText(listeningMOS, decimals: 3)),
            ("r_cq", JSONText(conversationalR, decimals: 2)), ("mos_cq", JSONText(conversationalMOS, decimals: 3)),
        ])
    }
}

extension RecordValue {
    fileprivate static func integer(_ number: Int?) -> RecordValue { number.map { .integer(Int64($0)) } ?? .null }

    /// A figure that is none counts as not measured.
    fileprivate static func decimal(_ number: Double?) -> RecordValue {
        number.flatMap { $0.isFinite ? .decimal($0) : nil } ?? .null
    }

    /// A share from 0 to 1 in percent.
    fileprivate static func percent(_ share: Double?) -> RecordValue { decimal(share.map { $0 * 100 }) }

    fileprivate static func moment(_ time: Int64?) -> RecordValue { time.map { .moment($0) } ?? .null }

    /// A text of the peer's, without what is beyond the limit. SQLite ends a text at a null character, so there is none.
    fileprivate static func bounded(_ text: String?) -> RecordValue {
        guard let text else { return .null }
        guard text.utf8.count > CallRecord.textLimit || text.utf8.contains(0) else { return .text(text) }
        let start = text.utf8.prefix(CallRecord.textLimit).map { $0 == 0 ? UInt8(ascii: " ") : $0 }
        var cut = String(decoding: start, as: UTF8.self)
        // The limit may have fallen into a character.
        while cut.unicodeScalars.last == "\u{FFFD}" { cut.unicodeScalars.removeLast() }
        return .text(cut)
    }
}
