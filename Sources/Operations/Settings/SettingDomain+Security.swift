import SIP

extension SettingDomain where Value == [String] {
    /// Nets as `192.0.2.0/24`, or addresses; none is none.
    static var networks: SettingDomain {
        possiblyEmpty("an IPv4 or IPv6 network such as 192.0.2.0/24", range: "networks such as 192.0.2.0/24") {
            isNetwork($0)
        }
    }

    /// Short printable texts; none is none.
    static func names(upTo limit: Int) -> SettingDomain {
        let range = "1-\(limit) printable ASCII characters"
        return possiblyEmpty("text of \(range)", range: "texts of \(range)") { text in
            (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }
    }

    private static func possiblyEmpty(
        _ expectation: String, range: String, _ accept: @escaping @Sendable (String) -> Bool
    ) -> SettingDomain {
        let element = SettingDomain<String>(expectation, range: range, encode: ConfigurationValue.text) { value in
            guard case .text(let text) = value, accept(text) else { return nil }
            return text
        }
        let list = SettingDomain<[String]>.list(of: element)
        return SettingDomain(
            list.expectation, range: "a list of \(range), or []", unit: nil, isList: true, encode: list.encode,
            decode: { value throws(Rejection) in
                if case .list(let items) = value, items.isEmpty { return [] }
                return try list.decode(value)
            })
    }
}

private func isNetwork(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first.map(String.init), !first.contains("["),
        let address = IPAddress(parsing: first)
    else { return false }
    guard parts.count == 2 else { return true }
    guard parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), let length = Int(parts[1]) else { return false }
    return length <= (address.isIPv4 ? 32 : 128)
}
