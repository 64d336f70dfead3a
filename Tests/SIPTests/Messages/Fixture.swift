import Testing

@testable import SIP

/// Octets of our own in the likeness of a case of RFC 4475 or RFC 5118, and what the parser makes of them.
struct Fixture: Sendable, CustomTestStringConvertible {
    /// What is odd about them.
    let name: String
    /// The clause of the RFC that has a case of the same kind.
    let clause: String
    /// `request`, `response`, a status, or `nothing`, as `outcome(of:)` says it.
    let outcome: String
    let bytes: [UInt8]

    init(_ name: String, _ clause: String, _ outcome: String, _ bytes: [UInt8]) {
        self.name = name
        self.clause = clause
        self.outcome = outcome
        self.bytes = bytes
    }

    var testDescription: String { "\(name) (RFC \(clause))" }
}

@Suite("Fixtures in the likeness of RFC 4475 and RFC 5118")
struct FixtureTests {
    @Test("valid messages parse", arguments: Fixture.valid)
    func valid(_ fixture: Fixture) {
        #expect(outcome(of: fixture.bytes) == fixture.outcome)
    }

    @Test("invalid messages draw the status that the RFC prefers", arguments: Fixture.invalid)
    func invalid(_ fixture: Fixture) {
        #expect(outcome(of: fixture.bytes) == fixture.outcome)
    }

    @Test("what takes more than syntax to refuse parses", arguments: Fixture.application)
    func application(_ fixture: Fixture) {
        #expect(outcome(of: fixture.bytes) == fixture.outcome)
    }

    @Test("messages with IPv6 addresses", arguments: Fixture.ipv6)
    func ipv6(_ fixture: Fixture) {
        #expect(outcome(of: fixture.bytes) == fixture.outcome)
    }

    @Test("cut anywhere before its body, a message never passes for whole", arguments: Fixture.valid)
    func truncation(_ fixture: Fixture) throws {
        let whole = try Message(parsing: fixture.bytes)
        let storage = (whole.request?.storage ?? whole.response?.storage)
        let head = try #require(storage?.index.body.start)
        for count in 0..<head - 1 {
            let outcome = outcome(of: Array(fixture.bytes.prefix(count)))
            #expect(outcome == "400" || outcome == "nothing", "\(count) octets")
        }
    }
}

extension Fixture {
    static let all = valid + invalid + application + ipv6
}
