extension URI {
    /// The value of a Contact of ours (RFC 3261 8.1.1.8): a URI between brackets, without parameters of the header field.
    /// - Parameters:
    ///   - user: the user part as it stands on the wire; nil for none.
    ///   - isSecure: whether the scheme is `sips`.
    ///   - transport: the `transport` parameter; nil for none.
    public static func contact(
        user: WireText?, host: IPAddress, port: UInt16, isSecure: Bool, transport: TransportProtocol?
    ) -> String {
        var writer = MessageWriter(capacity: 96)
        if isSecure { writer.append("<sips:") } else { writer.append("<sip:") }
        if let user {
            writer.append(text: user)
            writer.append("@")
        }
        writer.append(host: host, port: port)
        if let transport {
            writer.append(";transport=")
            writer.append(text: transport.parameterValue)
        }
        writer.append(">")
        return writer.text
    }
}

extension IPAddress {
    /// The address as a host in a URI, and a port: `192.0.2.1:5060`, `[2001:db8::1]:5060`.
    public func hostDescription(port: UInt16) -> String {
        var writer = MessageWriter(capacity: 64)
        writer.append(host: self, port: port)
        return writer.text
    }
}

extension MessageWriter {
    fileprivate mutating func append(host: IPAddress, port: UInt16) {
        if host.isIPv6 { append("[") }
        append(host)
        if host.isIPv6 { append("]") }
        append(":")
        append(Int(port))
    }
}
