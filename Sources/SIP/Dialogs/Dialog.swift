/// The state that two user agents share (RFC 3261 §12): who they are, where their requests go, and in what order.
public struct Dialog: Sendable {
    /// Whether the INVITE that made the dialog has its 2xx.
    public enum State: Hashable, Sendable {
        /// There are only provisional responses.
        case early
        /// The 2xx is sent or received.
        case confirmed
    }

    /// Where a request of the peer stands in the order of CSeq (RFC 3261 §12.2.2).
    public enum Order: Hashable, Sendable {
        /// It is newer than the last.
        case inOrder
        /// It is not, and is to be answered with 500.
        case outOfOrder
    }

    /// The dialog's name.
    public let id: DialogID
    /// Whether the dialog is early or confirmed.
    public private(set) var state: State
    /// Whether `sips` and TLS brought the INVITE, so that every request of the dialog is to go as securely.
    public let isSecure: Bool
    /// The URI that our requests are for: the peer's last Contact.
    public private(set) var remoteTarget: URI
    /// The value of our From, as it came, with its folds; our tag is missing where `isTagOurs`.
    private let localValue: WireText
    private let isTagOurs: Bool
    /// The value of our To, as it came.
    private let remoteValue: WireText
    /// The proxies that want to see our requests, nearest first.
    private(set) var routeSet: [NameAddress]
    /// The CSeq of our next request.
    private var nextSequence: UInt32
    /// The CSeq of the peer's last request, once there is one.
    private var remoteSequence: UInt32?

    /// The dialog of an INVITE that we answer (RFC 3261 §12.1.1); `nil` where its Contact is missing, without which
    /// no request can go back.
    /// - Parameters:
    ///   - localTag: the tag that our responses have in To.
    ///   - firstSequence: the CSeq of our first request, below 2**31.
    ///   - state: early where a provisional response makes the dialog.
    ///   - transport: the transport that the request came by.
    public init?(
        answering request: Request, localTag: String, firstSequence: UInt32 = 1, state: State = .confirmed,
        transport: TransportProtocol = .udp
    ) {
        guard let target = request.firstContact?.uri, target.isSIP else { return nil }
        // A dialog may last for hours, and what it takes from the INVITE would keep all of that. It is kept as octets, in
        // one piece of memory: few dialogs have a request of ours.
        let remoteTag = request.fromTag
        let tags = localTag.utf8.count + (remoteTag?.count ?? 0)
        let values = request.toValue.count + request.fromValue.count
        var room = DetachedRoom(request.callID.count + tags + values + target.text.count)
        let callID = room.take(request.callID.slice)
        let (local, remote) = (room.take(localTag.utf8), room.take(remoteTag?.slice ?? []))
        let (to, from) = (room.take(request.toValue.slice), room.take(request.fromValue.slice))
        let uri = room.take(target.text.slice)
        id = DialogID(callID: room.text(callID), localTag: room.text(local), remoteTag: room.text(remote))
        self.state = state
        isSecure = request.requestURI.scheme == .sips && transport.isSecure
        localValue = room.text(to)
        isTagOurs = request.toTag == nil
        remoteValue = room.text(from)
        remoteTarget = target.moved(to: room.text(uri))
        routeSet = request.recordRoutes.map(\.detached)
        nextSequence = firstSequence
        remoteSequence = request.cSeq.number
    }

    /// The dialog that a response to our INVITE makes (RFC 3261 §12.1.2): early by one of 101 to 199 with a To tag,
    /// confirmed by a 2xx; `nil` for other responses. A peer that leaves its Contact out is reached where the INVITE
    /// went.
    /// - Parameter transport: the transport that the INVITE left by.
    public init?(inviting request: Request, answered response: Response, transport: TransportProtocol = .udp) {
        guard let id = DialogID(received: response), (101...299).contains(response.status),
            response.status >= 200 || response.toTag != nil
        else { return nil }
        self.id = id
        state = response.status < 200 ? .early : .confirmed
        isSecure = request.requestURI.scheme == .sips && transport.isSecure
        localValue = request.fromValue.detached
        isTagOurs = false
        remoteValue = response.toValue.detached
        remoteTarget = (Dialog.target(response.firstContact) ?? request.requestURI).detached
        routeSet = response.recordRoutes.reversed().map(\.detached)
        nextSequence = request.cSeq.number &+ 1
        remoteSequence = nil
    }

