/// What was asked, as far as the service looks at it.
struct HTTPQuestion: Sendable {
    var method = "GET"
    /// The path, with the query where there is one.
    var target: String
    var authorization: String?
    var accept: String?
}

/// What is answered.
struct HTTPAnswer: Sendable, Equatable {
    var status: Int
    /// Without those that every answer has.
    var headers: [Header] = []
    var contentType = "application/json"
    var body: String

    struct Header: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// What is served where.
    enum Endpoint: String, Sendable, CaseIterable {
        case health = "/health"
        case live = "/live"
        case ready = "/ready"
        case metrics = "/metrics"
        case openAPI = "/api/v1/openapi.json"
        case calls = "/api/v1/calls"
        case call = "/api/v1/calls/{id}"
        case history = "/api/v1/history"

        /// What is at a path; what `{id}` stands for is the second.
        static func at(_ path: some StringProtocol) -> (endpoint: Endpoint, id: String)? {
            let parent = calls.rawValue + "/"
            if path.hasPrefix(parent), path.utf8.count > parent.utf8.count {
                return (.call, String(path.dropFirst(parent.count)))
            }
            guard let endpoint = Endpoint(rawValue: String(path)), endpoint != .call else { return nil }
            return (endpoint, "")
        }
    }

    /// An error: `{"error": "not found"}`.
    static func error(_ status: Int, _ reason: String, _ headers: [Header] = []) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: headers, body: JSONText.object([("error", .text(reason))]).compact + "\n")
    }

    /// 200, or 503 with why not.
    static func verdict(_ name: String, _ refusal: String?) -> HTTPAnswer {
        guard let refusal else { return json(200, .object([(name, .flag(true))])) }
        return json(503, .object([(name, .flag(false)), ("error", .text(refusal))]))
    }

    static func json(_ status: Int, _ value: JSONText) -> HTTPAnswer {
        HTTPAnswer(status: status, body: value.document)
    }
}
