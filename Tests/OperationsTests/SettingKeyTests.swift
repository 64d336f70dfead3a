import Foundation
import Testing

@testable import Operations

@Suite("SettingKey: the table of settings")
struct SettingKeyTests {
    @Test("the file of all keys decodes to the defaults")
    func defaultFile() throws {
        #expect(try Settings(parsing: Array(DefaultConfiguration.text.utf8), source: "default") == Settings())
    }

    @Test("config/milliwatt.toml is what default-config prints")
    func installedFile() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try String(contentsOf: root.appending(path: "config/milliwatt.toml"), encoding: .utf8)
        #expect(file == DefaultConfiguration.text)
    }

    @Test("every key is shown with its section, unit and range", arguments: SettingKey.all.map(\.path))
    func shown(path: String) throws {
        let key = try #require(SettingKey.at(path))
        let text = DefaultConfiguration.text
        let section = try #require(text.range(of: "\n[\(key.section.rawValue)]\n"))
        let found = text.range(of: "\n\(key.name) = \(key.defaultValue)\n") ?? text.range(of: "\n\(key.name) = [\n")
        let line = try #require(found)
        #expect(section.upperBound <= line.lowerBound)
        #expect(!key.range.isEmpty)
        #expect(key.meaning.hasSuffix("."))
        #expect(key.name.hasSuffix("_ms") == (key.unit == "ms"))
        #expect(key.name.hasSuffix("_seconds") == (key.unit == "s"))
    }

    @Test("no line of the file is longer than 100 characters, so that it reads in a terminal")
    func width() {
        #expect(DefaultConfiguration.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("a value that was decoded is written as it was read", arguments: SettingKey.all.map(\.path))
    func roundTrip(path: String) throws {
        let key = try #require(SettingKey.at(path))
        var settings = Settings()
        try key.decode(key.encode(Settings()), &settings)
        #expect(settings == Settings())
    }

    @Test("values other than the defaults survive being written")
    func roundTripOfOthers() throws {
        let overrides = [
            "sip.bind_address=10.0.0.1,10.0.0.2", "behavior.tone_duration_seconds=0", "media.dscp=1", "media.dscp=AF43",
            "behavior.shutdown_timeout_seconds=0.5", "sip.domain=example.org", "media.worker_threads=2",
        ]
        let settings = try Settings(overrides: overrides)
        var copy = Settings()
        for key in SettingKey.all { try key.decode(key.encode(settings), &copy) }
        #expect(copy == settings)
    }

    @Test(
        "the code points of DiffServ have their names",
        arguments: [("EF", 46), ("CS0", 0), ("CS7", 56), ("AF11", 10), ("AF43", 38), ("af41", 34)])
    func codePoints(name: String, code: Int) throws {
        #expect(try Settings(overrides: ["media.dscp=\(name)"]).media.dscp == code)
    }
}

@Suite("Suggestion: what a misspelt name was meant to be")
struct SuggestionTests {
    @Test(
        "the distance counts insertions, deletions, substitutions and transpositions",
        arguments: [
            ("", "", 0), ("port", "port", 0), ("prot", "port", 1), ("por", "port", 1), ("ports", "port", 1),
            ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3),
        ])
    func distance(first: String, second: String, expected: Int) {
        #expect(Suggestion.distance(first, second) == expected)
    }

    @Test("what is far from everything gets no suggestion")
    func far() {
        #expect(Suggestion.nearest(to: "frobnicate", among: ["port", "domain"]) == nil)
        #expect(Suggestion.nearest(to: "Dommain", among: ["port", "domain"]) == "domain")
        #expect(Suggestion.nearest(to: String(repeating: "a", count: 100_000), among: ["port"]) == nil)
    }
}
