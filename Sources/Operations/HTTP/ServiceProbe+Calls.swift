import UserAgent

/// Which calls of a list are asked for: `limit=100&after=t1x2y3-17`.
struct CallPageQuery: Equatable {
    /// Calls in a page.
    static let limits = 1...1000
    private(set) var limit = 100
    private(set) var after: CallHandle?

    /// - Throws: what is wrong with the query, for a person.
    init(_ query: some StringProtocol, names: CallNames) throws(QueryError) {
        for parameter in try QueryParameters(parsing: query).all {
            let value = parameter.value
            switch parameter.name {
            case "limit":
                guard let limit = Int(value), Self.limits.contains(limit) else {
                    throw QueryError(
                        reason: "limit is not a number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
                }
                self.limit = limit
            case "after":
                guard let after = names.handle(value) else { throw QueryError(reason: "after is not the id of a call") }
                self.after = after
            default:
                throw QueryError(reason: "there is no such parameter: only limit and after")
            }
        }
    }
}

extension ServiceProbe {
    /// The list of calls, a page at a time.
    nonisolated func answerCalls(_ query: some StringProtocol) async -> HTTPAnswer {
        let (question, page): (CallPageQuery, CallDirectory.Page)
        do {
            question = try CallPageQuery(query, names: names)
        } catch {
            return .error(400, error.reason)
        }
        do {
            page = try await calls.page(after: question.after, limit: question.limit)
        } catch {
            return .failure(error)
        }
        let now = LogRecord.now()
        return .json(
            200,
            .object([
                ("total", .integer(page.total)), ("next", page.next.map { .text(names.text($0)) } ?? .null),
                ("calls", .list(page.entries.map { CallReport(entry: $0, names: names, now: now).json })),
            ]))
    }

    /// One call.
    nonisolated func answerCall(_ id: some StringProtocol) async -> HTTPAnswer {
        guard let handle = names.handle(id) else { return .error(404, "there is no such call") }
        do {
            guard let entry = try await calls.call(handle) else { return .error(404, "there is no such call") }
            return .json(200, CallReport(entry: entry, names: names, now: LogRecord.now(), isWhole: true).json)
        } catch {
            return .failure(error)
        }
    }
}

extension HTTPAnswer {
    fileprivate static func failure(_ failure: CallDirectory.Failure) -> HTTPAnswer {
        let retry = Header(name: "Retry-After", value: "1")
        return switch failure {
        case .silent: .error(503, "signalling does not answer", [retry])
        case .busy: .error(503, "calls are being looked up for others", [retry])
        }
    }
}
