import SDP
import SIP

/// An answer of ours, before it is written.
struct Reply: Sendable {
    var status: Int
    var toTag: String?
    var contact: String?
    var retryAfter: Int?
    /// The warn-code and text of a Warning (RFC 3261 20.43).
    var warning: (code: Int, text: String)?
    /// Whether it says which bodies, methods and extensions we take.
    var isCapabilityReport = false
    /// Whether `Accept` is said: for a 415 or 406 (RFC 3261 8.2.3, 21.4.7).
    var accept = false
    /// Extensions that we do not know, for a 420 (RFC 3261 8.2.2.3).
    var unsupported: [String] = []
    var sessionDescription: [UInt8] = []

    init(
        _ status: Int, toTag: String? = nil, contact: String? = nil, retryAfter: Int? = nil,
        warning: (code: Int, text: String)? = nil, accept: Bool = false, sessionDescription: [UInt8] = []
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
}

/// What we can do, as header fields say it.
enum Capability {
    /// The methods that are served, in the order of `Allow`.
    static let methods: [Method] = [.invite, .ack, .bye, .cancel, .options]
    /// `Allow` (RFC 3261 20.5).
    static let allow = methods.map(\.description).joined(separator: ", ")
    /// `Accept` (RFC 3261 20.1).
    static let accept = "application/sdp"
    /// The option tags of `Supported` (RFC 3261 20.37); none so far.
    static let extensions: [String] = []
    /// The value of `Supported`.
    static let supported = extensions.joined(separator: ", ")
}

extension ResponseHead {
    /// An answer on the wire.
    init(_ reply: Reply, configuration: UserAgentConfiguration, agent: String) {
        self.init(status: reply.status, toTag: reply.toTag)
        if let contact = reply.contact {
            fields.append(("Contact", contact))
            copiesRecordRoute = true
        }
        let isSuccess = reply.isCapabilityReport || !reply.sessionDescription.isEmpty
        if isSuccess || reply.status == 405 || reply.status == 501 { fields.append(("Allow", Capability.allow)) }
        if reply.isCapabilityReport || reply.accept { fields.append(("Accept", Capability.accept)) }
        if isSuccess { fields.append(("Supported", Capability.supported)) }
        if reply.isCapabilityReport {
            fields.append(("Accept-Encoding", "identity"))
            fields.append(("Accept-Language", "en"))
        }
        if !reply.unsupported.isEmpty {
            fields.append(("Unsupported", reply.unsupported.joined(separator: ", ")))
        }
        if let seconds = reply.retryAfter { fields.append(("Retry-After", "\(seconds)")) }
        if let warning = reply.warning {
            fields.append(("Warning", "\(warning.code) \(agent) \"\(warning.text)\""))
        }
        if !configuration.userAgent.isEmpty, reply.status != 100 {
            fields.append(("Server", configuration.userAgent))
        }
        body = reply.sessionDescription
        contentType = body.isEmpty ? nil : "application/sdp"
    }
}
