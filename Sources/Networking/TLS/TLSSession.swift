import COpenSSL
import Glibc

/// One TLS connection between two memory BIOs: it never sees a socket.
final class TLSSession: StreamTransform {
    private let context: TLSContext
    private let session: OpaquePointer
    /// What came off the wire, and what is to go there; the session owns both.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var isEstablished = false

    /// A session that has not begun.
    ///
    /// - Parameter serverName: the host name or address that a client wants to reach, and that the certificate has to bear.
    init(_ context: TLSContext, serverName: String? = nil) throws(StreamTransformError) {
        ERR_clear_error()
        guard let session = SSL_new(context.context) else { throw TLSSession.failure("no session") }
        guard let incoming = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            throw TLSSession.failure("no memory")
        }
        guard let outgoing = BIO_new(BIO_s_mem()) else {
            BIO_free(incoming)
            SSL_free(session)
            throw TLSSession.failure("no memory")
        }
        SSL_set_bio(session, incoming, outgoing)
        self.context = context
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        switch context.role {
        case .server: SSL_set_accept_state(session)
        case .client:
            SSL_set_connect_state(session)
            if let serverName { try setServerName(serverName) }
        }
    }

    deinit { SSL_free(session) }

    private func setServerName(_ name: String) throws(StreamTransformError) {
        let host = name.hasSuffix(".") ? String(name.dropLast()) : name
        let isSet: Bool
        if SocketAddress(host: host, port: 0) != nil {
            // An address is no server name (RFC 6066 §3).
            isSet = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1
        } else {
            isSet = copenssl_set_server_name(session, host) == 1 && SSL_set1_host(session, host) == 1
        }
        guard isSet, !host.utf8.contains(0) else { throw TLSSession.failure("\(name) cannot be a server's name") }
    }

    func start() throws(StreamTransformError) -> StreamTransformStep {
        var step = StreamTransformStep()
        try proceed(&step)
        return step
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(StreamTransformError) -> StreamTransformStep {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return StreamTransformStep() }
        ERR_clear_error()
        // A memory BIO takes everything; what it keeps beyond this call is at most an unfinished record or flight.
        guard BIO_write(incoming, start, Int32(clamping: bytes.count)) == bytes.count else {
            throw TLSSession.failure("no memory")
        }
        var step = StreamTransformStep()
        try proceed(&step)
        return step
    }

    func send(_ bytes: [UInt8]) throws(StreamTransformError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        ERR_clear_error()
        let written = SSL_write(session, bytes, Int32(clamping: bytes.count))
        guard written == bytes.count else { throw failure(of: written) }
        return takeOutgoing()
    }

    func finish() -> [UInt8] {
        ERR_clear_error()
        _ = SSL_shutdown(session)
        return takeOutgoing()
    }

    private func proceed(_ step: inout StreamTransformStep) throws(StreamTransformError) {
        ERR_clear_error()
        if !isEstablished {
            let result = SSL_do_handshake(session)
            isEstablished = result == 1
            if !isEstablished {
                guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else { throw failure(of: result) }
            }
        }
        if isEstablished { step.isFinished = try read(into: &step.received) }
        step.isEstablished = isEstablished
        step.toSend = takeOutgoing()
    }

    /// Takes what can be decrypted.
    ///
    /// - Returns: whether the peer has said that no more will come.
    private func read(into received: inout [UInt8]) throws(StreamTransformError) -> Bool {
        while true {
            // A record holds at most 16,384 bytes (RFC 8446 §5.1).
            var result: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
                result = SSL_read(session, buffer.baseAddress, Int32(buffer.count))
                count = Int(max(result, 0))
            }
            if result > 0 {
                if received.isEmpty { received = chunk } else { received += chunk }
                continue
            }
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: return false
            case SSL_ERROR_ZERO_RETURN: return true
            default: throw failure(of: result)
            }
        }
    }

    private func takeOutgoing() -> [UInt8] {
        let pending = Int(BIO_ctrl_pending(outgoing))
        guard pending > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
            count = Int(max(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: pending)), 0))
        }
    }

    /// The reason in words, with the alert that tells the peer.
    private func failure(of result: Int32) -> StreamTransformError {
        let verification = SSL_get_verify_result(session)
        var reason = OpenSSLError.takeReason() ?? "the stream was damaged"
        if context.verifiesPeer, verification != X509_V_OK, !isEstablished,
            let words = X509_verify_cert_error_string(verification)
        {
            reason += " (\(String(cString: words)))"
        }
        return StreamTransformError(reason: reason, toSend: takeOutgoing())
    }

    private static func failure(_ usual: String) -> StreamTransformError {
        StreamTransformError(reason: OpenSSLError.takeReason() ?? usual)
    }

    // MARK: What was settled

    var security: StreamSecurityDescription? {
        guard isEstablished else { return nil }
        let version = SSL_get_version(session).map { String(cString: $0) } ?? "TLS"
        let cipher = SSL_get_current_cipher(session).flatMap(SSL_CIPHER_get_name).map { String(cString: $0) } ?? ""
        return StreamSecurityDescription(version: version, cipher: cipher, peerNames: peerNames)
    }

    private var peerNames: [String] {
        guard context.verifiesPeer, SSL_get_verify_result(session) == X509_V_OK,
            let certificate = SSL_get1_peer_certificate(session)
        else { return [] }
        defer { X509_free(certificate) }
        var names: [String] = []
        withUnsafeMutablePointer(to: &names) { pointer in
            copenssl_alternative_names(certificate, pointer) { user, name, length in
                let names = user?.assumingMemoryBound(to: [String].self)
                let bytes = UnsafeBufferPointer(start: name, count: Int(length))
                names?.pointee.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        if names.isEmpty, let name = commonName(certificate) { names = [name] }
        return names
    }

    private func commonName(_ certificate: OpaquePointer) -> String? {
        var text = [CChar](repeating: 0, count: 256)
        let subject = X509_get_subject_name(certificate)
        let length = X509_NAME_get_text_by_NID(subject, NID_commonName, &text, Int32(text.count))
        guard length > 0 else { return nil }
        return String(decoding: text[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
