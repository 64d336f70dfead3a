import CLinux
import Glibc

/// A datagram that is to be sent.
public struct OutgoingDatagram: Sendable {
    /// The payload.
    public let bytes: [UInt8]
    /// Where to.
    public let peer: SocketAddress
    /// The address that it leaves from where the listener has several (a wildcard): that of `Datagram.local` for an answer;
    /// nil leaves it to the routing. Its port counts for nothing.
    public let local: SocketAddress?
    /// The listener whose port it leaves from.
    public let listener: UInt64

    /// A datagram of these parts.
    public init(bytes: [UInt8], peer: SocketAddress, local: SocketAddress? = nil, listener: UInt64) {
        self.bytes = bytes
        self.peer = peer
        self.local = local
        self.listener = listener
    }
}

/// Room for what one system call gives to a UDP socket; all listeners of a domain use the same.
final class DatagramOutbox {
    /// How many datagrams leave at once, and how many bytes in all.
    private static let (capacity, size): (UInt32, Int) = (64, 65536)

    private let outbox: OpaquePointer

    init() throws(SystemError) {
        guard let outbox = clinux_datagram_outbox_create(DatagramOutbox.capacity, DatagramOutbox.size) else {
            throw SystemError(code: ENOMEM, call: "calloc")
        }
        self.outbox = outbox
    }

    deinit { clinux_datagram_outbox_destroy(outbox) }

    /// Copies a datagram; false where there is no room for it.
    func add(
        _ bytes: [UInt8], _ peer: UnsafePointer<sockaddr>, _ length: socklen_t,
        _ local: UnsafePointer<clinux_local_address>?
    ) -> Bool {
        bytes.withUnsafeBytes {
            clinux_datagram_outbox_add(outbox, $0.baseAddress, $0.count, peer, length, local)
        }
    }

    /// Gives the kernel what it takes, from the datagram of a number on.
    ///
    /// - Returns: how many it has taken; nil where it refuses the first, or is full.
    func send(from number: Int, by socket: Int32) -> Int? {
        let taken = clinux_datagram_outbox_send(outbox, UInt32(number), socket)
        return taken > 0 ? Int(taken) : nil
    }

    func clear() { clinux_datagram_outbox_clear(outbox) }
}
