import CLinux

/// How a worker's thread goes before others: by a real-time priority while most of its sessions send by the clock, where that
/// is to be had, and by its nice value otherwise. Used on that thread alone.
struct WorkerPriority {
    /// The shortest that the kernel gives (Linux 6.12). Sent packets wait for the end of other threads' slices, of some
    /// 3 ms; with shorter ones of its own the thread's turn comes sooner.
    static let sliceNanoseconds: UInt64 = 100_000

    /// What the thread has without that priority, where it is permitted (CAP_SYS_NICE or RLIMIT_NICE): a packet that comes
    /// does not wait for other threads, as with the priority, but they are not kept from the processor either.
    static let nice: Int32 = -19

    /// Nil where there is none to be had.
    private var priority: Int32?
    private var isRaised = false

    /// - Parameter priority: what the system permits; nil never to raise it.
    init(_ priority: Int?) {
        self.priority = priority.map { Int32(clamping: $0) }
    }

    /// Follows what the worker does: `pacing` of its `sessions` send by the clock.
    mutating func follow(pacing: Int, of sessions: Int) {
        guard let priority else { return }
        let isWanted = pacing > 0 && 2 * pacing >= sessions
        guard isWanted != isRaised else { return }
        isRaised = isWanted
        let code =
            isWanted
            ? clinux_media_request_real_time(priority) : clinux_media_give_up_real_time(Self.sliceNanoseconds)
        // Permitted at the start, not any more: a thread that asks again and again is no better for it.
        if code != 0 { self.priority = nil }
    }
}
