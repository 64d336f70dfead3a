/// The header fields that this implementation knows by name: those of RFC 3261 and of the extensions in use.
///
/// The raw value is a bit number in the set of the fields that a message has, so there are at most 63 of them.
public enum HeaderName: UInt8, Hashable, Sendable, CaseIterable {
    /// Any other name; ask for such fields by their text.
    case other = 0
    /// `Accept`.
    case accept
    /// `Accept-Encoding`.
    case acceptEncoding
    /// `Accept-Language`.
    case acceptLanguage
    /// `Alert-Info`.
    case alertInfo
    /// `Allow`.
    case allow
    /// `Allow-Events` or `u`.
    case allowEvents
    /// `Authentication-Info`.
    case authenticationInfo
    /// `Authorization`.
    case authorization
    /// `Call-ID` or `i`.
    case callID
    /// `Call-Info`.
    case callInfo
    /// `Contact` or `m`.
    case contact
    /// `Content-Disposition`.
    case contentDisposition
    /// `Content-Encoding` or `e`.
    case contentEncoding
    /// `Content-Language`.
    case contentLanguage
    /// `Content-Length` or `l`.
    case contentLength
    /// `Content-Type` or `c`.
    case contentType
    /// `CSeq`.
    case cSeq
    /// `Date`.
    case date
    /// `Diversion`.
    case diversion
    /// `Error-Info`.
    case errorInfo
    /// `Event` or `o`.
    case event
    /// `Expires`.
    case expires
    /// `From` or `f`.
    case from
    /// `History-Info`.
    case historyInfo
    /// `Identity` or `y`.
    case identity
    /// `In-Reply-To`.
    case inReplyTo
    /// `Max-Forwards`.
    case maxForwards
    /// `MIME-Version`.
    case mimeVersion
    /// `Min-Expires`.
    case minExpires
    /// `Min-SE`.
    case minSE
    /// `Organization`.
    case organization
    /// `P-Asserted-Identity`.
    case pAssertedIdentity
    /// `P-Preferred-Identity`.
    case pPreferredIdentity
    /// `Path`.
    case path
    /// `Priority`.
    case priority
    /// `Privacy`.
    case privacy
    /// `Proxy-Authenticate`.
    case proxyAuthenticate
    /// `Proxy-Authorization`.
    case proxyAuthorization
    /// `Proxy-Require`.
    case proxyRequire
    /// `RAck`.
    case rAck
    /// `Reason`.
    case reason
    /// `Record-Route`.
    case recordRoute
    /// `Refer-To` or `r`.
    case referTo
    /// `Referred-By` or `b`.
    case referredBy
    /// `Remote-Party-ID`.
    case remotePartyID
    /// `Replaces`.
    case replaces
    /// `Reply-To`.
    case replyTo
    /// `Require`.
    case require
    /// `Retry-After`.
    case retryAfter
    /// `Route`.
    case route
    /// `RSeq`.
    case rSeq
    /// `Server`.
    case server
    /// `Session-Expires` or `x`.
    case sessionExpires
    /// `Subject` or `s`.
    case subject
    /// `Subscription-State`.
    case subscriptionState
    /// `Supported` or `k`.
    case supported
    /// `Timestamp`.
    case timestamp
    /// `To` or `t`.
    case to
    /// `Unsupported`.
    case unsupported
    /// `User-Agent`.
    case userAgent
    /// `Via` or `v`.
    case via
    /// `Warning`.
    case warning
    /// `WWW-Authenticate`.
    case wwwAuthenticate
}

extension HeaderName: CustomStringConvertible {
    /// The name as RFCs write it; empty for `.other`.
    public var description: String {
        switch self {
        case .other: ""
        case .accept: "Accept"
        case .acceptEncoding: "Accept-Encoding"
        case .acceptLanguage: "Accept-Language"
        case .alertInfo: "Alert-Info"
        case .allow: "Allow"
        case .allowEvents: "Allow-Events"
        case .authenticationInfo: "Authentication-Info"
        case .authorization: "Authorization"
        case .callID: "Call-ID"
        case .callInfo: "Call-Info"
        case .contact: "Contact"
        case .contentDisposition: "Content-Disposition"
        case .contentEncoding: "Content-Encoding"
        case .contentLanguage: "Content-Language"
        case .contentLength: "Content-Length"
        case .contentType: "Content-Type"
        case .cSeq: "CSeq"
        case .date: "Date"
        case .diversion: "Diversion"
        case .errorInfo: "Error-Info"
        case .event: "Event"
        case .expires: "Expires"
        case .from: "From"
        case .historyInfo: "History-Info"
        case .identity: "Identity"
        case .inReplyTo: "In-Reply-To"
        case .maxForwards: "Max-Forwards"
        case .mimeVersion: "MIME-Version"
        case .minExpires: "Min-Expires"
        case .minSE: "Min-SE"
        case .organization: "Organization"
        case .pAssertedIdentity: "P-Asserted-Identity"
        case .pPreferredIdentity: "P-Preferred-Identity"
        case .path: "Path"
        case .priority: "Priority"
        case .privacy: "Privacy"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyRequire: "Proxy-Require"
        case .rAck: "RAck"
        case .reason: "Reason"
        case .recordRoute: "Record-Route"
        case .referTo: "Refer-To"
        case .referredBy: "Referred-By"
        case .remotePartyID: "Remote-Party-ID"
        case .replaces: "Replaces"
        case .replyTo: "Reply-To"
        case .require: "Require"
        case .retryAfter: "Retry-After"
        case .route: "Route"
        case .rSeq: "RSeq"
        case .server: "Server"
        case .sessionExpires: "Session-Expires"
        case .subject: "Subject"
        case .subscriptionState: "Subscription-State"
        case .supported: "Supported"
        case .timestamp: "Timestamp"
        case .to: "To"
        case .unsupported: "Unsupported"
        case .userAgent: "User-Agent"
        case .via: "Via"
        case .warning: "Warning"
        case .wwwAuthenticate: "WWW-Authenticate"
        }
    }

    /// The one-letter name of RFC 3261 §7.3.3 and the extensions' own, if there is one.
    public var compactForm: Character? {
        switch self {
        case .allowEvents: "u"
        case .callID: "i"
        case .contact: "m"
        case .contentEncoding: "e"
        case .contentLength: "l"
        case .contentType: "c"
        case .event: "o"
        case .from: "f"
        case .identity: "y"
        case .referTo: "r"
        case .referredBy: "b"
        case .sessionExpires: "x"
        case .subject: "s"
        case .supported: "k"
        case .to: "t"
        case .via: "v"
        case .other, .accept, .acceptEncoding, .acceptLanguage, .alertInfo, .allow, .authenticationInfo,
            .authorization, .callInfo, .contentDisposition, .contentLanguage, .cSeq, .date, .diversion,
            .errorInfo, .expires, .historyInfo, .inReplyTo, .maxForwards, .mimeVersion, .minExpires, .minSE,
            .organization, .pAssertedIdentity, .pPreferredIdentity, .path, .priority, .privacy,
            .proxyAuthenticate, .proxyAuthorization, .proxyRequire, .rAck, .reason, .recordRoute,
            .remotePartyID, .replaces, .replyTo, .require, .retryAfter, .route, .rSeq, .server,
            .subscriptionState, .timestamp, .unsupported, .userAgent, .warning, .wwwAuthenticate:
            nil
        }
    }
}
