import CKernel
import CLinux
import Dispatch
import Fuzzing
import Glibc
import Media
import Networking
import RTP

/// The kernel that an engine of one worker has while it is fuzzed: its clocks, its random numbers, and what its sockets
/// receive and send, as a script says. Sockets are real as far as they are opened and bound; nothing comes or goes by them.
///
/// `@unchecked Sendable`: the worker's thread alone uses it from `begin` until it signals `isOver`; before and after that
/// nobody changes it but who makes or checks it.
final class Kernel: @unchecked Sendable {
    /// The one in use: the calls that it stands in for are C's, which know no other way to it.
    nonisolated(unsafe) static var present: Kernel?

    struct Datagram {
        var octets: [UInt8]
        var source: Words
        /// CLOCK_REALTIME; 0 where the kernel does not say.
        var arrival: Int64
    }

    /// A UDP socket that is watched.
    struct Socket {
        var isRTCP: Bool
        var token: UInt64
        var flags: UInt32
        var peer: Words?
        var waiting: [Datagram] = []
    }

    var engine: MediaEngine?
    var session: MediaSessionID?
    let isOver = DispatchSemaphore(value: 0)
    private(set) var isRunning = false

    /// CLOCK_MONOTONIC, and what CLOCK_REALTIME is more.
    var now: Int64 = 1_000_000_000_000
    var offset: Int64 = 1_700_000_000_000_000_000
    var timer: Int64?
    var randomState: UInt64 = 1
    var sockets: [Int32: Socket] = [:]

    // What is done next, and when.
    private var script: Script
    private var due: Int64
    private var step: Step?
    private var burst = Burst()
    private var peer = Peer()
    /// How often the worker has looked: what ends a script that would keep it busy for long.
    private var turns = 0
    /// Returns from waiting without a step or time between.
    private var spins = 0

    // What goes wrong next.
    var failures: [Int32] = []
    var refusesConnection = false
    private var stamps = true
    var errors: Int32 = 0

    var sent = SentPackets()
    var received = 0
    var lastReport: MediaReport?

    init(_ script: Script) {
        self.script = script
        due = now
    }

    func begin() {
        isRunning = true
        due = now
    }

    /// What epoll_wait does: the sockets at which something waits, or the next moment at which something happens.
    func wait(_ events: UnsafeMutablePointer<epoll_event>?, _ timeout: Int64) -> Int32 {
        spins += 1
        turns += 1
        expect(spins < 2000, "the worker turns and turns")
        while true {
            let ready = sockets.sorted { $0.key < $1.key }.map(\.value).filter {
                !$0.waiting.isEmpty && $0.flags & EPOLLIN.rawValue != 0
            }
            for (index, socket) in ready.enumerated() {
                kernel_set_event(events, Int32(index), EPOLLIN.rawValue, socket.token)
            }
            if !ready.isEmpty { return Int32(ready.count) }
            if step == nil, !plan() {
                isRunning = false
                isOver.signal()
                return 0
            }
            let wake = min(timeout < 0 ? .max : now + timeout, timer ?? .max)
            if wake < due || wake <= now {
                if timer == wake { timer = nil }
                if wake > now { spins = 0 }
                now = max(now, wake)
                return 0
            }
            now = max(now, due)
            spins = 0
            if let step = step.take(), act(step) { return 0 }
        }
    }

    /// Decides what happens next; false at the end.
    private func plan() -> Bool {
        guard turns < 600 else { return false }
        if let delay = burst.next() {
            due += delay
            step = .burst
            return true
        }
        guard !script.isOver else { return false }
        let kind = script.octet()
        // Milliseconds or, above 191, quarters of a second.
        let time = Int64(script.octet())
        due += (time < 192 ? time : (time - 191) * 250) * 1_000_000
        step = Step(kind)
        return true
    }

    /// - Returns: whether the worker is to look at something other than its sockets.
    private func act(_ step: Step) -> Bool {
        switch step {
        case .rtp(let source): receive(peer.packet(source, &script), from: Peer.addresses[source])
        case .burst:
            if burst.loses { peer.lose(0) } else { receive(peer.nextPacket(0), from: Peer.addresses[0]) }
        case .rtcp(let source, let isRaw):
            let octets =
                isRaw ? script.octets(Int(script.octet())) : peer.reports(&script, ntp: ntp)
            let address = Peer.addresses[source]
            receive(octets, from: address.with(port: address.port + 1), isRTCP: true)
        case .raw(let source): receive(script.octets(Int(script.octet())), from: Peer.addresses[source])
        case .multiplexed(let source): receive(peer.reports(&script, ntp: ntp), from: Peer.addresses[source])
        case .startBurst: burst = Burst(&script)
        case .update: if let session { engine?.update(session, script.parameters()) }
        case .report:
            if let session { engine?.requestReport(session) }
        case .trouble: trouble(script.octet())
        case .clock: offset += Int64(Int8(bitPattern: script.octet())) * 100_000_000
        case .nothing: break
        }
        return step.isCommand
    }

    private var ntp: UInt64 { NTPTimestamp(nanosecondsSince1970: now + offset).rawValue }

    private func trouble(_ bits: UInt8) {
        switch bits & 3 {
        case 0:
            failures = Array(
                repeating: [EAGAIN, ECONNREFUSED, EPERM, ENOBUFS][Int(bits >> 2 & 3)], count: Int(bits >> 4))
        case 1: (refusesConnection, stamps) = (bits & 4 != 0, bits & 8 == 0)
        case 2: errors = Int32(bits >> 2)
        // The worker has not run for a while.
        default: now += Int64(bits >> 2) * 50_000_000
        }
    }

    /// A datagram comes, by the socket that is connected to its source if there is one.
    private func receive(_ octets: [UInt8], from address: SocketAddress, isRTCP: Bool = false) {
        let source = Words(address)
        let bound = sockets.filter { $0.value.isRTCP == isRTCP && ($0.value.peer == nil || $0.value.peer == source) }
        // Of two that are not connected the first.
        guard
            let socket = bound.min(by: {
                ($0.value.peer == nil ? 1 : 0, $0.key) < ($1.value.peer == nil ? 1 : 0, $1.key)
            })?.key
        else { return }
        received += 1
        sockets[socket]?.waiting.append(Datagram(octets: octets, source: source, arrival: stamps ? due + offset : 0))
    }

    /// Notes what our side says of itself, so that the peer can answer to it.
    func note(sender: UInt32, report: UInt32?) {
        peer.oursSSRC = sender
        if let report { peer.oursReport = report }
    }
}
