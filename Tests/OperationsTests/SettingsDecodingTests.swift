import Testing

@testable import Operations

@Suite("Settings: decoding")
struct SettingsDecodingTests {
    @Test("a file with every section decodes to the values that it names")
    func everySection() throws {
        let settings = try decoded(
            """
            [sip]
            bind_address = ["10.0.0.1", "::1"]
            port = 5080
            domain = "pbx.example.org"
            transports = ["TCP"]
            [behavior]
            auto_answer = false
            auto_answer_delay_ms = 1
            tone_frequency = 1004
            tone_level_dbm0 = -16.5
            tone_duration_seconds = 0.25
            over_limit_status = 503
            media_timeout_seconds = 0
            [media]
            preferred_codecs = ["pcma"]
            packet_time_ms = 60
            advertised_address = "203.0.113.7"
            worker_threads = 3
            dscp = "cs5"
            [log]
            level = "debug"
            format = "json"
            statistics_interval_seconds = 0
            """)
        #expect(settings.sip.bindAddresses == ["10.0.0.1", "::1"])
        #expect(settings.sip.port == 5080)
        #expect(settings.sip.domain == "pbx.example.org")
        #expect(settings.sip.transports == [.tcp])
        #expect(!settings.behavior.autoAnswer)
        #expect(settings.behavior.autoAnswerDelay == .milliseconds(1))
        #expect(settings.behavior.toneFrequency == 1004)
        #expect(settings.behavior.toneLevel == -16.5)
        #expect(settings.behavior.toneDuration == .milliseconds(250))
        #expect(settings.behavior.overLimitStatus == .serviceUnavailable)
        #expect(settings.behavior.mediaTimeout == nil)
        #expect(settings.media.preferredCodecs == [.pcma])
        #expect(settings.media.packetTime == 60)
        #expect(settings.media.advertisedAddress == "203.0.113.7")
        #expect(settings.media.workerThreads == 3)
        #expect(settings.media.dscp == 40)
        #expect(settings.log == Settings.Log(level: .debug, format: .json, statisticsInterval: nil))
    }

    @Test("an empty file is the defaults")
    func empty() throws {
        #expect(try decoded("") == Settings())
        #expect(try decoded("# nothing\n[sip]\n") == Settings())
    }

    @Test("dotted keys and inline tables are sections too")
    func dottedKeys() throws {
        #expect(try decoded("sip.port = 5070\nmedia = { packet_time_ms = 30 }").sip.port == 5070)
        #expect(problems("\nmedia = { packet_time_ms = 25 }").first?.line == 2)
    }

    @Test(
        "a value out of range names file, line, key, value and range",
        arguments: [
            ("sip", "port = 70000", "port: 70000 is not a port (0-65535)"),
            ("sip", "port = -1", "port: -1 is not a port (0-65535)"),
            ("sip", "port = 9223372036854775807", "port: 9223372036854775807 is not a port (0-65535)"),
            ("sip", "port = \"5060\"", "port: \"5060\" is not a port (0-65535)"),
            ("sip", "port = 5060.0", "port: 5060.0 is not a port (0-65535)"),
            ("sip", "port = 2026-01-01", "port: a date or time is not a port (0-65535)"),
            ("sip", "transports = [\"sctp\"]", "transports: \"sctp\" is not one of udp, tcp, tls"),
            ("sip", "transports = [\"udp\", \"UDP\"]", "transports: \"UDP\" is named twice"),
            ("sip", "transports = [1]", "transports: 1 is not one of udp, tcp, tls"),
            (
                "sip", "tls_certificate = \"a\\tb\"",
                "tls_certificate: \"a\\tb\" is not the path of a file in PEM form, or \"\""
            ),
            ("sip", "tls_min_version = \"1.1\"", "tls_min_version: \"1.1\" is not one of 1.2, 1.3"),
            ("sip", "tls_min_version = 1.2", "tls_min_version: 1.2 is not one of 1.2, 1.3"),
            (
                "sip", "tls_client_certificates = true",
                "tls_client_certificates: true is not one of none, optional, required"
            ),
            (
                "sip", "bind_address = \"localhost\"",
                "bind_address: \"localhost\" is not an IPv4 or IPv6 address to listen on"
            ),
            (
                "sip", "bind_address = \"224.0.1.75\"",
                "bind_address: \"224.0.1.75\" is not an IPv4 or IPv6 address to listen on"
            ),
            ("sip", "domain = \"10.0.0.256\"", "domain: \"10.0.0.256\" is not a host name or address, or \"\""),
            ("sip", "domain = \"-a.example\"", "domain: \"-a.example\" is not a host name or address, or \"\""),
            (
                "sip", "user_agent = \"a\\r\\nVia: b\"",
                "user_agent: \"a\\u000D\\nVia: b\" is not text of 1-200 printable ASCII characters"
            ),
            ("behavior", "auto_answer = 1", "auto_answer: 1 is not true or false"),
            (
                "behavior", "tone_frequency = 3900.1",
                "tone_frequency: 3900.1 is not a frequency in Hz (20.0 to 3900.0, a multiple of 0.1)"
            ),
            (
                "behavior", "tone_frequency = 440.05",
                "tone_frequency: 440.05 is not a frequency in Hz (20.0 to 3900.0, a multiple of 0.1)"
            ),
            (
                "behavior", "tone_frequency = nan",
                "tone_frequency: nan is not a frequency in Hz (20.0 to 3900.0, a multiple of 0.1)"
            ),
            (
                "behavior", "tone_duration_seconds = inf",
                "tone_duration_seconds: inf is not a number of seconds (0-86400)"
            ),
            ("behavior", "over_limit_status = 480", "over_limit_status: 480 is not 486 or 503"),
            ("media", "rtp_port_range_start = 10001", "rtp_port_range_start: 10001 is not an even port (2-65534)"),
            (
                "media", "packet_time_ms = 25",
                "packet_time_ms: 25 is not a packet time in ms (10-60, a multiple of 10)"
            ),
            (
                "media", "preferred_codecs = []",
                "preferred_codecs: the list is empty, where at least one of PCMU, PCMA is needed"
            ),
            (
                "media", "advertised_address = \"0.0.0.0\"",
                "advertised_address: \"0.0.0.0\" is not an IPv4 or IPv6 address of one machine, or \"\""
            ),
            ("media", "dscp = 64", "dscp: 64 is not a DSCP name (EF, CS0-CS7, AF11-AF43) or number (0-63)"),
            (
                "log", "level = \"loud\"",
                "level: \"loud\" is not one of trace, debug, info, notice, warning, error, critical"
            ),
        ])
    func rejected(section: String, line: String, message: String) {
        let found = problems("# a comment\n\n[\(section)]\n\(line)\n")
        #expect(found.map(\.description) == ["test.toml:4: \(section).\(message)"])
    }

