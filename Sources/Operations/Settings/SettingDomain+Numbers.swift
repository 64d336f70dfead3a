extension SettingDomain where Value == Bool {
    static var flag: SettingDomain {
        SettingDomain("true or false", range: "true, false", encode: ConfigurationValue.flag) { value in
            if case .flag(let flag) = value { flag } else { nil }
        }
    }
}

extension SettingDomain where Value == UInt16 {
    static func port(from first: Int) -> SettingDomain {
        SettingDomain("a port (\(first)-65535)", range: "\(first)-65535", encode: { .integer(Int($0)) }) { value in
            guard case .integer(let number) = value, number >= first else { return nil }
            return UInt16(exactly: number)
        }
    }

    /// The port of RTP in a pair (RFC 3550, 11).
    static var evenPort: SettingDomain {
        SettingDomain("an even port (2-65534)", range: "2-65534, even", encode: { .integer(Int($0)) }) { value in
            guard case .integer(let number) = value, number > 0, number.isMultiple(of: 2) else { return nil }
            return UInt16(exactly: number)
        }
    }
}

extension SettingDomain where Value == Int {
    static func integer(_ range: ClosedRange<Int>, unit: String? = nil, _ noun: String) -> SettingDomain {
        multiple(of: 1, in: range, unit: unit, noun)
    }

    static func multiple(of step: Int, in range: ClosedRange<Int>, unit: String?, _ noun: String) -> SettingDomain {
        let steps = step == 1 ? "" : ", a multiple of \(step)"
        let bounds = "\(range.lowerBound)-\(range.upperBound)\(steps)"
        return SettingDomain("\(noun) (\(bounds))", range: bounds, unit: unit, encode: ConfigurationValue.integer) {
            guard case .integer(let number) = $0, range.contains(number), number.isMultiple(of: step) else {
                return nil
            }
            return number
        }
    }
}

extension SettingDomain where Value == Int? {
    /// 0 is automatic, `nil`.
    static func integerOrAutomatic(upTo limit: Int, unit: String? = nil, _ noun: String) -> SettingDomain {
        SettingDomain("\(noun) (0-\(limit))", range: "0-\(limit)", unit: unit, encode: { .integer($0 ?? 0) }) { value in
            guard case .integer(let number) = value, (0...limit).contains(number) else { return nil }
            return .some(number == 0 ? nil : number)
        }
    }
}

extension SettingDomain where Value == Double {
    /// A number within `range` that is a multiple of `step`; whole numbers need no decimal point.
    static func decimal(
        _ range: ClosedRange<Double>, step: Double, unit: String?, _ noun: String
    ) -> SettingDomain {
        let bounds = "\(range.lowerBound) to \(range.upperBound), a multiple of \(step)"
        return SettingDomain("\(noun) (\(bounds))", range: bounds, unit: unit, encode: ConfigurationValue.decimal) {
            guard let number = $0.number, range.contains(number) else { return nil }
            let steps = number / step
            return abs(steps - steps.rounded()) < 1e-6 ? number : nil
        }
    }
}

extension SettingDomain where Value == Duration {
    static func milliseconds(_ range: ClosedRange<Int>) -> SettingDomain {
        whole(range, unit: "ms", "milliseconds", { .milliseconds($0) }, { Int($0 / .milliseconds(1)) })
    }

    static func wholeSeconds(_ range: ClosedRange<Int>) -> SettingDomain {
        whole(range, unit: "s", "seconds", { .seconds($0) }, { Int($0.components.seconds) })
    }

    /// Seconds with up to three decimals.
    static func seconds(upTo limit: Int) -> SettingDomain {
        SettingDomain(
            "a number of seconds (0-\(limit))", range: "0-\(limit)", unit: "s",
            encode: ConfigurationValue.init(seconds:)
        ) {
            guard let number = $0.number, (0...Double(limit)).contains(number) else { return nil }
            return .milliseconds(Int((number * 1000).rounded()))
        }
    }

    private static func whole(
        _ range: ClosedRange<Int>, unit: String, _ noun: String,
        _ make: @escaping @Sendable (Int) -> Duration, _ count: @escaping @Sendable (Duration) -> Int
    ) -> SettingDomain {
        let bounds = "\(range.lowerBound)-\(range.upperBound)"
        return SettingDomain(
            "a whole number of \(noun) (\(bounds))", range: bounds, unit: unit, encode: { .integer(count($0)) }
        ) {
            guard case .integer(let number) = $0, range.contains(number) else { return nil }
            return make(number)
        }
    }
}

extension SettingDomain where Value == Duration? {
    /// Seconds with up to three decimals; 0 is off, `nil`.
    static func secondsOrOff(upTo limit: Int) -> SettingDomain {
        let seconds = SettingDomain<Duration>.seconds(upTo: limit)
        return SettingDomain(
            seconds.expectation, range: seconds.range, unit: seconds.unit, isList: false,
            encode: { seconds.encode($0 ?? .zero) },
            decode: { value throws(Rejection) in
                let duration = try seconds.decode(value)
                return duration == .zero ? nil : duration
            })
    }
}

extension ConfigurationValue {
    /// The number, with or without a decimal point.
    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .decimal(let number): number
        case .text, .flag, .list, .table, .moment: nil
        }
    }

    /// Whole seconds as an integer, others with their milliseconds.
    fileprivate init(seconds duration: Duration) {
        let milliseconds = Int(duration / .milliseconds(1))
        self = milliseconds.isMultiple(of: 1000) ? .integer(milliseconds / 1000) : .decimal(Double(milliseconds) / 1000)
    }
}
