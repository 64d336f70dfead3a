import Foundation
import Testing

extension EndToEnd {
    @Suite("The reference: it knows all that a daemon tells")
    struct ReferenceTests {
        @Test("every family of metrics after a call, and every event and field of its log, has a row")
        func complete() async throws {
            let reference = try String(contentsOf: Source.root.appending(path: "config/REFERENCE.md"), encoding: .utf8)
            let rows = Set(
                reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
                    .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
            try await Daemon.run(Daemon.http + ["behavior.tone_duration_seconds=1"]) { daemon in
                let port = try await daemon.httpPort()
                let stream = try RTPReceiver()
                let caller = try Caller(.udp, to: daemon)
                _ = try await caller.call(sdp: Caller.sdp(port: stream.port))
                caller.respond("200 OK", to: try await caller.incoming("BYE"))
                let ended = try await daemon.event("call_ended")
                let page = try await HTTPPeer.ask(port, "/metrics").body
                let families = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                    .map { String($0.split(separator: " ")[2]) }
                #expect(families.count > 10)
                let fields = Set(ended.fields.keys).subtracting(["time", "level", "event", "message"])
                let missing = Set(families).union(fields).union([ended.event]).subtracting(rows)
                #expect(missing.isEmpty, "no rows in the reference")
            }
        }
    }
}
