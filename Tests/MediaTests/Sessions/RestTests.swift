import Audio
import Media
import RTP
import Testing

@Suite("Sessions that do not echo are read at the ticks of the schedule")
struct RestTests {
    /// One for each millisecond of the packet time, so that the worker never waits for longer than a tick.
    private static let crowd = 20

    @Test("Nothing is lost or late by it, and an echo among them is not held up by anybody's tick")
    func exact() throws {
        let rig = try Rig()
        let listeners = try (0..<Self.crowd).map { _ in try Peer() }
        let tones = try listeners.map { try rig.open(.tone(try Rig.tone()), to: $0) }
        // More at once than the worker takes in a turn.
        for round in 0..<3 {
            for (listener, tone) in zip(listeners, tones) {
                for _ in 0..<10 { try listener.sendRTP(to: tone.ports.rtp) }
            }
            if round == 1 {
                let caller = try Peer()
                let echo = try rig.open(.echo, to: caller)
                for _ in 0..<20 {
                    let payload = try caller.sendRTP(to: echo.ports.rtp)
                    #expect(caller.receive()?.payload == payload)
                }
                rig.engine.close(echo.id)
                #expect(try #require(rig.log.closed(echo.id)).sent.packets == 20)
            }
        }
        for (listener, tone) in zip(listeners, tones) {
            #expect(listener.receive() != nil)
            rig.engine.close(tone.id)
            let report = try #require(rig.log.closed(tone.id))
            let numbers = listener.drain().compactMap { $0.header?.sequenceNumber }
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0.next })
            #expect(report.received.packets == 30)
            #expect(report.received.lost == 0)
        }
    }
}
