import Foundation
import Networking
import SIP
import Testing

@testable import Media
@testable import UserAgent

@Suite("Quality reports: application/vq-rtcpxr (RFC 6035 section 4.6)")
struct VoiceQualityReportTests {
    private static let parties = VoiceQualityReport.Parties(
        callID: "3848276298220188511@198.51.100.7", localURI: "sip:440@192.0.2.1", remoteURI: "sip:alice@example.net",
        localTag: "a1", remoteTag: "b2", localHost: "192.0.2.1", localPort: 20_000)

    /// A report in which everything is measured.
    private static func measured() -> MediaReport {
        var report = MediaReport(sent: SentMedia(ssrc: 0x1234_ABCD))
        report.openedNanoseconds = 1_772_366_400_123_000_000
        report.endNanoseconds = 1_772_366_461_999_000_000
        report.remote = SocketAddress(ipv4: 0xC633_6407, port: 20_002)
        report.received.ssrc = 0xFF
        report.received.packets = 980
        report.received.expected = 1000
        report.received.lossRatio = 0.02
        report.received.packetTimeMilliseconds = 20
        report.received.meanJitterMilliseconds = 2.4
        report.received.silences = 1
        report.playout.discardedLate = 5
        report.playout.delayMilliseconds = 39.7
        report.playout.periods = LossPeriods(
            bursts: 1, burstDensity: 0.125, gapDensity: 0.0051, burstMilliseconds: 160, gapMilliseconds: 9920)
        report.roundTrip = RoundTrip(
            samples: 2, latestMilliseconds: 41, minimumMilliseconds: 39, meanMilliseconds: 40, maximumMilliseconds: 41)
        report.score.listeningR = 82.6
        report.score.listeningMOS = 4.128
        report.score.conversationalR = 80.2
        report.score.conversationalMOS = 4.046
        report.score.delayMilliseconds = 79.7
        var level = AudioLevel(peakDBov: -10, heardMilliseconds: 19_600)
        level.meanDBov = -22.18
        level.backgroundDBov = -71
        report.level = level
        report.peer = PeerReport(fractionLost: 0, cumulativeLost: 0, jitterMilliseconds: 3)
        report.peerMetrics = PeerMetrics(
            lossRatio: 0.05, discardRatio: 0, r: 74, listeningMOS: 3.8, conversationalMOS: nil)
        return report
    }

