import Testing

@testable import Media

@Suite("The series of a call's intervals")
struct IntervalSeriesTests {
    private func interval(_ number: Int, mos: Double?, expected: Int = 250) -> IntervalSummary {
        var interval = IntervalSummary(offsetMilliseconds: number * 5000, durationMilliseconds: 5000)
        interval.expected = expected
        interval.received = expected - 2
        interval.lost = number == 3 ? -1 : 2
        interval.discarded = 1
        interval.meanJitterMilliseconds = mos
        interval.roundTripMilliseconds = number == 0 ? nil : Double(number)
        interval.listeningR = mos.map { $0 * 20 }
        interval.listeningMOS = mos
        return interval
    }

    private func series(_ count: Int, _ mos: (Int) -> Double? = { _ in 4.4094 }) -> IntervalSeries {
        var series = IntervalSeries()
        for number in 0..<count { series.append(interval(number, mos: mos(number))) }
        return series
    }

    @Test("an interval is what was added, its scores to the rounding, and what was not measured is nil")
    func single() throws {
        let series = series(2) { $0 == 0 ? nil : 4.4094 }
        #expect(series.count == 2)
        #expect(series[0] == interval(0, mos: nil))
        #expect(series[1].offsetMilliseconds == 5000 && series[1].durationMilliseconds == 5000)
        #expect(abs(try #require(series[1].listeningMOS) - 4.4094) < 0.00005)
        #expect(abs(try #require(series[1].listeningR) - 88.188) < 0.001)
        #expect(series[1].conversationalMOS == nil && series[1].conversationalR == nil)
        #expect(series[1].roundTripMilliseconds == 1)
        #expect(IntervalSeries().isEmpty)
    }

    @Test("a long call has no more than 120 entries, whose counts still add up", arguments: [120, 121, 241, 20_000])
    func bounded(count: Int) {
        let series = series(count)
        #expect(series.count <= IntervalSeries.limit)
        #expect(series.count > IntervalSeries.limit / 2)
        #expect(series.reduce(0) { $0 + $1.expected } == 250 * count)
        #expect(series.reduce(0) { $0 + $1.received } == 248 * count)
        #expect(series.reduce(0) { $0 + $1.lost } == 2 * count - 3)
        #expect(series.reduce(0) { $0 + $1.discarded } == count)
        // All but the last are equally long, and each begins where the one before ended.
        let length = series[0].durationMilliseconds
        var end = 0
        for entry in series {
            #expect(entry.offsetMilliseconds == end)
            end += entry.durationMilliseconds
            #expect(entry.durationMilliseconds == length || end == 5000 * count)
        }
        #expect(end == 5000 * count)
        #expect(series.last?.roundTripMilliseconds == Double(count - 1))
    }

    @Test("entries that become one have the mean of their scores by packets, and of one alone where it is alone")
    func means() throws {
        var series = IntervalSeries()
        for number in 0...IntervalSeries.limit {
            let mos: Double? = [3.0, 4.0, nil, 2.0][number % 4]
            series.append(interval(number, mos: mos, expected: number % 4 == 1 ? 750 : 250))
        }
        #expect(series.count == IntervalSeries.limit / 2 + 1)
        #expect(series[0].listeningMOS == 3.75)
        #expect(series[1].listeningMOS == 2)
        #expect(series[0].expected == 1000)
        #expect(series[1].lost == 1)
        #expect(series[1].roundTripMilliseconds == 3)
    }

    @Test("an entry is small")
    func size() {
        #expect(MemoryLayout<CompactInterval>.stride == 36)
    }

    @Test("figures beyond all measure do not trap")
    func extremes() {
        var series = IntervalSeries()
        for _ in 0..<300 {
            var wild = IntervalSummary(offsetMilliseconds: .max / 4, durationMilliseconds: .max / 4)
            wild.expected = .max
            wild.received = .max
            wild.lost = .min
            wild.discarded = .max
            wild.listeningR = .infinity
            wild.meanJitterMilliseconds = .infinity
            series.append(wild)
        }
        #expect(series.count <= IntervalSeries.limit)
        #expect(series.last?.expected == Int(UInt32.max))
    }
}
