/// One value of a Via header field (RFC 3261 20.42).
public struct Via: Sendable {
    let bytes: [UInt8]
    let layout: ViaLayout

    /// The transport as it came, such as `UDP`.
    public var transport: String { WireText(bytes, layout.transport).description }

    /// The sent-by host, a name or an address without brackets.
    public var host: String { URI.host(bytes, layout.host) }

    /// The sent-by host as an address, nil for a name.
    public var address: IPAddress? { IPAddress(parsing: bytes.span, in: layout.host.indices) }

    /// The sent-by port, nil where none is given.
    public var port: UInt16? { layout.port }

    /// The sent-by part as it came, host and port.
    public var sentBy: WireText { WireText(bytes, layout.sentBy) }

    /// The branch parameter, nil where there is none (RFC 2543).
    public var branch: WireText? { layout.branch.isEmpty ? nil : WireText(bytes, layout.branch) }

    /// Whether the client asks for the response to go where the request came from (RFC 3581 3).
    public var hasReportPort: Bool { !layout.reportPort.isEmpty }

    /// All parameters.
    public var parameters: Parameters { Parameters(bytes: bytes, range: layout.parameters) }

    /// The `received` parameter as an address, in brackets or not (RFC 5118 4.5).
    public var received: IPAddress? { parameters["received"].flatMap { IPAddress(parsing: $0) } }
}

extension Via {
    /// Where a response to a request with this topmost Via goes, seen by the server that received it
    /// (RFC 3261 18.2.2, RFC 3581 4): by the connection that brought it, else to `maddr`, else to where it came from,
    /// there to the source port if `rport` asks for it and to the port of sent-by if not.
    public func responseAddress(receivedFrom source: TransportAddress) -> TransportAddress {
        // A Via that could not be read says nothing; the source does.
        guard !source.transport.isReliable, !layout.host.isEmpty else { return source }
        var target = source
        if let address = allowedMaddr(from: source) {
            target.address = address
            target.port = port ?? 5060
        } else if !hasReportPort {
            target.port = port ?? 5060
        }
        return target
    }

    /// The `maddr` address, where a response may be sent to it: nobody who is elsewhere points us at our own host, or
    /// at everybody.
    private func allowedMaddr(from source: TransportAddress) -> IPAddress? {
        guard !layout.maddr.isEmpty, let address = IPAddress(parsing: bytes.span, in: layout.maddr.indices),
            !address.isWildcard, !address.isBroadcast, !address.isLoopback || source.address.isLoopback
        else { return nil }
        return address
    }
}
