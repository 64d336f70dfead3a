import Media
import Networking
import SIP
import Testing

@testable import UserAgent

@Suite("Quality reports on their way: PUBLISH of vq-rtcpxr (RFC 6035, RFC 3903)")
struct QualityPublicationTests {
    private static let collector = TransportAddress(.udp, .test("192.0.2.9"), port: 5060)

    private func bench(
        _ uri: String = "sip:collector@192.0.2.9", every interval: Duration? = nil, metrics: Bool = true
    ) throws -> Bench {
        let collector = try #require(URI(uri).flatMap { CollectorConfiguration(uri: $0, interval: interval) })
        var bench = Bench {
            $0.collector = collector
            $0.toneDuration = nil
        }
        if metrics {
            bench.media.report.openedNanoseconds = 0
            bench.media.report.endNanoseconds = 1_000_000_000
            bench.media.report.remote = SocketAddress(ipv4: 0xC633_6407, port: 20_002)
        }
        return bench
    }

    /// A call from its INVITE to its BYE.
    private func call(_ bench: inout Bench, _ name: String = "call") {
        var caller = Caller(callID: name, fromTag: name)
        bench.establish(&caller)
        bench.receive(caller.next("BYE"))
    }

    private func publications(_ bench: Bench) -> [(request: Request, peer: TransportAddress)] {
        bench.sent.compactMap { sent in
            guard case .request(let request) = sent.message, request.method == .publish else { return nil }
            return (request, sent.peer)
        }
    }

    private func answer(
        _ bench: inout Bench, _ request: Request, _ status: Int, retryAfter: String? = nil,
        from peer: TransportAddress = collector
    ) {
        let text = String(decoding: request.response(status: status, toTag: "c", from: peer), as: UTF8.self)
        let field = retryAfter.map { "\r\nRetry-After: \($0)" } ?? ""
        let answer = text.replacing("\r\nContent-Length:", with: "\(field)\r\nContent-Length:")
        bench.receive(Array(answer.utf8), from: peer)
    }

