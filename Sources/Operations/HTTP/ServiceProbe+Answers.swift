extension ServiceProbe {
    /// Answers a question, and counts it.
    nonisolated func answer(_ question: HTTPQuestion, token: BearerToken?) async -> HTTPAnswer {
        let parts = question.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let place = HTTPAnswer.Endpoint.at(parts.first ?? "")
        let answer: HTTPAnswer
        // Without the token nothing is told, not even what there is.
        if let token, !token.isBorne(by: question.authorization) {
            answer = .error(401, "a token is needed", [.init(name: "WWW-Authenticate", value: "Bearer")])
        } else if place != nil, question.method != "GET", question.method != "HEAD" {
            answer = .error(405, "only GET and HEAD", [.init(name: "Allow", value: "GET, HEAD")])
        } else if let (endpoint, id) = place {
            answer = await self.answer(endpoint, id: id, query: parts.count > 1 ? parts[1] : "", question)
        } else {
            answer = .error(404, "not found")
        }
        tally.count(place?.endpoint, status: answer.status)
        return answer
    }

    private nonisolated func answer(
        _ endpoint: HTTPAnswer.Endpoint, id: String, query: Substring, _ question: HTTPQuestion
    ) async -> HTTPAnswer {
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
            let page = MetricsPage(await snapshot(.everything), format)
            return HTTPAnswer(status: 200, contentType: format.contentType, body: page.text)
        case .openAPI:
            return HTTPAnswer(status: 200, body: String(decoding: PackageResources.openapi_json, as: UTF8.self))
        case .calls:
            return await answerCalls(query)
        case .call:
            return await answerCall(id)
        case .history:
            guard let history else { return .error(404, "no call records are kept: see records.database") }
            return await history.answer(query)
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
