import Networking
import Operations

/// What to dial, for the person who starts the daemon.
struct DialGuide {
    /// One sentence with addresses that can be dialled as they stand.
    let sentence: String

    init(_ settings: Settings, _ listeners: [BoundListener], _ http: ServiceListener?) {
        guard let listener = listeners.first(where: { $0.transport != .tls }) ?? listeners.first else {
            sentence = "Not listening"
            return
        }
        let (scheme, usual): (String, UInt16) = listener.transport == .tls ? ("sips", 5061) : ("sip", 5060)
        let port = listener.address.port == usual ? "" : ":\(listener.address.port)"
        let host = DialGuide.host(settings, listener.address)
        let tone = "\(settings.behavior.toneFrequency.formatted) Hz at \(settings.behavior.toneLevel.formatted) dBm0"
        sentence =
            "Ready: dial \(scheme):echo@\(host)\(port) for an echo, "
            + "any other number such as \(scheme):1000@\(host)\(port) for \(tone)"
            + (http.map { "; curl http://\(DialGuide.place($0))/health tells how it is" } ?? "")
    }

    /// The name or address by which others reach this machine, as far as can be told.
    private static func host(_ settings: Settings, _ address: SocketAddress) -> String {
        if let domain = settings.sip.domain { return domain }
        if let advertised = settings.media.advertisedAddress { return bracketed(advertised) }
        guard address.isWildcard else { return bracketed(address.host) }
        // A documentation address (RFC 5737, RFC 3849): no packet is sent, only the route to elsewhere is asked for.
        let elsewhere = SocketAddress(host: address.family == .ipv4 ? "192.0.2.1" : "2001:db8::1", port: 9)
        let local = elsewhere.flatMap { try? LocalAddress.towards($0) }
        return bracketed(local?.host ?? (address.family == .ipv4 ? "127.0.0.1" : "::1"))
    }

    /// Where health is, seen from this machine.
    private static func place(_ http: ServiceListener) -> String {
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][http.address] ?? http.address
        return "\(bracketed(host)):\(http.port)"
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }
}

extension Double {
    /// Without decimals where there are none.
    fileprivate var formatted: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
