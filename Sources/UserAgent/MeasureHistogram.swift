/// How often a measure was how large. What has no measure is not observed.
public struct MeasureHistogram: Sendable, Hashable {
    /// The upper bounds of the buckets but the last one, ascending.
    public let bounds: [Double]
    /// What is in each bucket: one more than there are bounds.
    public private(set) var counts: [UInt64]
    /// The sum of all that was observed.
    public private(set) var sum = 0.0

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func observe(_ value: Double?) {
        guard let value, value.isFinite else { return }
        var place = 0
        while place < bounds.count, value > bounds[place] { place &+= 1 }
        counts[place] &+= 1
        sum += value
    }

    mutating func observe(_ duration: Duration?) {
        guard let duration else { return }
        // A quotient of durations, or their components, take many times as long.
        observe(Double(Int64(truncatingIfNeeded: duration.attoseconds / 1_000_000_000)) / 1e9)
    }
}
