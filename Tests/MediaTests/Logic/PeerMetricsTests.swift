import RTP
import Testing

@testable import Media

@Suite("PeerMetrics: what the peer says of our stream (RFC 3611 section 4.7.5)")
struct PeerMetricsTests {
    @Test("Scores within their ranges are told, others ignored")
    func ranges() {
        for octet in UInt8.min ... .max {
            var block = VoIPMetrics(ssrc: 1)
            (block.rFactor, block.listeningMOSTenths, block.conversationalMOSTenths) = (octet, octet, octet)
            let metrics = PeerMetrics(block)
            #expect(metrics.r == (octet <= 100 ? Int(octet) : nil))
            let mos = (10...50).contains(octet) ? Double(octet) / 10 : nil
            #expect(metrics.listeningMOS == mos && metrics.conversationalMOS == mos)
        }
    }
}
