import CLinux
import RTP

/// What a packet that is received touches of its session: stretches of octets, counted from the session's beginning. It is
/// some half of what lies between the first and the last of them, and at thousands of sessions nothing of it is at hand.
struct HotOctets: Sendable {
    private var own = 0..<0
    private var playout = 0..<0
    private var reception = 0..<0
    private var histogram = 0..<0

    /// None.
    init() {}

    /// Those of all sessions, by the address of one, whose fields are not looked at: it need not be initialised.
    init(of session: UnsafeMutablePointer<Session>) {
        func offset<Field>(_ field: UnsafeMutablePointer<Field>) -> Int {
            UnsafeRawPointer(field) - UnsafeRawPointer(session)
        }
        func moved(_ octets: Range<Int>, by offset: Int) -> Range<Int> {
            octets.lowerBound + offset..<octets.upperBound + offset
        }
        let latch = withUnsafeMutablePointer(to: &session.pointee.latch, offset)
        let counters = withUnsafeMutablePointer(to: &session.pointee.counters, offset)
        let reception = withUnsafeMutablePointer(to: &session.pointee.reception, offset)
        own = latch + Latch.hotStart..<counters + SessionCounters.hotEnd
        playout = moved(Playout.hotOctets, by: withUnsafeMutablePointer(to: &session.pointee.playout, offset))
        self.reception = moved(ReceptionStatistics.hotOctets, by: reception)
        histogram = moved(ReceptionStatistics.hotHistogram, by: reception)
    }

    /// How many octets those are.
    var count: Int { own.count + playout.count + reception.count + histogram.count }

    /// Fetches them.
    @inline(__always)
    func prefetch(_ session: UnsafeMutablePointer<Session>) {
        let start = UnsafeRawPointer(session)
        clinux_media_prefetch(start + own.lowerBound, own.count)
        clinux_media_prefetch(start + playout.lowerBound, playout.count)
        clinux_media_prefetch(start + reception.lowerBound, reception.count)
        clinux_media_prefetch(start + histogram.lowerBound, histogram.count)
    }
}
