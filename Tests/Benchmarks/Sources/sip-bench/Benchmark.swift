import SIP

/// Nanoseconds a message, the median of several batches: what disturbs a batch does not disturb the result.
@main
struct Benchmark {
    static func main() throws {
        let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0207), port: 5066)
        guard case .request(let request) = try Message(parsing: invite) else { return }
        print("INVITE of \(invite.count) octets")
        try measure("parse") {
            try Message(parsing: invite)
        }
        try measure("parse, and read the frequent header fields") {
            guard case .request(let request) = try Message(parsing: invite) else { return 0 }
            return request.topVia.branch.map(\.count) ?? 0 &+ (request.fromTag?.count ?? 0) &+ request.callID.count
                &+ Int(request.cSeq.number) &+ (request.maxForwards.map(Int.init) ?? 0) &+ request.body.count
        }
        try measure("answer 200") {
            request.response(status: 200, toTag: "8f3a2c1b", from: source)
        }
        var framer = StreamFramer()
        try measure("frame") {
            framer.push(invite)
            return framer.next()
        }
    }

    /// Keeps a value from being optimised away.
    @inline(never)
    private static func use<Value>(_ value: Value) {}

    private static func measure<Value>(_ name: String, _ body: () throws -> Value) throws {
        let (batches, rounds) = (15, 20_000)
        var results: [Int64] = []
        for _ in 0..<batches {
            let start = ContinuousClock.now
            for _ in 0..<rounds { use(try body()) }
            let elapsed = ContinuousClock.now - start
            results.append(elapsed.components.attoseconds / 1_000_000_000 / Int64(rounds))
        }
        results.sort()
        print("\(name): \(results[batches / 2]) ns (best \(results[0]), worst \(results[batches - 1]))")
    }
}
