import Testing

@testable import Media

@Suite("Real-time priority")
struct RealTimePriorityTests {
    @Test(
        "By itself only where a processor is left; a number always",
        arguments: [
            (.automatic, 1, 2, 10), (.automatic, 2, 2, nil), (.automatic, 1, 1, nil), (.automatic, 3, 64, 10),
            (.none, 1, 64, nil), (.fixed(5), 1, 1, 5), (.fixed(99), 4, 2, 99),
        ] as [(RealTimePriority, Int, Int, Int?)])
    func number(priority: RealTimePriority, workers: Int, processors: Int, expected: Int?) {
        #expect(priority.number(workers: workers, processors: processors) == expected)
    }
}
