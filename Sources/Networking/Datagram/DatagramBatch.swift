import CLinux
import Glibc

/// Room for what one system call takes from a UDP socket; all listeners of a domain use the same.
final class DatagramBatch {
    /// How many datagrams are taken at once.
    static let capacity = 64
    /// More than UDP can carry (65,507 bytes over IPv4, 65,527 over IPv6), so that nothing is cut off.
    static let size = 65536

    private let batch: OpaquePointer

    init() throws(SystemError) {
        guard let batch = clinux_datagram_batch_create(UInt32(DatagramBatch.capacity), DatagramBatch.size) else {
            throw SystemError(code: ENOMEM, call: "mmap")
        }
        self.batch = batch
    }

    deinit { clinux_datagram_batch_destroy(batch) }

    /// Takes what is there, up to the capacity.
    ///
    /// - Returns: how many datagrams there are to get now; nil when there was none.
    func receive(from socket: Int32) throws(SystemError) -> Int? {
        try SystemCall.unlessBlocked("recvmmsg") { clinux_datagram_batch_receive(batch, socket) }.map(Int.init)
    }

    /// A datagram of the last receive. Its pointers hold until the next one.
    func get(_ index: Int) -> clinux_datagram {
        var datagram = clinux_datagram()
        clinux_datagram_batch_get(batch, UInt32(index), &datagram)
        return datagram
    }
}
