import Media
import SDP
import SIP

/// Names a call within this process; never used twice.
public struct CallHandle: Hashable, Sendable {
    /// Ascends in the order in which calls come.
    public let number: UInt64

    /// The name of a call, which there may be or not.
    public init(number: UInt64) {
        self.number = number
    }
}

/// Who is calling what, as the INVITE says it. A class, because it is passed on with every event of the call.
public final class CallIdentity: Sendable {
    /// The name of the call within this process.
    public let handle: CallHandle
    /// The `Call-ID` (RFC 3261 8.1.1.4).
    public let callID: String
    /// What the dialled number does.
    public let dialled: Extension
    /// Where the INVITE came from.
    public let source: TransportAddress
    /// The three URIs one behind the other: strings are made of them where they are wanted.
    private let uris: [UInt8]
    private let toStart: Int
    private let requestURIStart: Int

    /// The URI in `From`.
    public var from: String { text(0..<toStart) }
    /// The URI in `To`.
    public var to: String { text(toStart..<requestURIStart) }
    /// The Request-URI.
    public var requestURI: String { text(requestURIStart..<uris.count) }

    private func text(_ range: Range<Int>) -> String { String(decoding: uris[range], as: UTF8.self) }

    init(
        handle: CallHandle, callID: String, from: some Collection<UInt8>, to: some Collection<UInt8>,
        requestURI: some Collection<UInt8>, dialled: Extension, source: TransportAddress
    ) {
        self.handle = handle
        self.callID = callID
        self.dialled = dialled
        self.source = source
        toStart = from.count
        requestURIStart = toStart + to.count
        var uris: [UInt8] = []
        uris.reserveCapacity(requestURIStart + requestURI.count)
        uris += from
        uris += to
        uris += requestURI
        self.uris = uris
    }
}

/// A change of a call's state, for the log, the metrics and the records.
public struct CallEvent: Sendable {
    /// What happened. What is large is boxed, for an event is copied several times on its way.
    public enum Kind: Sendable {
        /// An INVITE that opens a call was accepted for processing.
        case incoming
        /// 180 was sent.
        case ringing
        /// 200 was sent.
        indirect case answered(CallMedia)
        /// The session was changed by a further offer and answer.
        indirect case changed(CallMedia)
        /// Media goes to another address than the SDP's, because it comes from there.
        case latched(String)
        /// A digit was received.
        case digit(CallDigit)
        /// An interval of the audio is over. Only where the media engine tells of intervals.
        indirect case measured(MediaInterval)
        /// The call is over, or was refused, or never came to be.
        indirect case ended(CallEnd)
    }

    /// The call.
    public let call: CallIdentity
    /// What happened to it.
    public let kind: Kind
}

/// The session as it was negotiated.
public struct CallMedia: Sendable, Hashable {
    /// The encoding name, such as `PCMU`; nil, as are the others, before a late offer is answered.
    public let codec: String?
    /// The RTP payload type that we send.
    public let payloadType: UInt8?
    /// Milliseconds in a packet that we send.
    public let packetTime: Int?
    /// Our RTP address.
    let localAddress: IPAddress
    /// Our RTP port.
    let localPort: UInt16
    /// Where the peer wants RTP by its SDP.
    let remoteMedia: RemoteMedia?
    /// What we may do: `sendrecv`, `sendonly`, `recvonly` or `inactive`.
    public let direction: String?

    /// Our RTP address and port. A text is made of it only where it is wanted.
    public var local: String { localAddress.hostDescription(port: localPort) }

    /// The peer's RTP address and port by its SDP; nil too while it wants no media.
    public var remote: String? {
        remoteMedia.map { $0.family == .ip6 ? "[\($0.host)]:\($0.port)" : "\($0.host):\($0.port)" }
    }
}

/// A digit that the caller pressed.
public struct CallDigit: Sendable, Hashable {
    /// How it came.
    public enum Method: String, Sendable {
        /// A telephone event (RFC 4733).
        case telephoneEvent = "rfc4733"
        /// A dual tone in the audio (ITU-T Q.23).
        case inBand = "in-band"
        /// The body of an INFO (RFC 6086).
        case info
    }

    /// 0-9, *, #, A-D.
    public let digit: Character
    /// How it came.
    public let method: Method
}

/// How and why a call ended.
public struct CallEnd: Sendable {
    /// Who ended it.
    public enum Party: String, Sendable {
        /// The peer: a BYE, a CANCEL.
        case caller
        /// We: a BYE, a refusal.
        case callee = "milliwatt"
        /// Neither wanted it: a timeout or a transport that broke.
        case network
    }

    /// Why it ended.
    public enum Reason: String, Sendable, CaseIterable {
        /// The caller hung up.
        case callerHungUp = "caller hung up"
        /// The caller gave up while it rang.
        case cancelled
        /// The tone's duration is over.
        case toneFinished = "tone finished"
        /// The longest call that the settings allow.
        case maximumDuration = "maximum duration"
        /// The peer sent no RTP for as long as the settings allow.
        case mediaTimeout = "no media"
        /// The 200 was never acknowledged (RFC 3261 13.3.1.4).
        case noAcknowledgement = "no ACK"
        /// The reliable 180 was never acknowledged (RFC 3262 3).
        case noProvisionalAcknowledgement = "no PRACK"
        /// The session was not refreshed in time (RFC 4028 10).
        case sessionExpired = "session expired"
        /// Another call took its place (RFC 3891).
        case replaced
        /// The answer in the ACK or the 2xx cannot be used.
        case badAnswer = "unusable answer"
        /// Nobody answered.
        case noAnswer = "no answer"
        /// Too many calls.
        case overLimit = "over the call limit"
        /// No codec is shared, or no audio was offered.
        case notAcceptable = "no shared codec"
        /// A request that cannot be served; the status tells which way.
        case badRequest = "bad request"
        /// No RTP port is free, or the system has no socket for one.
        case noPorts = "no free RTP port"
        /// The peer no longer knows the call or no longer answers in it.
        case dialogLost = "dialog lost"
        /// The peer cannot be reached.
        case transportFailure = "transport failure"
        /// The daemon stops.
        case shutdown
    }

    /// Who ended it.
    public let party: Party
    /// Why.
    public let reason: Reason
    /// What stood in the way, in words; nil where `reason` says it all.
    public let cause: String?
    /// The final status of the INVITE; nil where none was sent.
    public let status: Int?
    /// From the INVITE's arrival to the 200; nil if it was not answered.
    public let answerDelay: Duration?
    /// From the 200 to the end; nil if it was not answered.
    public let duration: Duration?
    /// What was heard and sent; nil if no media was opened.
    public let media: MediaReport?
}

extension CallIdentity {
    convenience init(_ request: Request, handle: CallHandle, source: TransportAddress) {
        let requestURI = request.requestURI
        self.init(
            handle: handle, callID: request.callID.description, from: request.fromURI.slice, to: request.toURI.slice,
            requestURI: requestURI.text.slice, dialled: Extension(dialling: requestURI), source: source)
    }
}