    private static func target(_ contact: NameAddress?) -> URI? {
        guard let uri = contact?.uri, uri.isSIP else { return nil }
        return uri
    }
}

// MARK: - What the peer says

extension Dialog {
    /// We have sent the 2xx to the INVITE.
    public mutating func confirm() { state = .confirmed }

    /// A 2xx to our INVITE has come in this dialog. The first one confirms an early dialog and has the last word on
    /// its route set (RFC 3261 §13.2.2.4); each refreshes the target.
    public mutating func confirm(by response: Response) {
        if state == .early {
            state = .confirmed
            routeSet = response.recordRoutes.reversed().map(\.detached)
        }
        refreshTarget(from: response)
    }

    /// A request of the peer has come in this dialog; ACK and CANCEL are not counted. One that is out of order is
    /// answered 500 and has no other effect (RFC 3261 §12.2.2).
    public mutating func receive(_ request: Request) -> Order {
        let number = request.cSeq.number
        if let last = remoteSequence, number <= last { return .outOfOrder }
        remoteSequence = number
        return .inOrder
    }

    /// A target refresh request (re-INVITE, UPDATE) was accepted: the peer may have a new Contact (RFC 3261 §12.2.2).
    public mutating func refreshTarget(from request: Request) {
        if let target = Dialog.target(request.firstContact) { remoteTarget = target.detached }
    }

    /// A target refresh request of ours was answered 2xx: the peer may have a new Contact (RFC 3261 §12.2.1.2).
    public mutating func refreshTarget(from response: Response) {
        if let target = Dialog.target(response.firstContact) { remoteTarget = target.detached }
    }
}

// MARK: - What we say

extension Dialog {
    /// The URI that tells where our next request is sent: the first route, or else the target (RFC 3261 §8.1.2).
    public var nextHop: URI { routeSet.first?.uri ?? remoteTarget }

    /// The next request of ours, with the next CSeq (RFC 3261 §12.2.1.1). Not for an ACK.
    public mutating func makeRequest(
        _ method: Method, transport: TransportProtocol, sentBy: String, branch: String
    ) -> RequestHead {
        // A CSeq is below 2**31 (§8.1.1.5).
        defer { nextSequence = (nextSequence &+ 1) & 0x7FFF_FFFF }
        return makeRequest(method, sequence: nextSequence, transport: transport, sentBy: sentBy, branch: branch)
    }

    /// The ACK for a 2xx, which is a request of its own with a branch of its own and the CSeq number of the INVITE
    /// (RFC 3261 §13.2.2.4). It has no transaction: every repetition of the 2xx is acknowledged again.
    public func makeAcknowledgement(
        of response: Response, transport: TransportProtocol, sentBy: String, branch: String
    ) -> RequestHead {
        makeRequest(
            .ack, sequence: response.cSeq.number, transport: transport, sentBy: sentBy, branch: branch)
    }

    private func makeRequest(
        _ method: Method, sequence: UInt32, transport: TransportProtocol, sentBy: String, branch: String
    ) -> RequestHead {
        var target = remoteTarget.asRequestURI
        var routes = routeSet.map { $0.text.unfolded }
        if let first = routeSet.first, !first.uri.isLooseRouter {
            // A strict router wants itself in the Request-URI and the target as the last Route.
            routes = Array(routes.dropFirst()) + ["<\(remoteTarget)>"]
            target = first.uri.asRequestURI
        }
        let tag = isTagOurs ? ";tag=\(id.localTag)" : ""
        var head = RequestHead(
            method, requestURI: target, transport: transport, sentBy: sentBy, branch: branch,
            from: localValue.unfolded + tag, to: remoteValue.unfolded, callID: id.callID.description, cSeq: sequence)
        head.routes = routes
        return head
    }
}

extension URI {
    /// Whether a Route value is of a loose router (RFC 3261 §16.12).
    var isLooseRouter: Bool { parameters["lr"] != nil }

    /// The URI without what has no place in a Request-URI: headers and the method parameter (RFC 3261 §19.1.1,
    /// table 1).
    var asRequestURI: String {
        let parameters = self.parameters
        guard !headers.isEmpty || parameters["method"] != nil else { return description }
        var result = String(decoding: text.bytes[text.range.start..<parameters.range.start], as: UTF8.self)
        for (name, value) in parameters.all where name != "method" {
            result += ";" + name
            if let value { result += "=" + value }
        }
        return result
    }
}
