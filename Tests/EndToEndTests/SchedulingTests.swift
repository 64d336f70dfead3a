import Foundation
import Glibc
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
            "a number is asked for, and one line says that it is had",
            .enabled("not permitted (CAP_SYS_NICE or RLIMIT_RTPRIO)") { await isPermitted })
        func granted() async throws {
            let outcome = try await Self.outcome(["media.realtime_priority=15"], wrapper: [])
            #expect(outcome.policy == 1 && outcome.priority == 15)
            #expect(outcome.lines.map { $0["level"] } == ["info"])
        }

        @Test("where it is not permitted the log warns, and slices are short")
        func refused() async throws {
            let outcome = try await Self.outcome(["media.realtime_priority=15"], wrapper: Self.powerless)
            #expect(outcome.policy == 0 && outcome.priority == 0)
            let line = try #require(outcome.lines.first)
            #expect(outcome.lines.count == 1 && line["level"] == "warning")
            let saysShort = line["message"]?.hasSuffix("but short time slices") == true
            if let slice = outcome.slice { #expect((slice == 100_000) == saysShort) }
            #expect(line["reason"]?.contains("Operation not permitted") == true)
        }

        /// Whether the kernel gives slices of another length, as Linux 6.12 and newer do.
        private static var hasSlices: Bool {
            var name = utsname()
            uname(&name)
            let release = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let numbers = release.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            return numbers.count > 1 && (numbers[0], numbers[1]) >= (6, 12)
        }

        @Test(
            "by itself there is no priority, but slices are short, with or without privileges",
            arguments: [false, true])
        func usual(isPowerless: Bool) async throws {
            let outcome = try await Self.outcome([], wrapper: isPowerless ? Self.powerless : [])
            #expect(outcome.policy == 0 && outcome.priority == 0 && outcome.lines.isEmpty)
            if let slice = outcome.slice { #expect((slice == 100_000) == Self.hasSlices) }
        }
    }
}
