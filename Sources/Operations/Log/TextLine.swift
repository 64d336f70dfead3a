/// A line to read: `2026-03-01 13:00:00.123 info    call_answered  answered with PCMU  call_id=a@b codec=PCMU`.
struct TextLine: Sendable, Equatable {
    /// Whether levels and names are coloured by ANSI sequences.
    var isColoured = false
    /// Whether times are of the machine's zone; otherwise UTC.
    var isLocalTime = true

    func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        let time = isLocalTime ? Timestamp.local(record.time) : Timestamp.utc(record.time)
        bytes += (painted(time, .dim) + " " + painted(padded(record.level.rawValue, 8), colour(of: record.level))).utf8
        bytes += content(of: record).utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The line from the event on, with a space before it.
    func content(of record: LogRecord) -> String {
        var line = ""
        if record.event != .message {
            line += " " + padded(record.event.rawValue, 17)
        }
        line += " " + ControlCharacters.escaped(record.message)
        for element in record.fields.elements {
            line += " " + painted(element.field.rawValue + "=", .dim) + Self.quoted(element.value.plain)
        }
        for (name, value) in record.metadata {
            line += " " + painted(name + "=", .dim) + Self.quoted(value)
        }
        return line
    }

    /// The value as it is where it is one plain word, in quotes otherwise.
    static func quoted(_ value: String) -> String {
        let isWord =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy { scalar in
                scalar != "\"" && scalar != "\\" && scalar != "=" && scalar != " "
                    && !ControlCharacters.isUnsafe(scalar)
            }
        if isWord { return value }
        var result = "\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                result += "\\" + String(scalar)
            } else if ControlCharacters.isUnsafe(scalar) {
                result += ControlCharacters.escape(of: scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private enum Colour: String {
        case dim = "2"
        case red = "31"
        case yellow = "33"
        case green = "32"
        case plain = "0"
    }

    private func painted(_ text: String, _ colour: Colour) -> String {
        isColoured && colour != .plain ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }

    private func colour(of level: LogLevel) -> Colour {
        switch level {
        case .critical, .error: .red
        case .warning: .yellow
        case .notice: .green
        case .info: .plain
        case .debug, .trace: .dim
        }
    }
}
