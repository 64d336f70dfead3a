import Networking
import SIP

/// Messages that leave together, when all else is done: what a batch of datagrams is answered with costs one system call,
/// and wakes a peer once.
struct Outbox {
    /// A message that leaves by a connection.
    struct StreamMessage {
        let bytes: [UInt8]
        let peer: TransportAddress
        let transaction: TransactionID?
    }

    private(set) var datagrams: [OutgoingDatagram] = []
    /// Whose each datagram is.
    private(set) var owners: [TransactionID?] = []
    private(set) var messages: [StreamMessage] = []

    var isEmpty: Bool { datagrams.isEmpty && messages.isEmpty }

    mutating func add(_ datagram: OutgoingDatagram, _ owner: TransactionID?) {
        datagrams.append(datagram)
        owners.append(owner)
    }

    mutating func add(_ message: StreamMessage) {
        messages.append(message)
    }

    /// Empties it and keeps its memory.
    mutating func clear() {
        datagrams.removeAll(keepingCapacity: true)
        owners.removeAll(keepingCapacity: true)
        messages.removeAll(keepingCapacity: true)
    }
}
