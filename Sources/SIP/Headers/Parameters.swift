/// Parameters as they stand behind a URI or a header field's value: `;name=value;flag`.
public struct Parameters: Sendable {
    let bytes: [UInt8]
    let range: ByteRange

    /// The value of a parameter, without quotes; empty for a flag, nil if it is absent. Names have no case.
    public subscript(name: String) -> String? {
        var result: String?
        forEach { key, value in
            guard result == nil, text(key).lowercased() == name else { return }
            result = value.map { unquoted($0) } ?? ""
        }
        return result
    }

    /// Names in lower case, and their values as they came.
    public var all: [(name: String, value: String?)] {
        var result: [(String, String?)] = []
        forEach { result.append((text($0).lowercased(), $1.map { text($0) })) }
        return result
    }

    /// Calls with the ranges of each name and value, without the white space around them; empty names are passed over.
    func forEach(_ body: (Range<Int>, Range<Int>?) -> Void) {
        let span = bytes.span
        var start = range.start
        while start < range.end {
            let end =
                span.firstOutsideQuotes(Octet.semicolon, in: start..<range.end, outsideBrackets: false) ?? range.end
            let part = span.trimmed(start..<end)
            let equals = span.first(Octet.equals, in: part)
            let name = span.trimmed(part.lowerBound..<(equals ?? part.upperBound))
            if !name.isEmpty { body(name, equals.map { span.trimmed($0 + 1..<part.upperBound) }) }
            start = end + 1
        }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func unquoted(_ range: Range<Int>) -> String { QuotedString.unquote(bytes[range]) }
}

/// Quoted strings (RFC 3261 25.1).
enum QuotedString {
    /// The text of a quoted string without its quotes and backslashes; any other text as it is.
    static func unquote(_ octets: ArraySlice<UInt8>) -> String {
        guard octets.count >= 2, octets.first == Octet.quote, octets.last == Octet.quote else {
            return String(decoding: octets, as: UTF8.self)
        }
        var result: [UInt8] = []
        var isEscaped = false
        for octet in octets.dropFirst().dropLast() {
            if octet == Octet.backslash, !isEscaped {
                isEscaped = true
            } else {
                result.append(octet)
                isEscaped = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
