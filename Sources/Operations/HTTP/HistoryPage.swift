import Dispatch
import Networking

/// `/api/v1/history`: call records, the newest first, a page at a time.
///
/// They are read on a queue of its own, few requests at a time, and each within bounds of time and size.
final class HistoryPage: Sendable {
    private let database: String
    private let queue = DispatchQueue(label: "milliwatt.history")
    private let pending = Locked(0)

    /// Requests that are served or wait, how long one may read, and how much.
    static let requestLimit = 4
    static let timeLimit = Duration.seconds(2)
    static let byteLimit = 2_000_000

    /// Serves the records of a database, which need not be there yet.
    init(database: String) { self.database = database }

    /// Answers a request.
    func answer(_ query: some StringProtocol) async -> HTTPAnswer {
        let request: HistoryRequest
        do {
            request = try HistoryRequest(query, now: MomentExpression.now())
        } catch {
            return .error(400, error.reason)
        }
        let isAdmitted = pending.withLock { count in
            guard count < Self.requestLimit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            return .error(503, "too many requests for the history", [.init(name: "Retry-After", value: "1")])
        }
        defer { pending.withLock { $0 -= 1 } }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.read(request)) }
        }
    }

    private func read(_ request: HistoryRequest) -> HTTPAnswer {
        do throws(RecordStoreError) {
            let history = try RecordHistory(path: database)
            let limit = DispatchWorkItem { history.interrupt() }
            DispatchQueue.global().asyncAfter(
                deadline: .now() + .milliseconds(Int(Self.timeLimit / .milliseconds(1))), execute: limit)
            defer { limit.cancel() }
            let entries = try history.page(
                request.filter, after: request.cursor, newestFirst: true, limit: request.limit + 1,
                bytes: Self.byteLimit)
            return .json(200, Self.document(entries, limit: request.limit))
        } catch {
            return .error(503, "the call records cannot be read: \(error)")
        }
    }

    /// There is a next page if there was one record more than was asked for, or no more room.
    private static func document(_ entries: [HistoryEntry], limit: Int) -> JSONText {
        let shown = entries.prefix(limit)
        let isCut = entries.count > limit || entries.reduce(0) { $0 + $1.row.size } >= byteLimit
        return .object([
            ("calls", .list(shown.map(\.document))),
            ("next", isCut ? shown.last.map { .text($0.cursor.description) } ?? .null : .null),
        ])
    }
}

/// What a request for the history asks.
struct HistoryRequest: Equatable {
    var filter = HistoryFilter()
    var cursor: HistoryCursor?
    var limit = 100

    static let limits = 1...1000

    /// Reads a query such as `since=2h&below_mos=3.5`.
    ///
    /// - Throws: what is wrong with the query, for a person.
    init(_ query: some StringProtocol, now: Int64) throws(QueryError) {
        for parameter in try QueryParameters(parsing: query).all {
            let value = parameter.value
            switch parameter.name {
            case "since": filter.since = try Self.moment("since", value, now)
            case "until": filter.until = try Self.moment("until", value, now)
            case "below_mos":
                guard let score = Double(value), (1...5).contains(score) else {
                    throw QueryError(reason: "below_mos is not a score from 1 to 5")
                }
                filter.belowMOS = score
            case "call_id": filter.callID = value
            case "limit":
                guard let number = Int(value), Self.limits.contains(number) else {
                    throw QueryError(reason: "limit is not a number from 1 to 1000")
                }
                limit = number
            case "next":
                guard let place = HistoryCursor(parsing: value) else {
                    throw QueryError(reason: "next is not from an answer before")
                }
                cursor = place
            default:
                let known = "since, until, below_mos, call_id, limit, next"
                throw QueryError(reason: "there is no parameter of that name; there are \(known)")
            }
        }
    }

    private static func moment(_ name: String, _ text: String, _ now: Int64) throws(QueryError) -> Int64 {
        guard let moment = MomentExpression.milliseconds(text, now: now) else {
            throw QueryError(reason: "\(name) is not a time such as \(MomentExpression.forms)")
        }
        return moment
    }
}

extension HistoryEntry {
    /// The record with its number in the database.
    fileprivate var document: JSONText {
        guard case .object(let members) = row.json else { return .null }
        return .object([("id", .integer(Int(cursor.id)))] + members)
    }
}
