import Foundation
import Media
import Testing
import UserAgent

@testable import Operations

/// Parts of which some do not answer.
private struct FakeParts: Sendable {
    var figures = UserAgentFigures()
    var isSilent = false
    var silentWorkers: Set<Int> = []
    var media = MediaStatistics()
    var asked: @Sendable () -> Void = {}

    init(workers: Int = 2) {
        media.workers = Array(repeating: WorkerStatistics(), count: workers)
    }

    func probe(limit: Int = 2) -> ServiceProbe {
        let parts = ServiceParts(
            signalling: { answer in
                asked()
                if !isSilent { answer(figures) }
            },
            workers: { answer in
                for worker in media.workers.indices where !silentWorkers.contains(worker) { answer(worker) }
            }, media: { media }, calls: .none)
        let probe = ServiceProbe(parts, maximumCalls: limit, patience: .milliseconds(50))
        probe.enter(.running)
        return probe
    }

    func answer(_ target: String, limit: Int = 2) async -> HTTPAnswer {
        await probe(limit: limit).answer(HTTPQuestion(target: target), token: nil)
    }
}

extension HTTPAnswer {
    fileprivate var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
    }
}

@Suite("ServiceProbe: what is answered, and who does not answer")
struct ServiceProbeTests {
    @Test("where all parts answer, all is well")
    func well() async {
        let parts = FakeParts()
        for path in ["/health", "/live", "/ready", "/metrics"] { #expect(await parts.answer(path).status == 200) }
        #expect(await parts.answer("/health").json["error"] == nil)
    }

    @Test("a media worker that does not answer is named, and health is 503; calls can come all the same")
    func silentWorker() async {
        var parts = FakeParts(workers: 3)
        parts.silentWorkers = [0, 2]
        let health = await parts.answer("/health")
        #expect(health.status == 503)
        #expect(health.json["not_answering"] as? [String] == ["media-0", "media-2"])
        #expect(health.json["error"] as? String == "media-0, media-2 do not answer")
        #expect(await parts.answer("/live").status == 200)
        #expect(await parts.answer("/ready").status == 200)
    }

    @Test("signalling that does not answer is named everywhere, and its figures are null or left out")
    func silentSignalling() async {
        var parts = FakeParts()
        parts.isSilent = true
        let health = await parts.answer("/health")
        #expect(health.status == 503 && health.json["calls"] is NSNull)
        #expect(health.json["not_answering"] as? [String] == ["signalling"])
        for path in ["/live", "/ready"] {
            let answer = await parts.answer(path)
            #expect(answer.status == 503 && answer.json["error"] as? String == "signalling does not answer")
        }
        let metrics = await parts.answer("/metrics")
        #expect(metrics.status == 200 && metrics.body.contains("\nmilliwatt_part_up{part=\"signalling\"} 0\n"))
        #expect(metrics.body.contains("\nmilliwatt_part_up{part=\"media-1\"} 1\n"))
        #expect(!metrics.body.contains("milliwatt_calls_active") && metrics.body.contains("milliwatt_media_sessions"))
    }

    @Test("calls are not accepted before the start, beyond the limit, nor at the end")
    func ready() async {
        var parts = FakeParts()
        (parts.figures.calls.active, parts.figures.calls.ringing) = (1, 1)
        #expect(await parts.answer("/ready", limit: 3).status == 200)
        #expect(await parts.answer("/ready", limit: 2).json["error"] as? String == "the limit of 2 calls is reached")
        let probe = parts.probe(limit: 3)
        for (state, health) in [(ServiceState.starting, 200), (.draining, 503), (.running, 200)] {
            probe.enter(state)
            let ready = await probe.answer(HTTPQuestion(target: "/ready"), token: nil)
            #expect(ready.status == (state == .running ? 200 : 503))
            #expect(await probe.answer(HTTPQuestion(target: "/health"), token: nil).status == health, "\(state)")
            #expect(await probe.answer(HTTPQuestion(target: "/live"), token: nil).status == 200)
        }
    }

    @Test("requests that come together ask a part once")
    func sharing() async {
        let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
        var parts = FakeParts()
        parts.isSilent = true
        parts.asked = { continuation.yield() }
        let probe = parts.probe()
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask { await probe.answer(HTTPQuestion(target: "/live"), token: nil).status }
            }
            for await status in group { #expect(status == 503) }
        }
        continuation.finish()
        let count = await asked.reduce(0) { sum, _ in sum + 1 }
        // Each waits 50 ms; a machine that is busy may begin some of the hundred after the first have ended.
        #expect(count >= 1 && count < 10)
    }

    @Test("a quantile is the bound of its bucket; beyond the last bound there is none")
    func quantiles() {
        var lateness = LatenessHistogram()
        #expect(lateness.bound(of: 0.5) == nil)
        lateness.counts[0] = 50
        lateness.counts[3] = 49
        lateness.counts[5] = 1
        #expect(lateness.bound(of: 0.5) == 50 && lateness.bound(of: 0.99) == 500 && lateness.bound(of: 1) == 2000)
        lateness.counts[12] = 1
        #expect(lateness.bound(of: 1) == nil && lateness.bound(of: 0.99) == 2000)
    }

    @Test("the process's figures are the kernel's")
    func process() throws {
        let figures = ProcessFigures.measured()
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        let resident = try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(abs(try #require(figures.residentBytes) / 1024 - resident) < 65_536)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        // Other tests run beside this one.
        #expect(abs(try #require(figures.openDescriptors) - open) < 200)
        #expect(try #require(figures.cpuSeconds) > 0)
        let age = Date().timeIntervalSince1970 - (try #require(figures.startTime))
        #expect(age > -1 && age < 86_400)
    }

    @Test("a date is that of RFC 9110 section 5.6.7")
    func date() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test("text in JSON is escaped, and a number that is none is null")
    func json() {
        let value = JSONText.object([
            ("a\"b", .text("\u{1}\n\\")), ("n", .decimal(.nan, decimals: 1)), ("d", .decimal(1.24, decimals: 1)),
            ("l", .list([.null, .flag(true), .integer(-1)])), ("o", .object([])),
        ])
        #expect(value.compact == #"{"a\"b": "\u0001\n\\", "n": null, "d": 1.2, "l": [null, true, -1], "o": {}}"#)
        #expect(JSONText.object([("a", .null), ("b", .list([]))]).document == "{\n  \"a\": null,\n  \"b\": []\n}\n")
    }
}
