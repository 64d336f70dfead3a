/// The lines on which the keys and tables of a TOML document begin, which the library knows but does not tell.
///
/// It scans only documents that the library has accepted, so that it need not judge them; of anything else it
/// makes something, but it always ends.
struct KeyLocator {
    private(set) var lines: [[String]: Int] = [:]
    /// The first line with `\u0000` in a string, which C strings would cut off silently.
    private(set) var nullEscapeLine: Int?

    private let text: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: [UInt8]) {
        self.text = text
        var table: [String] = []
        while skipBlank(), position < text.count {
            if text[position] == UInt8(ascii: "[") {
                while peek == UInt8(ascii: "[") { position += 1 }
                table = keyPath()
                record(table)
                skipLine()
            } else {
                keyAndValue(in: table)
            }
        }
    }

    private var peek: UInt8? { position < text.count ? text[position] : nil }

    private mutating func record(_ path: [String]) {
        for length in 1...max(1, path.count) where lines[Array(path.prefix(length))] == nil {
            lines[Array(path.prefix(length))] = line
        }
    }

    private mutating func keyAndValue(in table: [String]) {
        let start = position
        let path = table + keyPath()
        record(path)
        if peek == UInt8(ascii: "=") { position += 1 }
        value(of: path)
        if position == start { advance() }
    }

    /// A dotted key, its parts bare or quoted.
    private mutating func keyPath() -> [String] {
        var parts: [String] = []
        while true {
            skipSpaces()
            if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
                let start = position
                string()
                parts.append(String(decoding: text[start..<position].dropFirst().dropLast(), as: UTF8.self))
            } else {
                let start = position
                while let byte = peek, !Self.endsBareKey.contains(byte) { position += 1 }
                parts.append(String(decoding: text[start..<position], as: UTF8.self))
            }
            skipSpaces()
            guard peek == UInt8(ascii: ".") else { return parts }
            position += 1
        }
    }

    private static let endsBareKey = Array(" \t\r\n.=[]{}#,\"'".utf8)
    private static let endsScalar = Array("\r\n,]}#".utf8)

    private mutating func value(of path: [String]) {
        skipSpaces()
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            string()
        case UInt8(ascii: "["):
            position += 1
            while skipBlank(), let byte = peek, byte != UInt8(ascii: "]") {
                let start = position
                value(of: path)
                if position == start { advance() }
            }
            advance()
        case UInt8(ascii: "{"):
            position += 1
            while skipBlank(), let byte = peek, byte != UInt8(ascii: "}") {
                if byte == UInt8(ascii: ",") { position += 1 } else { keyAndValue(in: path) }
            }
            advance()
        default:
            while let byte = peek, !Self.endsScalar.contains(byte) { position += 1 }
        }
    }

    /// A string of any of the four kinds, from its first quote to behind its last.
    private mutating func string() {
        let quote = text[position]
        let isLong = text[position...].starts(with: [quote, quote, quote])
        position += isLong ? 3 : 1
        while let byte = peek {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                noteNullEscape()
                advance()
                advance()
            } else if byte == quote, !isLong {
                position += 1
                return
            } else if byte == quote, text[position...].starts(with: [quote, quote, quote]) {
                position += 3
                while peek == quote { position += 1 }
                return
            } else {
                advance()
            }
        }
    }

    private mutating func noteNullEscape() {
        let rest = text[position...]
        if nullEscapeLine == nil,
            rest.starts(with: Array("\\u0000".utf8)) || rest.starts(with: Array("\\U00000000".utf8))
        {
            nullEscapeLine = line
        }
    }

    private mutating func advance() {
        guard let byte = peek else { return }
        if byte == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpaces() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { position += 1 }
    }

    /// Spaces, line ends, comments and, within an array, commas. Always true, to stand in a loop's condition.
    private mutating func skipBlank() -> Bool {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ","):
                advance()
            default: return true
            }
        }
        return true
    }

    private mutating func skipLine() {
        while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
    }
}
