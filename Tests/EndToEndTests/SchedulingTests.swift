import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("Scheduling: real-time priority for the media threads where it may be had (sched(7))")
    struct SchedulingTests {
        /// How the kernel schedules a thread.
        private struct Policy: Equatable {
            /// 0 is SCHED_OTHER, 1 is SCHED_FIFO, 3 is SCHED_BATCH, 5 is SCHED_IDLE.
            let number: Int
            let priority: Int
            let nice: Int
            /// Its time slice, ns; nil where the kernel does not show it.
            let slice: Int?

            /// Of a daemon's first media thread now.
            static func ofMedia(_ daemon: Daemon) throws -> Policy {
                try #require(try ofThreads(daemon) { $0 == "media-0" }.first)
            }

            /// Of all other threads of a daemon.
            static func ofOthers(_ daemon: Daemon) throws -> [Policy] {
                try ofThreads(daemon) { !$0.hasPrefix("media-") }
            }

            private static func ofThreads(_ daemon: Daemon, named isMeant: (String) -> Bool) throws -> [Policy] {
                let tasks = "/proc/\(daemon.program.processID)/task"
                // One may end meanwhile.
                func read(_ thread: String, _ name: String) -> String? {
                    try? String(contentsOfFile: "\(tasks)/\(thread)/\(name)", encoding: .utf8)
                }
                return try FileManager.default.contentsOfDirectory(atPath: tasks).compactMap { thread in
                    guard let name = read(thread, "comm")?.dropLast(), isMeant(String(name)),
                        let stat = read(thread, "stat")
                    else { return nil }
                    // From the third on; the 19th, the 40th and the 41st are meant.
                    let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
                    let slice = read(thread, "sched")?.split(separator: "\n").first { $0.hasPrefix("se.slice") }
                    return Policy(
                        number: try #require(Int(fields[38])), priority: try #require(Int(fields[37])),
                        nice: try #require(Int(fields[16])),
                        slice: slice.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } })
                }
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

        /// The nice value that a thread of this process may have.
        private static var leastNice: Int {
            get async throws {
                let program = try Program("/usr/bin/env", ["sh", "-c", "test $(nice -n -19 nice 2>/dev/null) = -19"])
                return await program.exits.take() == 0 ? -19 : 0
            }
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
                let nice = try await Self.leastNice
                let lines = daemon.events("media_scheduling")
                #expect(lines.map { $0["level"] } == ["info"])
                #expect(lines.first?["message"]?.hasSuffix(", nice value \(nice) otherwise") == true)
                func becomes(_ isExpected: @escaping (Policy) -> Bool) async -> Bool {
                    await eventually { (try? Policy.ofMedia(daemon)).map(isExpected) ?? false }
                }
                let isFIFO = { (policy: Policy) in policy.number == 1 && policy.priority == 10 }
                let isBack = { (policy: Policy) in
                    policy.isShared && policy.nice == nice
                        && (policy.slice == nil || (policy.slice == 100_000) == Self.hasSlices)
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
            #expect(outcome.policy.isShared && outcome.policy.nice == 0)
            let line = try #require(outcome.lines.first)
            #expect(outcome.lines.count == 1 && line["level"] == "warning")
            let saysShort = line["message"]?.hasSuffix("; nice value 0 and short time slices") == true
            if let slice = outcome.policy.slice { #expect((slice == 100_000) == saysShort) }
            #expect(line["reason"]?.contains("Operation not permitted") == true)
        }

        @Test("where it is not permitted by default either, that is no warning", .enabled(if: hasProcessors))
        func refusedByDefault() async throws {
            let outcome = try await Self.outcome(["media.worker_threads=1"], wrapper: Self.powerless)
            #expect(
                outcome.policy.isShared && outcome.policy.nice == 0 && outcome.lines.map { $0["level"] } == ["info"])
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
            #expect(outcome.policy.isShared && outcome.policy.nice == 0 && outcome.lines.isEmpty)
            if let slice = outcome.policy.slice { #expect((slice == 100_000) == Self.hasSlices) }
        }

        @Test("signalling waits for its turn, and media threads do not")
        func turns() async throws {
            try await Daemon.run([#"media.realtime="never""#]) { daemon in
                _ = try await Caller(.udp, to: daemon).call("echo", sdp: Caller.sdp(port: 40_000))
                #expect(try Policy.ofOthers(daemon).contains { $0.number == 3 && $0.nice == 0 })
                #expect(try Policy.ofMedia(daemon).isShared)
            }
        }

        @Test("a policy that somebody has chosen stays")
        func chosenPolicy() async throws {
            try await Daemon.run(wrapper: ["chrt", "--idle", "0"]) { daemon in
                _ = try await Caller(.udp, to: daemon).call("echo", sdp: Caller.sdp(port: 40_000))
                let threads = try Policy.ofOthers(daemon) + [Policy.ofMedia(daemon)]
                #expect(threads.allSatisfy { $0.number == 5 })
            }
        }

        @Test("a nice value that somebody has chosen stays")
        func chosenNice() async throws {
            for settings in [[#"media.realtime="never""#], ["media.worker_threads=256"], ["media.worker_threads=1"]] {
                let outcome = try await Self.outcome(settings, wrapper: ["nice", "-n", "5"])
                #expect(outcome.policy.nice == 5)
            }
        }
    }
}
