import Networking
import SIP

extension Instant {
    /// The moment by the clock that goes on while the machine sleeps (`CLOCK_BOOTTIME`): a session that expired meanwhile
    /// has expired.
    static var now: Instant { Instant(nanoseconds: SystemClock.continuousNanoseconds) }
}
