import Foundation
import Testing

@testable import Operations

@Suite("FileSink: a log file that is rotated, vanishes or is full")
struct FileSinkTests {
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString)")
        var file: URL { url.appending(path: "milliwatt.log") }

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: url) }

        func lines(_ file: URL) throws -> [String] {
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }

        /// The messages of a file of JSON lines.
        func messages(_ file: URL) throws -> [String] {
            try lines(file).map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["message"] as? String ?? ""
            }
        }
    }

    private static func record(_ message: String) -> LogRecord {
        LogRecord(time: 0, level: .info, event: .message, message: message)
    }

    @Test("lines are appended to what is there; a new file is for its owner and group, whatever the umask")
    func appends() async throws {
        let folder = try Folder()
        try FileSink(folder.file.path, .json).write([Self.record("first")])
        try FileSink(folder.file.path, .json).write([Self.record("second"), Self.record("third")])
        #expect(try folder.messages(folder.file) == ["first", "second", "third"])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
    }

    @Test("what was logged before a reopening stands in the file that was moved away, the rest in the new one")
    func rotates() throws {
        let folder = try Folder()
        let log = EventLog(LogOutput(sink: try FileSink(folder.file.path, .json), level: .info))
        let old = folder.url.appending(path: "milliwatt.log.1")
        log.record(.info, .message, "before")
        #expect(log.output.flush(limit: .seconds(60)))
        try FileManager.default.moveItem(at: folder.file, to: old)
        log.record(.info, .message, "moved")
        log.output.reopen()
        #expect(log.output.flush(limit: .seconds(60)))
        log.record(.info, .message, "after")
        #expect(log.output.close(limit: .seconds(60)))
        #expect(try folder.messages(old) == ["before", "moved"])
        #expect(try folder.messages(folder.file) == ["after"])
    }

    @Test("where the file cannot be opened again, the one that was moved away is kept")
    func keeps() throws {
        let folder = try Folder()
        let inner = folder.url.appending(path: "inner")
        let file = inner.appending(path: "milliwatt.log")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        let sink = try FileSink(file.path, .json)
        let moved = folder.url.appending(path: "moved")
        try FileManager.default.moveItem(at: inner, to: moved)
        sink.reopen()
        sink.write([Self.record("still")])
        #expect(try folder.messages(moved.appending(path: "milliwatt.log")) == ["still"])
    }

    @Test("a folder that vanishes costs lines, which are counted in the file that comes after it")
    func vanishes() async throws {
        let folder = try Folder()
        let sink = try FileSink(folder.file.path, .json)
        try FileManager.default.removeItem(at: folder.url)
        sink.write([Self.record("lost"), Self.record("lost")])
        sink.reopen()
        sink.write([Self.record("lost")])
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        sink.reopen()
        sink.write([Self.record("there")])
        let lines = try folder.lines(folder.file)
        #expect(lines.count == 2 && lines[0].contains(#""event":"log_dropped""#) && lines[0].contains(#""dropped":3}"#))
        #expect(lines.last?.contains(#""message":"there""#) == true)
    }

    @Test("a full disk costs lines, and no more than those: no line is cut, and the loss is counted once")
    func full() async {
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            signal(SIGXFSZ, SIG_IGN)
            func limit(_ octets: rlim_t) {
                var limit = rlimit(rlim_cur: octets, rlim_max: .max)
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            }
            let sink = try FileSink(folder.file.path, .json)
            sink.write([Self.record("fits")])
            let size = try Data(contentsOf: folder.file).count
            limit(rlim_t(size + 20))
            sink.write([Self.record("cut"), Self.record("lost")])
            sink.write([Self.record("lost")])
            limit(.max)
            sink.write([Self.record("fits again")])
            let lines = try folder.lines(folder.file)
            #expect(lines.count == 4)
            #expect(lines[1].count == 20, "what went in of the line that did not")
            #expect(lines[2].contains(#""dropped":3}"#) && lines[3].contains("fits again"))
        }
    }

    @Test("what is no file, or cannot be opened, is told at the start", arguments: ["/dev/null", "/nonexistent/x.log"])
    func refused(path: String) throws {
        let reason = path == "/dev/null" ? "is not a file" : "No such file or directory"
        #expect(throws: LogFileError(path: path, reason: reason)) { try FileSink(path, .json) }
    }

    @Test("logrotate takes the rules of config/logrotate", .enabled(if: access("/usr/sbin/logrotate", X_OK) == 0))
    func logrotate() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = try Folder()
        let rules = folder.url.appending(path: "rules")
        let text = try String(contentsOf: root.appending(path: "config/logrotate/milliwatt"), encoding: .utf8)
        let here = text.replacing("/var/log/milliwatt", with: folder.url.path).replacing(
            "systemctl kill -s HUP --kill-who=main milliwattd.service 2>/dev/null || true",
            with: "touch \(folder.url.path)/signalled")
        #expect(here.contains("signalled"))
        // Not writable for all, or logrotate declines.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: try write(here, rules))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        try FileSink(folder.file.path, .json).write([Self.record("old")])
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/logrotate")
        process.arguments = ["-f", "-s", folder.url.appending(path: "state").path, rules.path]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.contains("milliwatt.log.1") && names.contains("signalled") && !names.contains("milliwatt.log"))
    }

    private func write(_ text: String, _ url: URL) throws -> String {
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
