/// A value of a settings file, free of the TOML library.
enum ConfigurationValue: Sendable, Equatable {
    case integer(Int)
    case decimal(Double)
    case text(String)
    case flag(Bool)
    case list([ConfigurationValue])
    /// A table where a value should be.
    case table
    /// A date or a time, which no setting takes.
    case moment

    /// As TOML writes it.
    var toml: String {
        switch self {
        case .integer(let number): String(number)
        case .decimal(let number):
            number.isNaN ? "nan" : number.isInfinite ? (number < 0 ? "-inf" : "inf") : "\(number)"
        case .text(let text): "\"\(Self.escaped(text))\""
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): "[" + values.map(\.toml).joined(separator: ", ") + "]"
        case .table: "a table"
        case .moment: "a date or time"
        }
    }

    /// For an error message: at most about 60 characters.
    var shown: String {
        let whole = toml
        return whole.count <= 60 ? whole : String(whole.prefix(57)) + "..."
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.properties.generalCategory == .control {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}

/// Why a value was refused; the key and the place are added by the decoder.
struct Rejection: Error, Equatable {
    let reason: String
}
