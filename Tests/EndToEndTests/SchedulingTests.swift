import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("Scheduling: real-time priority for the media threads where it may be had (sched(7))")
    struct SchedulingTests {
        /// How the kernel schedules a thread.
        private struct Policy: Equatable {
            /// 0 is SCHED_OTHER, 1 is SCHED_FIFO.
            let number: Int
            let priority: Int
            /// Its time slice, ns; nil where the kernel does not show it.
            let slice: Int?

            /// Of a daemon's first media thread now.
            static func ofMedia(_ daemon: Daemon) throws -> Policy {
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
                return Policy(
                    number: try #require(Int(fields[38])), priority: try #require(Int(fields[37])),
                    slice: slice.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } })
            }

            var isShared: Bool { number == 0 && priority == 0 }
        }

        /// How the first media thread is scheduled without calls, and what the log says of it.
        private struct Outcome {
            let policy: Policy
            let lines: [Daemon.Entry]
        }

        /// Whether this process could have a priority.
        private static var isPermitted: Bool {
            get async { await (try? Program("/usr/bin/env", ["chrt", "-f", "15", "true"]))?.exits.take() == 0 }
        }

        /// Takes away what permits it.
        private static let powerless =
            ["prlimit", "--rtprio=0", "--"]
            + (geteuid() == 0 ? ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice", "--"] : [])

        private static func outcome(_ settings: [String], wrapper: [String]) async throws -> Outcome {
            try await Daemon.run(settings, wrapper: wrapper) { daemon in
                _ = try await daemon.event("service_ready")
                return Outcome(policy: try Policy.ofMedia(daemon), lines: daemon.events("media_scheduling"))
            }
        }

        @Test(
            "it is had always where that is asked for, and one line says so",
            .enabled("not permitted (CAP_SYS_NICE or RLIMIT_RTPRIO)") { await isPermitted })
        func always() async throws {
            let outcome = try await Self.outcome(
                [#"media.realtime="always""#, "media.realtime_priority=15"], wrapper: [])
            #expect(outcome.policy.number == 1 && outcome.policy.priority == 15)
            #expect(outcome.lines.map { $0["level"] } == ["info"])
        }

        /// One media thread leaves a processor to signalling only where there are two.
        private static let hasProcessors = ProcessInfo.processInfo.activeProcessorCount > 1

        @Test(
            "by itself a thread has it while it sends most of its packets by the clock",
            .enabled("not permitted (CAP_SYS_NICE or RLIMIT_RTPRIO), or one processor") {
                await isPermitted && hasProcessors
            })
        func pacing() async throws {
            try await Daemon.run(["media.worker_threads=1"]) { daemon in
                _ = try await daemon.event("service_ready")
                #expect(daemon.events("media_scheduling").map { $0["level"] } == ["info"])
                func becomes(_ isExpected: @escaping (Policy) -> Bool) async -> Bool {
                    await eventually { (try? Policy.ofMedia(daemon)).map(isExpected) ?? false }
                }
                let isFIFO = { (policy: Policy) in policy.number == 1 && policy.priority == 10 }
                let isBack = { (policy: Policy) in
                    policy.isShared && (policy.slice == nil || (policy.slice == 100_000) == Self.hasSlices)
                }
                #expect(try isBack(Policy.ofMedia(daemon)))
                let callers = try (0..<3).map { _ in try Caller(.udp, to: daemon) }
                let tone = try await callers[0].call("tone", sdp: Caller.sdp(port: 40_000))
                #expect(await becomes(isFIFO))
                let first = try await callers[1].call("echo", sdp: Caller.sdp(port: 40_002))
                _ = try await callers[2].call("echo", sdp: Caller.sdp(port: 40_004))
                #expect(await becomes(isBack), "one of three")
                try await callers[1].hangUp(first, user: "echo")
                #expect(await becomes(isFIFO), "one of two")
                try await callers[0].hangUp(tone)
                #expect(await becomes(isBack), "none")
            }
        }

        @Test("where it is not permitted the log says so, as a warning if it is asked for, and slices are short")
        func refused() async throws {
            let outcome = try await Self.outcome([#"media.realtime="always""#], wrapper: Self.powerless)
            #expect(outcome.policy.isShared)
            let line = try #require(outcome.lines.first)
            #expect(outcome.lines.count == 1 && line["level"] == "warning")
            let saysShort = line["message"]?.hasSuffix("but short time slices") == true
            if let slice = outcome.policy.slice { #expect((slice == 100_000) == saysShort) }
            #expect(line["reason"]?.contains("Operation not permitted") == true)
        }

        @Test("where it is not permitted by default either, that is no warning", .enabled(if: hasProcessors))
        func refusedByDefault() async throws {
            let outcome = try await Self.outcome(["media.worker_threads=1"], wrapper: Self.powerless)
            #expect(outcome.policy.isShared && outcome.lines.map { $0["level"] } == ["info"])
            #expect(outcome.lines.first?["message"]?.hasPrefix("The media threads have no real-time priority") == true)
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
            "it can be declined, or there may be too few processors: slices are short then, with or without privileges",
            arguments: [[#"media.realtime="never""#], ["media.worker_threads=256"]], [false, true])
        func declined(settings: [String], isPowerless: Bool) async throws {
            let outcome = try await Self.outcome(settings, wrapper: isPowerless ? Self.powerless : [])
            #expect(outcome.policy.isShared && outcome.lines.isEmpty)
            if let slice = outcome.policy.slice { #expect((slice == 100_000) == Self.hasSlices) }
        }
    }
}
