/// Records for a person: a line each, in columns.
public enum HistoryTable {
    private struct Column {
        let title: String
        let width: Int
        var isRight = false
        let text: @Sendable (HistoryEntry) -> String
    }

    private static let columns = [
        Column(title: "ENDED", width: 19) { entry in
            guard case .moment(let time) = entry.row[.ended] else { return "" }
            return String(Timestamp.local(RecordValue.nanoseconds(time)).prefix(19))
        },
        Column(title: "FROM", width: 28) { $0.text(.fromURI) },
        Column(title: "DIALLED", width: 28) { $0.text(.requestURI) },
        Column(title: "SECONDS", width: 7, isRight: true) { $0.decimal(.durationSeconds, 1) },
        Column(title: "SIP", width: 3, isRight: true) { $0.text(.status) },
        Column(title: "WHY", width: 18) { $0.text(.reason) },
        Column(title: "CODEC", width: 5) { $0.text(.codec) },
        Column(title: "AUDIO", width: 13) { $0.text(.audio) },
        Column(title: "LOSS %", width: 6, isRight: true) { $0.decimal(.lossPercent, 2) },
        Column(title: "JITTER", width: 6, isRight: true) { $0.decimal(.jitterMilliseconds, 1) },
        Column(title: "LQ", width: 4, isRight: true) { $0.decimal(.listeningMOS, 2) },
        Column(title: "CQ", width: 4, isRight: true) { $0.decimal(.conversationalMOS, 2) },
        Column(title: "CALL-ID", width: 0) { $0.text(.callID) },
    ]

    /// The heads of the columns.
    public static var header: String { line(columns.map(\.title)) }

    /// One record; what was not measured is `-`.
    public static func line(_ entry: HistoryEntry) -> String {
        line(
            columns.map { column in
                let text = column.text(entry)
                return text.isEmpty ? "-" : text
            })
    }

    /// A cell that is too long keeps its beginning; the last one is never cut.
    private static func line(_ cells: [String]) -> String {
        zip(columns, cells).map { column, cell in
            guard column.width > 0 else { return cell }
            let shown = cell.count > column.width ? cell.prefix(column.width - 1) + "…" : cell[...]
            let padding = String(repeating: " ", count: column.width - shown.count)
            return column.isRight ? padding + shown : shown + padding
        }.joined(separator: " ")
    }
}

/// Records as CSV (RFC 4180) with a head, and lines that end as Unix's do.
///
/// A text that a spreadsheet would take for a formula, which a caller may have put into its URI, gets an apostrophe before
/// it. Numbers and times stay as they are.
public enum HistoryCSV {
    /// The names of the fields.
    public static var header: String { RecordField.allCases.map(\.rawValue).joined(separator: ",") }

    /// One record; what was not measured is empty.
    public static func line(_ entry: HistoryEntry) -> String {
        RecordField.allCases.map { field in
            let text = entry.text(field)
            return quoted(field.kind == .text && isFormula(text) ? "'" + text : text)
        }.joined(separator: ",")
    }

    /// Control characters, TAB and CR among them, are escaped by then and do no harm.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@")].contains(first)
    }

    /// By octets: a quotation mark with an accent is a quotation mark for those who read it.
    private static func quoted(_ text: String) -> String {
        let mark = UInt8(ascii: "\"")
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == mark }) else { return text }
        let doubled = text.utf8.flatMap { $0 == mark ? [mark, mark] : [$0] }
        return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
    }
}

extension HistoryEntry {
    fileprivate func decimal(_ field: RecordField, _ decimals: Int) -> String {
        guard case .decimal(let number) = row[field] else { return "" }
        return LogValue.fixed(number, decimals: decimals)
    }
}
