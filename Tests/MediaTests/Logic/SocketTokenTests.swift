import Testing

@testable import Media

@Suite("Socket tokens: what the kernel gives back of a session")
struct SocketTokenTests {
    @Test(
        "All parts come back", arguments: [SocketKind.rtp, .rtcp, .outlet],
        [(0, 1, 0), (1, 2, 3), ((1 << 20) - 1, (1 << 14) - 1, (1 << 28) - 1)] as [(UInt32, UInt32, Int32)])
    func parts(kind: SocketKind, part: (slot: UInt32, generation: UInt32, descriptor: Int32)) {
        let token = SocketToken(kind, slot: part.slot, generation: part.generation, descriptor: part.descriptor)
        let back = SocketToken(rawValue: token.rawValue)
        #expect(back.kind == kind && back.slot == Int(part.slot) && back.descriptor == part.descriptor)
        #expect(back.isOf(generation: part.generation))
        #expect(!back.isOf(generation: part.generation &+ 2))
    }

    @Test("A generation goes on for ever; a token is of the latest one only")
    func generations() {
        for generation: UInt32 in [1, (1 << 14) - 1, (1 << 14) + 1, .max] {
            let token = SocketToken(.rtp, slot: 5, generation: generation, descriptor: 7)
            #expect(token.isOf(generation: generation))
            #expect(!token.isOf(generation: generation &+ 2) && !token.isOf(generation: generation &- 2))
            #expect(token.slot == 5 && token.descriptor == 7)
        }
    }
}
