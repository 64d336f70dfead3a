import CLinux
import Glibc
import Networking
import RTP

/// A worker's whole state, owned by its thread alone: an epoll set, the sessions, their schedules. A value on the
/// thread's stack, so that no access to it is counted, locked or checked.
///
/// `run` is the loop; what it does with packets, frames, deadlines and commands is in the extensions.
struct WorkerLoop: ~Copyable {
    private static let timerToken = UInt64.max - 1
    /// Sockets served between two looks at the schedule.
    private static let batch: Int32 = 64
    private static let publishNanoseconds: Int64 = 50_000_000

    let mailbox: WorkerMailbox
    let deliver: @Sendable ([MediaEvent]) -> Void
    let scoring: Scoring
    let reportsIntervals: Bool
    let oldestEchoNanoseconds: Int64
    let canonicalName: String
    let pool: SharedPortPool
    /// Whether this worker closes the ports that nobody wants; one of the workers does.
    let tidiesPool: Bool
    /// For whatever is not due within milliseconds: a wait with a limit would set up a timer of its own every time.
    private let timer: FileDescriptor
    private var timerDue = Int64.max
    private let ready: UnsafeMutablePointer<epoll_event>
    /// Whose the sockets in `ready` are: slots of sessions.
    private let owners: UnsafeMutablePointer<UInt32?>
    let receiver: UnsafeMutablePointer<clinux_media_receiver>
    let incoming: UnsafeMutableRawPointer
    let outgoing: UnsafeMutableRawPointer
    let pacing: PacingClock
    let wheels: UnsafeMutablePointer<PacingWheel>

    var sessions = SessionSlab()
    var sockets = WatchedSockets()
    var slotsByID: [MediaSessionID: UInt32] = [:]
    var deadlines = DeadlineHeap()
    /// Bit n stands for the wheel of n ms: whether anybody is in it.
    var turningWheels: UInt64 = 0
    /// Sessions in all wheels.
    var pacingSessions = 0
    /// Sessions that send back what they receive.
    var echoingSessions = 0
    /// Whether nothing was left to be received when it was last looked.
    private var mayRest = true
    /// Where nobody waits for an echo, packets that come within a tick of the schedule are received together at its end: the
    /// kernel has noted when they came.
    private static let longestRestNanoseconds: Int64 = 1_000_000
    var priority = WorkerPriority(nil)
    /// Frames that sessions send out of turn, to catch up.
    var owing: [OwedFrame] = []
    /// Outlets that are not read yet.
    var settling: [SettlingOutlet] = []
    var totals = MediaTotals()
    var lateness = LatenessCounter()
    /// What other threads have asked, and which of it comes next.
    var commands: [WorkerCommand] = []
    var nextCommand = 0
    var events: [MediaEvent] = []
    /// Room for the RTCP packet that is being sent.
    var rtcpBytes: [UInt8] = []
    let random = KernelRandom()
    var isStopping = false
    /// CLOCK_MONOTONIC when the present turn of the loop began.
    var now: Int64
    /// CLOCK_REALTIME at that moment.
    var realtime: Int64 = 0
    /// Whether something has been counted that is not published.
    var isUnpublished = true
    private var publishAt: Int64 = 0
    /// Until when commands that are not urgent are looked for without being woken; 0 when they are not.
    private var lingersUntil: Int64 = 0
    private static let lingerNanoseconds: Int64 = 100_000_000

    init(
        mailbox: WorkerMailbox, pool: SharedPortPool, tidiesPool: Bool, configuration: MediaEngineConfiguration,
        canonicalName: String, deliver: @escaping @Sendable ([MediaEvent]) -> Void
    ) throws(SystemError) {
        let set = mailbox.epoll.rawValue
        let timer = try FileDescriptor("timerfd_create") { clinux_timerfd_create() }
        let timerNumber = timer.rawValue
        try SystemCall.run("epoll_ctl") {
            // By edges: then it need not be read.
            clinux_epoll_control(
                set, EPOLL_CTL_ADD, timerNumber, EPOLLIN.rawValue | EPOLLET.rawValue, Self.timerToken)
        }
        guard let ready = clinux_epoll_events_create(Self.batch) else {
            throw SystemError(code: ENOMEM, call: "calloc")
        }
        self.ready = ready
        owners = .allocate(capacity: Int(Self.batch))
        self.mailbox = mailbox
        self.deliver = deliver
        scoring = Scoring(configuration.quality)
        reportsIntervals = configuration.reportsIntervals
        oldestEchoNanoseconds = configuration.oldestEcho.nanoseconds
        self.canonicalName = canonicalName
        self.pool = pool
        self.tidiesPool = tidiesPool
        self.timer = timer
        now = SystemClock.monotonicNanoseconds
        pacing = PacingClock(origin: now)
        incoming = .allocate(byteCount: Int(CLINUX_MEDIA_SIZE), alignment: 16)
        outgoing = .allocate(byteCount: RTPHeader.fixedLength + SilentOctets.count, alignment: 16)
        receiver = .allocate(capacity: 1)
        receiver.initialize(to: clinux_media_receiver())
        receiver.pointee.buffer = incoming.assumingMemoryBound(to: UInt8.self)
        wheels = .allocate(capacity: PacketTimes.all.upperBound + 1)
        for period in 0...PacketTimes.all.upperBound {
            (wheels + period).initialize(to: PacingWheel(period: max(1, period), nextTick: 0))
        }
    }

