import SDP
import SIP

/// An answer of ours, before it is written.
struct Reply: Sendable {
    var status: Int
    var toTag: String?
    /// Our Contact, in what makes a dialog or refreshes its target.
    var contact: String?
    var retryAfter: Int?
    /// The warn-code and text of a Warning (RFC 3261 20.43).
    var warning: (code: Int, text: String)?
    /// Whether it says which bodies, methods and extensions we take.
    var isCapabilityReport = false
    /// The value of `Accept`: for a 415 or 406 (RFC 3261 8.2.3, 21.4.7); nil says none.
    var accept: String?
    /// Extensions that we do not know, for a 420 (RFC 3261 8.2.2.3).
    var unsupported: [String] = []
    /// Further header fields.
    var fields = HeaderFields()
    var sessionDescription: [UInt8] = []

    init(
        _ status: Int, toTag: String? = nil, contact: String? = nil, retryAfter: Int? = nil,
        warning: (code: Int, text: String)? = nil, accept: String? = nil, sessionDescription: [UInt8] = []
    ) {
        self.status = status
        self.toTag = toTag
        self.contact = contact
        self.retryAfter = retryAfter
        self.warning = warning
        self.accept = accept
        self.sessionDescription = sessionDescription
    }

    /// The refusal of an offer.
    init(_ error: NegotiationError) {
        self.init(error.status, warning: (error.warningCode, error.warningText))
    }

    /// Whether it says what we can do: in every 2xx of a session, and in the answer to OPTIONS.
    fileprivate var saysCapabilities: Bool {
        isCapabilityReport || (contact != nil && (status >= 200 || !sessionDescription.isEmpty))
    }
}

/// What we can do, as header fields say it.
enum Capability {
    /// The methods that are served, in the order of `Allow`.
    static let methods: [Method] = [
        .invite, .ack, .bye, .cancel, .options, .prack, .update, .info, .message, .notify,
    ]
    /// What is understood besides, to be declined: it is not in `Allow`, so that nobody offers a transfer.
    static let declined: [Method] = [.refer]
    /// `Allow` (RFC 3261 20.5).
    static let allow = methods.map(\.description).joined(separator: ", ")
    /// `Accept` for sessions (RFC 3261 20.1).
    static let accept = "application/sdp"
    /// Option tags of Proxy-Require that ask nothing of the last hop (RFC 3323 4.2, RFC 3329 2.3.1).
    static let harmlessToProxies = ["privacy", "sec-agree"]
}

extension UserAgentConfiguration {
    /// The value of `Supported` (RFC 3261 20.37): RFC 3262, RFC 3891, and RFC 4028 if session timers are wanted.
    var supported: String { sessionTimers == nil ? "100rel, replaces" : "100rel, replaces, timer" }

    /// Whether an option tag, in lower case, is one of `supported`.
    func knows(_ extension: String) -> Bool {
        switch `extension` {
        case "100rel", "replaces": true
        case "timer": sessionTimers != nil
        default: false
        }
    }
}

/// What our answers say whatever they answer. A class, because the core would copy a value at each answer.
final class StandingFields: Sendable {
    /// `Allow`.
    let allow: HeaderFields
    /// `Supported`.
    let supported: HeaderFields
    /// `Server`, if there is to be one.
    let server: HeaderFields
    /// The warn-agent of `Warning` (RFC 3261 20.43).
    let agent: String

    init(_ configuration: UserAgentConfiguration) {
        allow = [("Allow", Capability.allow)]
        supported = [("Supported", configuration.supported)]
        var server = HeaderFields()
        if !configuration.userAgent.isEmpty { server.append(("Server", configuration.userAgent)) }
        self.server = server
        agent = configuration.domain.isEmpty ? "milliwatt" : configuration.domain
    }
}

extension ResponseHead {
    /// An answer on the wire.
    init(_ reply: borrowing Reply, _ standing: StandingFields) {
        var fields = HeaderFields()
        if let contact = reply.contact {
            fields.reserveCapacity(256)
            fields.append(("Contact", contact))
        }
        let saysCapabilities = reply.saysCapabilities
        if saysCapabilities || reply.status == 405 || reply.status == 501 { fields += standing.allow }
        if let types = reply.accept ?? (reply.isCapabilityReport ? Capability.accept : nil) {
            fields.append(("Accept", types))
        }
        if saysCapabilities { fields += standing.supported }
        if reply.isCapabilityReport {
            fields.append(("Accept-Encoding", "identity"))
            fields.append(("Accept-Language", "en"))
        }
        if !reply.unsupported.isEmpty {
            fields.append(("Unsupported", reply.unsupported.joined(separator: ", ")))
        }
        fields += reply.fields
        if let seconds = reply.retryAfter { fields.append(("Retry-After", "\(seconds)")) }
        if let warning = reply.warning {
            fields.append(("Warning", "\(warning.code) \(standing.agent) \"\(warning.text)\""))
        }
        if reply.status != 100 { fields += standing.server }
        self.init(
            status: reply.status, toTag: reply.toTag, copiesRecordRoute: reply.contact != nil, fields: fields,
            contentType: reply.sessionDescription.isEmpty ? nil : "application/sdp", body: reply.sessionDescription)
    }
}