    @Test("the end of a call is reported in a request of its own")
    func end() throws {
        var bench = try bench()
        call(&bench)
        let (request, peer) = try #require(publications(bench).first)
        #expect(publications(bench).count == 1 && peer == Self.collector)
        #expect(request.requestURI.description == "sip:collector@192.0.2.9")
        #expect(request.toValue.description == "<sip:collector@192.0.2.9>" && request.toTag == nil)
        #expect(request.fromURI.description == "sip:milliwatt@192.0.2.1" && request.fromTag != nil)
        #expect(request.value(.event)?.description == "vq-rtcpxr")
        #expect(request.value(.contentType)?.description == "application/vq-rtcpxr")
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix("VQSessionReport: CallTerm\r\nCallID:call\r\n"))
        answer(&bench, request, 200)
        #expect(bench.core.statistics.reports == ReportStatistics(accepted: 1))
        bench.settle()
        #expect(publications(bench).count == 1 && bench.told.isEmpty)
    }

    @Test("calls that were never answered, or have told no address, are not reported")
    func nothing() throws {
        var bench = try bench()
        var caller = Caller()
        bench.receive(caller.invite())
        bench.receive(caller.cancel())
        bench.settle()
        #expect(publications(bench).isEmpty)
        var blind = try self.bench(metrics: false)
        call(&blind)
        blind.settle()
        #expect(publications(blind).isEmpty && blind.core.statistics.reports == ReportStatistics())
    }

    @Test("a call that is up is reported at each interval, and at its end")
    func intervals() throws {
        var bench = try bench(every: .seconds(20))
        var caller = Caller()
        bench.establish(&caller)
        for count in 1...3 {
            bench.wait(.seconds(19))
            #expect(publications(bench).count == count - 1)
            bench.wait(.seconds(1))
            let last = try #require(publications(bench).last).request
            #expect(publications(bench).count == count)
            #expect(String(decoding: last.body, as: UTF8.self).hasPrefix("VQIntervalReport\r\n"))
            answer(&bench, last, 200)
        }
        bench.wait(.seconds(1))
        bench.receive(caller.next("BYE"))
        let last = try #require(publications(bench).last).request
        #expect(String(decoding: last.body, as: UTF8.self).hasPrefix("VQSessionReport: CallTerm\r\n"))
        answer(&bench, last, 200)
        bench.wait(.seconds(100))
        #expect(publications(bench).count == 4 && bench.core.statistics.reports.accepted == 4)
        bench.settle()
    }

    @Test("a collector that does not answer gets each report for 32 s; the log hears of it once a minute")
    func silence() throws {
        var bench = try bench()
        for number in 0..<3 {
            call(&bench, "call\(number)")
            bench.wait(.seconds(1))
        }
        bench.wait(.seconds(35))
        #expect(bench.core.statistics.reports == ReportStatistics(failed: 3))
        #expect(bench.told == [.reportsFailed(count: 1, reason: "the collector does not answer")])
        bench.wait(.seconds(60))
        call(&bench, "later")
        bench.settle()
        #expect(bench.told.last == .reportsFailed(count: 3, reason: "the collector does not answer"))
        #expect(bench.told.count == 2 && bench.core.statistics.reports.failed == 4)
    }

    @Test("a refusal is a failure and nothing else", arguments: [300, 401, 407, 412, 489, 500, 503, 606])
    func refused(status: Int) throws {
        var bench = try bench()
        call(&bench)
        let first = try #require(publications(bench).first).request
        answer(&bench, first, 100)
        answer(&bench, first, status)
        answer(&bench, first, 200)
        #expect(bench.core.statistics.reports == ReportStatistics(failed: 1))
        #expect(bench.told == [.reportsFailed(count: 1, reason: "the collector answers \(status)")])
        call(&bench, "other")
        bench.wait(.milliseconds(10))
        #expect(publications(bench).count == 2)
        bench.settle()
    }

    @Test("503 with Retry-After holds the reports back for so long, and no number traps")
    func retryAfter() throws {
        var bench = try bench()
        call(&bench)
        answer(&bench, try #require(publications(bench).first).request, 503, retryAfter: "90 (busy)")
        // The call takes a second.
        call(&bench, "other")
        bench.wait(.milliseconds(88_990))
        #expect(publications(bench).count == 1)
        bench.wait(.milliseconds(10))
        #expect(publications(bench).count == 2)
        let second = try #require(publications(bench).last).request
        answer(&bench, second, 503, retryAfter: "99999999999999999999999999")
        bench.settle()
    }

    @Test("a name is looked up, and without an address the reports are lost")
    func name() throws {
        var bench = try bench("sips:collector@collector.example")
        call(&bench)
        let question = try #require(bench.resolutions.first)
        #expect(question.host == "collector.example" && question.port == 5061 && publications(bench).isEmpty)
        bench.resolve(question, to: .test("192.0.2.9"))
        #expect(publications(bench).first?.peer == TransportAddress(.tls, .test("192.0.2.9"), port: 5061))
        #expect(bench.serverNames == ["collector.example"])
        bench.settle()

        var lost = try self.bench("sip:collector@collector.example")
        call(&lost)
        call(&lost, "other")
        #expect(lost.resolutions.count == 1)
        lost.resolve(try #require(lost.resolutions.first), to: nil)
        #expect(lost.core.statistics.reports.failed == 2)
        #expect(lost.told == [.reportsFailed(count: 2, reason: "the collector's name has no address")])
        call(&lost, "third")
        #expect(lost.resolutions.count == 2)
        lost.settle()
    }

    @Test("a large report goes by TCP, and by UDP after all where there is no connection (RFC 3261 18.1.1)")
    func large() throws {
        var bench = try bench()
        let name = String(repeating: "x", count: 500)
        call(&bench, name)
        #expect(publications(bench).first?.peer == TransportAddress(.tcp, .test("192.0.2.9"), port: 5060))
        bench.settle()

        var unreachable = try self.bench()
        var caller = Caller(callID: name)
        unreachable.establish(&caller)
        unreachable.receive(caller.next("BYE"))
        unreachable.breakConnection(TransportAddress(.tcp, .test("192.0.2.9"), port: 5060))
        #expect(publications(unreachable).map(\.peer.transport) == [.tcp, .udp])
        answer(&unreachable, try #require(publications(unreachable).last).request, 200)
        #expect(unreachable.core.statistics.reports == ReportStatistics(accepted: 1))
        unreachable.settle()
    }

    @Test("we stop when the collector has the reports of the last calls, or has had its time")
    func stop() throws {
        for isAlive in [true, false] {
            var bench = try bench()
            var (first, second) = (Caller(callID: "a", fromTag: "a"), Caller(callID: "b", fromTag: "b"))
            bench.establish(&first)
            bench.establish(&second)
            bench.stop()
            bench.wait(.milliseconds(10))
            #expect(publications(bench).count == 2 && bench.stops == 0)
            if isAlive {
                for (request, _) in publications(bench) { answer(&bench, request, 200) }
                #expect(bench.stops == 1)
            }
            bench.settle()
            #expect(bench.stops == 1)
        }
    }

    @Test("a collector that wants a pause does not hold us up")
    func stopPaused() throws {
        var bench = try bench()
        call(&bench)
        answer(&bench, try #require(publications(bench).first).request, 503, retryAfter: "600")
        var caller = Caller(callID: "up", fromTag: "up")
        bench.establish(&caller)
        bench.stop()
        #expect(bench.stops == 1)
        #expect(bench.core.statistics.reports == ReportStatistics(failed: 1, dropped: 1))
        bench.settle()
    }

    @Test("many calls at once are reported one after the other")
    func crowd() throws {
        var bench = try bench()
        var callers = (0..<80).map { Caller(callID: "call\($0)", fromTag: "\($0)") }
        for index in callers.indices { bench.receive(callers[index].invite()) }
        bench.wait(.seconds(1))
        for answer in bench.responses where answer.status == 200 {
            guard let index = callers.firstIndex(where: { $0.callID == answer.callID.description }) else { continue }
            callers[index].learn(from: answer)
        }
        for index in callers.indices {
            bench.receive(callers[index].ack())
            bench.receive(callers[index].next("BYE"))
        }
        func reported() -> Int { Set(publications(bench).map(\.request.callID.description)).count }
        #expect(reported() == 1)
        bench.wait(.milliseconds(100))
        #expect(reported() == 11)
        bench.wait(.seconds(1))
        #expect(reported() == 64)
        bench.settle()
        #expect(bench.core.statistics.reports.failed == 80)
    }
}
