import Networking
import Testing

@testable import Networking

@Suite("TLS (RFC 5246, RFC 8446)", .enabled(if: Certificates.isAvailable), .timeLimit(.minutes(5)))
struct TLSTests {
    /// A server and a client that trusts it, each with a certificate of its own.
    private struct Pair {
        let certificates: Certificates
        let server: Endpoint
        let client: Endpoint
        let listener: BoundListener
        var address: SocketAddress { listener.address }

        init(
            _ adjust: (inout TLSConfiguration, inout TLSConfiguration, Certificates) -> Void = { _, _, _ in },
            limits: StreamLimits = StreamLimits(), echoing: Bool = true
        ) async throws {
            certificates = try Certificates()
            try certificates.makeSelfSigned("server")
            try certificates.makeSelfSigned("client")
            var (serving, calling) = (certificates.configuration("server"), TLSConfiguration())
            serving.authoritiesFile = certificates.path("client.pem")
            calling.authoritiesFile = certificates.path("server.pem")
            adjust(&serving, &calling, certificates)
            server = try Endpoint(limits: limits)
            client = try Endpoint(limits: limits)
            let contexts = (try TLSContext(.server, serving), try TLSContext(.client, calling))
            await server.run { $0.useTLS(server: contexts.0, client: nil) }
            await client.run { $0.useTLS(server: nil, client: contexts.1) }
            listener = try await server.start(ListenerConfiguration(.tls, .loopback(.ipv4)), echoing: echoing)[0]
            try await client.start()
        }

        func connect(_ name: String? = "localhost") async -> UInt64 {
            await client.run { [address] in $0.connect(to: address, security: .tls(serverName: name)) }
        }

        func stop() async {
            await server.stop()
            await client.stop()
        }
    }

    @Test(
        "carries bytes both ways, also many, over either version", arguments: [TLSConfiguration.Version.tls12, .tls13])
    func echo(version: TLSConfiguration.Version) async throws {
        let pair = try await Pair { _, calling, _ in calling.maximumVersion = version }
        let flow = await pair.connect()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        // Sent before the handshake: it waits.
        #expect(await pair.client.send(bytes, on: flow))
        #expect(try await pair.client.received(bytes.count, on: flow) == bytes)
        let opened = try await pair.client.opened()
        #expect(opened.security?.version == "TLSv\(version.rawValue)" && opened.security?.cipher.isEmpty == false)
        #expect(opened.security?.peerNames == ["localhost", "sip:server.example"])
        let accepted = try await pair.server.opened()
        #expect(accepted.security?.peerNames == [] && accepted.listener == pair.listener.id)
        await pair.client.close(flow)
        #expect(try await pair.server.closed(accepted.flow) == .peerClosed)
        #expect(try await pair.client.closed(flow) == .requested)
        await pair.stop()
    }

    @Test("a certificate with another name, or one that nobody has signed, ends the handshake with the reason")
    func verification() async throws {
        let pair = try await Pair()
        let wrongName = await pair.connect("other.example")
        #expect(
            try await pair.client.closed(wrongName)
                == .securityFailed("certificate verify failed (hostname mismatch)"))
        #expect(try await pair.client.closed(await pair.connect("127.0.0.9")).isSecurityFailure)
        let byAddress = await pair.connect("127.0.0.1")
        #expect(try await pair.client.opened().flow == byAddress)
        guard case .securityFailed = try await pair.server.turnedAway() else {
            Issue.record("the server does not know why")
            return
        }
        #expect(await pair.server.counters.streams.handshakeFailed >= 1)
        await pair.stop()