    deinit {
        wheels.deinitialize(count: PacketTimes.all.upperBound + 1)
        wheels.deallocate()
        receiver.deallocate()
        outgoing.deallocate()
        incoming.deallocate()
        owners.deallocate()
        clinux_epoll_events_destroy(ready)
    }

    /// Works until it is told to stop and all sessions have ended.
    mutating func run() {
        while !isStopping {
            let count = awaitWork()
            now = SystemClock.monotonicNanoseconds
            realtime = SystemClock.realtimeNanoseconds
            if now >= timerDue { timerDue = .max }
            pace()
            if count > 0 { serve(Int(count)) }
            if mailbox.hasCommands { takeCommands() }
            if !commands.isEmpty { obeyCommands() }
            if let next = deadlines.next, next <= now { meetDeadlines() }
            if !settling.isEmpty { settle() }
            priority.follow(pacing: pacingSessions, of: sessions.count)
            finishTurn()
        }
        publish()
    }

    /// Waits until there is something to do.
    ///
    /// - Returns: for how many sockets.
    private mutating func awaitWork() -> Int32 {
        var wait = timeout()
        if echoingSessions == 0, wait > 0, wait <= Self.longestRestNanoseconds, mayRest {
            clinux_media_sleep(wait)
            wait = 0
        }
        let count = clinux_epoll_wait(mailbox.epoll.rawValue, ready, Self.batch, wait)
        mayRest = count < Self.batch
        return count
    }

    private mutating func takeCommands() {
        mailbox.take(into: &commands)
        lingersUntil = now &+ Self.lingerNanoseconds
    }

    /// Nanoseconds to wait for packets at most; negative for ever.
    private mutating func timeout() -> Int64 {
        var wakeAt = deadlines.next ?? .max
        if lingersUntil != 0 {
            if now < lingersUntil {
                wakeAt = min(wakeAt, now &+ WorkerMailbox.patienceNanoseconds)
            } else if mailbox.stopLingering() {
                lingersUntil = 0
            } else {
                takeCommands()
            }
        }
        if isUnpublished { wakeAt = min(wakeAt, publishAt) }
        if wakeAt < timerDue {
            timerDue = wakeAt
            _ = clinux_timerfd_arm_at(timer.rawValue, max(1, wakeAt))
        }
        guard commands.isEmpty, settling.isEmpty else { return 0 }
        guard let tick = nextDueTick() else { return -1 }
        return max(0, pacing.nanoseconds(of: tick) &- SystemClock.monotonicNanoseconds)
    }

    private mutating func serve(_ count: Int) {
        // One after the other without anything between: then the processor fetches what it lacks of the table all at once.
        // It holds for the batch, since nothing that comes ends a session.
        for index in 0..<count { owners[index] = sockets.slot(token(index)) }
        // The kernel takes microseconds for a packet: long enough to fetch what it and the next one need.
        prefetch(0)
        for index in 0..<count {
            if index + 1 < count { prefetch(index + 1) }
            let token = token(index)
            guard let slot = owners[index] else {
                serveNobody(token)
                continue
            }
            let session = sessions[slot]
            isUnpublished = true
            let flags = clinux_epoll_events_at(ready, Int32(index))
            if flags & EPOLLERR.rawValue != 0 { drainErrors(session) }
            guard flags & EPOLLIN.rawValue != 0 else { continue }
            switch token.kind {
            case .outlet, .rtp: receiveWaiting(session, by: token.descriptor)
            case .rtcp: receiveRTCPDatagram(session)
            }
        }
    }

    /// Something else than a session's socket has woken the worker.
    private mutating func serveNobody(_ token: SocketToken) {
        switch token.rawValue {
        // Cleared whether or not there is a command left: the signal may come after its command was taken.
        case WorkerMailbox.wakeToken: mailbox.wake.clear()
        case Self.timerToken: break
        default:
            if pool.discardStray(token.descriptor) { return }
            // Perhaps early: then the session's command comes, or is here, and the socket is watched again. Commands are
            // looked for anyway.
            unwatch(token.descriptor)
        }
    }

    @inline(__always)
    private func prefetch(_ index: Int) {
        if let slot = owners[index] { sessions.prefetch(slot) }
    }

    @inline(__always)
    private func token(_ index: Int) -> SocketToken {
        SocketToken(rawValue: clinux_epoll_token_at(ready, Int32(index)))
    }

    /// Events go out before the loop waits again, figures now and then.
    private mutating func finishTurn() {
        if !events.isEmpty {
            publish()
            flushEvents()
        } else if isUnpublished, now >= publishAt {
            publish()
        }
    }

    private mutating func flushEvents() {
        var batch: [MediaEvent] = []
        swap(&batch, &events)
        deliver(batch)
    }

    private mutating func publish() {
        isUnpublished = false
        publishAt = now &+ Self.publishNanoseconds
        mailbox.publish(
            WorkerStatistics(sessions: sessions.count, totals: totals, lateness: lateness.histogram))
        guard tidiesPool, pool.keepsAny else { return }
        pool.giveUpKept(now: pool.now)
        // To look again.
        isUnpublished = true
    }
}

/// The packet times that sessions may have, in ms.
enum PacketTimes {
    static let all = 10...60

    static func clamp(_ milliseconds: Int) -> Int {
        min(max(milliseconds, all.lowerBound), all.upperBound)
    }
}

/// A frame that a session sends between two regular ones.
struct OwedFrame: BitwiseCopyable {
    let slot: UInt32
    /// When.
    let tick: Int64
}
