import Testing

@testable import Media

@Suite("LatenessCounter")
struct LatenessCounterTests {
    @Test("A bucket holds what is at most its bound")
    func bounds() {
        for (index, bound) in LatenessHistogram.boundsMicroseconds.enumerated() {
            var counter = LatenessCounter()
            counter.record(nanoseconds: Int64(bound) * 1000, packets: 1)
            counter.record(nanoseconds: Int64(bound) * 1000 + 1, packets: 2)
            #expect(counter.histogram.counts[index] == 1)
            #expect(counter.histogram.counts[index + 1] == 2)
            #expect(counter.histogram.total == 3)
        }
    }

    @Test("Early counts as in time; the sum is of nanoseconds by packets")
    func sum() {
        var counter = LatenessCounter()
        counter.record(nanoseconds: -5, packets: 3)
        counter.record(nanoseconds: 1000, packets: 4)
        counter.record(nanoseconds: 1000, packets: 0)
        #expect(counter.histogram.sumNanoseconds == 4000)
        #expect(counter.histogram.counts[0] == 7)
    }
}
