import RTP
import Testing

/// Packets with some octets changed, cut or added at random: whatever comes, nothing traps, and what is read can be
/// used.
@Suite("Random mutations of packets")
struct MutationTests {
    static func mutate(_ packet: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = packet
        for _ in 0..<Int.random(in: 0...6, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &dice)
            case 2: bytes[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &dice) ?? 0
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: place)
            }
        }
        return bytes
    }

    @Test("RTP: headers, statistics, jitter buffer and events", arguments: 0..<20 as Range<UInt64>)
    func rtp(seed: UInt64) {
        var dice = Dice(seed)
        let whole: [UInt8] =
            [0xB1, 0x65, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4]
            + [5, 0x8A, 3, 0x20, 0, 0, 0, 4]
        var statistics = ReceptionStatistics(clockRate: 8000)
        var buffer = JitterBufferModel(configuration: .init(isAdaptive: true), clockRate: 8000)
        var events = TelephoneEventReceiver()
        var arrival: Int64 = 0
        var read = 0
        for _ in 0..<5000 {
            let packet = Self.mutate(dice.fraction() < 0.5 ? RTPHeaderTests.plain : whole, &dice)
            arrival &+= Int64(bitPattern: dice.next()) >> Int64.random(in: 0...60, using: &dice)
            packet.withUnsafeBytes { datagram in
                guard let header = try? RTPHeader(parsing: datagram) else { return }
                read += 1
                #expect(header.payloadRange.upperBound <= packet.count)
                #expect(header.payloadLength >= 0)
                _ = header.contributingSource(at: Int(header.contributingSourceCount) - 1, in: datagram)
                let classification = statistics.receive(ReceivedPacket(header, arrivalNanoseconds: arrival))
                if classification.isPlayable {
                    _ = buffer.receive(
                        timestamp: header.timestamp, arrivalNanoseconds: arrival, epoch: statistics.timelineEpoch)
                }
                let payload = UnsafeRawBufferPointer(rebasing: datagram[header.payloadRange])
                if let event = TelephoneEvent(parsing: payload) {
                    _ = events.receive(event, header: header, arrivalNanoseconds: arrival)
                    _ = events.advance(to: arrival)
                }
            }
            _ = statistics.takeReportBlock()
            _ = statistics.takeInterval()
        }
        let counts = statistics.counts
        #expect(counts.packets == read)
        #expect(read > 500)
        #expect(counts.received + counts.duplicates + counts.unvalidated == read)
        #expect(counts.expected >= counts.received)
        #expect(statistics.call.jitterMilliseconds?.isFinite ?? true)
        #expect(statistics.call.clockSkewPartsPerMillion?.isFinite ?? true)
    }

    @Test("RTCP: what is read is what would be written", arguments: 0..<20 as Range<UInt64>)
    func rtcp(seed: UInt64) throws {
        var dice = Dice(seed)
        var peer = RTCPPeer(ourSSRC: 0xAABB_CCDD)
        var read = 0
        for _ in 0..<3000 {
            var whole: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                whole += RTCPPacketTests.packets.randomElement(using: &dice)?.1 ?? []
            }
            let bytes = Self.mutate(whole, &dice)
            let packets: [RTCPPacket]
            do throws(RTCPError) {
                packets = try RTCPFixture.parse(bytes)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
                continue
            }
            read += 1
            let now = NTPTimestamp(rawValue: dice.next())
            peer.receive(RTCPCompound(packets), arrival: now)
            _ = peer.lastSenderReport(of: 0x1122_3344, now: now)
            _ = peer.delaySinceLastReceiverReport(now: now)

            var known: [RTCPPacket] = []
            for packet in packets {
                switch packet {
                case .other: break
                case .extendedReport(var report):
                    report.blocks.removeAll { if case .other = $0 { true } else { false } }
                    known.append(.extendedReport(report))
                case .goodbye, .receiverReport, .senderReport: known.append(packet)
                case .sourceDescription(let description):
                    // A name that was not UTF-8 has been repaired and may have become too long.
                    if description.chunks.allSatisfy({ $0.canonicalName?.utf8.count ?? 0 <= 255 }) {
                        known.append(packet)
                    }
                }
            }
            guard !known.isEmpty else { continue }
            let written = RTCPFixture.encode(known)
            #expect(try RTCPFixture.parse(written) == known)
        }
        #expect(read > 300)
    }

    @Test("Noise of any length is told apart or refused", arguments: 0..<10 as Range<UInt64>)
    func noise(seed: UInt64) {
        var dice = Dice(seed)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
            bytes.withUnsafeBytes { datagram in
                switch MultiplexedPacketKind(of: datagram) {
                case .rtp: _ = try? RTPHeader(parsing: datagram)
                case .rtcp: _ = try? RTCPCompound(parsing: datagram)
                case .other: #expect(length < 12 || bytes[0] >> 6 != 2)
                }
            }
        }
    }
}
