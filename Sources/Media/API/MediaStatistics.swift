/// How late packets were sent against their schedule.
public struct LatenessHistogram: Hashable, Sendable {
    /// The upper bounds of the buckets, in microseconds; the last bucket has none.
    public static let boundsMicroseconds = [
        50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000,
    ]

    /// Packets in each bucket: one more than there are bounds.
    public var counts: [UInt64] = Array(repeating: 0, count: boundsMicroseconds.count + 1)
    /// The sum of all lateness in nanoseconds.
    public var sumNanoseconds: UInt64 = 0

    /// A histogram of nothing.
    public init() {}

    /// Packets in all buckets.
    public var total: UInt64 { counts.reduce(0, &+) }

    mutating func add(_ other: LatenessHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sumNanoseconds &+= other.sumNanoseconds
    }
}

/// What workers have counted since the engine was started, over all sessions, also those that have ended.
public struct MediaTotals: Hashable, Sendable {
    /// RTP packets given to the kernel.
    public var packetsSent: UInt64 = 0
    /// Datagrams taken from the RTP sockets.
    public var packetsReceived: UInt64 = 0
    /// RTCP packets given to the kernel.
    public var rtcpSent: UInt64 = 0
    /// RTCP packets read.
    public var rtcpReceived: UInt64 = 0
    /// Valid RTP, and RTCP, from addresses that are not the peer's.
    public var stray: UInt64 = 0
    /// RTP of a payload type that was not negotiated.
    public var wrongPayloadType: UInt64 = 0
    /// Datagrams that are neither valid RTP nor valid RTCP.
    public var malformed: UInt64 = 0
    /// ICMP errors for what was sent.
    public var unreachable: UInt64 = 0
    /// Packets that the kernel had no room for.
    public var blocked: UInt64 = 0
    /// Packets that the kernel refused for another reason.
    public var sendFailures: UInt64 = 0
    /// Frames left out because the worker could not run in time.
    public var skippedFrames: UInt64 = 0
    /// Packets that were too old to be echoed when the worker came to run.
    public var skippedEchoes: UInt64 = 0
    /// Packets that were not echoed because they were our own come back, or too many.
    public var refusedEchoes: UInt64 = 0
    /// Times that media followed a peer to an address other than the SDP's.
    public var latchings: UInt64 = 0
    /// Sessions that were timed out for want of media.
    public var timeouts: UInt64 = 0

    /// Counts of nothing.
    public init() {}

    mutating func add(_ other: MediaTotals) {
        packetsSent &+= other.packetsSent
        packetsReceived &+= other.packetsReceived
        rtcpSent &+= other.rtcpSent
        rtcpReceived &+= other.rtcpReceived
        stray &+= other.stray
        wrongPayloadType &+= other.wrongPayloadType
        malformed &+= other.malformed
        unreachable &+= other.unreachable
        blocked &+= other.blocked
        sendFailures &+= other.sendFailures
        skippedFrames &+= other.skippedFrames
        skippedEchoes &+= other.skippedEchoes
        refusedEchoes &+= other.refusedEchoes
        latchings &+= other.latchings
        timeouts &+= other.timeouts
    }
}

/// How the kernel schedules a worker's thread.
public enum WorkerScheduling: Hashable, Sendable {
    /// `SCHED_FIFO` with this priority.
    case realTime(priority: Int)
    /// `SCHED_FIFO` with this priority while at least half of its sessions send by the clock, and otherwise among all other
    /// threads with this nice value, -20 to 19.
    case realTimeWhilePacing(priority: Int, nice: Int)
    /// Among all other threads with this nice value, where no priority is asked for, or the system refused it: its `errno`.
    ///
    /// With a short time slice (sched(7), Linux 6.12) it does not wait for theirs to end.
    case shared(nice: Int, hasShortSlice: Bool, refusal: Int32?)
}

/// The figures of one worker.
public struct WorkerStatistics: Hashable, Sendable {
    /// Sessions open.
    public var sessions = 0
    /// What it has counted.
    public var totals = MediaTotals()
    /// How late it sent.
    public var lateness = LatenessHistogram()
    /// How its thread is scheduled.
    public var scheduling = WorkerScheduling.shared(nice: 0, hasShortSlice: false, refusal: nil)

    /// Figures of a worker that has done nothing.
    public init() {}

    init(sessions: Int, totals: MediaTotals, lateness: LatenessHistogram) {
        (self.sessions, self.totals, self.lateness) = (sessions, totals, lateness)
    }
}

/// The use of the port pool.
public struct PortPoolStatistics: Hashable, Sendable {
    /// Pairs of ports in the range.
    public var pairs = 0
    /// Pairs in use.
    public var inUse = 0
    /// Pairs that have been freed and may not be used again yet.
    public var resting = 0
    /// Times that a pair was passed over because somebody else had one of its ports.
    public var skipped: UInt64 = 0
    /// Times that no pair was to be had.
    public var exhausted: UInt64 = 0
    /// Datagrams that came to ports that are kept open from one call to another, and were thrown away.
    public var strays: UInt64 = 0
}

/// The engine's own figures, at most a twentieth of a second old.
public struct MediaStatistics: Hashable, Sendable {
    /// One entry a worker.
    public var workers: [WorkerStatistics] = []
    /// The port pool.
    public var ports = PortPoolStatistics()

    /// Figures of no worker.
    public init() {}

    init(workers: [WorkerStatistics], ports: PortPoolStatistics) {
        (self.workers, self.ports) = (workers, ports)
    }

    /// Sessions open.
    public var sessions: Int { workers.reduce(0) { $0 + $1.sessions } }

    /// What all workers have counted.
    public var totals: MediaTotals {
        workers.reduce(into: MediaTotals()) { $0.add($1.totals) }
    }

    /// How late all workers sent.
    public var lateness: LatenessHistogram {
        workers.reduce(into: LatenessHistogram()) { $0.add($1.lateness) }
    }
}
