import Media
import SDP
import SIP

/// Where a call stands between INVITE and its last transaction.
enum CallPhase: Hashable, Sendable {
    /// The INVITE is accepted for processing; RTP ports are being bound.
    case preparing
    /// 180 is sent; the 200 follows after the delay.
    case ringing
    /// 200 is sent, and repeated until its ACK comes (RFC 3261 13.3.1.4).
    case answered
    /// Acknowledged.
    case established
    /// Over; kept until the media's report is there and our BYE has its answer.
    case over

    /// Whether the INVITE has no final response yet.
    var isBeforeAnswer: Bool { self == .preparing || self == .ringing }
}

/// One call that we were invited to: its dialog, its session, its timers. Pure state; `UserAgentCore` decides.
///
/// A class, because the core's table would copy a value of this size, with some forty references, at every step; it
/// belongs to its core alone, so that what would be checked for exclusive access at each look is not.
final class Call {
    let identity: CallIdentity
    /// Names the call in the core's tables.
    var handle: CallHandle { identity.handle }
    let arrival: Instant
    /// The INVITE that opened it, until it has its final response.
    var invite: Request?
    /// The offer in that INVITE, so that it is read once, until it is answered.
    var offer: ConsideredOffer?
    /// Our address on this call: the one that the INVITE was sent to.
    let local: LocalEndpoint
    /// Our Contact (RFC 3261 8.1.1.8): where requests in this call reach us.
    let contact: String
    /// Where it came from, which for a connection is also where our requests go.
    var source: TransportAddress
    /// The last connection of this call that is no more.
    var lostFlow: UInt64?

    var phase: CallPhase = .preparing
    var inviteTransaction: ServerTransactionID
    /// The CSeq of the last INVITE accepted, which its ACK repeats (RFC 3261 13.2.2.4).
    var inviteSequence: UInt32
    var localTag: String
    @exclusivity(unchecked) var dialog: Dialog?
    let session: CallSession
    var media = CallMediaState.none
    /// Our RTP port once media has been opened, also after it has been closed.
    var mediaPort: UInt16 = 0
    var gate = MediaGate()
    @exclusivity(unchecked) var retransmission: AcceptedInviteRetransmission?
    var answeredAt: Instant?
    var ending: CallEnding?

    /// Our 180, until its PRACK has come (RFC 3262).
    @exclusivity(unchecked) var reliable: ReliableProvisional?
    /// Whether the 200 waits for that PRACK.
    var isAnswerDue = false
    /// The call that this one takes the place of (RFC 3891).
    var replaces: CallHandle?

    /// The timer of the session, if one is agreed on (RFC 4028).
    @exclusivity(unchecked) var sessionTimer: SessionTimer?
    /// Whether the peer lists UPDATE in Allow.
    var peerUpdates = false
    /// Whether the session is to be refreshed as soon as no INVITE is under way.
    var isRefreshDue = false
    /// When a refresh that failed is tried again.
    var refreshRetry: Instant?
    /// The Min-SE of our refreshes in seconds: what the peer asked for in a 422.
    var refreshMinimum = SessionTimerPolicy.leastMinimum
    /// Our refresh that has no final response yet.
    var refresh: SessionRefresh?
    /// Where the host name in the peer's target was found to be.
    var resolvedHop: TransportAddress?

    /// When the ringing ends: by our answer, or by giving up.
    var ringingDeadline: Instant?
    /// When we hang up, and why; not before the ACK (RFC 3261 15).
    var hangUp: (at: Instant, party: CallEnd.Party, why: CallEnd.Reason)?
    /// When the collector is told next how the call goes.
    var nextReport: Instant?
    /// Requests of ours that have no final response yet.
    var requestsUnderWay = 0
    /// The deadline for which an entry stands in the core's queue.
    var scheduled: Instant?

    init(
        _ identity: CallIdentity, invite: Request, transaction: ServerTransactionID, localTag: String,
        session: CallSession, at local: LocalEndpoint, now: Instant
    ) {
        self.identity = identity
        self.invite = invite
        self.local = local
        self.localTag = localTag
        self.session = session
        arrival = now
        source = identity.source
        inviteTransaction = transaction
        inviteSequence = invite.cSeq.number
        // A call to a sips URI stays secure to its end (RFC 3261 12.1.1).
        let isSecure = source.transport == .tls && invite.requestURI.scheme == .sips
        contact = URI.contact(
            user: invite.requestURI.rawUser, host: session.address, port: local.port, isSecure: isSecure,
            transport: isSecure || source.transport == .udp ? nil : source.transport)
    }

    /// The earliest of its deadlines.
    var nextDeadline: Instant? {
        var earliest: Instant?
        func consider(_ candidate: Instant?) {
            guard let candidate else { return }
            earliest = earliest.map { min($0, candidate) } ?? candidate
        }
        consider(ringingDeadline)
        consider(retransmission?.deadline)
        consider(reliable?.deadline)
        if phase == .established {
            consider(hangUp?.at)
            consider(sessionTimer?.deadline)
            consider(refreshRetry)
            consider(nextReport)
        }
        return earliest
    }
}

/// How a call ends, noted when it is decided and published when the media's report is there.
struct CallEnding: Sendable {
    let party: CallEnd.Party
    let reason: CallEnd.Reason
    let cause: String?
    let status: Int?
    let at: Instant
}

/// What the call holds of the media engine.
enum CallMediaState: Hashable, Sendable {
    case none
    /// Ports are bound.
    case reserved(port: UInt16)
    /// The engine sends and receives.
    case open(port: UInt16)
    /// Closed; the report is still to come.
    case closing

    /// Our RTP port.
    var port: UInt16? {
        switch self {
        case .reserved(let port), .open(let port): port
        case .none, .closing: nil
        }
    }
}

/// The address at which a message reached us, as the peer has to be told it.
public struct LocalEndpoint: Hashable, Sendable {
    /// The local address of the packet or connection.
    public var address: IPAddress
    /// The listener's port.
    public var port: UInt16

    /// An address and port of ours.
    public init(address: IPAddress = .anyV4, port: UInt16 = 5060) {
        self.address = address
        self.port = port
    }
}

extension Call {
    /// The Reason of our BYE (RFC 3326): why the call ends if not as a call should.
    var reasonHeader: String? {
        switch ending?.reason ?? hangUp?.why {
        case .mediaTimeout?: "Q.850;cause=41;text=\"no media\""
        case .maximumDuration?: "Q.850;cause=102;text=\"maximum duration\""
        case .noAcknowledgement?: "SIP;cause=408;text=\"no ACK\""
        case .badAnswer?: "SIP;cause=488;text=\"unusable answer\""
        case .sessionExpired?: "SIP;cause=408;text=\"session expired\""
        case .dialogLost?: "SIP;cause=481;text=\"dialog lost\""
        case .replaced?: "SIP;cause=200;text=\"replaced\""
        default: nil
        }
    }
}
