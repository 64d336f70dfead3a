import Foundation
import Testing

/// Wireshark's command line, as a second opinion on what the daemon sends.
enum Tshark {
    static let path = Program.find("tshark")

    /// The fields that it reads in RTCP packets, a line a datagram.
    static func fields(_ fields: [String], ofRTCP datagrams: [[UInt8]]) async throws -> [[String]] {
        let capture = FileManager.default.temporaryDirectory.appending(path: "rtcp-\(UUID().uuidString).pcap")
        try Data(pcap(datagrams)).write(to: capture)
        defer { try? FileManager.default.removeItem(at: capture) }
        let program = try Program(
            try #require(path),
            ["-n", "-r", capture.path, "-d", "udp.port==10001,rtcp", "-T", "fields", "-E", "separator=;"]
                + fields.flatMap { ["-e", $0] })
        let status = await program.exits.take(within: .seconds(60))
        if status == nil { await program.stop() }
        await program.endOfOutput()
        #expect(status == 0, "\(program.transcript)")
        // It warns of being run by root.
        return program.lines.all.map {
            $0.text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        }
        .filter { $0.count == fields.count }
    }

    /// A capture of IPv4 packets from and to port 10001.
    private static func pcap(_ datagrams: [[UInt8]]) -> [UInt8] {
        func little(_ values: [UInt32]) -> [UInt8] {
            values.flatMap { value in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) } }
        }
        func big(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
        var bytes = little([0xA1B2_C3D4, 0x0004_0002, 0, 0, 65_535, 228])
        for payload in datagrams {
            let udp = big(10_001) + big(10_001) + big(8 + payload.count) + [0, 0] + payload
            let ip = [0x45, 0] + big(20 + udp.count) + [0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2] + udp
            bytes += little([0, 0, UInt32(ip.count), UInt32(ip.count)]) + ip
        }
        return bytes
    }
}