        let stranger = try await Pair { _, calling, _ in calling.authoritiesFile = nil }
        let flow = await stranger.connect()
        #expect(
            try await stranger.client.closed(flow)
                == .securityFailed("certificate verify failed (self-signed certificate)"))
        await stranger.stop()

        let trusting = try await Pair { _, calling, _ in
            calling.authoritiesFile = nil
            calling.verifiesServer = false
        }
        _ = await trusting.connect("other.example")
        #expect(try await trusting.client.opened().security?.peerNames == [])
        await trusting.stop()
    }

    @Test("a client certificate is checked when it is asked for, and its names are told")
    func clientCertificates() async throws {
        let known = try await Pair { serving, calling, certificates in
            serving.clientCertificates = .required
            calling.certificateFile = certificates.path("client.pem")
            calling.keyFile = certificates.path("client.key")
        }
        _ = await known.connect()
        #expect(try await known.server.opened().security?.peerNames == ["localhost", "sip:client.example"])
        await known.stop()

        let optional = try await Pair { serving, _, _ in serving.clientCertificates = .optional }
        _ = await optional.connect()
        #expect(try await optional.server.opened().security?.peerNames == [])
        await optional.stop()

        let anonymous = try await Pair { serving, _, _ in serving.clientCertificates = .required }
        _ = await anonymous.connect()
        #expect(try await anonymous.server.turnedAway().isSecurityFailure)
        await anonymous.stop()
    }

    @Test("new connections get new certificates, those that are up go on")
    func reload() async throws {
        let pair = try await Pair()
        try pair.certificates.makeSelfSigned("renewed")
        let old = await pair.connect()
        #expect(try await pair.client.opened().security?.peerNames.last == "sip:server.example")
        let renewed = try TLSContext(.server, pair.certificates.configuration("renewed"))
        var calling = TLSConfiguration()
        calling.authoritiesFile = pair.certificates.path("renewed.pem")
        let trusting = try TLSContext(.client, calling)
        await pair.server.run { $0.useTLS(server: renewed, client: nil) }
        await pair.client.run { $0.useTLS(server: nil, client: trusting) }
        let new = await pair.connect()
        let names = try await pair.client.wait { events -> [String]? in
            for case .opened(let description) in events where description.flow == new {
                return description.security?.peerNames
            }
            return nil
        }
        #expect(names.last == "sip:renewed.example")
        #expect(await pair.client.send([4, 5], on: old))
        #expect(try await pair.client.received(2, on: old) == [4, 5])
        await pair.stop()
    }

    @Test("a peer that never begins, or never ends, its handshake is closed")
    func handshakeTimeout() async throws {
        var limits = StreamLimits()
        limits.handshakeTimeout = .milliseconds(40)
        let pair = try await Pair(limits: limits)
        let silent = try RawPeer(connectingTo: pair.address)
        let slow = try RawPeer(connectingTo: pair.address)
        // The first bytes of a ClientHello record that promises more; on a busy machine they may come too late.
        try? slow.send([0x16, 0x03, 0x01, 0x01, 0x00, 0x01])
        let reasons = try await pair.server.wait { events -> [StreamCloseReason]? in
            let reasons = events.compactMap { if case .turnedAway(_, _, let reason) = $0 { reason } else { nil } }
            return reasons.count == 2 ? reasons : nil
        }
        #expect(reasons == [.handshakeTimedOut, .handshakeTimedOut])
        #expect(try silent.receiveToEnd() == [])
        #expect(await pair.server.counters.streams.open == 0)
        await pair.stop()
    }

    @Test("a version below the least is refused")
    func oldVersion() async throws {
        let pair = try await Pair { serving, calling, _ in
            serving.minimumVersion = .tls13
            calling.maximumVersion = .tls12
        }
        #expect(try await pair.client.closed(await pair.connect()).isSecurityFailure)
        #expect(try await pair.server.turnedAway().isSecurityFailure)
        await pair.stop()
    }

    @Test("noise in place of a handshake is refused")
    func noise() async throws {
        let pair = try await Pair()
        let peer = try RawPeer(connectingTo: pair.address)
        try peer.send(Array("OPTIONS sip:nobody@localhost SIP/2.0\r\n\r\n".utf8))
        #expect(try await pair.server.turnedAway().isSecurityFailure)
        await pair.stop()
    }

    @Test("without a certificate there is no listener, and without a context no connection")
    func unconfigured() async throws {
        let endpoint = try Endpoint()
        let error = await #expect(throws: ListenError.self) {
            try await endpoint.start(ListenerConfiguration(.tls, .loopback(.ipv4)))
        }
        #expect(error?.cause.call == "useTLS")
        try await endpoint.start()
        let flow = await endpoint.run { $0.connect(to: .loopback(.ipv4, port: 1), security: .tls(serverName: "a")) }
        #expect(try await endpoint.closed(flow) == .securityFailed("TLS is not configured"))
        await endpoint.stop()
    }
}

@Suite("TLSContext", .enabled(if: Certificates.isAvailable))
struct TLSContextTests {
    private func refusal(_ configuration: TLSConfiguration) -> String? {
        do {
            _ = try TLSContext(.server, configuration)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("says which file is wrong and why")
    func wrongFiles() throws {
        let files = try Certificates()
        try files.makeSelfSigned("a")
        try files.makeSelfSigned("b")
        try files.encrypt("a", to: "locked.key")
        try files.write("no certificate\n", to: "noise.pem")
        let (pem, key) = (files.path("a.pem"), files.path("a.key"))
        #expect(refusal(TLSConfiguration(certificateFile: pem, keyFile: key)) == nil)
        #expect(refusal(TLSConfiguration()) == "certificate file: a server needs one")
        #expect(
            refusal(TLSConfiguration(certificateFile: "/nonexistent.pem"))
                == "certificate file /nonexistent.pem: No such file or directory")
        #expect(
            refusal(TLSConfiguration(certificateFile: files.directory))
                == "certificate file \(files.directory): Is a directory")
        let noise = files.path("noise.pem")
        #expect(
            refusal(TLSConfiguration(certificateFile: noise))
                == "certificate file \(noise): there is no certificate in PEM form in it")
        let noKey = "there is no private key in PEM form without a passphrase in it"
        #expect(refusal(TLSConfiguration(certificateFile: pem)) == "key file \(pem): \(noKey)")
        #expect(refusal(TLSConfiguration(certificateFile: pem, keyFile: noise)) == "key file \(noise): \(noKey)")
        let locked = files.path("locked.key")
        #expect(refusal(TLSConfiguration(certificateFile: pem, keyFile: locked)) == "key file \(locked): \(noKey)")
        let other = files.path("b.key")
        #expect(
            refusal(TLSConfiguration(certificateFile: pem, keyFile: other))
                == "key file \(other): it does not belong to the certificate")
        #expect(
            refusal(TLSConfiguration(certificateFile: pem, keyFile: key, authoritiesFile: noise))
                == "authorities file \(noise): there is no certificate in PEM form in it")
    }
}

extension Certificates {
    fileprivate func configuration(_ name: String) -> TLSConfiguration {
        TLSConfiguration(certificateFile: path("\(name).pem"), keyFile: path("\(name).key"))
    }
}

extension StreamCloseReason {
    fileprivate var isSecurityFailure: Bool {
        if case .securityFailed(let reason) = self { !reason.isEmpty } else { false }
    }
}
