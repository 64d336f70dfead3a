import Testing

@testable import Media

@Suite("WatchedSockets: whose a descriptor is")
struct WatchedSocketsTests {
    @Test("A descriptor is a session's until it is released, and watched until it is forgotten")
    func life() {
        var sockets = WatchedSockets()
        #expect(sockets.slot(SocketToken(.rtp, 7)) == nil && !sockets.isWatched(7))
        sockets.give(7, to: 0)
        #expect(sockets.slot(SocketToken(.rtp, 7)) == 0 && sockets.isWatched(7))
        sockets.release(7)
        #expect(sockets.slot(SocketToken(.rtp, 7)) == nil && sockets.isWatched(7))
        sockets.give(7, to: 12)
        #expect(sockets.slot(SocketToken(.rtcp, 7)) == 12)
        sockets.forget(7)
        #expect(sockets.slot(SocketToken(.rtp, 7)) == nil && !sockets.isWatched(7))
    }

    @Test("It grows with the descriptors, and keeps what it knows")
    func growth() {
        var sockets = WatchedSockets()
        let descriptors: [Int32] = [0, 1, 255, 256, 257, 4095, 100_000]
        for (slot, descriptor) in descriptors.enumerated() { sockets.give(descriptor, to: UInt32(slot)) }
        for (slot, descriptor) in descriptors.enumerated() {
            #expect(sockets.slot(SocketToken(.outlet, descriptor)) == UInt32(slot))
        }
        #expect(sockets.slot(SocketToken(.rtp, 99_999)) == nil)
        // Beyond what was ever given.
        #expect(sockets.slot(SocketToken(.rtp, .max)) == nil && !sockets.isWatched(.max))
        sockets.release(.max)
        sockets.forget(.max)
        #expect(sockets.slot(SocketToken(rawValue: .max)) == nil)
    }
}
