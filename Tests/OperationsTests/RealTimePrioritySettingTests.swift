import Media
import Testing

@testable import Operations

@Suite("Settings: media.realtime_priority")
struct RealTimePrioritySettingTests {
    @Test(
        "automatic, none or a number",
        arguments: [
            ("auto", .automatic), ("AUTO", .automatic), ("0", .none), ("1", .fixed(1)), ("99", .fixed(99)),
        ] as [(String, RealTimePriority)])
    func accepted(text: String, priority: RealTimePriority) throws {
        #expect(try Settings(overrides: ["media.realtime_priority=\(text)"]).media.realTimePriority == priority)
    }

    @Test("nothing else", arguments: ["-1", "100", "1.5", "high", "", "true", "[10]"])
    func refused(text: String) {
        #expect(throws: SettingsError.self) { try Settings(overrides: ["media.realtime_priority=\(text)"]) }
    }

    @Test("automatic unless it is set")
    func unset() throws {
        #expect(Settings().media.realTimePriority == .automatic)
    }
}
