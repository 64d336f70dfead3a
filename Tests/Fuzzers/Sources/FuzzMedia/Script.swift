import Audio
import Media
import Networking
import RTP

/// The octets of an input as what happens to a call. After the last one, zeros.
struct Script {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ octets: UnsafeBufferPointer<UInt8>) {
        rest = octets[...]
    }

    var isOver: Bool { rest.isEmpty }

    mutating func octet() -> UInt8 { rest.popFirst() ?? 0 }
    mutating func uint16() -> UInt16 { UInt16(octet()) << 8 | UInt16(octet()) }
    mutating func uint32() -> UInt32 { UInt32(uint16()) << 16 | UInt32(uint16()) }

    /// As many octets as there are, up to a number.
    mutating func octets(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// How the engine works.
    mutating func configuration() -> MediaEngineConfiguration {
        let bits = octet()
        var configuration = MediaEngineConfiguration()
        configuration.workers = 1
        // As few as do: they are shuffled.
        configuration.ports = 10_000...10_020
        configuration.canonicalName = "fuzz"
        configuration.reducesRTCPMinimum = bits & 1 != 0
        configuration.reportsIntervals = true
        configuration.quality.jitterBuffer = .init(isAdaptive: bits & 2 == 0)
        configuration.quality.conceals = bits & 4 == 0
        configuration.quality.measuresLevel = bits & 8 == 0
        configuration.quality.interval =
            [.seconds(5), .seconds(1), .milliseconds(100), .seconds(60)][Int(bits >> 4 & 3)]
        return configuration
    }

    /// What an offer and its answer make of the call.
    mutating func parameters() -> MediaSessionParameters {
        let (source, asked, bits) = (octet(), octet(), octet())
        let codec: Codec = bits & 1 == 0 ? .pcmu : .pcma
        var parameters = MediaSessionParameters(
            remote: bits & 2 == 0 ? Peer.addresses[Int(bits >> 2 & 1)] : nil, format: MediaFormat(codec),
            source: Self.sources[Int(source & 3)])
        parameters.multiplexesRTCP = source & 4 != 0
        parameters.detectsInBandDigits = source & 8 == 0
        parameters.direction = [.sendReceive, .sendOnly, .receiveOnly, .inactive][Int(source >> 4 & 3)]
        parameters.isHeld = source & 64 != 0
        parameters.mediaTimeout = source & 128 != 0 ? .seconds(2) : nil
        parameters.statisticsSummary = StatisticsSummaryGroups(rawValue: asked & 7)
        parameters.sendsVoIPMetrics = asked & 8 == 0
        parameters.sendsReceiverTimes = asked & 16 == 0
        parameters.sendsRTCP = asked & 32 == 0
        parameters.alternatives = bits & 8 == 0 ? [MediaFormat(codec == .pcmu ? .pcma : .pcmu)] : []
        if bits & 16 == 0 {
            parameters.telephoneEvent = TelephoneEventFormat(sendPayloadType: 101, receivePayloadType: 101)
        }
        parameters.packetTime = 10 + 10 * Int(bits >> 5)
        return parameters
    }

    private static let sources: [MediaSource] = {
        guard let tone = try? Tone(frequency: 1000, level: 0) else { fatalError("1000 Hz is a tone") }
        return [.echo, .tone(ToneSignal(tone, codec: .pcmu)), .silence, .nothing]
    }()
}
