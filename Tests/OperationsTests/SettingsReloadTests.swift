import Testing

@testable import Operations

@Suite("TLS settings, and settings that are read again")
struct SettingsReloadTests {
    private static func problem(_ overrides: String...) -> String? {
        do throws(SettingsError) {
            _ = try Settings(overrides: overrides)
            return nil
        } catch {
            return error.problems.map(\.description).joined(separator: "\n")
        }
    }

    @Test("TLS without a certificate, on TCP's port or among the RTP ports is told in one line")
    func consistency() {
        let tls = "sip.transports=udp,tcp,tls"
        let certificate = "sip.tls_certificate=/a.pem"
        #expect(
            Self.problem(tls)
                == "--set: sip.transports: the transport tls needs a certificate: set sip.tls_certificate")
        #expect(
            Self.problem(tls, certificate, "sip.tls_port=5060")
                == "--set: sip.tls_port: TCP and TLS cannot both have the port 5060")
        #expect(
            Self.problem(tls, certificate, "sip.tls_port=10001")
                == "--set: sip.tls_port: the TLS port 10001 lies within the RTP range 10000-20000")
        #expect(Self.problem(tls, certificate) == nil)
        #expect(Self.problem("sip.transports=udp,tls", certificate, "sip.tls_port=5060") == nil)
        #expect(Self.problem("sip.tls_port=5060") == nil, "nobody listens there")
    }

    @Test("what can change without harm changes at once, the rest is named as needing a restart, as long as it differs")
    func reload() throws {
        let running = Settings()
        let other = try Settings(overrides: [
            "sip.tls_certificate=/a.pem", "sip.tls_min_version=1.3", "sip.port=5070", "sip.tls_port=5071",
            "behavior.max_concurrent_calls=7", "security.burst=9", "log.level=debug", "log.format=json",
        ])
        let first = try running.reloaded(from: other)
        #expect(
            first.applied == [
                "sip.tls_certificate", "sip.tls_min_version", "behavior.max_concurrent_calls", "security.burst",
                "log.level",
            ])
        #expect(first.needRestart == ["sip.port", "sip.tls_port", "log.format"])
        #expect(first.settings.sip.tlsCertificate == "/a.pem" && first.settings.sip.tlsMinimumVersion == .tls13)
        #expect(first.settings.behavior.maximumConcurrentCalls == 7 && first.settings.log.level == .debug)
        #expect(first.settings.sip.port == 5060 && first.settings.log.format == running.log.format)
        let second = try first.settings.reloaded(from: other)
        #expect(second.applied.isEmpty && second.needRestart == first.needRestart)
        #expect(try running.reloaded(from: Settings()).needRestart.isEmpty)
    }

    @Test("a new value that contradicts an old one which stays until the restart changes nothing")
    func contradiction() throws {
        let running = try Settings(overrides: ["media.rtp_port_range_end=10201"])
        let other = try Settings(overrides: ["behavior.max_concurrent_calls=500"])
        do throws(SettingsError) {
            _ = try running.reloaded(from: other)
            Issue.record("500 calls in 101 pairs of ports")
        } catch {
            #expect(
                error.problems.map(\.description) == [
                    "until a restart: behavior.max_concurrent_calls: 500 calls need as many pairs of ports, "
                        + "but the RTP range 10000-10201 holds 101"
                ])
        }
    }

    @Test("of every key it is known whether a reload takes it over", arguments: SettingKey.all.map(\.path))
    func classified(path: String) throws {
        let key = try #require(SettingKey.at(path))
        #expect(key.takesEffect != nil, "name it in SettingKey+Reload.swift")
    }

    @Test("the table of what a reload takes over names no key twice, and none that there is not")
    func classification() {
        let named = SettingKey.classified
        #expect(Set(named).count == named.count && Set(named) == Set(SettingKey.all.map(\.path)))
    }
}
