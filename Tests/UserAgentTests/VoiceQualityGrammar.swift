/// The syntax of `application/vq-rtcpxr` (RFC 6035 section 4.6.1), apart from the one that writes it. Stricter in that no
/// line is empty or folded, and that there are no extensions.
struct VoiceQualityGrammar {
    /// What is wrong with a body; nothing where it is as the syntax has it.
    static func problems(of body: String) -> [String] {
        var grammar = VoiceQualityGrammar(body)
        grammar.report()
        return grammar.problems
    }

    /// A parameter of a line: its value's form and, of a number, its range.
    struct Parameter {
        let name: String
        let form: String
        var range: ClosedRange<Double>?
    }

    private var lines: ArraySlice<Substring> = []
    private var problems: [String] = []

    private init(_ body: String) {
        let octets = Array(body.utf8)
        for (index, octet) in octets.enumerated() where octet == 10 || octet == 13 {
            let neighbour = octet == 10 ? index - 1 : index + 1
            if !octets.indices.contains(neighbour) || octets[neighbour] != 23 - octet { problems.append("not CR LF") }
        }
        if !body.hasSuffix("\r\n") { problems.append("the last line has no end") }
        lines = body.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast()
    }

    private mutating func report() {
        let first = lines.popFirst() ?? ""
        if !matches(first, #"VQ(Session|Interval)Report([ \t]*:[ \t]*CallTerm)?"#) {
            problems.append("begins \(first)")
        }
        for (name, form) in Self.sessionInfo { line(name, form, isRequired: true) }
        for name in ["LocalMAC", "RemoteMAC"] { line(name, "([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", isRequired: false) }
        if !metrics("LocalMetrics") { problems.append("no LocalMetrics") }
        _ = metrics("RemoteMetrics")
        line("DialogID", "\(Self.callID)(;to-tag=\(Self.token))?(;from-tag=\(Self.token))?", isRequired: false)
        problems += lines.map { "out of place: \($0)" }
    }

    /// False where they do not follow here.
    private mutating func metrics(_ name: String) -> Bool {
        guard let line = lines.first, matches(line, "\(name)[ \\t]*:[ \\t]*") else { return false }
        lines.removeFirst()
        self.line("Timestamps", "START=\(Self.moment) STOP=\(Self.moment)", isRequired: true)
        for (name, parameters) in Self.metrics { self.line(name, parameters) }
        return true
    }

    private mutating func line(_ name: String, _ form: String, isRequired: Bool) {
        guard let value = take(name) else {
            if isRequired { problems.append("no \(name)") }
            return
        }
        if !matches(value, form) { problems.append("\(name): \(value)") }
    }

    /// Parameters stand in the order of the syntax; each may be left out, but not all.
    private mutating func line(_ name: String, _ parameters: [Parameter]) {
        guard let value = take(name) else { return }
        var rest = parameters[...]
        for part in value.split(separator: " ", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let parameter = rest.firstIndex { $0.name == sides[0] }
            guard sides.count == 2, let parameter else {
                problems.append("\(name): \(part) is unknown, there twice, or out of its order")
                continue
            }
            rest = parameters[(parameter + 1)...]
            let isInRange = parameters[parameter].range.map { $0.contains(Double(sides[1]) ?? .nan) } ?? true
            if !matches(sides[1], parameters[parameter].form) || !isInRange { problems.append("\(name): \(part)") }
        }
    }

    private mutating func take(_ name: String) -> Substring? {
        guard let line = lines.first, line.hasPrefix("\(name):") else { return nil }
        lines.removeFirst()
        return line.dropFirst(name.utf8.count + 1)
    }

    private func matches(_ text: Substring, _ form: String) -> Bool {
        (try? Regex(form).wholeMatch(in: text)) != nil
    }
}

extension VoiceQualityGrammar {
    private static let word = #"[A-Za-z0-9.!%*_+`'~()<>:\\"/\[\]?-]+"#
    private static let wordPlus = #"[A-Za-z0-9.!%*_+`'~()<>:\\/\[\]?{}= -]+"#
    private static let token = "[A-Za-z0-9.!%*_+`'~-]+"
    private static let callID = "\(word)(@\(word))?"
    private static let moment = #"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"#
    private static let address =
        #"IP=(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*) PORT=\d{1,5} SSRC=0x[0-9A-Fa-f]{1,8}"#
    private static let nameAddress = #"<sips?:[^\s<>"]+>"#

    private static let sessionInfo = [
        ("CallID", callID), ("LocalID", nameAddress), ("RemoteID", nameAddress), ("OrigID", nameAddress),
        ("LocalAddr", address), ("RemoteAddr", address), ("LocalGroup", wordPlus), ("RemoteGroup", wordPlus),
    ]

    private static func digits(_ name: String, _ most: Int, _ range: ClosedRange<Double>? = nil) -> Parameter {
        Parameter(name: name, form: "[0-9]{1,\(most)}", range: range)
    }

    private static func milliseconds(_ name: String) -> Parameter { digits(name, 5, 0...65_535) }

    private static func duration(_ name: String) -> Parameter { digits(name, 7, 0...3_600_000) }

    private static func percent(_ name: String) -> Parameter {
        Parameter(name: name, form: #"[0-9]{1,3}(\.[0-9]{1,2})?"#, range: 0...100)
    }

    private static func level(_ name: String) -> Parameter { Parameter(name: name, form: "-?[0-9]{1,2}") }

    private static func rFactor(_ name: String) -> Parameter { digits(name, 3, 0...120) }

    private static func mos(_ name: String) -> Parameter {
        Parameter(name: name, form: #"[0-9](\.[0-9]{1,3})?"#, range: 1...5)
    }

    private static func text(_ name: String, _ form: String = word) -> Parameter { Parameter(name: name, form: form) }

    private static let metrics: [(String, [Parameter])] = [
        (
            "SessionDesc",
            [
                digits("PT", 3, 0...127), text("PD"), digits("SR", 6), digits("PPS", 5), digits("FD", 4),
                digits("FO", 5),
                digits("FPP", 2), text("FMTP", "\"\(wordPlus)\""), digits("PLC", 1, 0...3), text("SSUP", "on|off"),
            ]
        ),
        (
            "JitterBuffer",
            [
                digits("JBA", 1, 0...3), digits("JBR", 2, 0...15), milliseconds("JBN"), milliseconds("JBM"),
                milliseconds("JBX"),
            ]
        ),
        ("PacketLoss", [percent("NLR"), percent("JDR")]),
        ("BurstGapLoss", [percent("BLD"), duration("BD"), percent("GLD"), duration("GD"), digits("GMIN", 3, 1...255)]),
        ("Delay", ["RTD", "ESD", "OWD", "SOWD", "IAJ", "MAJ"].map(milliseconds)),
        ("Signal", [level("SL"), level("NL"), digits("RERL", 3, 0...127)]),
        (
            "QualityEst",
            [
                rFactor("RLQ"), text("RLQEstAlg"), rFactor("RCQ"), text("RCQEstAlg"), rFactor("EXTRI"),
                text("ExtRIEstAlg"),
                rFactor("EXTRO"), text("ExtROEstAlg"), mos("MOSLQ"), text("MOSLQEstAlg"), mos("MOSCQ"),
                text("MOSCQEstAlg"), text("QoEEstAlg"),
            ]
        ),
    ]
}
