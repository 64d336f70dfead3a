/// A line for programs: one JSON object (RFC 8259) with `time`, `level`, `event`, `message` and the fields.
enum JSONLine {
    static func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        bytes += #"{"time":""#.utf8
        bytes += Timestamp.utc(record.time).utf8
        bytes += #"","level":""#.utf8
        bytes += record.level.rawValue.utf8
        bytes += #"","event":""#.utf8
        bytes += record.event.rawValue.utf8
        bytes += #"","message":"#.utf8
        append(string: record.message, to: &bytes)
        for element in record.fields.elements {
            bytes += #","\#(element.field.rawValue)":"#.utf8
            append(element.value, to: &bytes)
        }
        for (name, value) in record.metadata {
            bytes += #","\#(name)":"#.utf8
            append(string: value, to: &bytes)
        }
        bytes += "}\n".utf8
    }

    private static func append(_ value: LogValue, to bytes: inout [UInt8]) {
        switch value {
        case .text(let text): append(string: text, to: &bytes)
        case .decimal(let number, _) where !number.isFinite: bytes += "null".utf8
        case .integer, .decimal, .flag: bytes += value.plain.utf8
        }
    }

    /// A string with everything escaped that could end a line or move a terminal's cursor.
    static func append(string: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": bytes += #"\""#.utf8
            case "\\": bytes += #"\\"#.utf8
            case "\n": bytes += #"\n"#.utf8
            case "\r": bytes += #"\r"#.utf8
            case "\t": bytes += #"\t"#.utf8
            default:
                if ControlCharacters.isUnsafe(scalar) {
                    let digits = String(scalar.value, radix: 16)
                    bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
                } else {
                    bytes += UTF8.encode(scalar).map(Array.init) ?? []
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
