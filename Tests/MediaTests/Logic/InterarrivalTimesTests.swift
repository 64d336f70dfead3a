import Testing

@testable import Media
@testable import RTP

@Suite("InterarrivalTimes: what came how long after the packet before")
struct InterarrivalTimesTests {
    private func measured(_ milliseconds: [Double]) -> InterarrivalTimes? {
        var histogram = InterarrivalHistogram()
        for time in milliseconds { histogram.record(Int64(time * 1e6)) }
        return InterarrivalTimes(histogram, longestMilliseconds: milliseconds.max())
    }

    @Test("Buckets that are not empty are told with their bounds, in their order")
    func buckets() throws {
        let times = try #require(measured([20, 0.99, 1, 20.9, 21, 98.9, 99, 150, 4999, 5000, 1e9]))
        let told = times.buckets.map { [Int($0.fromMilliseconds), Int($0.toMilliseconds ?? 0), Int($0.count)] }
        #expect(
            told == [
                [0, 1, 1], [1, 3, 1], [19, 21, 2], [21, 23, 1], [97, 99, 1], [99, 150, 1], [150, 200, 1],
                [2000, 5000, 1], [5000, 0, 2],
            ])
    }

    @Test("Every bucket can be told at once: each begins where the one before ends, and there are no more")
    func bounded() throws {
        let all = try #require(
            measured(
                (0..<50).map { Double($0) * 2 } + [120, 170, 300, 700, 1500, 3000, 7000]
                    + Array(0..<6000).map(Double.init)))
        #expect(all.buckets.count == 57)
        #expect(zip(all.buckets, all.buckets.dropFirst()).allSatisfy { $0.toMilliseconds == $1.fromMilliseconds })
        #expect(all.buckets.first?.fromMilliseconds == 0 && all.buckets.last?.toMilliseconds == nil)
    }

    @Test("Percentiles are the bounds of buckets, and never more than the longest time")
    func percentiles() throws {
        let steady = try #require(measured(Array(repeating: 20, count: 100)))
        #expect([1, 50, 90, 99, 100].map(steady.percentile) == [20, 20, 20, 20, 20])
        let stalls = try #require(measured(Array(repeating: 20, count: 90) + Array(repeating: 300, count: 9) + [7000]))
        #expect([50, 90, 91, 99, 100].map(stalls.percentile) == [21, 21, 500, 500, 7000])
        let one = try #require(measured([0.2]))
        #expect(one.percentile(50) == 0.2)
    }

    @Test("Where no two packets have come nothing is told")
    func none() {
        #expect(measured([]) == nil)
        #expect(InterarrivalTimes(InterarrivalHistogram(), longestMilliseconds: 0) == nil)
    }
}
