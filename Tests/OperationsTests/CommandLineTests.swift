import Foundation
import Operations
import Testing

/// The built program beside the test bundle.
private struct Invocation {
    let status: Int32
    let output: String
    let errors: String

    init(_ arguments: String...) throws { try self.init(arguments) }

    init(_ arguments: [String]) throws {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(filePath: bundle).deletingLastPathComponent().appending(path: "milliwattd")
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Both are shorter than a pipe holds.
        self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}

@Suite("The command line: exit statuses of sysexits.h, one line an error")
struct CommandLineTests {
    @Test("--version and --help answer on standard output")
    func version() throws {
        #expect(try Invocation("--version").output == "milliwattd \(Version.current)\n")
        let help = try Invocation("--help")
        #expect(help.status == 0)
        for command in ["run", "check-config", "default-config", "history"] {
            #expect(help.output.contains("  \(command) "))
        }
        #expect(try Invocation().output == help.output)
        #expect(try Invocation("run", "--help").output.contains("--config <file>"))
    }

    @Test("default-config prints the file of all keys, which check-config accepts")
    func defaultConfig() throws {
        let printed = try Invocation("default-config")
        #expect(printed.output == DefaultConfiguration.text)
        let path = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(printed.output.utf8).write(to: path)
        let checked = try Invocation("check-config", path.path)
        #expect(checked.status == 0)
        #expect(checked.output == "\(path.path): the settings are valid\n")
        let overridden = try Invocation("check-config", path.path, "--set", "sip.port=x")
        #expect(overridden.status == 78)
    }

    @Test(
        "wrong settings end with 78 before anything is started",
        arguments: [
            ["check-config", "/nonexistent.toml"], ["run", "--config", "/nonexistent.toml"],
            ["run", "--set", "sip.port=x"],
        ])
    func configuration(arguments: [String]) throws {
        let result = try Invocation(arguments)
        #expect(result.status == 78)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("milliwattd: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(
        "a wrong command line ends with 64",
        arguments: [
            ["run", "--bogus"], ["frobnicate"], ["check-config"], ["run", "--set", "sip.port"], ["run", "--config"],
        ])
    func usage(arguments: [String]) throws {
        let result = try Invocation(arguments)
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("milliwattd: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }
}
