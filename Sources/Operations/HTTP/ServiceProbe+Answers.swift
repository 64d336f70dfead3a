extension ServiceProbe {
    /// Answers a question. Without the token nothing is told, not even what there is.
    nonisolated func answer(_ question: HTTPQuestion, token: BearerToken?) async -> HTTPAnswer {
        if let token, !token.isBorne(by: question.authorization) {
            return .error(401, "a token is needed", [.init(name: "WWW-Authenticate", value: "Bearer")])
        }
        let path = question.target.prefix { $0 != "?" }
        guard let endpoint = HTTPAnswer.Endpoint(rawValue: String(path)) else { return .error(404, "not found") }
        guard question.method == "GET" || question.method == "HEAD" else {
            return .error(405, "only GET and HEAD", [.init(name: "Allow", value: "GET, HEAD")])
        }
        switch endpoint {
        case .health:
            let snapshot = await snapshot(.everything)
            return .json(snapshot.illness == nil ? 200 : 503, HealthReport(snapshot: snapshot).json)
        case .live:
            let isDead = await snapshot(.signalling).signalling == nil
            return .verdict("live", isDead ? "signalling does not answer" : nil)
        case .ready:
            return .verdict("ready", await snapshot(.signalling).refusal)
        case .metrics:
            let format = MetricWriter.Format(accept: question.accept)
            let page = MetricsPage(await snapshot(.signalling), format)
            return HTTPAnswer(status: 200, contentType: format.contentType, body: page.text)
        }
    }
}

extension MetricWriter.Format {
    /// The format that an `Accept` header field prefers (RFC 9110, 12.5.1), and Prometheus's own where it has none.
    init(accept: String?) {
        var best: (format: MetricWriter.Format, quality: Double)?
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let format: MetricWriter.Format? =
                switch parts.first {
                case "application/openmetrics-text": .openMetrics
                case "text/plain": .prometheus
                default: nil
                }
            if let format, quality > best?.quality ?? 0 { best = (format, quality) }
        }
        self = best?.format ?? .prometheus
    }
}
