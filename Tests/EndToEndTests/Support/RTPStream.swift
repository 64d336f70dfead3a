import Glibc

/// An RTP packet as a test sees it (RFC 3550, section 5.1).
struct RTPPacket: Sendable, CustomStringConvertible {
    let marker: Bool
    let payloadType: UInt8
    let sequence: UInt16
    let timestamp: UInt32
    let ssrc: UInt32
    let payload: [UInt8]
    let sourcePort: UInt16
    let time: ContinuousClock.Instant

    init?(_ datagram: Datagram) {
        let bytes = datagram.bytes
        // No padding, extension or contributing sources: the daemon sends none, and it may not send garbage either.
        guard bytes.count > 12, bytes[0] == 0x80 else { return nil }
        func number(_ range: Range<Int>) -> UInt32 { bytes[range].reduce(0) { $0 << 8 | UInt32($1) } }
        marker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequence = UInt16(number(2..<4))
        timestamp = number(4..<8)
        ssrc = number(8..<12)
        payload = Array(bytes[12...])
        sourcePort = datagram.port
        time = datagram.time
    }

    /// Without its payload, which nobody can read in a log.
    var description: String { "\(sequence)@\(timestamp)\(marker ? " marked" : "")" }

    /// A packet to send.
    static func bytes(
        payloadType: UInt8 = 0, sequence: UInt16, timestamp: UInt32, ssrc: UInt32, marker: Bool = false,
        payload: [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x80, payloadType | (marker ? 0x80 : 0), UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(timestamp >> shift & 0xFF)) }
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(ssrc >> shift & 0xFF)) }
        return bytes + payload
    }
}

/// A pair of ports that collects the RTP and RTCP that comes to it.
final class RTPReceiver: Sendable {
    let packets = Mailbox<RTPPacket>()
    /// Datagrams of RTCP.
    let reports = Mailbox<Datagram>()
    let socket: DatagramSocket
    private let control: DatagramSocket

    var port: UInt16 { socket.port }

    init() throws {
        (socket, control) = try DatagramSocket.pair(
            rtp: { [packets] datagram in
                if let packet = RTPPacket(datagram) { packets.put(packet) }
            }, rtcp: { [reports] in reports.put($0) })
    }
}

extension RTPReceiver {
    /// Sends a packet of 20 ms of G.711 A-law: silence, if not told otherwise.
    func send(_ sequence: UInt16, octet: UInt8 = 0xD5, to port: UInt16) {
        let bytes = RTPPacket.bytes(
            payloadType: 8, sequence: sequence, timestamp: UInt32(sequence) * 160, ssrc: 7,
            payload: [UInt8](repeating: octet, count: 160))
        socket.send(bytes, to: port)
    }
}

extension Datagram {
    /// The packets of a compound of RTCP (RFC 3550, section 6.1), without their first four octets.
    var rtcpPackets: [(type: UInt8, body: [UInt8])] {
        var packets: [(type: UInt8, body: [UInt8])] = []
        var rest = bytes[...]
        while rest.count >= 4 {
            let octets = Array(rest.prefix(4))
            let length = 4 * (Int(octets[2]) << 8 | Int(octets[3]))
            packets.append((octets[1], Array(rest.dropFirst(4).prefix(length))))
            rest = rest.dropFirst(4 + length)
        }
        return packets
    }
}
