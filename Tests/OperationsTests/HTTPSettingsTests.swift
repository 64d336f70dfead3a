import Testing

@testable import Operations

@Suite("Settings: [http]")
struct HTTPSettingsTests {
    @Test("by default the machine's own users are served, on a port above 1024")
    func defaults() {
        let http = Settings().http
        #expect(http.enabled && http.bindAddress == "127.0.0.1" && http.port == 8080 && http.tokenFile == nil)
        #expect(!http.isUnguarded)
    }

    @Test(
        "an address that others reach needs a token",
        arguments: [
            ("127.0.0.1", true), ("127.1.2.3", true), ("::1", true), ("::ffff:127.0.0.1", true), ("0.0.0.0", false),
            ("::", false), ("192.0.2.1", false), ("::ffff:192.0.2.1", false), ("2001:db8::1", false),
        ])
    func loopback(address: String, isLoopback: Bool) throws {
        let bind = "http.bind_address=\(address)"
        let isAccepted = (try? Settings(overrides: [bind])) != nil
        #expect(isAccepted == isLoopback)
        #expect(try Settings(overrides: [bind, "http.token_file=/t"]).http.tokenFile == "/t")
        #expect(try Settings(overrides: [bind, "http.enabled=false"]).http.isUnguarded == false)
    }

    @Test("SIGHUP takes over another token file, and what it may not take from an address in force is told")
    func reload() throws {
        let open = try Settings(overrides: ["http.bind_address=0.0.0.0", "http.token_file=/a"])
        let other = try Settings(overrides: ["http.bind_address=0.0.0.0", "http.token_file=/b", "http.port=1"])
        let result = try open.reloaded(from: other)
        #expect(result.applied == ["http.token_file"] && result.needRestart == ["http.port"])
        #expect(result.settings.http.tokenFile == "/b" && result.settings.http.port == 8080)
        let error = #expect(throws: SettingsError.self) { try open.reloaded(from: Settings()) }
        #expect(
            error?.problems.map(\.description) == [
                "until a restart: http.token_file: whoever reaches 0.0.0.0 needs a token: set http.token_file"
            ])
    }
}
