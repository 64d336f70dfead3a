import Foundation
import Testing

extension EndToEnd {
    @Suite("Times between packets: records and the API tell how they were sent")
    struct InterarrivalTests {
        /// The bounds of the buckets in ms.
        private static let bounds = Array(stride(from: 1, through: 99, by: 2)) + [150, 200, 500, 1000, 2000, 5000]

        @Test("the histogram counts the gaps of a known pattern, each in its bucket, and nothing else")
        func pattern() async throws {
            let place = try RecordPlace()
            try await Daemon.run(Daemon.http + place.settings) { daemon in
                let (peer, caller) = (try RTPReceiver(), try Caller(.udp, to: daemon))
                let answer = try await caller.call("echo", sdp: Caller.sdp(port: peer.port, formats: "8"))
                let port = try #require(answer.mediaPort)
                let pairs = (0..<20).map { $0 % 2 == 0 ? 0 : 40 }
                let pattern = Array(repeating: 20, count: 40) + pairs + [60, 60, 60, 60, 120, 120, 120, 300, 300, 600]
                let gaps = try await Self.send(pattern, by: peer, to: port)
                let http = try await daemon.httpPort()
                let list = try await HTTPPeer.ask(http, "/api/v1/calls").json["calls"] as? [[String: Any]]
                let listed = try #require(list?.first)
                #expect((listed["quality"] as? [String: Any])?["interarrival"] == nil)
                let id = try #require(listed["id"] as? String)
                let alone = try await HTTPPeer.ask(http, "/api/v1/calls/\(id)").json["quality"] as? [String: Any]
                try Self.check(try #require(alone), gaps)
                try await caller.hangUp(answer, user: "echo")
                try Self.check(try #require(try await place.records(atLeast: 1).first), gaps)
                try Self.check(try #require(place.lines.first), gaps)
            }
        }

        /// Sends a packet after each of so many ms, and one before. A busy machine sends later than it is told to: what is
        /// returned is the least and the most that can have been between two packets, in ms.
        private static func send(
            _ pattern: [Int], by peer: RTPReceiver, to port: UInt16
        ) async throws -> [ClosedRange<Double>] {
            var times: [(before: ContinuousClock.Instant, after: ContinuousClock.Instant)] = []
            for (index, milliseconds) in ([0] + pattern).enumerated() {
                if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
                let before = ContinuousClock.now
                peer.send(UInt16(index), to: port)
                times.append((before, .now))
                try #require(await peer.packets.take() != nil, "no echo")
            }
            return zip(times, times.dropFirst()).map { earlier, later in
                // A tenth of a ms for the two clocks.
                let least = (later.before - earlier.after) / .milliseconds(1) - 0.1
                let most = (later.after - earlier.before) / .milliseconds(1) + 0.1
                return least...most
            }
        }

        private static func check(_ told: [String: Any], _ gaps: [ClosedRange<Double>]) throws {
            let buckets = try #require(told["interarrival"] as? [[String: Any]], "\(told)")
            let parts = try buckets.map { bucket in
                try (
                    from: #require(bucket["from_ms"] as? Int), to: bucket["to_ms"] as? Int,
                    count: #require(bucket["count"] as? Int)
                )
            }
            #expect(parts.allSatisfy { $0.count > 0 })
            #expect(parts.reduce(0) { $0 + $1.count } == gaps.count)
            for bound in bounds {
                // Those that have surely been below the bound, and those that may have been.
                let (least, most) = (
                    gaps.count { $0.upperBound < Double(bound) }, gaps.count { $0.lowerBound < Double(bound) }
                )
                let below = parts.filter { $0.to.map { $0 <= bound } == true }.reduce(0) { $0 + $1.count }
                #expect((least...most).contains(below), "\(below) below \(bound) ms, \(least) to \(most) were sent")
                #expect(!parts.contains { $0.from < bound && $0.to.map { $0 > bound } != false }, "\(bound) is a bound")
            }
            let longest = try #require(told["longest_gap_ms"] as? Double)
            #expect(gaps.map(\.upperBound).max().map { longest <= $0 } == true)
            #expect(gaps.map(\.lowerBound).max().map { longest >= $0 } == true)
            let percentiles = ["p50", "p90", "p99"].compactMap { told["interarrival_\($0)_ms"] as? Double }
            #expect(percentiles.count == 3 && percentiles == percentiles.sorted() && percentiles[2] <= longest)
            let half = try #require(percentiles.first)
            #expect(gaps.count { $0.lowerBound <= half } * 2 >= gaps.count)
        }
    }
}
