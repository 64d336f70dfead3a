import Foundation
import Testing

/// Runs functions of `scripts/lib.sh` in a world of stubs: a PATH that holds nothing else.
private struct ScriptWorld {
    let folder = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for tool in ["cat", "dirname", "env", "grep", "head", "readlink", "sed", "sort"] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: tool), withDestinationURL: URL(filePath: "/usr/bin/\(tool)"))
        }
    }

    func stub(_ name: String, _ script: String) throws {
        let path = folder.appending(path: name)
        try Data("#!/bin/bash\n\(script)\n".utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
    }

    /// The exit status and everything that was printed.
    func run(_ commands: String) throws -> (status: Int32, output: String) {
        let library = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "scripts/lib.sh")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "set -euo pipefail; source '\(library.path)'; \(commands)"]
        process.environment = ["PATH": folder.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Suite("scripts/lib.sh: what the two commands need")
struct ScriptsTests {
    @Test("without Swift, one line says what to install and where it is")
    func noSwift() throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        let result = try world.run("prepare_build")
        #expect(result.status == 1)
        #expect(
            result.output.hasPrefix("error: swift is not on PATH: install Swift 6.2 or newer: https://www.swift.org/"))
        #expect(result.output.split(separator: "\n").count == 1)
    }

    @Test(
        "the version decides, as a version and not as text",
        arguments: [("5.10", false), ("6.1.2", false), ("6.2", true), ("6.2.1", true), ("6.10", true), ("10.0", true)])
    func versions(version: String, isEnough: Bool) throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        try world.stub("swift", "echo 'Swift version \(version) (swift-\(version)-RELEASE)'")
        let result = try world.run("need_swift")
        #expect((result.status == 0) == isEnough)
        #expect(result.output.hasPrefix(isEnough ? "" : "error: Swift \(version) is too old: install Swift 6.2"))
    }

    @Test("a Swift that does not run is told with what it says")
    func brokenSwift() throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        try world.stub("swift", "echo 'libsqlite3.so.0: cannot open shared object file' >&2; exit 127")
        let result = try world.run("need_swift")
        #expect(result.status == 1)
        #expect(result.output.contains("does not run: libsqlite3.so.0: cannot open"))
    }

    @Test("packages that are there are left alone, without apt-get and sudo")
    func nothingMissing() throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        try world.stub("dpkg-query", "echo -n installed")
        let result = try world.run("need_packages a b")
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
    }

    @Test("only what is missing is installed, after an update, and by sudo only for those who are not root")
    func missing() throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        try world.stub("dpkg-query", "[[ ${*: -1} == b ]] && echo -n not-installed || echo -n installed")
        try world.stub("apt-get", "echo apt-get $*")
        try world.stub("sudo", "echo sudo; \"$@\"")
        try world.stub("id", "echo 0")
        let install = "apt-get update -q\napt-get install -q -y --no-install-recommends b\n"
        #expect(try world.run("need_packages a b").output.hasSuffix(install))
        #expect(try !world.run("need_packages a b").output.contains("sudo"))
        try world.stub("id", "echo 1000")
        let result = try world.run("need_packages a b")
        #expect(
            result.output.hasSuffix(
                install.replacing("apt-get u", with: "sudo\napt-get u").replacing("apt-get i", with: "sudo\napt-get i"))
        )
    }

    @Test("who is neither root nor has sudo, or has no Debian, is told what to install")
    func impossible() throws {
        let world = try ScriptWorld()
        defer { world.remove() }
        let foreign = try world.run("need_packages a b")
        #expect(foreign.status == 1)
        #expect(foreign.output.contains("elsewhere install the equivalents of: a b"))
        try world.stub("dpkg-query", "exit 1")
        try world.stub("id", "echo 1000")
        let result = try world.run("need_packages a b")
        #expect(result.status == 1)
        #expect(result.output.hasSuffix("error: not root and no sudo; as root run: apt-get install a b\n"))
    }
}
