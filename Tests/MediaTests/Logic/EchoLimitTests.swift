import Testing

@testable import Media

@Suite("EchoLimit")
struct EchoLimitTests {
    @Test("Two thousand at once, and then one a millisecond")
    func burst() {
        var limit = EchoLimit()
        #expect((0..<5000).filter { _ in limit.admits(nowNanoseconds: 77) }.count == 2000)
        var admitted = 0
        for millisecond in 1...500 as ClosedRange<Int64> {
            for _ in 0..<3 where limit.admits(nowNanoseconds: 77 + millisecond * 1_000_000) { admitted += 1 }
        }
        #expect(admitted == 500)
    }

    @Test("A stream of the shortest packets is never held up")
    func stream() {
        var limit = EchoLimit()
        #expect((0..<100_000).allSatisfy { limit.admits(nowNanoseconds: Int64($0) * 5_000_000) })
    }
}