    @Test(
        "an unknown name is told with what may have been meant",
        arguments: [
            ("[sip]\nprot = 1", "test.toml:2: sip.prot: unknown key; did you mean port?"),
            ("[sip]\nbindaddress = 1", "test.toml:2: sip.bindaddress: unknown key; did you mean bind_address?"),
            (
                "[media]\nmax_concurrent_calls = 1",
                "test.toml:2: media.max_concurrent_calls: unknown key; did you mean behavior.max_concurrent_calls?"
            ),
            ("port = 1", "test.toml:1: port: unknown key; did you mean sip.port?"),
            ("[sip]\nzzzzzzzzzzzz = 1", "test.toml:2: sip.zzzzzzzzzzzz: unknown key"),
            ("[medai]\na = 1\nb = 2", "test.toml:1: unknown section [medai]; did you mean [media]?"),
            ("sip = 5060", "test.toml:1: sip: 5060 is not a section: write [sip] and its keys below"),
            ("[sip.port]", "test.toml:1: sip.port: a table is not a port (0-65535)"),
            ("[\"si\\np\"]", "test.toml: unknown section [si\\np]; did you mean [sip]?"),
        ])
    func unknown(text: String, message: String) {
        let found = problems(text).map(\.description)
        #expect(found.count == 1)
        #expect(found.first == message)
    }

    @Test("every problem is reported, in the order of the lines")
    func all() {
        let found = problems("[sip]\nport = 70000\nfoo = 1\n[log]\nlevel = 3\n[behaviour]\n")
        #expect(found.map(\.line) == [2, 3, 5, 6])
    }

    @Test(
        "what is not TOML is refused with its line",
        arguments: [
            ("[sip]\nport = \n", 2), ("[sip]\nport = 1\nport = 2\n", 3), ("[sip]\n[media]\n[sip]\n", 3),
            ("[sip\n", 1), ("\n\nport = 'a", 3), ("a = \"\\u0000\"", 1),
        ])
    func syntax(text: String, line: Int) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.line == line)
    }

    @Test("bytes that are not UTF-8 and null characters are refused with their line")
    func encoding() {
        #expect(problems(Array("[sip]\n# é\n# ".utf8) + [0xFF, 0x0A]).map(\.description) == ["test.toml:3: not UTF-8"])
        #expect(problems(Array("[sip]\n".utf8) + [0xC3]).map(\.description) == ["test.toml:2: not UTF-8"])
        #expect(
            problems(Array("[sip]\nport".utf8) + [0] + Array(" = 1".utf8)).map(\.description)
                == ["test.toml:2: a null character: is this a text file?"])
    }

    @Test("whatever is done to a file, there are settings or problems, and no end of the process")
    func mutations() {
        var random = SeededGenerator(seed: 20)
        let original = Array(DefaultConfiguration.text.utf8)
        var refused = 0
        for _ in 0..<400 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(original[Int.random(in: original.indices, using: &random)], at: index)
                }
            }
            let found = problems(bytes)
            refused += found.isEmpty ? 0 : 1
            #expect(found.allSatisfy { !$0.description.contains(where: \.isNewline) })
        }
        #expect(refused > 20, "most mutations hit comments, but not all")
    }

    private func decoded(_ text: String) throws -> Settings {
        try Settings(parsing: Array(text.utf8), source: "test.toml")
    }

    private func problems(_ text: String) -> [SettingsProblem] { problems(Array(text.utf8)) }

    private func problems(_ bytes: [UInt8]) -> [SettingsProblem] {
        do throws(SettingsError) {
            _ = try Settings(parsing: bytes, source: "test.toml")
            return []
        } catch {
            return error.problems
        }
    }
}

/// SplitMix64: the same sequence on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
