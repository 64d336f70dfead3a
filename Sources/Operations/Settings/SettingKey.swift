/// A section of the settings file.
public enum SettingsSection: String, Sendable, CaseIterable {
    case sip, behavior, media, quality, security, http, records, log

    /// One line for the file and the README.
    public var meaning: String {
        switch self {
        case .sip: "Signalling: where Milliwatt listens and what it calls itself."
        case .behavior: "What happens to a call."
        case .media: "RTP: ports, codecs, packets."
        case .quality: "How the quality of what is received is scored (ITU-T G.107)."
        case .security: "What strangers may cost: rates, scanners, caps."
        case .http: "Health, metrics and calls by HTTP."
        case .records: "What is kept of calls that have ended."
        case .log: "What is logged, and how."
        }
    }
}

/// One key of the settings file: the decoder, `default-config` and the README's table are made from these.
public struct SettingKey: Sendable {
    /// The section in whose table the key stands.
    public let section: SettingsSection
    /// The name within the section.
    public let name: String
    /// The unit of the value: `ms`, `s`, `Hz`, `dBm0`; `nil` where it has none.
    public let unit: String?
    /// The values that are accepted, in words: `1-65535`, `udp, tcp`.
    public let range: String
    /// What it does, in a sentence or two.
    public let meaning: String

    /// Whether `--set` may name several values with commas between them.
    let isList: Bool
    let decode: @Sendable (ConfigurationValue, inout Settings) throws(Rejection) -> Void
    let encode: @Sendable (Settings) -> ConfigurationValue

    init<Value>(
        _ section: SettingsSection, _ name: String, _ path: WritableKeyPath<Settings, Value> & Sendable,
        _ domain: SettingDomain<Value>, _ meaning: String
    ) {
        self.section = section
        self.name = name
        self.unit = domain.unit
        self.range = domain.range
        self.meaning = meaning
        isList = domain.isList
        decode = { (value, settings) throws(Rejection) in settings[keyPath: path] = try domain.decode(value) }
        encode = { domain.encode($0[keyPath: path]) }
    }

    /// `section.name`, as `--set` and the error messages have it.
    public var path: String { "\(section.rawValue).\(name)" }

    /// The built-in default as TOML.
    public var defaultValue: String { encode(Settings()).toml }

    /// The key at `path` (`section.name`).
    static func at(_ path: String) -> SettingKey? { byPath[path] }

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
}
