extension SessionTimerOffer {
    /// What a request of the peer says in Session-Expires, Min-SE, Supported and Require.
    public init(_ request: Request) {
        let field = SessionExpires(request.value(.sessionExpires))
        self.init(
            interval: field?.interval, refresher: field?.refresher,
            minimum: request.numericValue(.minSE).map { UInt32(clamping: $0) },
            isSupported: request.lists("timer", in: .supported) || request.lists("timer", in: .require))
    }
}

extension SessionTimerAgreement {
    /// What a 2xx of the peer says; `nil` where it has no Session-Expires, and the session no timer. A peer that
    /// names no refresher leaves the refreshes to us.
    public init?(_ response: Response) {
        guard let field = SessionExpires(response.value(.sessionExpires)) else { return nil }
        let refresher = field.refresher ?? .uac
        self.init(interval: field.interval, refresher: refresher, isRequired: refresher == .uac)
    }

    /// The value of Session-Expires.
    public var fieldValue: String { "\(interval);refresher=\(refresher.rawValue)" }
}

/// A Session-Expires header field (RFC 4028 §4).
private struct SessionExpires {
    let interval: UInt32
    let refresher: SessionRefresher?

    /// Seconds, and perhaps who refreshes; `nil` where it is missing or malformed.
    init?(_ value: WireText?) {
        guard let value else { return nil }
        let digits = value.slice.prefix(while: \.isDigit)
        guard let number = UInt64(String(decoding: digits, as: UTF8.self)) else { return nil }
        interval = UInt32(clamping: number)
        let parameters = Parameters(
            bytes: value.bytes, range: ByteRange(value.range.start + digits.count, value.range.end))
        refresher = parameters["refresher"].flatMap { SessionRefresher(rawValue: $0.lowercased()) }
    }
}
