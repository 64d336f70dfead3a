/// A value of a call record; what was not measured is null.
enum RecordValue: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int64)
    case decimal(Double)
    /// Milliseconds since 1970.
    case moment(Int64)
    /// A JSON document of ours.
    case json(String)

    /// For a person, a cell of CSV or a column of a table: empty where it is null.
    var plain: String {
        switch self {
        case .null: ""
        case .text(let text), .json(let text): ControlCharacters.escaped(text)
        case .integer(let number): String(number)
        case .decimal(let number): number.isFinite ? RecordValue.shortest(number) : ""
        case .moment(let time): Timestamp.utc(RecordValue.nanoseconds(time))
        }
    }

    /// As JSON.
    var json: JSONText {
        switch self {
        case .null: .null
        case .text(let text): .text(text)
        case .integer(let number): .integer(Int(number))
        case .decimal(let number): .decimal(number, decimals: 3)
        case .moment: .text(plain)
        case .json(let text): .raw(text)
        }
    }

    /// Milliseconds as nanoseconds; a time that no clock tells, which only a foreign hand can have written, is clamped.
    static func nanoseconds(_ milliseconds: Int64) -> Int64 {
        min(max(milliseconds, 0), Int64.max / 1_000_000) * 1_000_000
    }

    private static func shortest(_ number: Double) -> String {
        LogValue.decimal(number, decimals: 3).plain
    }
}

/// A call record as it is written and read: a value for each field.
struct RecordRow: Sendable, Equatable {
    private(set) var values: [RecordValue] = Array(repeating: .null, count: RecordField.allCases.count)

    subscript(field: RecordField) -> RecordValue {
        get { values[RecordRow.index[field] ?? 0] }
        set { if let index = RecordRow.index[field] { values[index] = newValue } }
    }

    /// With a member for each field, null where nothing was measured.
    var json: JSONText {
        .object(zip(RecordField.allCases, values).map { ($0.rawValue, $1.json) })
    }

    private static let index = Dictionary(
        uniqueKeysWithValues: RecordField.allCases.enumerated().map { ($0.element, $0.offset) })
}
