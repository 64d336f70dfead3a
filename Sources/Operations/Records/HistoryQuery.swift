/// Which records are asked for. All times are in ms since 1970.
public struct HistoryFilter: Sendable, Equatable {
    /// Calls that ended then or later.
    public var since: Int64?
    /// Calls that ended before.
    public var until: Int64?
    /// Calls whose MOS-CQ, or MOS-LQ where no round trip was measured, is lower; those without a score are none.
    public var belowMOS: Double?
    /// Calls with this Call-ID.
    public var callID: String?

    /// Every call.
    public init() {}
}

/// The place of a record in the order of the calls' ends.
public struct HistoryCursor: Sendable, Equatable, CustomStringConvertible {
    let ended: Int64
    let id: Int64

    init(ended: Int64, id: Int64) { (self.ended, self.id) = (ended, id) }

    /// Reads what `description` has written; nil for anything else.
    init?(parsing text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }),
            let ended = Int64(parts[0]), let id = Int64(parts[1])
        else { return nil }
        self.init(ended: ended, id: id)
    }

    /// Opaque to those who page.
    public var description: String { "\(ended)-\(id)" }
}

/// A record that was read.
public struct HistoryEntry: Sendable {
    /// Where it stands.
    public let cursor: HistoryCursor
    let row: RecordRow

    /// One line of JSON: an object with a member for each ``RecordField``.
    public var json: String { row.json.compact }

    /// The value of a field for a person; empty where nothing was measured.
    public func text(_ field: RecordField) -> String { row[field].plain }
}

extension HistoryFilter {
    /// The condition and the values for its question marks; no text from elsewhere becomes part of it.
    func sql(after cursor: HistoryCursor?, newestFirst: Bool) -> (condition: String, values: [RecordValue]) {
        var (conditions, values): ([String], [RecordValue]) = ([], [])
        if let since {
            conditions.append("ended_at >= ?")
            values.append(.integer(since))
        }
        if let until {
            conditions.append("ended_at < ?")
            values.append(.integer(until))
        }
        if let belowMOS {
            conditions.append("coalesce(mos_cq, mos_lq) < ?")
            values.append(.decimal(belowMOS))
        }
        if let callID {
            conditions.append("call_id = ?")
            values.append(.text(callID))
        }
        if let cursor {
            conditions.append("(ended_at, id) \(newestFirst ? "<" : ">") (?, ?)")
            values += [.integer(cursor.ended), .integer(cursor.id)]
        }
        return (conditions.isEmpty ? "1" : conditions.joined(separator: " AND "), values)
    }
}
