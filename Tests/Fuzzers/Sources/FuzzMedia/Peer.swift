import Audio
import Glibc
import Networking
import RTP

/// The peer of the call and whoever else sends to its ports: makes packets out of the script that are near enough to
/// valid ones to get past the parsers.
struct Peer {
    /// That of the SDP, one more of the same host, another host's, and one that cannot be answered.
    static let addresses = [
        SocketAddress(ipv4: 0xC000_0207, port: 4000), SocketAddress(ipv4: 0xC000_0207, port: 4002),
        SocketAddress(ipv4: 0xC633_6409, port: 5000), SocketAddress(ipv4: 0xC633_6409, port: 0),
    ]

    /// That of our side: one where nobody else is.
    static let ours = SocketAddress(ipv4: 0x7F42_555A, port: 0)

    /// What our side sends as, and the middle of the time in its latest sender report; 0 while unknown.
    var oursSSRC: UInt32 = 0
    var oursReport: UInt32 = 0
    /// The latest packet of each of our sources.
    private var sequences: [UInt16] = [65_500, 0, 0, 0]
    private var timestamps: [UInt32] = [0xFFFF_F000, 0, 0, 0]

    private func ssrc(_ index: Int) -> UInt32 { index == 3 ? oursSSRC : 0x1000_0000 + UInt32(index) }

    /// An RTP packet whose fields are those of the source's next one, unless the script says something else.
    mutating func packet(_ source: Int, _ script: inout Script) -> [UInt8] {
        let bits = script.octet()
        let step: UInt16 =
            switch bits & 7 {
            case 0...3: 1
            case 4: 0
            case 5: UInt16(bitPattern: Int16(Int8(bitPattern: script.octet())))
            case 6: 2 + UInt16(script.octet() & 15)
            default: script.uint16()
            }
        sequences[source] &+= step
        switch bits >> 3 & 3 {
        case 0, 1: timestamps[source] &+= UInt32(bitPattern: Int32(Int16(bitPattern: step)) &* 160)
        case 2: timestamps[source] &+= UInt32(bitPattern: Int32(Int8(bitPattern: script.octet())) &* 160)
        default: timestamps[source] = script.uint32()
        }
        let type: UInt8 =
            switch bits >> 5 & 3 {
            case 0: 0
            case 1: 8
            case 2: 101
            default: script.octet() & 127
            }
        var packet = header(source, type: type | bits & 128)
        packet += type == 101 ? script.octets(4) : payload(&script, timestamp: timestamps[source])
        return packet
    }

    /// The source's next packet.
    mutating func nextPacket(_ source: Int) -> [UInt8] {
        sequences[source] &+= 1
        timestamps[source] &+= 160
        return header(source, type: 0) + [UInt8](repeating: 0x9A, count: 160)
    }

    mutating func lose(_ source: Int) {
        sequences[source] &+= 1
        timestamps[source] &+= 160
    }

    private func header(_ source: Int, type: UInt8) -> [UInt8] {
        [0x80, type] + octets(sequences[source]) + octets(timestamps[source]) + octets(ssrc(source))
    }

    private func payload(_ script: inout Script, timestamp: UInt32) -> [UInt8] {
        let bits = script.octet()
        let rest = Int(bits & 63)
        switch bits >> 6 {
        case 0: return [UInt8](repeating: bits & 1 == 0 ? 0xFF : 0x80, count: 160)
        case 1: return DigitAudio.frame(of: rest & 15, at: Int(timestamp % 8000))
        case 2: return script.octets(rest)
        default: return [UInt8](repeating: script.octet(), count: 32 * rest)
        }
    }

    /// Some RTCP packets in one datagram.
    func reports(_ script: inout Script, ntp: UInt64) -> [UInt8] {
        var compound: [UInt8] = []
        repeat {
            let bits = script.octet()
            compound += report(bits, &script, ntp: ntp)
            if bits & 128 == 0 { return compound }
        } while compound.count < 1024
        return compound
    }

    private func report(_ bits: UInt8, _ script: inout Script, ntp: UInt64) -> [UInt8] {
        let sender = octets(ssrc(Int(bits >> 3 & 3)))
        // About us, and perhaps about somebody else.
        let blocks = bits & 32 == 0 ? block(&script, ntp) : block(&script, ntp) + script.octets(24)
        switch bits & 7 {
        case 0:
            let time = octets(UInt32(ntp >> 32)) + octets(UInt32(truncatingIfNeeded: ntp))
            return packet(200, count: blocks.count / 24, sender + time + script.octets(12) + blocks)
        case 1: return packet(201, count: blocks.count / 24, sender + blocks)
        case 2:
            let name = script.octets(Int(script.octet() & 31))
            return packet(202, count: 1, sender + [1, UInt8(name.count)] + name + [0])
        case 3: return packet(203, count: 1, sender)
        case 4: return packet(207, count: 0, sender + block(7, octets(oursSSRC) + script.octets(28), 28 + 4))
        case 5:
            let flags = script.octet()
            return packet(207, count: 0, sender + block(6, octets(oursSSRC) + script.octets(32), 36, flags))
        case 6:
            let times = octets(oursSSRC) + octets(oursReport) + octets(UInt32(script.uint16()))
            return packet(207, count: 0, sender + block(4, script.octets(8), 8) + block(5, times, 12))
        default: return packet(script.octet(), count: Int(script.octet() & 31), script.octets(Int(script.octet())))
        }
    }

    /// A report block about us: what was heard of us, and the times that a round trip is measured by.
    private func block(_ script: inout Script, _ ntp: UInt64) -> [UInt8] {
        let loss = script.octet()
        let delay = UInt32(script.octet()) << 9
        return octets(oursSSRC) + [loss] + script.octets(3).padded(3) + octets(script.uint32())
            + octets(script.uint32())
            + octets(oursReport) + octets(delay)
    }

    /// A block of XR of a length.
    private func block(_ type: UInt8, _ content: [UInt8], _ count: Int, _ flags: UInt8 = 0) -> [UInt8] {
        [type, flags] + octets(UInt16(count / 4)) + content.padded(count)
    }

    private func packet(_ type: UInt8, count: Int, _ body: [UInt8]) -> [UInt8] {
        let words = (body.count + 3) / 4
        return [0x80 | UInt8(count), type] + octets(UInt16(words)) + body.padded(4 * words)
    }
}

private func octets<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

extension [UInt8] {
    fileprivate func padded(_ count: Int) -> [UInt8] {
        self + [UInt8](repeating: 0, count: Swift.max(0, count - self.count))
    }
}

/// The tones of the digits in PCMU.
private enum DigitAudio {
    private static let low = [697.0, 770, 852, 941]
    private static let high = [1209.0, 1336, 1477, 1633]
    /// Of each digit a second: every pair of tones has a whole number of periods in it.
    private static let seconds: [[UInt8]] = (0..<16).map { digit in
        (0..<8000).map { sample in
            let phase = 2 * Double.pi * Double(sample) / 8000
            return Codec.pcmu.encode(Int16(6000 * (sin(phase * low[digit / 4]) + sin(phase * high[digit % 4]))))
        }
    }

    static func frame(of digit: Int, at offset: Int) -> [UInt8] {
        (offset..<offset + 160).map { seconds[digit][$0 % 8000] }
    }
}
