import Glibc

/// One log line before it has a form.
struct LogRecord: Sendable, Equatable {
    /// CLOCK_REALTIME, nanoseconds since 1970.
    var time: Int64
    var level: LogLevel
    var event: EventKind
    var message: String
    var fields = LogFields()
    /// Fields whose names are not ours: the metadata of a library's logger, each name with `meta_` before it.
    var metadata: [(name: String, value: String)] = []

    static func == (left: LogRecord, right: LogRecord) -> Bool {
        left.time == right.time && left.level == right.level && left.event == right.event
            && left.message == right.message && left.fields == right.fields
            && left.metadata.elementsEqual(right.metadata) { $0 == $1 }
    }

    /// That so many lines before it were lost, and why.
    static func lost(_ count: Int, _ reason: String) -> LogRecord {
        LogRecord(
            time: now(), level: .warning, event: .logDropped, message: "log lines were lost: \(reason)",
            fields: [.dropped: .integer(count)])
    }

    /// CLOCK_REALTIME now, in nanoseconds.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `name` as a field name that every output takes: `meta_` and small letters, digits and underscores.
    static func metadataName(_ name: String) -> String {
        let plain = name.utf8.prefix(58).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 0x20
            default: UInt8(ascii: "_")
            }
        }
        return "meta_" + String(decoding: plain, as: UTF8.self)
    }
}

extension LogValue {
    /// The value in digits or plain text, unescaped.
    var plain: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let number, let decimals): Self.fixed(number, decimals: decimals)
        case .flag(let flag): flag ? "true" : "false"
        }
    }

    /// `number` with so many decimals (0-9), rounded half away from zero; what has no digits is `nan` or `inf`.
    static func fixed(_ number: Double, decimals: Int) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        let places = min(max(decimals, 0), 9)
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        guard let scaled = Int(exactly: (abs(number) * Double(scale)).rounded()) else { return "\(number)" }
        let sign = number < 0 && scaled != 0 ? "-" : ""
        guard places > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return sign + String(scaled / scale) + "." + String(repeating: "0", count: places - fraction.utf8.count)
            + fraction
    }
}
