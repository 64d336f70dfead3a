import SIP

extension UserAgentCore {
    /// Carries out what the transactions want done, until nothing is left.
    mutating func carryOut(at local: LocalEndpoint? = nil, now: Instant) {
        var index = 0
        while index < pending.count {
            let action = pending[index]
            index += 1
            perform(action, at: local, now: now)
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func perform(_ action: TransactionAction, at local: LocalEndpoint?, now: Instant) {
        switch action {
        case .send(let bytes, let peer, let transaction):
            actions.append(.send(bytes, to: peer, transaction: transaction))
        case .deliverRequest(let request, let transaction, let source):
            receive(request, transaction, from: source, at: local ?? LocalEndpoint(), now: now)
        case .deliverResponse(let response, let transaction, _):
            receiveResponse(response, transaction: transaction, now: now)
        case .cancelled(let transaction, _):
            cancelled(transaction, now: now)
        case .refused(let request, let source):
            refuseForCapacity(request, from: source, now: now)
        case .failed(let transaction, let failure):
            if let report = publications.removeValue(forKey: transaction) {
                return reportFailed(report, failure, now: now)
            }
            guard let request = requests.removeValue(forKey: transaction) else { return }
            if failure == .transport, fallsBack(request, now: now) { return }
            switch request.method.isRefresh {
            case true: refreshFailed(request, transaction, now: now)
            case false: requestDone(request.call)
            }
        case .serverFailed(let transaction, let failure):
            serverFailed(transaction, failure, now: now)
        case .ended(.client(let transaction)):
            requests[transaction] = nil
        case .ended(.server):
            break
        }
    }

    /// The transport of a call that is not answered yet is gone.
    private mutating func serverFailed(_ transaction: ServerTransactionID, _ failure: TransactionFailure, now: Instant)
    {
        guard failure == .transport, let call = callsByInvite[transaction] else { return }
        if let invite = call.invite {
            // It may reach the caller by a new connection (RFC 3261 18.2.2); at any rate it ends the transaction.
            respond(
                Reply(503, toTag: call.localTag), to: invite, in: transaction, from: call.source, now: now)
            end(call, .network, .transportFailure, status: 503, now: now)
        }
    }

    /// Writes an answer and gives it to its transaction. The octets, to be repeated.
    @discardableResult
    mutating func respond(
        _ reply: borrowing Reply, to request: Request, in transaction: ServerTransactionID,
        from source: TransportAddress, now: Instant
    ) -> [UInt8] {
        let bytes = request.response(ResponseHead(reply, standing), from: source)
        transactions.respond(bytes, status: reply.status, in: transaction, now: now, into: &pending)
        return bytes
    }

    /// An answer outside of the transactions, to what could not be parsed (RFC 3261 8.2.6.1).
    mutating func refuse(_ error: MessageError, from source: TransportAddress) {
        guard let salvaged = error.salvaged, !salvaged.isAcknowledgement else { return }
        let reply = Reply(error.status, toTag: token(), warning: (399, error.description))
        actions.append(
            .send(
                salvaged.response(ResponseHead(reply, standing), from: source),
                to: salvaged.responseAddress(from: source), transaction: nil))
    }

    /// Sends a request of ours in a call.
    mutating func request(_ method: Method, _ handle: CallHandle, now: Instant) {
        guard let call = calls[handle], let dialog = call.dialog else { return }
        call.requestsUnderWay += 1
        guard let destination = Destination(of: dialog.nextHop, call: call) else {
            // The peer's Contact leads nowhere, or its host is a name: the actor looks that up.
            return resolve(method, handle, dialog.nextHop)
        }
        send(method, handle, to: destination.address, now: now)
    }

    private mutating func send(_ method: Method, _ handle: CallHandle, to peer: TransportAddress, now: Instant) {
        guard let call = calls[handle], var dialog = call.dialog else { return }
        var head = dialog.makeRequest(
            method, transport: peer.transport, sentBy: sentBy(of: call), branch: "z9hG4bK\(token())")
        call.dialog = dialog
        if !configuration.userAgent.isEmpty { head.fields.append(("User-Agent", configuration.userAgent)) }
        if method == .bye, let reason = call.reasonHeader { head.fields.append(("Reason", reason)) }
        if method.isRefresh { complete(&head, of: call) }
        if peer.transport == .tls, peer.flow == 0 { actions.append(.nameServer(peer, dialog.nextHop.serverName)) }
        transmit(head, handle, to: peer, now: now)
    }

    private mutating func transmit(
        _ head: RequestHead, _ handle: CallHandle, to peer: TransportAddress, mayChangeTransport: Bool = true,
        now: Instant
    ) {
        let sized = SizedRequest(head, to: peer, mayChangeTransport: mayChangeTransport)
        guard let call = calls[handle], let transaction = begin(sized, now: now) else { return requestDone(handle) }
        let method = head.method
        requests[transaction] = PendingRequest(method: method, call: handle, fallback: sized.fallback)
        if method.isRefresh { call.refresh = SessionRefresh(transaction: transaction, isInvite: method == .invite) }
    }

    /// Begins the transaction of a request; nil if there are too many.
    mutating func begin(_ sized: SizedRequest, now: Instant) -> ClientTransactionID? {
        guard case .request(let request)? = try? Message(parsing: sized.octets) else { return nil }
        return try? transactions.send(request, to: sized.peer, now: now, into: &pending)
    }

    /// Sends a large request by UDP after all, where there was no connection to be had (RFC 3261 18.1.1).
    private mutating func fallsBack(_ request: PendingRequest, now: Instant) -> Bool {
        guard var fallback = request.fallback else { return false }
        fallback.head.branch = "z9hG4bK\(token())"
        transmit(fallback.head, request.call, to: fallback.peer, mayChangeTransport: false, now: now)
        return true
    }

    /// Host and port of our Via on a call.
    func sentBy(of call: Call) -> String {
        "\((configuration.advertisedAddress ?? call.local.address).hostDescription):\(call.local.port)"
    }

    private mutating func resolve(_ method: Method, _ handle: CallHandle, _ uri: URI) {
        guard uri.isSIP, !uri.host.isEmpty, let call = calls[handle] else { return requestDone(handle) }
        lastResolution += 1
        let transport = uri.scheme == .sips ? .tls : uri.transport ?? call.source.transport
        let resolution = Resolution(
            id: lastResolution, host: uri.host, port: uri.port ?? transport.defaultPort, transport: transport)
        resolutions[resolution.id] = UnresolvedRequest(purpose: .call(handle, method), resolution: resolution)
        actions.append(.resolve(resolution))
    }

    /// A name was looked up; the request that waited for it goes out, or fails.
    public mutating func resolved(_ resolution: Resolution, to address: IPAddress?, now: Instant) {
        guard let waiting = resolutions.removeValue(forKey: resolution.id) else { return }
        switch waiting.purpose {
        case .report:
            collectorResolved(to: address, now: now)
        case .call(let call, let method):
            guard let address else {
                requestDone(call)
                break
            }
            let peer = TransportAddress(resolution.transport, address, port: resolution.port)
            calls[call]?.resolvedHop = peer
            send(method, call, to: peer, now: now)
        }
        carryOut(now: now)
    }

    /// A request of ours has its final response, or none will come.
    mutating func requestDone(_ handle: CallHandle) {
        guard let call = calls[handle] else { return }
        call.requestsUnderWay -= 1
        forgetIfDone(call)
    }

    private mutating func receiveResponse(_ response: Response, transaction: ClientTransactionID, now: Instant) {
        guard let request = requests[transaction] else {
            return reportAnswered(response, transaction: transaction, now: now)
        }
        if request.method.isRefresh {
            // It stands until the transaction has ended, since a 2xx to an INVITE may come again.
            refreshed(response, request, transaction, now: now)
        } else if response.status >= 200 {
            requests[transaction] = nil
            requestDone(request.call)
        }
    }
}

/// A request of ours in a call.
struct PendingRequest: Sendable {
    let method: Method
    let call: CallHandle
    let fallback: RequestFallback?
}

extension URI {
    /// The host as a certificate bears it.
    var serverName: String { String(host.drop { $0 == "[" }.prefix { $0 != "]" }) }
}

extension Method {
    /// Whether a request of ours with this method refreshes the session.
    fileprivate var isRefresh: Bool { self == .invite || self == .update }
}

/// A request that waits for the address of its next hop.
struct UnresolvedRequest: Sendable {
    enum Purpose {
        /// A request in a call.
        case call(CallHandle, Method)
        /// Reports to the collector.
        case report
    }

    let purpose: Purpose
    let resolution: Resolution
}

/// Where a request in a call goes (RFC 3261 12.2.1.1, 18.1.1): to the next hop's address, or by the connection on which the
/// call came, as long as it is up.
struct Destination {
    let address: TransportAddress

    init?(of uri: URI, call: Call) {
        guard uri.isSIP else { return nil }
        if call.source.transport.isReliable, call.lostFlow != call.source.flow {
            address = call.source
            return
        }
        guard let host = uri.address else { return nil }
        let usual = call.source.transport.isReliable ? call.source.transport : .udp
        let transport = uri.scheme == .sips ? .tls : uri.transport ?? usual
        var target = TransportAddress(transport, host, port: uri.port ?? transport.defaultPort)
        if transport == .udp, transport == call.source.transport {
            target.flow = call.source.flow
            target.local = call.source.local
        }
        address = target
    }
}
