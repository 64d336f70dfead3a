import Testing

@testable import Operations

@Suite("MetricWriter: OpenMetrics 1.0 and Prometheus's 0.0.4")
struct MetricWriterTests {
    private static func text(_ format: MetricWriter.Format) -> String {
        var writer = MetricWriter(format)
        writer.add("a_build", .info, "The version.", [.init([("version", "1\"\\\n")], 1)])
        writer.add("a_bytes", .counter, unit: "bytes", "Bytes.", [.init([("by", "x"), ("to", "y")], UInt64.max)])
        writer.add("a_now", .gauge, "Now.", [.init([], -1)])
        writer.add("a_none", .gauge, "Nothing.", [])
        writer.add("a_late_seconds", unit: "seconds", "Late.", bounds: [0.00005, 1], counts: [1, 2, 4], sum: 2.5)
        writer.finish()
        return writer.text
    }

    @Test("OpenMetrics has units, families without suffixes, and an end")
    func openMetrics() {
        #expect(
            Self.text(.openMetrics) == """
                # HELP a_build The version.
                # TYPE a_build info
                a_build_info{version="1\\"\\\\\\n"} 1
                # HELP a_bytes Bytes.
                # TYPE a_bytes counter
                # UNIT a_bytes bytes
                a_bytes_total{by="x",to="y"} 18446744073709551615
                # HELP a_now Now.
                # TYPE a_now gauge
                a_now -1
                # HELP a_late_seconds Late.
                # TYPE a_late_seconds histogram
                # UNIT a_late_seconds seconds
                a_late_seconds_bucket{le="5e-05"} 1
                a_late_seconds_bucket{le="1.0"} 3
                a_late_seconds_bucket{le="+Inf"} 7
                a_late_seconds_sum 2.5
                a_late_seconds_count 7
                # EOF

                """)
    }

    @Test("Prometheus's own format has the samples' names, no units and no end")
    func prometheus() {
        let text = Self.text(.prometheus)
        #expect(text.contains("# TYPE a_build_info gauge\n") && text.contains("# TYPE a_bytes_total counter\n"))
        #expect(!text.contains("# UNIT") && !text.contains("# EOF"))
        let samples = { (text: String) in text.split(separator: "\n").filter { !$0.hasPrefix("#") } }
        #expect(samples(text) == samples(Self.text(.openMetrics)))
    }

    @Test(
        "the format is the one that Accept prefers",
        arguments: [
            (nil, MetricWriter.Format.prometheus), ("*/*", .prometheus), ("text/plain", .prometheus),
            ("application/openmetrics-text", .openMetrics),
            ("Application/OpenMetrics-Text; version=1.0.0", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                    + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
            ),
            ("application/openmetrics-text;q=0.1, text/plain;q=0.9", .prometheus),
            ("application/openmetrics-text;q=0", .prometheus), (",;q=,;;", .prometheus),
        ])
    func negotiation(accept: String?, format: MetricWriter.Format) {
        #expect(MetricWriter.Format(accept: accept) == format)
    }
}
