/// The value of a field of a log line.
public enum LogValue: Sendable, Equatable {
    /// Text, escaped where it is written.
    case text(String)
    /// A count or a code.
    case integer(Int)
    /// A measured quantity, written with a fixed number of decimals.
    case decimal(Double, decimals: Int)
    /// True or false.
    case flag(Bool)
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// An integer.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    /// A duration in milliseconds with one decimal.
    public static func milliseconds(_ duration: Duration) -> LogValue {
        .decimal(duration / .milliseconds(1), decimals: 1)
    }

    /// A duration in seconds with three decimals.
    public static func seconds(_ duration: Duration) -> LogValue {
        .decimal(duration / .seconds(1), decimals: 3)
    }
}

/// The fields of a log line, in the order in which they were given; one given as `nil` is absent.
public struct LogFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// A field and its value.
    public struct Element: Sendable, Equatable {
        /// Which field.
        public let field: LogField
        /// Its value.
        public let value: LogValue
    }

    /// In the order of writing.
    public private(set) var elements: [Element] = []

    /// No fields.
    public init() {}

    /// Fields in the order of the literal, without those that are `nil`.
    public init(dictionaryLiteral elements: (LogField, LogValue?)...) {
        for (field, value) in elements { self[field] = value }
    }

    /// The value of a field; setting it replaces the value in its place, or appends it.
    public subscript(field: LogField) -> LogValue? {
        get { elements.first { $0.field == field }?.value }
        set {
            let index = elements.firstIndex { $0.field == field }
            switch (index, newValue) {
            case (let index?, let value?): elements[index] = Element(field: field, value: value)
            case (let index?, nil): elements.remove(at: index)
            case (nil, let value?): elements.append(Element(field: field, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Appends the fields of `other`, which win where both have one.
    public mutating func merge(_ other: LogFields) {
        for element in other.elements { self[element.field] = element.value }
    }
}
