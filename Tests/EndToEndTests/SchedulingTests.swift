import Foundation
import Testing

extension EndToEnd {
    @Suite("Scheduling: real-time priority for the media threads where it may be had (sched(7))")
    struct SchedulingTests {
        /// How the kernel schedules the first media thread, and what the log says of it.
        private struct Outcome {
            /// 0 is SCHED_OTHER, 1 is SCHED_FIFO.
            let policy: Int
            let priority: Int
            /// Its time slice, ns; nil where the kernel does not show it.
            let slice: Int?
            let lines: [Daemon.Entry]
        }

        /// Whether this process could have a priority.
        private static var isPermitted: Bool {
            get async { await (try? Program("/usr/bin/env", ["chrt", "-f", "10", "true"]))?.exits.take() == 0 }
        }

        /// Takes away what permits it.
        private static let powerless =
            ["prlimit", "--rtprio=0", "--"]
            + (geteuid() == 0 ? ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice", "--"] : [])

        private static func outcome(_ settings: [String], wrapper: [String]) async throws -> Outcome {
            try await Daemon.run(settings, wrapper: wrapper) { daemon in
                let tasks = "/proc/\(daemon.program.processID)/task"
                let thread = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: tasks).first {
                        (try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8)) == "media-0\n"
                    })
                let stat = try String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)
                // From the third on; the 40th and the 41st are meant.
                let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
                let details = try? String(contentsOfFile: "\(tasks)/\(thread)/sched", encoding: .utf8)
                let slice = details?.split(separator: "\n").first { $0.hasPrefix("se.slice") }
                _ = try await daemon.event("service_ready")
                return Outcome(
                    policy: try #require(Int(fields[38])), priority: try #require(Int(fields[37])),
                    slice: slice.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } },
                    lines: daemon.events("media_scheduling"))
            }
        }

        @Test(
            "it is the default, and one line says so",
            .enabled("not permitted (CAP_SYS_NICE or RLIMIT_RTPRIO), or one processor") {
                await isPermitted && ProcessInfo.processInfo.activeProcessorCount > 1
            })
        func granted() async throws {
            let outcome = try await Self.outcome(["media.worker_threads=1"], wrapper: [])
            #expect(outcome.policy == 1 && outcome.priority == 10)
            #expect(outcome.lines.map { $0["level"] } == ["info"])
        }

        @Test(
            "a single processor is left to all, unless a number is asked for",
            .enabled("not permitted (CAP_SYS_NICE or RLIMIT_RTPRIO)") { await isPermitted }, arguments: [false, true])
        func oneProcessor(isAsked: Bool) async throws {
            let one = ["sh", "-c", #"exec taskset -c "$(taskset -cp $$ | grep -o '[0-9]*$')" "$@""#, "sh"]
            let settings = isAsked ? ["media.realtime_priority=15"] : []
            let outcome = try await Self.outcome(settings, wrapper: one)
            #expect(outcome.policy == (isAsked ? 1 : 0) && outcome.priority == (isAsked ? 15 : 0))
            #expect(outcome.lines.map { $0["level"] } == ["info"])
        }

        @Test(
            "where it is not permitted the log says so, as a warning if it was asked for, and slices are short",
            arguments: [false, true])
        func refused(isAsked: Bool) async throws {
            let settings = isAsked ? ["media.realtime_priority=15"] : ["media.worker_threads=1"]
            let outcome = try await Self.outcome(settings, wrapper: Self.powerless)
            #expect(outcome.policy == 0 && outcome.priority == 0)
            let line = try #require(outcome.lines.first)
            #expect(outcome.lines.count == 1 && line["level"] == (isAsked ? "warning" : "info"))
            let saysShort = line["message"]?.hasSuffix("but short time slices") == true
            if let slice = outcome.slice { #expect((slice == 100_000) == saysShort) }
            if isAsked { #expect(line["reason"]?.contains("Operation not permitted") == true) }
        }

        @Test("0 asks for nothing")
        func off() async throws {
            let outcome = try await Self.outcome(["media.realtime_priority=0"], wrapper: [])
            #expect(outcome.policy == 0 && outcome.priority == 0 && outcome.lines.isEmpty)
            #expect(outcome.slice != 100_000)
        }
    }
}
