/// A transport that SIP runs over (RFC 3261 §18, §26.2.1).
public enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable {
    /// Datagrams; lost and repeated messages are the transaction layer's business.
    case udp
    /// A byte stream.
    case tcp
    /// TLS over a byte stream.
    case tls

    /// The protocol named in a Via header field or a `transport` URI parameter, in any case; `nil` for one
    /// that this implementation does not speak.
    public init?(viaName: some StringProtocol) {
        switch viaName.lowercased() {
        case "udp": self = .udp
        case "tcp": self = .tcp
        case "tls": self = .tls
        default: return nil
        }
    }

    /// Whether the transport itself repeats what was lost: the timers A, E, G and the waiting times D, I, J, K
    /// depend on it (RFC 3261 §17).
    public var isReliable: Bool { self != .udp }

    /// Whether the hop is protected, as `sips` asks for.
    public var isSecure: Bool { self == .tls }

    /// The name in a Via header field.
    public var viaName: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        }
    }

    /// The value of a `transport` URI parameter (RFC 3261 §19.1.1).
    public var parameterValue: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        }
    }

    /// The port used when none is written (RFC 3261 §18.1.1, §19.1.2).
    public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}
