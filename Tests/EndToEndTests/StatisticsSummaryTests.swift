import Foundation
import Testing

extension EndToEnd {
    @Suite("Statistics Summary blocks, as Wireshark reads them (RFC 3611 4.6)")
    struct StatisticsSummaryTests {
        private static let fields = [
            "rtcp.xr.beginseq", "rtcp.xr.endseq", "rtcp.xr.stats.lost", "rtcp.xr.stats.dups", "rtcp.xr.stats.minjitter",
            "rtcp.xr.stats.maxjitter", "rtcp.xr.stats.meanjitter", "rtcp.xr.stats.devjitter", "rtcp.xr.bt",
            "rtcp.length_check.bad", "_ws.malformed", "rtcp.xr.stats.lrflag", "rtcp.xr.stats.dupflag",
            "rtcp.xr.stats.jitterflag", "rtcp.xr.stats.ttl",
        ]

        @Test(
            "what the caller's SDP asks for is agreed to and sent: the losses and duplicates of ranges without a gap",
            .enabled(if: Tshark.path != nil, "tshark is not installed"))
        func sent() async throws {
            try await Daemon.run { daemon in
                let (peer, caller) = (try RTPReceiver(), try Caller(.udp, to: daemon))
                let asked = "a=rtcp-xr:stat-summary=loss,dup,jitt,TTL"
                let answer = try await caller.call(
                    "echo", sdp: Caller.sdp(port: peer.port, formats: "8", attributes: [asked]))
                #expect(answer.sdp("a=rtcp-xr:") == "stat-summary=loss,dup,jitt", "\(answer.body)")
                let port = try #require(answer.mediaPort)
                let lost: Set<UInt16> = [110, 150, 151]
                for sequence in UInt16(100)..<300 where !lost.contains(sequence) {
                    peer.send(sequence, to: port)
                    if [105, 140].contains(sequence) { peer.send(sequence, to: port) }
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await caller.hangUp(answer, user: "echo")
                let end = try await daemon.event("call_ended", callID: caller.callID)
                // The last one says BYE.
                #expect(await peer.reports.take { $0.rtcpPackets.contains { $0.type == 203 } } != nil)
                let read = try await Tshark.fields(Self.fields, ofRTCP: peer.reports.all.map(\.bytes))
                let blocks = read.filter { $0[8] == "6" }
                try #require(!blocks.isEmpty, "\(read)")
                #expect(read.allSatisfy { $0[9].isEmpty && $0[10].isEmpty })
                // Hop counts are not measured, so none are told.
                #expect(
                    blocks.allSatisfy { $0[11..<14].allSatisfy(["1", "True"].contains) && $0[14] == "0" }, "\(blocks)")
                let numbers = try blocks.map { block in try block[0..<8].map { try #require(Int($0), "\(block)") } }
                #expect(numbers.first?[0] == 100 && numbers.last?[1] == 300)
                #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0[1] == $1[0] })
                #expect(numbers.reduce(0) { $0 + $1[2] } == 3 && numbers.reduce(0) { $0 + $1[3] } == 2)
                for block in numbers {
                    let (least, most, mean, deviation) = (block[4], block[5], block[6], block[7])
                    #expect(least <= mean && mean <= most && deviation <= most, "\(block)")
                }
                // J is a mean of |D| that forgets, and cannot exceed the highest.
                let jitter = try #require(end["jitter_ms"].flatMap(Double.init))
                #expect((numbers.map { $0[5] }.max() ?? 0) + 1 >= Int(jitter * 8))
            }
        }
    }
}
