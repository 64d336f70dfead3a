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

    @Test("what TLS uses changes at once, the rest is named as needing a restart, as long as it differs")
    func reload() throws {
        let running = Settings()
        let other = try Settings(overrides: [
            "sip.tls_certificate=/a.pem", "sip.tls_min_version=1.3", "sip.port=5070", "sip.tls_port=5071",
            "log.level=debug",
        ])
        let first = try running.reloaded(from: other)
        #expect(first.applied == ["sip.tls_certificate", "sip.tls_min_version"])
        #expect(first.needRestart == ["sip.port", "sip.tls_port", "log.level"])
        #expect(first.settings.sip.tlsCertificate == "/a.pem" && first.settings.sip.tlsMinimumVersion == .tls13)
        #expect(first.settings.sip.port == 5060 && first.settings.log == running.log)
        let second = try first.settings.reloaded(from: other)
        #expect(second.applied.isEmpty && second.needRestart == first.needRestart)
        #expect(try running.reloaded(from: Settings()).needRestart.isEmpty)
    }
}
