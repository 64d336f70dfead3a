import RTP
import Testing

@testable import Media

@Suite("PeerSummary: what the peer says of a range of our packets (RFC 3611 section 4.6)")
struct PeerSummaryTests {
    @Test("What its flags do not announce is not told, and jitter is in ms")
    func groups() {
        let jitter = StatisticsSummary.Jitter(minimum: 0, maximum: 4_294_967_295, mean: 12, deviation: 8)
        let lives = StatisticsSummary.TimeToLive(isHopLimit: true, minimum: 55, maximum: 64, mean: 60, deviation: 2)
        let (begin, end) = (SequenceNumber(65_000), SequenceNumber(10))
        var block = StatisticsSummary(ssrc: 1, begin: begin, end: end)
        let empty = PeerSummary(block, clockRate: 8000)
        #expect(empty == PeerSummary(packets: 546))
        (block.lostPackets, block.duplicatePackets) = (3, .max)
        (block.jitter, block.timeToLive) = (jitter, lives)
        let full = PeerSummary(block, clockRate: 8000)
        #expect(full.lost == 3 && full.duplicates == 4_294_967_295)
        #expect(
            full.jitterMilliseconds == .init(minimum: 0, maximum: 536_870_911.875, mean: 1.5, deviation: 1))
        #expect(full.timeToLive == .init(minimum: 55, maximum: 64, mean: 60, deviation: 2))
    }
}
