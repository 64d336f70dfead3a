/// Header fields of ours in their order, as octets: what is the same in many messages is written once.
public struct HeaderFields: Sendable {
    /// Whole lines.
    @usableFromInline var bytes: [UInt8] = []

    /// No field.
    @inlinable public init() {}

    /// Adds a field. What could end its line is left out: a value never brings a field of its own.
    public mutating func append(_ field: (name: StaticString, value: String)) {
        append(octets: UnsafeBufferPointer(start: field.name.utf8Start, count: field.name.utf8CodeUnitCount))
        bytes.append(Octet.colon)
        bytes.append(Octet.space)
        var value = field.value
        value.withUTF8 { octets in
            if octets.span.nextLineEnd(from: 0) == octets.count {
                append(octets: octets)
            } else {
                bytes.append(contentsOf: octets.filter { $0 != Octet.cr && $0 != Octet.lf })
            }
        }
        bytes.append(Octet.cr)
        bytes.append(Octet.lf)
    }

    /// Room for about so many octets.
    public mutating func reserveCapacity(_ octets: Int) { bytes.reserveCapacity(octets) }

    /// Adds the fields of another list. To none they are added without a copy.
    public static func += (left: inout HeaderFields, right: HeaderFields) {
        if left.bytes.isEmpty {
            left.bytes = right.bytes
        } else if !right.bytes.isEmpty {
            right.bytes.withUnsafeBufferPointer { left.append(octets: $0) }
        }
    }

    @inline(__always)
    private mutating func append(octets: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: octets) }
}

extension HeaderFields: ExpressibleByArrayLiteral {
    /// Names and values.
    public init(arrayLiteral fields: (name: StaticString, value: String)...) {
        for field in fields { append(field) }
    }
}
