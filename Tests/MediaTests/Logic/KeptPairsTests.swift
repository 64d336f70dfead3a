import Networking
import Testing

@testable import Media

@Suite("KeptPairs")
struct KeptPairsTests {
    private static let second: Int64 = 1_000_000_000
    private let address = SocketAddress.loopback(.ipv4)
    private var random = SeededRandom(1)
    private var pairs = KeptPairs(restNanoseconds: 0, limit: 2000)

    private func pair(_ number: Int32, endedAt: Int64) -> KeptPair {
        KeptPair(
            rtp: number, rtcp: number + 1, address: address.with(port: UInt16(number)), watcher: 0, endedAt: endedAt)
    }

    /// So many calls ask for ports.
    private mutating func ask(_ count: Int, now: Int64) {
        for _ in 0..<count { _ = pairs.take(at: .loopback(.ipv6), now: now, random: &random) }
    }

    @Test("None is kept where few calls come, and no more than came in a second where many do")
    mutating func demand() {
        #expect(!pairs.wants(now: 0))
        ask(KeptPairs.leastDemand - 1, now: 0)
        #expect(!pairs.wants(now: 0))
        ask(1, now: 0)
        for number in 0..<KeptPairs.leastDemand {
            #expect(pairs.wants(now: 0))
            pairs.keep(pair(Int32(number), endedAt: 0))
        }
        #expect(!pairs.wants(now: 0))
        // The second before counts as well, and after two seconds nothing does.
        ask(2 * KeptPairs.leastDemand, now: Self.second)
        ask(1, now: 2 * Self.second)
        #expect(pairs.wants(now: 2 * Self.second))
        #expect(!pairs.wants(now: 4 * Self.second))
    }

    @Test("There is a limit, however many calls come")
    mutating func limit() {
        ask(10 * pairs.limit, now: 0)
        for number in 0..<pairs.limit {
            #expect(pairs.wants(now: 0))
            pairs.keep(pair(Int32(2 * number), endedAt: 0))
        }
        #expect(!pairs.wants(now: 0))
        _ = pairs.giveUp(now: 0, for: .descriptors)
        #expect(pairs.wants(now: 0))
    }

    @Test("A pair rests for half a second at least, and one of those that have is taken by chance")
    mutating func rest() {
        for number in 0..<100 { pairs.keep(pair(Int32(10 + 2 * number), endedAt: 0)) }
        pairs.keep(pair(1000, endedAt: Self.second / 4))
        #expect(pairs.take(at: address, now: Self.second / 2 - 1, random: &random) == nil)
        #expect(pairs.resting(now: Self.second / 2) == 1)
        var taken: [Int32] = []
        while let next = pairs.take(at: address, now: Self.second / 2, random: &random) { taken.append(next.rtp) }
        #expect(taken.count == 100 && Set(taken).count == 100)
        #expect(taken != taken.sorted())
        #expect(pairs.count == 1)
        #expect(pairs.take(at: address, now: Self.second, random: &random)?.rtp == 1000)
        #expect(pairs.count == 0)
    }

    @Test("Where there is no other, the least rest is enough")
    mutating func need() {
        let least = PortPool.leastRestNanoseconds
        pairs.keep(pair(10, endedAt: 7))
        #expect(pairs.take(at: address, now: least + 6, isLast: true, random: &random) == nil)
        #expect(pairs.take(at: address, now: least + 7, random: &random) == nil)
        #expect(pairs.take(at: address, now: least + 7, isLast: true, random: &random)?.rtp == 10)
    }

    @Test("It knows its sockets, those of pairs that are gone no more")
    mutating func descriptors() {
        for number in 0..<4 { pairs.keep(pair(Int32(10 + 2 * number), endedAt: 0)) }
        for descriptor: Int32 in 10..<18 { #expect(pairs.contains(descriptor)) }
        #expect(!pairs.contains(9) && !pairs.contains(18))
        let taken = pairs.take(at: address, now: Self.second, random: &random)
        for descriptor: Int32 in 10..<18 {
            #expect(pairs.contains(descriptor) == (descriptor != taken?.rtp && descriptor != taken?.rtcp))
        }
        #expect(pairs.removeAll().count == 3)
        for descriptor: Int32 in 10..<18 { #expect(!pairs.contains(descriptor)) }
    }

    @Test("Only a pair at the address is taken")
    mutating func otherAddress() {
        pairs.keep(pair(10, endedAt: 0))
        #expect(pairs.take(at: SocketAddress(ipv4: 0x7F00_0002, port: 0), now: Self.second, random: &random) == nil)
        #expect(pairs.take(at: address.with(port: 77), now: Self.second, random: &random)?.rtp == 10)
    }

    @Test("What nobody wants is given up after two seconds, and before where its port or its descriptors are needed")
    mutating func givingUp() {
        for number in 0..<1000 { pairs.keep(pair(Int32(number), endedAt: Int64(number))) }
        #expect(pairs.giveUp(now: KeptPairs.longestNanoseconds - 1) == nil)
        #expect(pairs.giveUp(now: KeptPairs.longestNanoseconds)?.rtp == 0)
        #expect(pairs.giveUp(now: Self.second / 2, for: .port) == nil)
        #expect(pairs.giveUp(now: Self.second / 2 + 1, for: .port)?.rtp == 1)
        #expect(pairs.giveUp(now: 2, for: .descriptors)?.rtp == 2)
        var left: [Int32] = []
        while let next = pairs.giveUp(now: 10 * Self.second) { left.append(next.rtp) }
        #expect(left == Array(3..<1000))
        #expect(pairs.removeAll().isEmpty)
    }
}
