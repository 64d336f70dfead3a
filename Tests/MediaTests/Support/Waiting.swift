import Glibc
import Networking

/// Waits until another thread signals, for ten seconds at most.
func wait(for event: borrowing EventDescriptor) {
    var descriptor = pollfd(fd: event.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, 10_000)
}
