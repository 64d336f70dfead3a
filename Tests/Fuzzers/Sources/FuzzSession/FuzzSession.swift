import Audio
import Fuzzing
import Networking
import SIP
import UserAgent

@main
struct FuzzSession {
    static func main() { fuzz(fuzzSession) }
}

/// Any octets as a session, a step between two octets 0xFE: nothing traps, and nothing is left at the end.
private func fuzzSession(_ octets: UnsafeBufferPointer<UInt8>) {
    var session = Session()
    for step in octets.split(separator: 0xFE).prefix(64) {
        session.take(step.first ?? 0, Array(step.dropFirst()))
    }
    session.end()
}

/// A core with its actions carried out in memory, and the peer that the octets make.
private struct Session {
    var core: UserAgentCore
    var now = Instant(nanoseconds: 0)
    /// The tags that the core gave, by the number of the call.
    var tags = [String](repeating: "none", count: 4)
    var sequence = 1
    /// Our last request.
    var request: Request?
    var media: Set<CallHandle> = []
    var readable = true
    let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0207), port: 5066)
    let local = LocalEndpoint(address: IPAddress(v4: 0xC000_0201), port: 5060)

    init() {
        guard let tone = try? Tone(frequency: 440, level: -10) else { fatalError("440 Hz is a tone") }
        var configuration = UserAgentConfiguration(tone: tone)
        configuration.edge.allowedNetworks = ["0.0.0.0/0", "::/0"].compactMap(IPNetwork.init(parsing:))
        core = UserAgentCore(configuration: configuration, random: Counting())
    }

    /// The first octet of a step says what it is and of which call; the others are spliced in.
    mutating func take(_ kind: UInt8, _ payload: [UInt8]) {
        let call = Int(kind >> 3) % 4
        switch kind % 8 {
        case 0: receive(payload)
        case 1: receive(message("INVITE", call, tag: nil, headers: payload, body: Self.offer))
        case 2: receive(message("INVITE", call, tag: nil, headers: [], body: payload))
        case 3: receive(message("INVITE", call, tag: tags[call], headers: [], body: payload))
        case 4: receive(message("ACK", call, tag: tags[call], headers: payload, body: []))
        case 5:
            let methods = ["BYE", "CANCEL", "UPDATE", "PRACK", "INFO", "REFER", "OPTIONS", "MESSAGE"]
            let method = methods[Int(payload.first ?? 0) % methods.count]
            receive(message(method, call, tag: tags[call], headers: Array(payload.dropFirst()), body: []))
        case 6:
            guard let request else { return }
            let status = 100 + Int(payload.first ?? 0) * 600 / 256
            receive(request.response(status: status, toTag: nil, from: source))
        default: wait(.milliseconds(Int(payload.first ?? 1) * 100))
        }
    }

    /// All timers run out and all calls end: nothing is left.
    mutating func end() {
        core.stop(now: now)
        carryOut()
        for _ in 0..<10_000 {
            guard let next = core.nextDeadline else { break }
            now = max(now, next)
            core.advance(to: now)
            carryOut()
        }
        expect(core.nextDeadline == nil, "a deadline is left")
        expect(core.statistics.active == 0 && core.statistics.ringing == 0, "a call is left")
        expect(media.isEmpty, "media is left")
    }

    private mutating func receive(_ bytes: [UInt8]) {
        readable = (try? Message(parsing: bytes)) != nil
        core.receive(bytes, from: source, at: local, now: now)
        carryOut()
        readable = true
    }

    private mutating func wait(_ duration: Duration) {
        let end = now + duration
        while let due = core.nextDeadline, due <= end {
            now = max(now, due)
            core.advance(to: now)
            carryOut()
        }
        now = end
    }

    private mutating func carryOut() {
        var actions: [CoreAction] = []
        while true {
            core.takeActions(into: &actions)
            guard !actions.isEmpty else { return }
            for action in actions { perform(action) }
        }
    }

    private mutating func perform(_ action: CoreAction) {
        switch action {
        case .send(let bytes, _, _): check(bytes)
        case .resolve(let resolution): core.resolved(resolution, to: nil, now: now)
        case .reserveMedia(let call, _):
            media.insert(call)
            core.mediaReserved(call, port: 10_000, now: now)
        case .closeMedia(let call):
            media.remove(call)
            core.mediaClosed(call, report: nil, now: now)
        case .nameServer, .openMedia, .updateMedia, .reportMedia, .publish, .tell, .stopped: break
        }
    }

    /// What is sent can be read, unless it answers what could not.
    private mutating func check(_ bytes: [UInt8]) {
        let limits = MessageLimits(
            messageBytes: 1 << 20, bodyBytes: 1 << 20, headBytes: 1 << 20, headerBytes: 1 << 20)
        guard let message = try? Message(parsing: bytes, limits: limits) else {
            expect(!readable, "sent: \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        switch message {
        case .request(let request): self.request = request
        case .response(let response):
            let name = response.callID.description
            guard let tag = response.toTag, let number = name.first?.wholeNumberValue, number < 4 else { return }
            tags[number] = tag.description
        }
    }
}

extension Session {
    static let offer = Array(
        """
        v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
        m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n
        """.utf8)

    /// A valid request with lines of header and a body that may be anything.
    mutating func message(_ method: String, _ call: Int, tag: String?, headers: [UInt8], body: [UInt8]) -> [UInt8] {
        // An ACK and a CANCEL have the number of their INVITE.
        if method != "ACK" && method != "CANCEL" { sequence += 1 }
        let head = """
            \(method) sip:tone@192.0.2.1 SIP/2.0\r\n\
            Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK\(sequence)\r\n\
            From: <sip:a@192.0.2.7>;tag=f\(call)\r\nTo: <sip:tone@192.0.2.1>\(tag.map { ";tag=\($0)" } ?? "")\r\n\
            Call-ID: \(call)@fuzz\r\nCSeq: \(sequence) \(method)\r\nMax-Forwards: 70\r\n\
            Contact: <sip:a@192.0.2.7:5066>\r\nContent-Type: application/sdp\r\nContent-Length: \(body.count)\r\n
            """
        let lines = headers.isEmpty ? [] : headers + [13, 10]
        return Array(head.utf8) + lines + [13, 10] + body
    }
}

/// Every run is the same.
private struct Counting: RandomNumberGenerator, Sendable {
    var state: UInt64 = 1

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }
}
