import Networking
import Testing

@Suite("Random numbers from the kernel")
struct KernelRandomTests {
    @Test("no number comes twice, also when the store is filled again")
    func distinct() {
        let random = KernelRandom()
        #expect(Set((0..<1000).map { _ in random.next() }).count == 1000)
    }

    @Test("every bit is set about half of the time")
    func bits() {
        let random = KernelRandom()
        var counts = [Int](repeating: 0, count: 64)
        for _ in 0..<4000 {
            let number = random.next()
            for bit in 0..<64 where number & (1 << bit) != 0 { counts[bit] += 1 }
        }
        // Eight standard deviations (32 of 4000) to either side.
        #expect(counts.allSatisfy { (1747...2253).contains($0) })
    }

    @Test("what another holds on to yields other numbers")
    func shared() async {
        let random = KernelRandom()
        let numbers = await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 { group.addTask { (0..<500).map { _ in random.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(numbers).count == 4000)
    }
}
