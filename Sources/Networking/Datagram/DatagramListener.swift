import CLinux
import Glibc

/// What became of a datagram that was to be sent.
public enum DatagramResult: Hashable, Sendable {
    /// The kernel has taken it.
    case sent
    /// The send buffer was full; the protocol's own repetition mends it.
    case dropped
    /// The system refused, for instance `ENETUNREACH` or `EMSGSIZE`.
    case failed(SystemError)
}

/// A UDP socket of the signalling domain.
final class DatagramListener: ReactorMember {
    let id: UInt64
    /// Where it is bound.
    let address: SocketAddress
    /// Whether it is an IPv6 socket that speaks IPv4 too.
    let takesBothFamilies: Bool
    private(set) var counters = DatagramCounters()

    private let socket: FileDescriptor
    private let socketFamily: SocketAddress.Family
    private let batch: DatagramBatch
    private let sink: EventSink
    private var isClosed = false

    /// How many entries of the error queue are taken at once.
    private static let errorBatch = 64

    init(
        id: UInt64, _ configuration: ListenerConfiguration, buffers: SocketBuffers, batch: DatagramBatch,
        sink: EventSink
    ) throws(SystemError) {
        let family = configuration.address.family
        let socket = try Socket.open(for: configuration, .datagram)
        try Socket.setBuffers(socket, receive: buffers.receiveBytes, send: buffers.sendBytes)
        let (number, wildcard) = (socket.rawValue, configuration.address.isWildcard)
        try SystemCall.run("setsockopt") {
            clinux_datagram_configure(number, sa_family_t(configuration.address.domain), wildcard)
        }
        if configuration.inherited == nil { try Socket.bind(socket, to: configuration.address) }
        address = try SocketAddress(boundBy: socket)
        self.id = id
        self.socket = socket
        socketFamily = family
        takesBothFamilies = family == .ipv6 && configuration.isDualStack
        self.batch = batch
        self.sink = sink
    }

    func start(in reactor: Reactor) throws(SystemError) {
        try reactor.add(self, socket, .readable, token: id)
    }

    /// Nothing is handed on any more; the socket is closed with the object.
    func close(in reactor: Reactor) {
        isClosed = true
        reactor.remove(token: id)
    }

    func ready(_ events: Epoll.Events, _ arrivals: inout Arrivals) {
        if events.contains(.error) { takeErrors() }
        guard events.contains(.readable), !isClosed else { return }
        let count: Int?
        do {
            count = try batch.receive(from: socket.rawValue)
        } catch {
            // What ICMP reported is also thrown once by the next call on the socket.
            takeErrors()
            return
        }
        var taken: [Datagram] = []
        taken.reserveCapacity(count ?? 0)
        for index in 0..<(count ?? 0) {
            let datagram = batch.get(index)
            arrivals.note(datagram.arrival_ns)
            if let datagram = take(datagram) { taken.append(datagram) }
        }
        if !taken.isEmpty { sink.emit(.datagrams(taken)) }
    }

    private func take(_ datagram: clinux_datagram) -> Datagram? {
        if UInt64(datagram.dropped) > counters.droppedByKernel { counters.droppedByKernel = UInt64(datagram.dropped) }
        guard datagram.length > 0, !datagram.truncated, let source = SocketAddress(datagram.source.pointee),
            source.port != 0, !source.isWildcard, !source.isMulticast
        else {
            counters.ignored &+= 1
            return nil
        }
        counters.received &+= 1
        counters.receivedBytes &+= UInt64(datagram.length)
        let bytes = [UInt8](UnsafeBufferPointer(start: datagram.bytes, count: datagram.length))
        return Datagram(bytes: bytes, source: source, local: local(of: datagram), listener: id)
    }

