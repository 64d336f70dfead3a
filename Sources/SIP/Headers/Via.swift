/// One value of a Via header field (RFC 3261 20.42).
public struct Via: Sendable {
    let bytes: [UInt8]
    let layout: ViaLayout

    /// The transport as it came, such as `UDP`.
    public var transport: String { string(layout.transport) }

    /// The sent-by host, a name or an address without brackets.
    public var host: String {
        let text = string(layout.host)
        return text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
    }

    /// The sent-by host as an address, nil for a name.
    public var address: IPAddress? { IPAddress(parsing: bytes.span, in: layout.host.indices) }

    /// The sent-by port, nil where none is given.
    public var port: UInt16? { layout.port }

    /// The sent-by part as it came, host and port.
    public var sentBy: WireText { WireText(bytes, layout.sentBy) }

    /// The branch parameter, nil where there is none (RFC 2543).
    public var branch: WireText? { layout.branch.isEmpty ? nil : WireText(bytes, layout.branch) }

    /// Whether the client asks for the response to go where the request came from (RFC 3581 3).
    public var hasReportPort: Bool { layout.hasReportPort }

    /// All parameters.
    public var parameters: Parameters { Parameters(bytes: bytes, range: layout.parameters) }

    /// Where a response to a request with this topmost Via goes, seen by the server that received it
    /// (RFC 3261 18.2.2, RFC 3581 4).
    public func responseAddress(receivedFrom source: TransportAddress) -> TransportAddress {
        guard !source.transport.isReliable else { return source }
        var target = source
        if let multicast = parameters["maddr"].flatMap({ IPAddress(parsing: $0) }), multicast.isMulticast {
            target.address = multicast
            target.port = layout.port ?? 5060
        } else if !layout.hasReportPort {
            target.port = layout.port ?? 5060
        }
        return target
    }

    private func string(_ range: ByteRange) -> String { String(decoding: bytes[range.indices], as: UTF8.self) }
}

/// Where the parts of a Via value stand.
struct ViaLayout: Sendable {
    var value = ByteRange.none
    var transport = ByteRange.none
    var sentBy = ByteRange.none
    var host = ByteRange.none
    var port: UInt16?
    var parameters = ByteRange.none
    var branch = ByteRange.none
    var hasReportPort = false
    /// `;rport` without a value: where the value is to be put.
    var reportPortEnd: Int?

    init() {}

    /// Parses one Via value, that is up to the comma; nil for a malformed one.
    init?(_ bytes: Span<UInt8>, _ whole: Range<Int>) {
        let range = bytes.trimmed(whole)
        value = ByteRange(range.lowerBound, range.upperBound)
        // SIP SLASH 2.0 SLASH transport LWS sent-by
        var index = range.lowerBound
        guard let name = Self.token(bytes, &index, range.upperBound), bytes.equals(name, lowercase: "sip"),
            Self.slash(bytes, &index, range.upperBound),
            let version = Self.token(bytes, &index, range.upperBound), bytes.equals(version, "2.0"),
            Self.slash(bytes, &index, range.upperBound),
            let transport = Self.token(bytes, &index, range.upperBound)
        else { return nil }
        self.transport = ByteRange(transport.lowerBound, transport.upperBound)
        let start = bytes.skippingSpace(from: index, to: range.upperBound)
        guard start > index, let hostEnd = URILayout.hostEnd(bytes, start..<range.upperBound), hostEnd > start else {
            return nil
        }
        host = ByteRange(start, hostEnd)
        index = bytes.skippingSpace(from: hostEnd, to: range.upperBound)
        var sentByEnd = hostEnd
        if index < range.upperBound, bytes[index] == Octet.colon {
            let digits = bytes.skippingSpace(from: index + 1, to: range.upperBound)
            index = digits
            while index < range.upperBound, bytes[index].isDigit { index += 1 }
            guard let port = bytes.decimal(digits..<index).flatMap({ UInt16(exactly: $0) }) else { return nil }
            self.port = port
            sentByEnd = index
        }
        sentBy = ByteRange(start, sentByEnd)
        parameters = ByteRange(index, range.upperBound)
        guard readParameters(bytes) else { return nil }
    }

    private mutating func readParameters(_ bytes: Span<UInt8>) -> Bool {
        var (branch, reportPort, reportPortEnd) = (ByteRange.none, false, Int?.none)
        let isWellFormed = Parameters.scan(bytes, parameters.indices) { name, value in
            if bytes.equals(name, lowercase: "branch") {
                if let value { branch = ByteRange(value.lowerBound, value.upperBound) }
            } else if bytes.equals(name, lowercase: "rport") {
                reportPort = true
                if value == nil { reportPortEnd = name.upperBound }
            }
        }
        (self.branch, hasReportPort, self.reportPortEnd) = (branch, reportPort, reportPortEnd)
        return isWellFormed
    }

    private static func token(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Range<Int>? {
        let start = bytes.skippingSpace(from: index, to: end)
        index = start
        while index < end, bytes[index].isToken { index += 1 }
        return index > start ? start..<index : nil
    }

    private static func slash(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        index = bytes.skippingSpace(from: index, to: end)
        guard index < end, bytes[index] == Octet.slash else { return false }
        index += 1
        return true
    }
}
