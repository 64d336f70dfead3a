import Testing

@testable import Media

@Suite("Socket tokens: what the kernel gives back of a socket")
struct SocketTokenTests {
    @Test(
        "All parts come back", arguments: [SocketKind.rtp, .rtcp, .outlet], [0, 3, 1 << 20, .max] as [Int32])
    func parts(kind: SocketKind, descriptor: Int32) {
        let back = SocketToken(rawValue: SocketToken(kind, descriptor).rawValue)
        #expect(back.kind == kind && back.descriptor == descriptor && back.index == UInt64(descriptor))
    }
}
