import Foundation
import RTP
import Testing

/// Wireshark's command line, as a second opinion.
enum Tshark {
    static let path = ["/usr/bin/tshark", "/usr/local/bin/tshark"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    struct Datagram {
        var arrival: Int64
        var source: UInt16
        var destination: UInt16
        var payload: [UInt8]
    }

    /// What tshark says of these datagrams between two IPv4 hosts.
    static func output(of datagrams: [Datagram], arguments: [String]) throws -> String {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("rtp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let capture = directory.appendingPathComponent("capture.pcap")
        try Data(pcap(datagrams)).write(to: capture)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = ["-r", capture.path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    /// A capture with nanoseconds, of raw IPv4 packets.
    private static func pcap(_ datagrams: [Datagram]) -> [UInt8] {
        func little(_ values: [UInt32]) -> [UInt8] {
            values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) } }
        }
        func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
        var bytes = little([0xA1B2_3C4D, 0x0004_0002, 0, 0, 65_535, 101])
        for datagram in datagrams {
            let length = UInt16(datagram.payload.count)
            let packet =
                [0x45, 0] + big(28 + length) + [0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
                + big(datagram.source) + big(datagram.destination) + big(8 + length) + [0, 0] + datagram.payload
            let seconds = UInt32(datagram.arrival / 1_000_000_000)
            let rest = UInt32(datagram.arrival % 1_000_000_000)
            bytes += little([seconds, rest, UInt32(packet.count), UInt32(packet.count)]) + packet
        }
        return bytes
    }
}

@Suite("Agreement with Wireshark", .enabled(if: Tshark.path != nil, "tshark is not installed"))
struct TsharkTests {
    static func datagrams(_ script: Script) -> [Tshark.Datagram] {
        script.arrivals.map { packet in
            var bytes = [UInt8](repeating: 0xFF, count: 172)
            bytes.withUnsafeMutableBytes { script.header(packet).write(into: $0) }
            return Tshark.Datagram(arrival: packet.arrival, source: 10_000, destination: 20_000, payload: bytes)
        }
    }

    static var scenarios: [Scenario] {
        [
            Scenario("loss, jitter and disorder", count: 2000, sequence: 65_000) { script in
                var dice = Dice(61)
                script.drop { _ in dice.fraction() < 0.05 }
                // It takes the first arrival for the first packet.
                script.delay { $0 == 0 ? 0 : Int64(dice.fraction() * 45e6) }
            },
            Scenario("bursts of loss", count: 2000) { script in
                var dice = Dice(62)
                script.drop { (300..<340).contains($0) || (900..<1000).contains($0) }
                script.delay { _ in Int64(dice.fraction() * 8e6) }
            },
            Scenario("duplicates") { script in
                var dice = Dice(63)
                script.delay { _ in Int64(dice.fraction() * 8e6) }
                script.duplicate { $0 % 10 == 3 ? 3_000_000 : nil }
            },
            Scenario("silence suppressed") { script in
                var dice = Dice(64)
                script.silence(before: 300, nanoseconds: 3_000_000_000)
                script.silence(before: 700, nanoseconds: 1_000_000_000)
                script.delay { _ in Int64(dice.fraction() * 8e6) }
            },
        ]
    }

    @Test("Packets, losses and jitter are those of its RTP stream analysis", arguments: scenarios)
    func streams(scenario: Scenario) throws {
        let output = try Tshark.output(
            of: Self.datagrams(scenario.script),
            arguments: ["-q", "-d", "udp.port==10000,rtp", "-z", "rtp,streams"])
        let line = try #require(output.split(separator: "\n").first { $0.contains("0x11111111") })
        // ... SSRC, payload, packets, lost, (percent), least, mean and highest delta, then the same of jitter.
        let columns = line.split(separator: " ").drop { $0 != "0x11111111" }.dropFirst(2).map(String.init)
        try #require(columns.count >= 9)
        let call = scenario.script.played().call
        #expect(call.counts.packets == Int(columns[0]))
        #expect(call.counts.cumulativeLost == Int(columns[1]))
        let mean = try #require(Double(columns[7]))
        let maximum = try #require(Double(columns[8]))
        #expect(abs((call.meanJitterMilliseconds ?? .nan) - mean) < 0.01)
        #expect(abs((call.maximumJitterMilliseconds ?? .nan) - maximum) < 0.01)
    }

    @Test("It reads our RTCP and XR without complaint and as we meant it")
    func rtcp() throws {
        let report = RTCPCompound([
            .senderReport(RTCPFixture.senderReportValue),
            .sourceDescription(SourceDescription(ssrc: 0x1122_3344, canonicalName: "milliwatt@example.net")),
            .extendedReport(RTCPFixture.extendedReportValue),
            .goodbye(Goodbye(sources: [0x1122_3344], reason: "done")),
        ])
        let datagram = Tshark.Datagram(
            arrival: Script.epoch, source: 10_001, destination: 20_001, payload: RTCPFixture.encode(report.packets))
        let fields = [
            "rtcp.pt", "rtcp.sdes.text", "rtcp.ssrc.fraction", "rtcp.ssrc.cum_nr", "rtcp.ssrc.jitter", "rtcp.xr.bt",
            "rtcp.xr.stats.lost", "rtcp.xr.voipmetrics.rfactor", "rtcp.xr.voipmetrics.moslq",
            "rtcp.xr.voipmetrics.moscq", "rtcp.xr.voipmetrics.rtdelay", "rtcp.xr.voipmetrics.jbnominal",
            "rtcp.length_check.bad", "_ws.malformed",
        ]
        let output = try Tshark.output(
            of: [datagram],
            arguments: ["-d", "udp.port==10001,rtcp", "-T", "fields", "-E", "separator=;"]
                + fields.flatMap { ["-e", $0] })
        #expect(output == "200,202,207,203;milliwatt@example.net,done;64,12;-2;24;4,5,6,7;3;93;4.4;4.1;80;60;;\n")
    }
}
