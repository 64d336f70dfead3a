import Networking
import SIP
import Testing
import UserAgent

@testable import Operations
@testable import milliwattd

@Suite("Settings: [security]")
struct SecuritySettingsTests {
    @Test("networks are lists of nets and addresses; none is none")
    func networks() throws {
        for (text, expected) in [
            ("[]", []), ("[\"192.0.2.0/24\", \"2001:db8::/32\"]", ["192.0.2.0/24", "2001:db8::/32"]),
            ("192.0.2.1", ["192.0.2.1"]), ("192.0.2.1,::1", ["192.0.2.1", "::1"]), ("0.0.0.0/0", ["0.0.0.0/0"]),
        ] {
            let settings = try Settings(overrides: ["security.allow_networks=\(text)"])
            #expect(settings.security.allowNetworks == expected, "\(text)")
        }
    }

    @Test(
        "what is no network is refused",
        arguments: [
            "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/-1", "example.org", "192.0.2.0/24/8", "[::1]",
            "/8", "",
        ])
    func noNetwork(_ text: String) {
        let error = #expect(throws: SettingsError.self) {
            try Settings(parsing: Array("security.allow_networks = [\"\(text)\"]".utf8), source: "t")
        }
        let reason = "is not an IPv4 or IPv6 network such as 192.0.2.0/24"
        #expect(error?.problems.map(\.reason) == ["\"\(text)\" \(reason)"])
    }

    @Test("the list of scanners may be empty, or another")
    func scanners() throws {
        #expect(try Settings(overrides: ["security.scanner_user_agents=[]"]).security.scannerUserAgents.isEmpty)
        let other = try Settings(overrides: ["security.scanner_user_agents=a,b"])
        #expect(other.security.scannerUserAgents == ["a", "b"])
        #expect(Settings().security.scannerUserAgents == EdgeConfiguration.knownScanners)
    }

    @Test("the defaults are the edge's own")
    func defaults() {
        let (settings, edge) = (Settings().security, EdgeConfiguration())
        #expect(settings.newRequestsPerSecond == edge.newRequestsPerSecond && settings.burst == edge.burst)
        #expect(settings.allowNetworks == edge.allowedNetworks.map(\.description))
        #expect(settings.maximumTransactions == edge.maximumTransactions)
        #expect(settings.maximumCallsPerMediaAddress == edge.maximumCallsPerMediaAddress)
        #expect(settings.maximumConnections == edge.streams.connections)
        #expect(settings.maximumConnectionsPerSource == edge.streams.connectionsPerSource)
        #expect(settings.maximumHalfOpenConnections == edge.streams.halfOpenConnections)
    }

    @Test("every key reaches the user agent")
    func mapping() throws {
        let settings = try Settings(overrides: [
            "security.allow_networks=192.0.2.0/24,2001:db8::/32", "security.new_requests_per_second=1",
            "security.burst=2", "security.drop_scanners=false", "security.scanner_user_agents=x",
            "security.max_calls_per_media_address=3", "security.max_transactions=400", "security.max_connections=5",
            "security.max_connections_per_source=6", "security.max_half_open_connections=7",
            "behavior.retry_after_seconds=8",
        ])
        let edge = try UserAgentConfiguration(settings).edge
        #expect(edge.allowedNetworks.map(\.description) == ["192.0.2.0/24", "2001:db8::/32"])
        #expect(edge.newRequestsPerSecond == 1 && edge.burst == 2)
        #expect(!edge.dropsScanners && edge.scannerUserAgents == ["x"])
        #expect(edge.maximumCallsPerMediaAddress == 3 && edge.maximumTransactions == 400)
        #expect(edge.streams.connections == 5 && edge.streams.connectionsPerSource == 6)
        #expect(edge.streams.halfOpenConnections == 7 && edge.streams.exemptNetworks == edge.allowedNetworks)
        #expect(edge.retryAfter == 8)
    }
}
