/// The parameters of an HTTP query, each with its value: `since=2h&call_id=a%40b`.
///
/// Names and values have their percent-encoding undone (RFC 3986, 2.1), and `+` stands for a space, as in what HTML forms
/// send.
struct QueryParameters {
    /// In the order in which they came, none of them twice.
    private(set) var all: [Parameter] = []

    struct Parameter {
        let name: String
        let value: String
    }

    /// Reads what is behind the `?` of a request's target.
    ///
    /// - Throws: what is wrong, for a person; it repeats nothing of the query.
    init(parsing query: some StringProtocol) throws(QueryError) {
        var names: Set<String> = []
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = Self.decoded(sides[0]), let value = Self.decoded(sides[1]) else {
                throw QueryError(reason: "a parameter is not of the form name=value")
            }
            guard names.insert(name).inserted else { throw QueryError(reason: "a parameter is there twice") }
            all.append(Parameter(name: name, value: value))
        }
    }

    /// Nil for what is not UTF-8, or has control characters.
    private static func decoded(_ text: some Collection<UInt8>) -> String? {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count)
        var rest = text[...]
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "+"): octets.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                    return nil
                }
                octets.append(high << 4 | low)
            default: octets.append(octet)
            }
        }
        guard let text = String(validating: octets, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return text
    }
}

/// A query that cannot be answered.
struct QueryError: Error {
    let reason: String
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