    /// The address that a datagram came to: the kernel says so on a wildcard socket, otherwise it is the socket's own.
    private func local(of datagram: clinux_datagram) -> SocketAddress {
        let local = datagram.local
        return withUnsafeBytes(of: local.bytes) { bytes in
            switch Int32(local.family) {
            case AF_INET:
                SocketAddress(
                    ipv4: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)), port: address.port)
            case AF_INET6:
                SocketAddress(
                    bytes.loadUnaligned(as: in6_addr.self), scope: local.interface_index, port: address.port)
            default:
                address
            }
        }
    }

    /// Sends datagrams in their order, as many with a system call as the outbox holds.
    ///
    /// - Parameter failed: told of each that the system has refused.
    func send(
        _ datagrams: ArraySlice<OutgoingDatagram>, by outbox: DatagramOutbox, failed: (Int, SystemError) -> Void
    ) {
        var first = datagrams.startIndex
        for index in datagrams.indices where !add(datagrams[index], to: outbox) {
            flush(datagrams[first..<index], outbox, failed)
            first = index
            guard !add(datagrams[index], to: outbox) else { continue }
            // Larger than the outbox is.
            sendAlone(datagrams[index], index, failed)
            first = index + 1
        }
        flush(datagrams[first...], outbox, failed)
    }

    private func add(_ datagram: OutgoingDatagram, to outbox: DatagramOutbox) -> Bool {
        withSource(datagram.local) { source in
            datagram.peer.withSockaddr(for: socketFamily) { outbox.add(datagram.bytes, $0, $1, source) }
        }
    }

    /// Sends what is in the outbox. What the kernel does not take with the others is sent alone, which tells why.
    private func flush(
        _ datagrams: ArraySlice<OutgoingDatagram>, _ outbox: DatagramOutbox, _ failed: (Int, SystemError) -> Void
    ) {
        var next = datagrams.startIndex
        while next < datagrams.endIndex {
            guard let taken = outbox.send(from: next - datagrams.startIndex, by: socket.rawValue) else {
                sendAlone(datagrams[next], next, failed)
                next += 1
                continue
            }
            for datagram in datagrams[next..<next + taken] { counters.sentBytes &+= UInt64(datagram.bytes.count) }
            counters.sent &+= UInt64(taken)
            next += taken
        }
        outbox.clear()
    }

    private func sendAlone(_ datagram: OutgoingDatagram, _ index: Int, _ failed: (Int, SystemError) -> Void) {
        if case .failed(let error) = send(datagram.bytes, to: datagram.peer, from: datagram.local) {
            failed(index, error)
        }
    }

    func send(_ bytes: [UInt8], to peer: SocketAddress, from local: SocketAddress?) -> DatagramResult {
        // An ICMP error of an earlier datagram, perhaps to somebody else, fails one later call: it says nothing about
        // this datagram, so that the call is made again.
        for _ in 0..<3 {
            do {
                guard try transmit(bytes, to: peer, from: local) else {
                    counters.sendDropped &+= 1
                    return .dropped
                }
                counters.sent &+= 1
                counters.sentBytes &+= UInt64(bytes.count)
                return .sent
            } catch {
                guard takeErrors(posting: true) else {
                    counters.sendFailed &+= 1
                    return .failed(error)
                }
            }
        }
        counters.sendDropped &+= 1
        return .dropped
    }

    private func transmit(
        _ bytes: [UInt8], to peer: SocketAddress, from local: SocketAddress?
    ) throws(SystemError) -> Bool {
        let number = socket.rawValue
        let sent = try SystemCall.unlessBlocked("sendmsg") {
            bytes.withUnsafeBytes { payload in
                withSource(local) { source in
                    peer.withSockaddr(for: socketFamily) { address, length in
                        clinux_datagram_send(number, payload.baseAddress, payload.count, address, length, source)
                    }
                }
            }
        }
        return sent != nil
    }

    /// The address to name to the kernel as the source: only on a wildcard socket there is a choice.
    private func withSource<Result>(
        _ local: SocketAddress?, _ body: (UnsafePointer<clinux_local_address>?) -> Result
    ) -> Result {
        guard let local, address.isWildcard, !local.isWildcard else { return body(nil) }
        return withUnsafePointer(to: kernelAddress(local), body)
    }

    private func kernelAddress(_ local: SocketAddress) -> clinux_local_address {
        var source = clinux_local_address()
        source.family = sa_family_t(socketFamily == .ipv4 ? AF_INET : AF_INET6)
        source.interface_index = local.scope
        withUnsafeMutableBytes(of: &source.bytes) { bytes in
            switch socketFamily {
            case .ipv4: bytes.storeBytes(of: UInt32(truncatingIfNeeded: local.low).bigEndian, as: UInt32.self)
            case .ipv6: bytes.storeBytes(of: local.in6, as: in6_addr.self)
            }
        }
        return source
    }

    /// Empties the socket's error queue, in portions.
    ///
    /// - Returns: whether anything in it came from the network; what the system itself refused is the answer to the call.
    @discardableResult
    private func takeErrors(posting: Bool = false) -> Bool {
        var found = false
        var entry = clinux_datagram_error()
        for _ in 0..<DatagramListener.errorBatch {
            guard clinux_datagram_take_error(socket.rawValue, &entry) == 1 else { break }
            guard let icmp = ICMPError(entry), icmp.origin != .local else { continue }
            found = true
            guard icmp.isTransportFailure, let peer = SocketAddress(entry.peer) else { continue }
            counters.unreachable &+= 1
            let error = SystemError(code: entry.error, call: "sendmsg")
            let event = TransportEvent.datagramFailed(peer: peer, listener: id, error: error)
            if posting { sink.post(event) } else { sink.emit(event) }
        }
        return found
    }
}

/// The kernel's buffers of a socket, in bytes; nil leaves the system's default.
public struct SocketBuffers: Hashable, Sendable {
    /// What may wait to be received.
    public var receiveBytes: Int?
    /// What may wait to be sent.
    public var sendBytes: Int?

    /// Sizes in bytes.
    public init(receiveBytes: Int? = nil, sendBytes: Int? = nil) {
        self.receiveBytes = receiveBytes
        self.sendBytes = sendBytes
    }
}
