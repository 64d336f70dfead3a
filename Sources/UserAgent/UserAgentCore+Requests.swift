import SIP

extension UserAgentCore {
    /// A request that no transaction has had yet (RFC 3261 8.2).
    mutating func receive(
        _ request: Request, _ transaction: ServerTransactionID?, from source: TransportAddress,
        at local: LocalEndpoint, now: Instant
    ) {
        guard let transaction else {
            // An ACK is never answered.
            return receiveInDialog(request, transaction: nil, from: source, now: now)
        }
        if let reply = inspect(request) {
            refuseOutright(request, transaction, reply, from: source, now: now)
        } else if request.toTag != nil {
            receiveInDialog(request, transaction: transaction, from: source, now: now)
        } else if request.method == .invite {
            receiveInvite(request, transaction: transaction, from: source, at: local, now: now)
        } else if request.method == .options {
            receiveOptions(request, transaction, from: source, now: now)
        } else {
            var reply = sessionless(request) ?? Reply(481)
            reply.toTag = token()
            respond(reply, to: request, in: transaction, from: source, now: now)
        }
    }

    /// The answer to a request that is not about a session, inside of a dialog or outside; nil for all others.
    func sessionless(_ request: Request) -> Reply? {
        switch request.method {
        case .message: return Reply(message: request)
        case .notify:
            return request.toTag == nil || request.eventPackage == MessageWaiting.package
                ? Reply(notification: request) : Reply(481)
        case .refer: return Reply(603)
        case .invite, .ack, .bye, .cancel, .options, .register, .prack, .update, .info, .subscribe, .publish, .other:
            return nil
        }
    }

    /// What is wrong with a request whatever it asks for, in the order of RFC 3261 8.2; nil if nothing is.
    private func inspect(_ request: Request) -> Reply? {
        if case .other = request.method { return Reply(501) }
        guard Capability.methods.contains(request.method) || Capability.declined.contains(request.method) else {
            return Reply(405)
        }
        guard request.requestURI.isSIP || request.requestURI.scheme == .tel else { return Reply(416) }
        if request.toTag == nil, !isServed(request.requestURI) { return Reply(404) }
        let unknown = unknownExtensions(request)
        if !unknown.isEmpty, request.method != .cancel {
            var reply = Reply(420)
            reply.unsupported = unknown
            return reply
        }
        let isForSession = request.method == .invite || request.method == .update
        return isForSession && !request.accepts("application/sdp") ? Reply(406, accept: Capability.accept) : nil
    }

    /// The option tags in Require and Proxy-Require that we do not know (RFC 3261 8.2.2.3, 20.29).
    private func unknownExtensions(_ request: Request) -> [String] {
        guard request.contains(.require) || request.contains(.proxyRequire) else { return [] }
        let ofProxies = request.tokens(.proxyRequire).filter {
            !Capability.harmlessToProxies.contains($0.lowercased())
        }
        return (request.tokens(.require) + ofProxies).filter { !configuration.knows($0.lowercased()) }
    }

    /// Whether a Request-URI's host is ours: any address, and any name unless the settings name one.
    private func isServed(_ uri: URI) -> Bool {
        guard !configuration.domain.isEmpty, uri.isSIP, uri.address == nil else { return true }
        let host = uri.host.lowercased()
        return host == configuration.domain.lowercased() || host == "localhost"
    }

    private mutating func refuseOutright(
        _ request: Request, _ transaction: ServerTransactionID, _ reply: Reply, from source: TransportAddress,
        now: Instant
    ) {
        var reply = reply
        reply.toTag = token()
        respond(reply, to: request, in: transaction, from: source, now: now)
        guard request.method == .invite, request.toTag == nil else { return }
        statistics.total += 1
        statistics.refused += 1
        lastHandle += 1
        let identity = CallIdentity(request, handle: CallHandle(number: lastHandle), source: source)
        let end = CallEnd(
            party: .callee, reason: .badRequest, cause: nil, status: reply.status, answerDelay: nil, duration: nil,
            media: nil)
        measures.observe(end)
        actions.append(.publish(CallEvent(call: identity, kind: .incoming)))
        actions.append(.publish(CallEvent(call: identity, kind: .ended(end))))
    }

    /// OPTIONS: what a call would get, and what we can do (RFC 3261 11.2).
    mutating func receiveOptions(
        _ request: Request, _ transaction: ServerTransactionID, from source: TransportAddress, now: Instant
    ) {
        // In a call it asks about the call, which goes on.
        let isRefused = stopping && request.toTag == nil
        var reply = isRefused ? Reply(503, retryAfter: Self.retryAfterStop) : Reply(200)
        reply.isCapabilityReport = !isRefused
        reply.toTag = request.toTag == nil ? token() : nil
        respond(reply, to: request, in: transaction, from: source, now: now)
    }
}
