/// The values that a setting accepts: how they are told from others, decoded and written.
struct SettingDomain<Value: Sendable>: Sendable {
    /// What a value must be, for `VALUE is not EXPECTATION`.
    let expectation: String
    /// The accepted values in short, for the documentation.
    let range: String
    let unit: String?
    /// Whether `--set` may name several values with commas between them.
    let isList: Bool
    let decode: @Sendable (ConfigurationValue) throws(Rejection) -> Value
    let encode: @Sendable (Value) -> ConfigurationValue

    /// A domain whose values are told by a function that yields `nil` for others.
    init(
        _ expectation: String, range: String, unit: String? = nil,
        encode: @escaping @Sendable (Value) -> ConfigurationValue,
        accept: @escaping @Sendable (ConfigurationValue) -> Value?
    ) {
        self.init(expectation, range: range, unit: unit, isList: false, encode: encode) { value throws(Rejection) in
            guard let accepted = accept(value) else {
                throw Rejection(reason: "\(value.shown) is not \(expectation)")
            }
            return accepted
        }
    }

    init(
        _ expectation: String, range: String, unit: String?, isList: Bool,
        encode: @escaping @Sendable (Value) -> ConfigurationValue,
        decode: @escaping @Sendable (ConfigurationValue) throws(Rejection) -> Value
    ) {
        self.expectation = expectation
        self.range = range
        self.unit = unit
        self.isList = isList
        self.decode = decode
        self.encode = encode
    }
}

extension SettingDomain {
    /// A non-empty list without repetitions; one bare value counts as a list of one.
    static func list<Element: Sendable & Hashable>(of element: SettingDomain<Element>) -> SettingDomain
    where Value == [Element] {
        SettingDomain(
            "a list", range: "a list of \(element.range)", unit: element.unit, isList: true,
            encode: { .list($0.map(element.encode)) },
            decode: { value throws(Rejection) in
                guard case .list(let items) = value else {
                    return [try element.decode(value)]
                }
                guard !items.isEmpty else {
                    throw Rejection(reason: "the list is empty, where at least one of \(element.range) is needed")
                }
                var result: [Element] = []
                for item in items {
                    let decoded = try element.decode(item)
                    guard !result.contains(decoded) else { throw Rejection(reason: "\(item.shown) is named twice") }
                    result.append(decoded)
                }
                return result
            })
    }
}