    private func body(
        _ media: MediaReport, occasion: VoiceQualityReport.Occasion = .end,
        parties: VoiceQualityReport.Parties = parties
    ) -> String? {
        VoiceQualityReport(
            occasion: occasion, parties: parties, format: .init(payloadType: 0, name: "PCMU", clockRate: 8000),
            listener: .init(), media: media
        ).encode().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("all that is measured is told, in the units of the RFC")
    func complete() {
        let expected = """
            VQSessionReport: CallTerm
            CallID:3848276298220188511@198.51.100.7
            LocalID:<sip:440@192.0.2.1>
            RemoteID:<sip:alice@example.net>
            OrigID:<sip:alice@example.net>
            LocalAddr:IP=192.0.2.1 PORT=20000 SSRC=0x1234abcd
            RemoteAddr:IP=198.51.100.7 PORT=20002 SSRC=0xff
            LocalGroup:192.0.2.1
            RemoteGroup:198.51.100.7
            LocalMetrics:
            Timestamps:START=2026-03-01T12:00:00Z STOP=2026-03-01T12:01:01Z
            SessionDesc:PT=0 PD=PCMU SR=8000 PPS=50 PLC=3 SSUP=on
            JitterBuffer:JBA=3 JBR=1 JBN=40 JBM=200 JBX=200
            PacketLoss:NLR=2.00 JDR=0.50
            BurstGapLoss:BLD=12.50 BD=160 GLD=0.51 GD=9920 GMIN=16
            Delay:RTD=40 ESD=60 SOWD=80 IAJ=2
            Signal:SL=-16 NL=-65
            QualityEst:RLQ=83 RCQ=80 MOSLQ=4.13 MOSCQ=4.05 QoEEstAlg=G.107
            RemoteMetrics:
            Timestamps:START=2026-03-01T12:00:00Z STOP=2026-03-01T12:01:01Z
            PacketLoss:NLR=5.00 JDR=0.00
            Delay:IAJ=3
            QualityEst:RCQ=74 MOSLQ=3.8
            DialogID:3848276298220188511@198.51.100.7;to-tag=a1;from-tag=b2

            """
        #expect(body(Self.measured()) == expected.replacing("\n", with: "\r\n"))
        #expect(body(Self.measured(), occasion: .interval)?.hasPrefix("VQIntervalReport\r\nCallID:") == true)
    }

    @Test("what was not measured is not told")
    func unmeasured() {
        var report = MediaReport(sent: SentMedia(ssrc: 1))
        report.openedNanoseconds = 0
        report.endNanoseconds = 1_000_000_000
        report.remote = SocketAddress(ipv4: 0xC633_6407, port: 20_002)
        let expected = """
            RemoteAddr:IP=198.51.100.7 PORT=20002 SSRC=0x0
            LocalGroup:192.0.2.1
            RemoteGroup:198.51.100.7
            LocalMetrics:
            Timestamps:START=1970-01-01T00:00:00Z STOP=1970-01-01T00:00:01Z
            SessionDesc:PT=0 PD=PCMU SR=8000 PLC=3
            DialogID:
            """
        #expect(body(report)?.contains(expected.replacing("\n", with: "\r\n")) == true, "\(body(report) ?? "none")")
        report.remote = nil
        #expect(body(report) == nil)
        #expect(body(MediaReport(sent: SentMedia(ssrc: 1))) == nil)
    }

    @Test("a URI that would leave its brackets is not told")
    func hostileURI() throws {
        var parties = Self.parties
        for uri in ["sip:a@b>\r\nQualityEst:MOSLQ=5", "sip:a b", "sip:a@b<", "sip:\u{7F}", "sip:\"@b", "sip:ü@b"] {
            parties.remoteURI = uri
            let text = try #require(body(Self.measured(), parties: parties))
            #expect(text.contains("RemoteID:<sip:anonymous@anonymous.invalid>\r\nOrigID:<sip:anonymous@"))
            #expect(!text.contains("MOSLQ=5"))
        }
    }

    @Test("figures beyond all measure keep to the syntax")
    func extremes() throws {
        var report = Self.measured()
        report.received.lossRatio = -3
        report.received.packetTimeMilliseconds = 0
        report.received.meanJitterMilliseconds = 1e18
        report.playout.delayMilliseconds = 1e18
        report.roundTrip?.meanMilliseconds = -5
        report.level?.meanDBov = -1e9
        let text = try #require(body(report))
        #expect(text.contains("PacketLoss:NLR=0.00"))
        #expect(text.contains("Delay:RTD=0 ESD=65535 SOWD=80 IAJ=65535\r\n"))
        #expect(text.contains("SL=-99"))
        #expect(text.contains("SR=8000 PLC=3"))
    }

    private func problems(_ media: MediaReport, parties: VoiceQualityReport.Parties = parties) throws -> [String] {
        try [.end, .interval].flatMap { occasion in
            VoiceQualityGrammar.problems(of: try #require(body(media, occasion: occasion, parties: parties)))
        }
    }

    @Test("bodies keep to the syntax line by line: whole, with nothing measured, beyond all measure, of IPv6")
    func syntax() throws {
        #expect(try problems(Self.measured()).isEmpty)
        var bare = MediaReport(sent: SentMedia(ssrc: 1))
        bare.openedNanoseconds = 0
        bare.endNanoseconds = 1
        bare.remote = SocketAddress(ipv4: 0xC633_6407, port: 65_535)
        #expect(try problems(bare).isEmpty)
        for extreme in [-1e300, -1, 0, 0.005, 99.996, 127, 1e9, 1e300] {
            #expect(try problems(Self.measured(everything: extreme)).isEmpty, "\(extreme)")
        }
        var parties = Self.parties
        parties.localHost = "2001:db8::1"
        parties.remoteTag = ""
        #expect(try problems(Self.measured(), parties: parties).isEmpty)
    }

    @Test("the syntax is one that refuses: what is out of order, missing, too much or too long")
    func refusals() throws {
        let good = try #require(body(Self.measured()))
        let lines = good.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init).dropLast()
        for index in lines.indices.dropLast() {
            var swapped = lines
            swapped.swapAt(index, index + 1)
            let text = swapped.joined(separator: "\r\n") + "\r\n"
            #expect(!VoiceQualityGrammar.problems(of: text).isEmpty, "\(lines[index])")
        }
        for (part, other) in [
            ("CallID:3848276298220188511@198.51.100.7\r\n", ""), ("LocalMetrics:\r\n", ""), ("SSRC=0xff", "SSRC=ff"),
            ("SL=-16", "SL=-116"), ("NLR=2.00", "NLR=2.000"), ("NLR=2.00", "NLR=101"), ("JBR=1", "JBR=16"),
            ("GD=9920", "GD=3600001"), ("RTD=40", "RTD=65536"), ("MOSLQ=4.13", "MOSLQ=25.5"), ("RLQ=83", "RLQ=121"),
            ("PT=0 PD=PCMU", "PD=PCMU PT=0"), ("RTD=40", "RTD=40 RTD=40"), ("RTD=40", "RTD="), ("IAJ=2", "IAJ=2 XYZ=1"),
            ("RTD=40 ", "RTD=40  "), (";from-tag=b2", ";from-tag="), ("\r\nSignal", "\nSignal"),
            ("<sip:440", "<sip:4 0"),
            ("Timestamps:START=2026-03-01T12:00:00Z", "Timestamps:START=2026-03-01"), ("CallTerm", "CallTerms"),
        ] {
            let text = good.replacing(part, with: other)
            #expect(text != good && !VoiceQualityGrammar.problems(of: text).isEmpty, "\(other)")
        }
    }

    /// A report in which every figure is the same.
    private static func measured(everything figure: Double) -> MediaReport {
        var report = measured()
        let count = Int(exactly: min(max(figure, -1e9), 1e9).rounded()) ?? 0
        report.sent.ssrc = 0
        report.received.ssrc = .max
        report.received.lossRatio = figure
        report.received.expected = count
        report.received.packetTimeMilliseconds = figure
        report.received.meanJitterMilliseconds = figure
        report.playout.discardedLate = count
        report.playout.delayMilliseconds = figure
        report.playout.periods = LossPeriods(
            bursts: 1, burstDensity: figure, gapDensity: figure, burstMilliseconds: figure, gapMilliseconds: figure)
        report.roundTrip?.meanMilliseconds = figure
        report.score.listeningR = figure
        report.score.conversationalR = figure
        report.score.listeningMOS = min(max(figure, 1), 5)
        report.score.conversationalMOS = min(max(figure, 1), 5)
        report.score.delayMilliseconds = figure
        report.level?.meanDBov = figure
        report.level?.backgroundDBov = figure
        report.peer?.jitterMilliseconds = figure
        report.peerMetrics?.lossRatio = figure
        report.peerMetrics?.discardRatio = figure
        return report
    }

    @Test("moments are RFC 3339's in UTC")
    func times() {
        let formatter = ISO8601DateFormatter()
        for seconds in [0, 1, 951_782_399, 951_782_400, 951_868_800, 1_709_164_800, 1_772_366_400, 4_107_542_400] {
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            #expect(CivilTime.utc(Int64(seconds) * 1_000_000_000 + 999_999_999) == expected)
        }
        for day in stride(from: 0, to: 50_000, by: 17) {
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(day * 86_400)))
            #expect(CivilTime.utc(Int64(day) * 86_400_000_000_000) == expected)
        }
    }
}
