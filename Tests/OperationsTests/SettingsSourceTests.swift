import Foundation
import Testing

@testable import Operations

@Suite("SettingsSource: where settings come from")
struct SettingsSourceTests {
    @Test("the file that was named, else the default file if it exists, else none")
    func order() {
        #expect(SettingsSource(named: "/a", defaultPath: "/dev/null") == .file("/a"))
        #expect(SettingsSource(named: nil, defaultPath: "/dev/null") == .file("/dev/null"))
        #expect(SettingsSource(named: nil, defaultPath: "/nonexistent/x") == .builtIn)
        #expect("\(SettingsSource.builtIn)" == "built-in defaults")
    }

    @Test(
        "a file that cannot be read is one problem with its reason",
        arguments: [
            ("/nonexistent/x.toml", "/nonexistent/x.toml: cannot be opened: No such file or directory"),
            ("/", "/: cannot be read: Is a directory"),
            ("/dev/zero", "/dev/zero: is larger than 1048576 bytes: is this a settings file?"),
        ])
    func unreadable(path: String, message: String) {
        do throws(SettingsError) {
            _ = try Settings(from: .file(path))
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.description) == [message])
        }
    }

    @Test("a file is read from the disk")
    func read() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data("[sip]\nport = 5099\n".utf8).write(to: path)
        #expect(try Settings(from: .file(path.path)).sip.port == 5099)
        #expect(try Settings(from: .builtIn, overrides: ["sip.port=1"]).sip.port == 1)
    }
}
