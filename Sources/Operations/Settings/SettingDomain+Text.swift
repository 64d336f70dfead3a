import Networking
import SIP

extension SettingDomain where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the raw values of an enumeration, in any case of letters.
    static func name() -> SettingDomain {
        let names = Value.allCases.map(\.rawValue)
        let range = names.joined(separator: ", ")
        return SettingDomain("one of \(range)", range: range, encode: { .text($0.rawValue) }) { value in
            guard case .text(let text) = value else { return nil }
            return names.first { $0.lowercased() == text.lowercased() }.flatMap(Value.init(rawValue:))
        }
    }
}

extension SettingDomain where Value: RawRepresentable & CaseIterable, Value.RawValue == Int {
    /// One of the raw values of an enumeration of status codes.
    static func status() -> SettingDomain {
        let numbers = Value.allCases.map { String($0.rawValue) }
        return SettingDomain(
            numbers.joined(separator: " or "), range: numbers.joined(separator: ", "), encode: { .integer($0.rawValue) }
        ) { value in
            if case .integer(let number) = value { Value(rawValue: number) } else { nil }
        }
    }
}

extension SettingDomain where Value == String {
    /// Printable ASCII, as a header field takes it without encoding.
    static func printable(upTo limit: Int) -> SettingDomain {
        let range = "1-\(limit) printable ASCII characters"
        return SettingDomain("text of \(range)", range: range, encode: ConfigurationValue.text) { value in
            guard case .text(let text) = value, (1...limit).contains(text.utf8.count),
                text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            return text
        }
    }
}

extension SettingDomain where Value == String {
    /// The path of something that there has to be.
    static func path(_ file: String) -> SettingDomain {
        SettingDomain("the path of \(file)", range: "the path of \(file)", encode: ConfigurationValue.text) { value in
            guard case .text(let text) = value, !text.isEmpty, isPath(text) else { return nil }
            return text
        }
    }

    /// One address as text.
    static var address: SettingDomain {
        SettingDomain(
            "an IPv4 or IPv6 address to listen on", range: "an IPv4 or IPv6 address", encode: ConfigurationValue.text
        ) { value in
            guard case .text(let text) = value, let kind = AddressLiteral(text), kind != .unusable else { return nil }
            return text
        }
    }
}

extension SettingDomain where Value == [String] {
    /// One address as text, or a list of them.
    static var addresses: SettingDomain {
        let list = SettingDomain<[String]>.list(of: .address)
        return SettingDomain(
            list.expectation, range: "an IPv4 or IPv6 address, or a list of them", unit: nil, isList: true,
            encode: { $0.count == 1 ? .text($0[0]) : list.encode($0) }, decode: list.decode)
    }
}

extension SettingDomain where Value == String? {
    /// An address that a peer can send to, or `""`.
    static var optionalUnicastAddress: SettingDomain {
        optional("an IPv4 or IPv6 address of one machine, or \"\"", range: "an IPv4 or IPv6 address, or \"\"") {
            AddressLiteral($0) == .unicast
        }
    }

    /// A host name (RFC 1123, 2.1) or an address, or `""`.
    static var optionalHost: SettingDomain {
        optional("a host name or address, or \"\"", range: "a host name or address, or \"\"") {
            AddressLiteral($0) != nil || isHostName($0)
        }
    }

    /// A SIP URI that a request of ours can go to, or `""`.
    static var optionalSIPURI: SettingDomain {
        optional("a SIP URI such as \"sip:collector@192.0.2.9\", or \"\"", range: "a SIP URI, or \"\"") { text in
            guard text.utf8.count <= 256, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let uri = URI(text),
                uri.isSIP, uri.headers.isEmpty, uri.port != 0
            else { return false }
            let isTransportKnown = uri.parameters["transport"].map { TransportProtocol(viaName: $0) != nil } ?? true
            return isTransportKnown && (uri.address != nil || isHostName(uri.host))
        }
    }

    /// The path of a file of some kind, or `""`.
    static func optionalPath(_ file: String) -> SettingDomain {
        optional("the path of \(file), or \"\"", range: "the path of \(file), or \"\"", isPath)
    }

    private static func optional(
        _ expectation: String, range: String, _ accept: @escaping @Sendable (String) -> Bool
    ) -> SettingDomain {
        SettingDomain(expectation, range: range, encode: { .text($0 ?? "") }) { value in
            guard case .text(let text) = value else { return nil }
            if text.isEmpty { return .some(nil) }
            return accept(text) ? .some(text) : nil
        }
    }
}

extension SettingDomain where Value == Int {
    /// A code point by its name (RFC 2474, 2597, 3246) or number; written by its name where it has one.
    static var dscp: SettingDomain {
        SettingDomain(
            "a DSCP name (EF, CS0-CS7, AF11-AF43) or number (0-63)", range: "EF, CS0-CS7, AF11-AF43 or 0-63",
            encode: { code in namedCodePoints.first { $0.code == code }.map { .text($0.name) } ?? .integer(code) }
        ) { value in
            switch value {
            case .integer(let number): (0...63).contains(number) ? number : nil
            case .text(let text): namedCodePoints.first { $0.name == text.uppercased() }?.code
            case .decimal, .flag, .list, .table, .moment: nil
            }
        }
    }
}

/// EF is 46; class selectors are multiples of 8; AFxy is 8x + 2y.
private let namedCodePoints: [(name: String, code: Int)] =
    [("EF", 46)] + (0...7).map { ("CS\($0)", $0 * 8) }
    + (1...4).flatMap { group in (1...3).map { drop in ("AF\(group)\(drop)", group * 8 + drop * 2) } }

/// What an IP literal denotes; multicast and reserved addresses (RFC 1112, 4) are of no use to us.
private enum AddressLiteral: Equatable {
    case unicast, wildcard, unusable

    init?(_ text: String) {
        // No interface is named in the settings.
        guard !text.contains("%"), let address = SocketAddress(host: text, port: 0) else { return nil }
        let isReserved = address.ipv4.map { $0 >> 24 >= 224 } ?? address.isMulticast
        self = address.isWildcard ? .wildcard : isReserved ? .unusable : .unicast
    }
}

@Sendable private func isPath(_ text: String) -> Bool {
    text.utf8.count < 4096 && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
}

private func isHostName(_ text: String) -> Bool {
    guard text.utf8.count <= 253 else { return false }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let wellFormed = labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
    // A last label of digits alone is an address gone wrong: 10.0.0.256 (RFC 3261, 25.1: toplabel begins with a letter).
    return wellFormed && labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } == false
}
