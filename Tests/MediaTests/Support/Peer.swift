import CLinux
import Glibc
import Media
import Networking
import RTP

/// The far end of a session: a socket of its own that sends what it is told and hands over what comes, with the
/// kernel's receive times.
final class Peer {
    struct Packet {
        var bytes: [UInt8]
        var arrivalNanoseconds: Int64
        var source: SocketAddress?

        var header: RTPHeader? { bytes.withUnsafeBytes { try? RTPHeader(parsing: $0) } }
        var payload: [UInt8] { header.map { Array(bytes[$0.payloadRange]) } ?? [] }
    }

    let address: SocketAddress
    private let socket: FileDescriptor
    private var receiver = clinux_media_receiver()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(CLINUX_MEDIA_SIZE), alignment: 16)

    var ssrc: UInt32 = 0xA1B2_C3D4
    var sequence: UInt16 = 100
    var timestamp: UInt32 = 16_000
    var payloadType: UInt8 = 0

    /// - Parameter port: 0 lets the system pick one.
    init(_ family: SocketAddress.Family = .ipv4, port: UInt16 = 0) throws {
        let descriptor = try FileDescriptor("socket") {
            Glibc.socket(family == .ipv4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        }
        let number = descriptor.rawValue
        try SystemCall.run("bind") {
            SocketAddress.loopback(family, port: port).withSockaddr { Glibc.bind(number, $0, $1) }
        }
        _ = clinux_media_stamp(number)
        address = try SocketAddress(boundBy: descriptor)
        socket = descriptor
        receiver.buffer = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    var number: Int32 { socket.rawValue }

    deinit {
        buffer.deallocate()
    }

    func send(_ bytes: [UInt8], to target: SocketAddress) throws {
        try SystemCall.run("sendto") {
            bytes.withUnsafeBytes { octets in
                target.withSockaddr { sendto(number, octets.baseAddress, octets.count, 0, $0, $1) }
            }
        }
    }

    /// The next packet of a stream of 20 ms frames.
    @discardableResult
    func sendRTP(
        _ payload: [UInt8]? = nil, to target: SocketAddress, marker: Bool = false, payloadType: UInt8? = nil
    ) throws -> [UInt8] {
        let payload = payload ?? Peer.payload(UInt32(sequence))
        try send(packet(payload, marker: marker, payloadType: payloadType), to: target)
        sequence &+= 1
        timestamp &+= 160
        return payload
    }

    func packet(_ payload: [UInt8], marker: Bool = false, payloadType: UInt8? = nil) -> [UInt8] {
        let header = RTPHeader(
            payloadType: payloadType ?? self.payloadType, marker: marker, sequenceNumber: SequenceNumber(sequence),
            timestamp: RTPTimestamp(timestamp), ssrc: ssrc)
        var bytes = [UInt8](repeating: 0, count: RTPHeader.fixedLength)
        bytes.withUnsafeMutableBytes { header.write(into: $0) }
        return bytes + payload
    }

    /// The next datagram; nil where none comes in time.
    func receive(within seconds: Double = 5) -> Packet? {
        var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, Int32(seconds * 1000)) > 0 else { return nil }
        let length = clinux_media_receive(number, &receiver)
        guard length >= 0 else { return nil }
        let source = withUnsafeBytes(of: receiver.source) { SocketAddress(sockaddr: $0) }
        return Packet(
            bytes: Array(buffer[0..<length]), arrivalNanoseconds: receiver.arrival_ns, source: source)
    }

    /// What waits in the socket now.
    func drain() -> [Packet] {
        var packets: [Packet] = []
        while let packet = receive(within: 0) { packets.append(packet) }
        return packets
    }

    /// 160 octets that no other number yields.
    static func payload(_ number: UInt32, count: Int = 160) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: (Int(number) &* 7919 &+ $0 &* 31) >> ($0 & 3)) }
    }
}
