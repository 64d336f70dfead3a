import Foundation
import Testing

@testable import Media
@testable import Operations
@testable import RTP
@testable import UserAgent

@Suite("CallRecord: the steps of a call put together")
struct RecordAssemblyTests {
    private func assemble(_ number: Int, _ kinds: [CallEvent.Kind]) -> CallRecord? {
        var assembler = RecordAssembler(limit: 10)
        var record: CallRecord?
        for (index, kind) in kinds.enumerated() {
            let event = CallEvent(call: Fixture.identity(number), kind: kind)
            record = assembler.take(event, time: Int64(index + 1) * 1000)
        }
        #expect(assembler.count == 0)
        return record
    }

    @Test("identities, times, digits and the end are those of the events")
    func whole() throws {
        let digits = "12#".map { CallEvent.Kind.digit(CallDigit(digit: $0, method: .telephoneEvent)) }
        let record = try #require(
            assemble(7, [.incoming, .ringing, .answered(Fixture.media())] + digits + [.ended(Fixture.end())]))
        let row = record.row
        #expect(row[.callID] == .text("call-7") && row[.fromURI] == .text("sip:a@b"))
        #expect(row[.peer] == .text("192.0.2.1:5060") && row[.transport] == .text("udp"))
        #expect(row[.extension] == .text("echo") && row[.requestURI] == .text("sip:echo@d"))
        #expect(row[.incoming] == .moment(1000) && row[.ringing] == .moment(2000))
        #expect(row[.answered] == .moment(3000) && row[.ended] == .moment(7000))
        #expect(row[.setupMilliseconds] == .decimal(1500) && row[.durationSeconds] == .decimal(30))
        #expect(row[.digits] == .text("12#") && row[.endedBy] == .text("caller") && row[.status] == .integer(200))
        #expect(row[.reason] == .text("caller hung up"))
        #expect(row[.codec] == .text("PCMU") && row[.packetTime] == .integer(20))
        #expect(row[.localMedia] == .text("192.0.2.2:10000") && row[.remoteMedia] == .text("192.0.2.1:4000"))
    }

    @Test("what was not measured is null: a refused call has neither times nor media, a silent one no loss")
    func unmeasured() throws {
        let refused = try #require(assemble(1, [.incoming, .ended(Fixture.end(answered: false))])).row
        for field in RecordField.allCases {
            let known: [RecordField] = [
                .callID, .fromURI, .toURI, .requestURI, .extension, .peer, .transport, .incoming, .ended, .endedBy,
                .reason, .status,
            ]
            #expect((refused[field] == .null) == !known.contains(field), "\(field)")
        }
        let report = MediaReport(sent: SentMedia(ssrc: 1))
        let silent = try #require(assemble(1, [.incoming, .ended(Fixture.end(report))])).row
        #expect(silent[.packetsReceived] == .integer(0) && silent[.packetsSent] == .integer(0))
        for field in [
            RecordField.packetsLost, .lossPercent, .jitterMilliseconds, .roundTripMilliseconds, .listeningMOS,
            .conversationalMOS, .packetsDiscarded, .audio, .interarrivalMedian, .interarrival99, .interarrival,
            .intervals,
        ] {
            #expect(silent[field] == .null, "\(field)")
        }
    }

    @Test("media goes where the latest offer says, until it is seen elsewhere")
    func latched() throws {
        let latched = try #require(
            assemble(
                1,
                [.incoming, .answered(Fixture.media()), .latched("198.51.100.1:9"), .ended(Fixture.end())]))
        #expect(latched.row[.remoteMedia] == .text("198.51.100.1:9"))
        let moved = try #require(
            assemble(
                1,
                [
                    .incoming, .answered(Fixture.media()), .latched("198.51.100.1:9"),
                    .changed(Fixture.media("203.0.113.1:7")), .ended(Fixture.end()),
                ]))
        #expect(moved.row[.remoteMedia] == .text("203.0.113.1:7"))
    }

    @Test("figures keep their units, shares become percent, and intervals are JSON with null for what is not known")
    func figures() throws {
        var report = MediaReport(sent: SentMedia(ssrc: 1))
        report.audio = .twoWay
        report.received.packets = 98
        report.received.lost = 2
        report.received.lossRatio = 0.02
        report.received.jitterMilliseconds = 1.25
        report.playout.missedRatio = 0.03
        report.playout.discardedLate = 1
        report.roundTrip = RoundTrip(
            samples: 2, latestMilliseconds: 4, minimumMilliseconds: 2, meanMilliseconds: 3, maximumMilliseconds: 4)
        report.peer = PeerReport(fractionLost: 0.5, cumulativeLost: -1, jitterMilliseconds: 7)
        var times = InterarrivalHistogram()
        for milliseconds in [20, 20, 0, 20, 300, 9000] { times.record(Int64(milliseconds) * 1_000_000) }
        report.received.interarrival = InterarrivalTimes(times, longestMilliseconds: 9000)
        report.score.listeningMOS = .nan
        var interval = IntervalSummary(offsetMilliseconds: 0, durationMilliseconds: 5000)
        interval.listeningMOS = 4.4
        report.intervals.append(interval)
        let row = try #require(assemble(1, [.incoming, .ended(Fixture.end(report))])).row
        #expect(row[.audio] == .text("two-way") && row[.packetsLost] == .integer(2))
        #expect(row[.lossPercent] == .decimal(2) && row[.jitterMilliseconds] == .decimal(1.25))
        #expect(row[.packetsDiscarded] == .integer(1) && row[.packetsEarly] == .integer(0))
        #expect(row[.roundTripMilliseconds] == .decimal(3) && row[.roundTripMaximum] == .decimal(4))
        #expect(row[.peerLossPercent] == .decimal(50) && row[.peerPacketsLost] == .integer(-1))
        #expect(row[.listeningMOS] == .null, "a figure that is none")
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(row.json.compact.utf8)) as? [String: Any])
        #expect(row[.interarrivalMedian] == .decimal(21) && row[.interarrival90] == .decimal(9000))
        #expect(
            row[.interarrival]
                == .json(
                    #"[{"from_ms": 0, "to_ms": 1, "count": 1}, {"from_ms": 19, "to_ms": 21, "count": 3}, "#
                        + #"{"from_ms": 200, "to_ms": 500, "count": 1}, {"from_ms": 5000, "to_ms": null, "count": 1}]"#)
        )
        let intervals = try #require(line["intervals"] as? [[String: Any]])
        #expect(intervals.count == 1 && intervals[0]["duration_ms"] as? Int == 5000)
        #expect(intervals[0]["mos_lq"] as? Double == 4.4 && intervals[0]["mos_cq"] is NSNull)
        #expect(Set(line.keys) == Set(RecordField.allCases.map(\.rawValue)))
    }

    @Test("an end whose beginning was lost has what the end knows; ends that were lost are forgotten")
    func lost() throws {
        let record = try #require(assemble(3, [.ended(Fixture.end())]))
        #expect(record.row[.incoming] == .null && record.row[.callID] == .text("call-3"))
        #expect(record.row[.durationSeconds] == .decimal(30))
        var assembler = RecordAssembler(limit: 10)
        for number in 0..<1000 {
            let event = CallEvent(call: Fixture.identity(number), kind: .incoming)
            #expect(assembler.take(event, time: Int64(number)) == nil)
            #expect(assembler.count <= 10)
        }
        let last = CallEvent(call: Fixture.identity(999), kind: .ended(Fixture.end()))
        #expect(assembler.take(last, time: 2000)?.incoming == 999)
        let abandoned = assembler.abandon(at: 3000)
        #expect(!abandoned.isEmpty && assembler.count == 0)
        #expect(abandoned.allSatisfy { $0.row[.reason] == .null && $0.row[.ended] == .moment(3000) })
    }

    @Test("texts of a hostile peer are cut between characters, have no null, and digits have a limit")
    func hostile() throws {
        let long = String(repeating: "ä", count: 5000)
        var record = CallRecord(
            identity: Fixture.identity(1, callID: long, from: "a\u{0}b'); DROP TABLE calls; --\n"), ended: 1,
            end: Fixture.end())
        guard case .text(let callID) = record.row[.callID] else { throw CancellationError() }
        #expect(callID.utf8.count <= CallRecord.textLimit && callID.allSatisfy { $0 == "ä" } && callID.count == 512)
        #expect(record.row[.fromURI] == .text("a b'); DROP TABLE calls; --\n"))
        #expect(!record.row.json.compact.contains("\n"))
        record.digits = ""
        var assembler = RecordAssembler(limit: 10)
        _ = assembler.take(CallEvent(call: Fixture.identity(1), kind: .incoming), time: 1)
        for _ in 0..<10_000 {
            let digit = CallEvent.Kind.digit(CallDigit(digit: "1", method: .info))
            _ = assembler.take(CallEvent(call: Fixture.identity(1), kind: digit), time: 1)
        }
        let end = assembler.take(CallEvent(call: Fixture.identity(1), kind: .ended(Fixture.end())), time: 2)
        #expect(end?.digits.count == CallRecord.digitLimit)
    }
}

extension RecordAssembler {
    /// Takes an event of a call, if it is a step of its course.
    fileprivate mutating func take(_ event: CallEvent, time: Int64) -> CallRecord? {
        CallStep(event, time: time).flatMap { take($0) }
    }
}
