import Foundation
import Media
import Networking
import SIP
import Testing

@testable import Operations
@testable import UserAgent

/// Calls that there are, of which signalling and the workers tell, or do not.
private struct FakeCalls: Sendable {
    var numbers: [UInt64] = []
    var isSilent = false
    var silentWorkers: Set<Int> = []
    var endedSessions: Set<UInt64> = []
    var from = "sip:a@b"
    let asked = Asked()

    final class Asked: Sendable {
        let batches = Locked<[Int]>([])
        let questions = Locked(0)
    }

    func session(_ number: UInt64) -> MediaSessionID { MediaSessionID(number: number, worker: Int(number % 2)) }

    private func call(_ handle: CallHandle) -> LiveCall? {
        guard numbers.contains(handle.number) else { return nil }
        let identity = CallIdentity(
            handle: handle, callID: "c\(handle.number)", from: from.utf8, to: "sip:b@c".utf8,
            requestURI: "sip:b@c".utf8, dialled: .tone, source: TransportAddress(.udp, .anyV4, port: 5070))
        return LiveCall(
            identity: identity, state: .established, age: .seconds(3), answeredAge: .seconds(2), media: nil,
            session: session(handle.number))
    }

    var parts: ServiceParts {
        ServiceParts(
            signalling: { _ in }, workers: { _ in }, media: { MediaStatistics() },
            calls: CallParts(
                handles: { answer in
                    if !isSilent { answer(numbers.map(CallHandle.init)) }
                },
                calls: { handles, answer in
                    asked.batches.withLock { $0.append(handles.count) }
                    answer(handles.compactMap(call))
                },
                media: { sessions, answer in
                    asked.questions.withLock { $0 += sessions.count }
                    for session in sessions where !silentWorkers.contains(session.worker) {
                        let isOver = endedSessions.map(self.session).contains(session)
                        answer(session, isOver ? nil : MediaReport(sent: SentMedia(ssrc: 1)))
                    }
                }))
    }

    func probe() -> ServiceProbe { ServiceProbe(parts, maximumCalls: 1, patience: .milliseconds(50)) }
}

extension ServiceProbe {
    fileprivate nonisolated func ask(_ target: String) async -> (status: Int, json: [String: Any]) {
        let answer = await answer(HTTPQuestion(target: target), token: nil)
        let json = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        return (answer.status, json ?? [:])
    }
}

@Suite("CallDirectory: calls while they are up, in bounded pieces")
struct CallDirectoryTests {
    @Test("pages lead through all calls in their order, and signalling is never asked for many at once")
    func pages() async throws {
        let calls = FakeCalls(numbers: (1...1000).map { $0 * 7 % 1009 })
        let probe = calls.probe()
        var (seen, after): ([String], String?) = ([], nil)
        repeat {
            let page = await probe.ask("/api/v1/calls?limit=300" + (after.map { "&after=\($0)" } ?? ""))
            try #require(page.status == 200 && page.json["total"] as? Int == 1000)
            seen += try #require(page.json["calls"] as? [[String: Any]]).compactMap { $0["call_id"] as? String }
            after = page.json["next"] as? String
        } while after != nil
        #expect(seen == calls.numbers.sorted().map { "c\($0)" })
        #expect(calls.asked.batches.withLock { $0.max() } == 32)
    }

    @Test("an id leads to its call; one of no call, or of another run of the daemon, to 404")
    func ids() async throws {
        let probe = FakeCalls(numbers: [17]).probe()
        let list = await probe.ask("/api/v1/calls")
        let id = try #require((list.json["calls"] as? [[String: Any]])?.first?["id"] as? String)
        let call = await probe.ask("/api/v1/calls/\(id)")
        #expect(call.status == 200 && call.json["id"] as? String == id && call.json["call_id"] as? String == "c17")
        #expect(call.json["note"] is NSNull && call.json["quality"] is [String: Any])
        let stem = id.dropLast(2)
        for wrong in ["\(stem)18", "\(stem)+17", "\(stem)017", "x\(id)", "17", "-17", "\(id)/", "%31", "é"] {
            let answer = await probe.ask("/api/v1/calls/\(wrong)")
            #expect(answer.status == 404 && answer.json["error"] is String, "\(wrong)")
        }
    }

    @Test(
        "a query that cannot be is 400",
        arguments: [
            "limit=0", "limit=1001", "limit=", "limit", "limit=1e2", "after=1", "after=", "offset=3", "=", "a",
            "limit=5&limit=5",
        ])
    func queries(_ query: String) async {
        let answer = await FakeCalls().probe().ask("/api/v1/calls?\(query)")
        #expect(answer.status == 400 && answer.json["error"] is String)
    }

    @Test("a worker that does not answer, or whose session has ended, leaves null and says why")
    func silentWorker() async throws {
        var calls = FakeCalls(numbers: [1, 2, 4])
        calls.silentWorkers = [1]
        calls.endedSessions = [4]
        let page = await calls.probe().ask("/api/v1/calls")
        let entries = try #require(page.json["calls"] as? [[String: Any]])
        #expect(page.status == 200 && entries.count == 3)
        #expect(entries.map { $0["quality"] is NSNull } == [true, false, true])
        #expect(
            entries.map { $0["note"] as? String } == ["media-1 does not answer", nil, "the media has just ended"])
    }

    @Test("a worker that never answers is not asked for ever")
    func bounded() async {
        var calls = FakeCalls(numbers: (0..<1000).map { $0 * 2 + 1 })
        calls.silentWorkers = [1]
        let probe = calls.probe()
        for _ in 0..<6 { #expect(await probe.ask("/api/v1/calls?limit=1000").status == 200) }
        #expect(calls.asked.questions.withLock { $0 } == 4096)
    }

    @Test("where signalling does not answer it is 503, and so it is for those who come while others wait for it")
    func silentSignalling() async {
        var calls = FakeCalls(numbers: [1])
        calls.isSilent = true
        let probe = calls.probe()
        let errors = await withTaskGroup(of: (Int, String?).self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let answer = await probe.ask("/api/v1/calls")
                    return (answer.status, answer.json["error"] as? String)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.allSatisfy { $0.0 == 503 })
        let reasons = Set(errors.map(\.1))
        #expect(reasons.isSubset(of: ["signalling does not answer", "calls are being looked up for others"]))
        #expect(reasons.contains("signalling does not answer"))
    }

    @Test("text of strangers is escaped and cut")
    func strangers() async throws {
        var calls = FakeCalls(numbers: [1])
        calls.from = "sip:\"\\\u{1}\u{2028}\u{FFFD}" + String(repeating: "é", count: 70_000)
        let page = await calls.probe().ask("/api/v1/calls")
        let from = try #require((page.json["calls"] as? [[String: Any]])?.first?["from"] as? String)
        #expect(from.unicodeScalars.count == 512 && from.hasPrefix("sip:\"\\\u{1}\u{2028}\u{FFFD}éé"))
        #expect(from.hasSuffix("é…"))
    }

    @Test("requests are counted by path and status, paths that there are not together")
    func tally() async {
        let probe = FakeCalls(numbers: [1]).probe()
        for target in ["/live", "/live?x", "/api/v1/calls", "/api/v1/calls/a", "/api/v1/calls/b", "/x", "/y"] {
            _ = await probe.ask(target)
        }
        let samples = probe.tally.samples.filter { $0.count > 0 }.map { "\($0.path) \($0.status) \($0.count)" }
        #expect(samples == ["/api/v1/calls 200 1", "/api/v1/calls/{id} 404 2", "/live 503 2", "other 404 2"])
    }
}
