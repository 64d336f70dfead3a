/// A JSON value (RFC 8259) whose members stay in their order.
indirect enum JSONText: Sendable, Equatable {
    case object([(name: String, value: JSONText)])
    case list([JSONText])
    case text(String)
    case integer(Int)
    case decimal(Double, decimals: Int)
    case flag(Bool)
    /// Not measured, or not to be had.
    case null
    /// What is JSON already, on one line.
    case raw(String)

    /// What was measured, or null.
    init(_ number: Int?) { self = number.map(JSONText.integer) ?? .null }

    /// A count.
    init(_ count: UInt64) { self = .integer(Int(clamping: count)) }

    /// What was measured, or null.
    init(_ number: Double?, decimals: Int) {
        self = number.map { .decimal($0, decimals: decimals) } ?? .null
    }

    /// One line, but for the members of an outermost object, which have a line each.
    var document: String {
        guard case .object(let members) = self, !members.isEmpty else { return compact + "\n" }
        let lines = members.map { "  \(JSONText.text($0.name).compact): \($0.value.compact)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    /// One line.
    var compact: String {
        switch self {
        case .object(let members):
            "{" + members.map { "\(JSONText.text($0.name).compact): \($0.value.compact)" }.joined(separator: ", ") + "}"
        case .list(let items): "[" + items.map(\.compact).joined(separator: ", ") + "]"
        case .text(let text): JSONText.quoted(text)
        case .integer(let number): String(number)
        case .decimal(let number, let decimals):
            number.isFinite ? LogValue.decimal(number, decimals: decimals).plain : "null"
        case .flag(let flag): flag ? "true" : "false"
        case .null: "null"
        case .raw(let json): json
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONLine.append(string: text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func == (one: JSONText, other: JSONText) -> Bool { one.compact == other.compact }
}
