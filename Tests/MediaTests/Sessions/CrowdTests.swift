import Foundation
import Glibc
import Media
import Networking
import Testing

/// Many sessions at once whose peers do what breaks media engines; what each counted has to be exact.
@Suite("A crowd of unruly peers", .serialized)
struct CrowdTests {
    /// MILLIWATT_CROWD, for a run of these tests alone. Beside others as many as leave the process below some 1300
    /// descriptors: with more, Foundation's `Process` reads past its memory when another test starts a program, which
    /// AddressSanitizer sees.
    private static let sessions = ProcessInfo.processInfo.environment["MILLIWATT_CROWD"].flatMap { Int($0) } ?? 200
    private static let packets = 6

    private struct Member {
        let id: MediaSessionID
        let ports: MediaPorts
        /// Each has a stream of its own, by SSRC, from the sockets that all share.
        let ssrc: UInt32
    }

    private let rig: Rig
    private let peer: Peer
    private let other: Peer

    init() throws {
        // Three descriptors a session, beside those of the tests that run meanwhile.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(4 * CrowdTests.sessions + 8192)))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        rig = try Rig(workers: 2) { $0.ports = 24000...32000 }
        (peer, other) = (try Peer(), try Peer())
    }

    private func crowd(_ adjust: (inout MediaSessionParameters) -> Void = { _ in }) throws -> [Member] {
        try (0..<CrowdTests.sessions).map { number in
            let session = try rig.open(.echo, to: peer, adjust)
            return Member(id: session.id, ports: session.ports, ssrc: UInt32(number + 1) << 8)
        }
    }

    /// Sends to every session from a socket, and gives what that socket got back, by the port that it came from.
    private func exchange(
        _ crowd: [Member], from source: Peer, first: UInt16 = 1, packets: Int = packets, ssrcOffset: UInt32 = 0,
        isEchoed: Bool = true
    ) throws -> [UInt16: Int] {
        var echoes: [UInt16: Int] = [:]
        for number in 0..<packets {
            // In parts, so that no socket's buffer overflows.
            for part in stride(from: 0, to: crowd.count, by: 50) {
                let members = crowd[part..<min(part + 50, crowd.count)]
                for member in members {
                    source.ssrc = member.ssrc + ssrcOffset
                    source.sequence = first &+ UInt16(number)
                    source.timestamp = UInt32(source.sequence) * 160
                    try source.sendRTP(to: member.ports.rtp)
                }
                guard isEchoed else { continue }
                for _ in members {
                    guard let port = source.receive()?.source?.port else { return echoes }
                    echoes[port, default: 0] += 1
                }
            }
        }
        return echoes
    }

    private func reports(_ crowd: [Member]) throws -> [MediaReport] {
        for member in crowd { rig.engine.close(member.id) }
        return try crowd.map { try #require(rig.log.closed($0.id)) }
    }

    /// How many sessions have not sent back each packet.
    private func incomplete(_ echoes: [UInt16: Int], _ crowd: [Member]) -> Int {
        crowd.count { echoes[$0.ports.rtp.port] != CrowdTests.packets }
    }

    /// Waits until the workers have done what they were told.
    private func settle() throws {
        let answered = try EventDescriptor()
        rig.engine.ping { _ in answered.signal() }
        var answers: UInt64 = 0
        while answers < rig.engine.workerCount {
            wait(for: answered)
            let more = answered.clear()
            try #require(more > 0)
            answers += more
        }
    }

    @Test("who sends from a second source as well is heard from the first alone")
    func secondSource() throws {
        let crowd = try crowd()
        #expect(try incomplete(exchange(crowd, from: peer), crowd) == 0)
        let stolen = try exchange(crowd, from: other, first: 7, ssrcOffset: 2, isEchoed: false)
        #expect(stolen.isEmpty)
        #expect(try incomplete(exchange(crowd, from: peer, first: 7), crowd) == 0)
        for report in try reports(crowd) {
            try #require(report.received.packets == 12 && report.sent.packets == 12)
            try #require(report.rejected.stray == 6 && report.rejected.total == 6, "\(report.rejected)")
            try #require(report.latch == .confirmed && report.latchings == 0 && report.received.sourceChanges == 0)
        }
        #expect(other.drain().isEmpty && peer.drain().isEmpty)
    }

    @Test("who changes its address by a further offer is followed there, and the old one is a stranger")
    func newAddress() throws {
        let crowd = try crowd()
        #expect(try incomplete(exchange(crowd, from: peer), crowd) == 0)
        for member in crowd { rig.engine.update(member.id, Rig.parameters(.echo, remote: other.address)) }
        try settle()
        #expect(try incomplete(exchange(crowd, from: other, first: 7), crowd) == 0)
        // Under the same SSRC it could be the stream itself, carried on from behind another address translator.
        _ = try exchange(crowd, from: peer, first: 13, ssrcOffset: 2, isEchoed: false)
        for report in try reports(crowd) {
            try #require(report.received.packets == 12 && report.received.lost == 0 && report.sent.packets == 12)
            try #require(report.rejected.stray == 6 && report.remote == other.address && report.latchings == 0)
        }
        #expect(other.drain().isEmpty && peer.drain().isEmpty)
    }

    @Test("who starts anew as another source is taken for what it is, and what we send goes on as one stream")
    func newSource() throws {
        let crowd = try crowd()
        #expect(try incomplete(exchange(crowd, from: peer), crowd) == 0)
        #expect(try incomplete(exchange(crowd, from: peer, first: 30_000, ssrcOffset: 1), crowd) == 0)
        for (report, member) in zip(try reports(crowd), crowd) {
            try #require(report.received.packets == 12 && report.received.lost == 0)
            try #require(report.received.sourceChanges == 1 && report.received.ssrc == member.ssrc + 1)
            try #require(report.rejected.total == 0 && report.sent.packets == 12)
        }
    }

    @Test("who falls silent is reported, and what comes later is taken again")
    func silence() throws {
        let crowd = try crowd { $0.mediaTimeout = .milliseconds(300) }
        #expect(try incomplete(exchange(crowd, from: peer), crowd) == 0)
        let timedOut = Set(crowd.map(\.id))
        let silent = rig.log.first { _ -> Bool? in
            var seen: Set<MediaSessionID> = []
            for event in rig.log.all { if case .timedOut(let id) = event { seen.insert(id) } }
            return seen == timedOut ? true : nil
        }
        #expect(silent == true)
        #expect(try incomplete(exchange(crowd, from: peer, first: 7), crowd) == 0)
        for report in try reports(crowd) {
            try #require(report.received.packets == 12 && report.received.lost == 0 && report.sent.packets == 12)
        }
    }
}
