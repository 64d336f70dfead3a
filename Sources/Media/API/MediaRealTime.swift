/// When workers have real-time priority (`SCHED_FIFO`, sched(7)), where the system permits it.
public enum MediaRealTime: Hashable, Sendable {
    /// Never.
    case never
    /// While at least half of a worker's sessions send by the clock, where there are more processors than workers.
    ///
    /// What is sent by the clock costs no more with it. An echo does, a few percent: every packet then has the processor
    /// change hands at once, instead of being served together with those that come meanwhile; and as many echoes as a thread
    /// can serve would leave its processor to nobody else. So the thread has a nice value of -19 otherwise, where that is
    /// permitted and nobody has given it another.
    case pacing(priority: Int)
    /// For as long as it runs.
    case always(priority: Int)

    /// What this comes to with so many workers: all processors together would leave signalling none.
    func permitted(workers: Int, processors: Int) -> MediaRealTime {
        if case .pacing = self, workers >= processors { .never } else { self }
    }
}
