/// Writes metrics as text: OpenMetrics 1.0, or the format 0.0.4 of Prometheus.
///
/// A family has its name without the suffix of its samples, as OpenMetrics has it.
struct MetricWriter {
    enum Format: Sendable {
        case openMetrics
        case prometheus

        /// The media type of the text.
        var contentType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    enum Kind: String {
        case gauge, counter, info
    }

    /// A value and what sets it apart from the others of its family.
    struct Sample {
        let labels: [(name: String, value: String)]
        let value: String

        init(_ labels: [(name: String, value: String)] = [], _ value: UInt64) {
            (self.labels, self.value) = (labels, String(value))
        }

        init(_ labels: [(name: String, value: String)] = [], _ value: Int) {
            (self.labels, self.value) = (labels, String(value))
        }

        init(_ value: Double) {
            // To the microsecond, without the noise of binary fractions.
            (labels, self.value) = ([], "\((value * 1_000_000).rounded() / 1_000_000)")
        }
    }

    let format: Format
    private(set) var text = ""

    init(_ format: Format) {
        self.format = format
    }

    /// A family of samples; one without samples is left out.
    ///
    /// - Parameter unit: the end of the name, where it is a unit.
    mutating func add(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        let suffix =
            switch kind {
            case .gauge: ""
            case .counter: "_total"
            case .info: "_info"
            }
        // Prometheus's own format knows nothing of suffixes, and no information.
        let isPlain = format == .prometheus
        head(isPlain ? name + suffix : name, isPlain && kind == .info ? "gauge" : kind.rawValue, unit, help)
        for sample in samples { add(name + suffix, sample.labels, sample.value) }
    }

    /// A histogram.
    ///
    /// - Parameters:
    ///   - bounds: the upper bounds of the buckets but the last one.
    ///   - counts: what is in each bucket: one more than there are bounds.
    mutating func add(
        _ name: String, unit: String?, _ help: String, bounds: [Double], counts: [UInt64], sum: Double
    ) {
        head(name, "histogram", unit, help)
        var count: UInt64 = 0
        for (bound, more) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
            count &+= more
            add(name + "_bucket", [("le", bound)], String(count))
        }
        add(name + "_sum", [], "\(sum)")
        add(name + "_count", [], String(count))
    }

    /// The end, without which OpenMetrics is not whole.
    mutating func finish() {
        if format == .openMetrics { text += "# EOF\n" }
    }

    private mutating func head(_ name: String, _ kind: String, _ unit: String?, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        if format == .openMetrics, let unit { text += "# UNIT \(name) \(unit)\n" }
    }

    private mutating func add(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        let pairs = labels.map { "\($0.name)=\"\(MetricWriter.escaped($0.value))\"" }.joined(separator: ",")
        text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
