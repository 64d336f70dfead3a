import Testing

@testable import Operations

@Suite("Settings: --set")
struct SettingsOverrideTests {
    @Test("an override wins over the file, and a later one over an earlier")
    func precedence() throws {
        let file = Array("[sip]\nport = 5070\n[log]\nlevel = \"debug\"".utf8)
        let settings = try Settings(
            parsing: file, source: "test.toml", overrides: ["sip.port=5080", "sip.port = 5090"])
        #expect(settings.sip.port == 5090)
        #expect(settings.log.level == .debug)
    }

    @Test("words need no quotes, and lists no brackets")
    func bareWords() throws {
        let settings = try Settings(overrides: [
            "log.level=debug", "sip.transports=tcp,udp", "sip.bind_address=10.0.0.1, ::1",
            "media.preferred_codecs=[\"PCMA\"]", "sip.user_agent=123", "sip.domain=", "media.dscp=34",
        ])
        #expect(settings.log.level == .debug)
        #expect(settings.sip.transports == [.tcp, .udp])
        #expect(settings.sip.bindAddresses == ["10.0.0.1", "::1"])
        #expect(settings.media.preferredCodecs == [.pcma])
        #expect(settings.sip.userAgent == "123")
        #expect(settings.sip.domain == nil)
        #expect(settings.media.dscp == 34)
    }

    @Test(
        "an error names --set",
        arguments: [
            ("sip.port=70000", "--set: sip.port: 70000 is not a port (0-65535)"),
            ("sip.port=", "--set: sip.port: \"\" is not a port (0-65535)"),
            ("sip.prot=1", "--set: sip.prot: unknown key; did you mean port?"),
            ("port=1", "--set: port: unknown key; did you mean sip.port?"),
            ("sip.port", "--set: sip.port is not of the form section.key=value"),
            ("=1", "--set: =1 is not of the form section.key=value"),
            ("sip.port=1\nport=2", "--set: sip.port: \"1\\nport=2\" is not a port (0-65535)"),
            ("sip.domain=a\u{1B}[2J", "--set: sip.domain: \"a\\u001B[2J\" is not a host name or address, or \"\""),
        ])
    func errors(override: String, message: String) {
        #expect(problems([override]) == [message])
    }

    @Test("the errors of the file and of the overrides are told together")
    func both() {
        do throws(SettingsError) {
            _ = try Settings(parsing: Array("[sip]\nport = -1".utf8), source: "f", overrides: ["log.level=x"])
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.source) == ["f", "--set"])
        }
    }

    @Test(
        "keys that contradict each other are blamed on the one that was set",
        arguments: [
            (
                ["media.rtp_port_range_end=9999"],
                "--set: media.rtp_port_range_end: the RTP range 10000-9999 holds no pair of ports"
            ),
            (
                ["media.rtp_port_range_start=20000"],
                "--set: media.rtp_port_range_start: the RTP range 20000-20000 holds no pair of ports"
            ),
            (
                ["media.rtp_port_range_end=10197"],
                "--set: media.rtp_port_range_end: 100 calls need as many pairs of ports, "
                    + "but the RTP range 10000-10197 holds 99"
            ),
            (
                ["behavior.max_concurrent_calls=5001"],
                "--set: behavior.max_concurrent_calls: 5001 calls need as many pairs of ports, "
                    + "but the RTP range 10000-20000 holds 5000"
            ),
            (
                ["sip.min_session_expires_seconds=200", "sip.session_expires_seconds=100"],
                "--set: sip.min_session_expires_seconds: the shortest session interval is above the longest"
            ),
            (["sip.port=10000"], "--set: sip.port: the SIP port 10000 lies within the RTP range 10000-20000"),
            (
                ["media.rtp_port_range_start=5060"],
                "--set: media.rtp_port_range_start: the SIP port 5060 lies within the RTP range 5060-20000"
            ),
            (
                ["media.advertised_address=2001:db8::1"],
                "--set: media.advertised_address: 2001:db8::1 is IPv6, but sip.bind_address is not"
            ),
        ])
    func contradictions(overrides: [String], message: String) {
        #expect(problems(overrides) == [message])
    }

    @Test("a key that is wrong in itself is not blamed for a contradiction as well")
    func noFollowUps() {
        #expect(problems(["media.rtp_port_range_end=70000", "behavior.max_concurrent_calls=9000"]).count == 1)
    }

    @Test(
        "what fits exactly is accepted",
        arguments: [
            ["media.rtp_port_range_end=10199"], ["behavior.max_concurrent_calls=5000"], ["sip.port=0"],
            ["sip.port=9999"], ["sip.bind_address=::", "media.advertised_address=203.0.113.7"],
            ["sip.bind_address=10.0.0.1,::1", "media.advertised_address=2001:db8::1"],
        ])
    func boundaries(overrides: [String]) {
        #expect(problems(overrides) == [])
    }

    private func problems(_ overrides: [String]) -> [String] {
        do throws(SettingsError) {
            _ = try Settings(overrides: overrides)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
