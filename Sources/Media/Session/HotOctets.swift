import CLinux
import RTP

/// What a packet that is received touches of its session: stretches of octets, counted from the session's beginning. At
/// thousands of sessions nothing of it is at hand.
struct HotOctets: Sendable {
    /// Of every packet, but for its note.
    private(set) var own = 0..<0
    private var notes = 0..<0
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
        let reception = withUnsafeMutablePointer(to: &session.pointee.account.reception, offset)
        let playout = withUnsafeMutablePointer(to: &session.pointee.account.playout, offset)
        let account = withUnsafeMutablePointer(to: &session.pointee.account, offset)
        own = latch + Latch.hotStart..<account + StreamAccount.hotEnd
        notes = own.upperBound..<playout
        self.playout = moved(Playout.hotOctets, by: playout)
        self.reception = moved(ReceptionStatistics.hotOctets, by: reception)
        histogram = moved(ReceptionStatistics.hotHistogram, by: reception)
    }

    /// How many octets the packets touch that settle the account.
    var settlingCount: Int { own.count + notes.count + playout.count + reception.count + histogram.count }

    /// Fetches what every packet touches.
    @inline(__always)
    func prefetch(_ session: UnsafeMutablePointer<Session>) {
        clinux_media_prefetch(UnsafeRawPointer(session) + own.lowerBound, own.count)
    }

    /// Fetches what a packet touches of the account: the place of its note, or all where it will be settled.
    @inline(__always)
    func prefetchAccount(_ session: UnsafeMutablePointer<Session>) {
        let start = UnsafeRawPointer(session)
        guard session.pointee.account.isAlmostFull || session.pointee.listens else {
            let note = start + notes.lowerBound + session.pointee.account.nextNote
            return clinux_media_prefetch(note, MemoryLayout<ReceivedPacket>.size)
        }
        clinux_media_prefetch(start + notes.lowerBound, notes.count)
        clinux_media_prefetch(start + playout.lowerBound, playout.count)
        clinux_media_prefetch(start + reception.lowerBound, reception.count)
        clinux_media_prefetch(start + histogram.lowerBound, histogram.count)
    }
}
