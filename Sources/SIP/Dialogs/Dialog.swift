/// What names a dialog (RFC 3261 12).
public struct DialogID: Hashable, Sendable {
    /// The Call-ID.
    public let callID: WireText
    /// Our tag.
    public let localTag: WireText
    /// The peer's tag; empty where it has none (RFC 2543).
    public let remoteTag: WireText

    /// A dialog's name.
    public init(callID: WireText, localTag: WireText, remoteTag: WireText) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
    }

    /// The dialog that a request from the peer belongs to; nil for a request outside of one.
    public init?(received request: Request) {
        guard let localTag = request.toTag else { return nil }
        self.init(callID: request.callID, localTag: localTag, remoteTag: request.fromTag ?? WireText(""))
    }
}

/// The state that two user agents share (RFC 3261 12): who they are, where their requests go, and in what order.
public struct Dialog: Sendable {
    /// Where a request of the peer stands in the order of CSeq (RFC 3261 12.2.2).
    public enum Order: Hashable, Sendable {
        /// It is newer than the last.
        case inOrder
        /// It is not, and is to be answered with 500.
        case outOfOrder
    }

    /// The dialog's name.
    public let id: DialogID
    /// The value of our From.
    let localAddress: String
    /// The value of our To.
    let remoteAddress: String
    /// The URI that our requests are for: the peer's last Contact.
    public private(set) var remoteTarget: URI
    /// The proxies that want to see our requests, nearest first.
    let routeSet: [NameAddress]
    private var localSequence: UInt32
    private var remoteSequence: UInt32

    /// The dialog of an INVITE that we answer (RFC 3261 12.1.1); nil where its Contact is missing, without which
    /// no request can go back.
    public init?(answering request: Request, localTag: String, firstSequence: UInt32 = 1) {
        guard let contact = request.contacts.first, contact.uri.isSIP else { return nil }
        id = DialogID(callID: request.callID, localTag: WireText(localTag), remoteTag: request.fromTag ?? WireText(""))
        let to = request.toValue.unfolded
        localAddress = request.toTag == nil ? "\(to);tag=\(localTag)" : to
        remoteAddress = request.fromValue.unfolded
        remoteTarget = contact.uri
        routeSet = request.recordRoutes
        localSequence = firstSequence
        remoteSequence = request.cSeq.number
    }

    /// A request of the peer has come in this dialog; ACK and CANCEL are not counted.
    public mutating func receive(_ request: Request) -> Order {
        let number = request.cSeq.number
        guard number > remoteSequence else { return .outOfOrder }
        remoteSequence = number
        return .inOrder
    }

    /// A target refresh request was accepted: the peer may have a new Contact (RFC 3261 12.2.2).
    public mutating func refreshTarget(from request: Request) {
        guard let contact = request.contacts.first, contact.uri.isSIP else { return }
        remoteTarget = contact.uri
    }

    /// The next request of ours (RFC 3261 12.2.1.1).
    public mutating func makeRequest(
        _ method: Method, transport: TransportProtocol, sentBy: String, branch: String
    ) -> RequestHead {
        defer { localSequence &+= 1 }
        var target = remoteTarget.withoutHeaders
        var routes = routeSet.map { $0.text.unfolded }
        if let first = routeSet.first, !first.uri.isLooseRouter {
            // A strict router wants itself in the Request-URI and the target as the last Route.
            routes = Array(routes.dropFirst()) + ["<\(target)>"]
            target = first.uri.withoutHeaders
        }
        var head = RequestHead(
            method, requestURI: target, transport: transport, sentBy: sentBy, branch: branch, from: localAddress,
            to: remoteAddress, callID: id.callID.description, cSeq: localSequence)
        head.routes = routes
        return head
    }

    /// The URI that tells where our next request is sent: the first route, or else the target (RFC 3261 8.1.2).
    public var nextHop: URI { routeSet.first?.uri ?? remoteTarget }
}

extension URI {
    /// Whether a Route value is of a loose router (RFC 3261 16.12).
    var isLooseRouter: Bool { parameters["lr"] != nil }

    /// The URI without what is not allowed in a Request-URI (RFC 3261 19.1.1, table 1).
    var withoutHeaders: String {
        let text = description
        return headers.isEmpty ? text : String(text.dropLast(headers.count + 1))
    }
}

extension WireText {
    /// The text with the line ends of its folds taken out.
    var unfolded: String {
        String(decoding: slice.filter { $0 != Octet.cr && $0 != Octet.lf }, as: UTF8.self)
    }
}
