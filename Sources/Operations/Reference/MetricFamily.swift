import Media
import SIP
import UserAgent

/// A family of metrics, as `/metrics` shows it.
struct MetricFamily: Equatable {
    /// A label and the values that it has.
    struct Label: Equatable {
        let name: String
        var values: [String]

        /// Whether the values are numbers or versions, of which there may be others.
        var isOpen: Bool { values.contains { $0.contains(where: \.isNumber) } }
    }

    let name: String
    var help = ""
    var type = ""
    var labels: [Label] = []

    /// The name by which Prometheus keeps it: with the suffix of its samples.
    var sample: String {
        switch type {
        case "counter": name + "_total"
        case "info": name + "_info"
        default: name
        }
    }

    /// Every family, in the order of the page: read from a page on which all parts have something to tell.
    static var all: [MetricFamily] { families(of: MetricsPage(.complete, .openMetrics).text) }

    /// The families of a page in OpenMetrics' format.
    static func families(of page: String) -> [MetricFamily] {
        var families: [MetricFamily] = []
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP "), words.count == 4 {
                families.append(MetricFamily(name: String(words[2]), help: String(words[3])))
            } else if line.hasPrefix("# TYPE "), words.count == 4, !families.isEmpty {
                families[families.count - 1].type = String(words[3])
            } else if !line.hasPrefix("#"), !families.isEmpty {
                families[families.count - 1].add(sample: line)
            }
        }
        return families
    }

    /// Remembers the labels of a sample, but for the bounds of buckets. No value has a quotation mark in it.
    private mutating func add(sample: Substring) {
        guard let start = sample.firstIndex(of: "{"), let end = sample.lastIndex(of: "}") else { return }
        let parts = sample[sample.index(after: start)..<end].split(separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            let name = parts[index].filter { $0 != "," && $0 != "=" }
            let value = String(parts[index + 1])
            guard name != "le" else { continue }
            if let known = labels.firstIndex(where: { $0.name == name }) {
                if !labels[known].values.contains(value) { labels[known].values.append(value) }
            } else {
                labels.append(Label(name: name, values: [value]))
            }
        }
    }
}

extension ServiceSnapshot {
    /// One in which every part has answered and every figure is known, with counts of nothing.
    fileprivate static var complete: ServiceSnapshot {
        var snapshot = ServiceSnapshot()
        var figures = UserAgentFigures()
        // Statuses have a sample once they were sent.
        figures.messages.countSent(Array("SIP/2.0 200 OK".utf8))
        snapshot.signalling = figures
        snapshot.asked = [.signalling, .media(0), .http]
        snapshot.requests = HTTPTally().samples
        snapshot.media.workers = [WorkerStatistics()]
        snapshot.records = RecordCounts()
        snapshot.process.residentBytes = 0
        snapshot.process.cpuSeconds = 0
        snapshot.process.openDescriptors = 0
        snapshot.process.descriptorLimit = 0
        snapshot.process.startTime = 0
        return snapshot
    }
}
