import Glibc
import SDP
import SIP

/// Nanoseconds of processor time a message, the median of several batches: what disturbs a batch does not disturb the
/// result. With an argument only the measurements whose names begin with it.
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
            return readFrequentFields(request)
        }
        try measure("the same, and the session description") {
            guard case .request(let request) = try Message(parsing: invite) else { return 0 }
            let description = try SessionDescription(parsing: request.sessionDescription ?? [][...])
            return readFrequentFields(request) &+ (description.audioFamily == .ip4 ? 1 : 0)
        }
        let capabilities = AudioCapabilities(codecs: [.pcmu, .pcma])
        let media = LocalMedia(address: "192.0.2.1", family: .ip4, port: 10000)
        let offer = try SessionDescription(parsing: request.sessionDescription ?? [][...])
        let session = LocalSession(id: 3_912_345_678)
        try measure("consider the offer, and write the answer to it") {
            var session = session
            let considered = try session.consider(offer, family: .ip4, capabilities: capabilities)
            return session.answer(to: considered, from: media)
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

    private static func readFrequentFields(_ request: Request) -> Int {
        let tags = (request.fromTag?.count ?? 0) &+ (request.toTag?.count ?? 0)
        return (request.topVia.branch?.count ?? 0) &+ tags &+ request.callID.count &+ Int(request.cSeq.number)
            &+ Int(request.maxForwards ?? 0) &+ request.body.count
    }

    /// Keeps a value from being optimised away.
    @inline(never)
    private static func use<Value>(_ value: Value) {}

    private static func processorNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static func measure<Value>(_ name: String, _ body: () throws -> Value) throws {
        guard name.hasPrefix(CommandLine.arguments.dropFirst().first ?? "") else { return }
        let (batches, rounds) = (15, 20_000)
        var results: [Int] = []
        for _ in 0..<batches {
            let start = processorNanoseconds()
            for _ in 0..<rounds { use(try body()) }
            results.append((processorNanoseconds() - start) / rounds)
        }
        results.sort()
        print("\(name): \(results[batches / 2]) ns (best \(results[0]), worst \(results[batches - 1]))")
    }
}
