/// Bodies of several parts (RFC 2046 5.1), as far as it takes to find one of them.
enum Multipart {
    /// The boundary parameter of a Content-Type value.
    static func boundary(of contentType: WireText) -> [UInt8]? {
        guard let semicolon = contentType.slice.firstIndex(of: Octet.semicolon) else { return nil }
        let parameters = Parameters(bytes: contentType.bytes, range: ByteRange(semicolon, contentType.range.end))
        guard let boundary = parameters["boundary"], !boundary.isEmpty, boundary.utf8.count <= 70 else { return nil }
        return Array("--\(boundary)".utf8)
    }

    /// The content of the first part of a media type; a part without a type is text and is passed over.
    static func part(ofType type: StaticString, in body: ArraySlice<UInt8>, boundary: [UInt8]) -> ArraySlice<UInt8>? {
        var starts: [Int] = []
        var line = body.startIndex
        // Delimiters stand at the start of a line. A hundred parts are enough for a telephone.
        while line < body.endIndex, starts.count < 100 {
            if body[line...].starts(with: boundary) { starts.append(line) }
            guard let end = body[line...].firstIndex(of: Octet.lf) else { break }
            line = end + 1
        }
        for (start, end) in zip(starts, starts.dropFirst() + [body.endIndex]) {
            guard let head = body[start..<end].firstIndex(of: Octet.lf) else { continue }
            if let content = content(of: body[(head + 1)..<end], ifOfType: type) { return content }
        }
        return nil
    }

    private static func content(of part: ArraySlice<UInt8>, ifOfType type: StaticString) -> ArraySlice<UInt8>? {
        let bytes = Array(part)
        let span = bytes.span
        var (index, isWanted) = (0, false)
        while index < bytes.count {
            let end = span.foldedLineFeed(from: index)
            guard end < bytes.count else { return nil }
            let line = span.trimmed(index..<end)
            index = end + 1
            guard !line.isEmpty else {
                guard isWanted else { return nil }
                var content = part[(part.startIndex + index)...]
                if content.last == Octet.lf { content.removeLast() }
                if content.last == Octet.cr { content.removeLast() }
                return content
            }
            guard let colon = span.first(Octet.colon, in: line) else { continue }
            guard HeaderName(parsing: span, in: span.trimmed(line.lowerBound..<colon)) == .contentType else { continue }
            let value = span.trimmed(colon + 1..<line.upperBound)
            let semicolon = span.first(Octet.semicolon, in: value) ?? value.upperBound
            isWanted = span.equals(span.trimmed(value.lowerBound..<semicolon), lowercase: type)
        }
        return nil
    }
}
