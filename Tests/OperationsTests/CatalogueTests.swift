import Foundation
import Testing

@testable import Operations

@Suite("systemd/milliwatt.catalog: what journalctl -x says of each kind of event")
struct CatalogueTests {
    private struct Entry {
        var kind = ""
        var subject = ""
        var text = ""
    }

    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "systemd/milliwatt.catalog")

    /// The entries by their identifiers, each with the name in the comment before it.
    private static func entries() throws -> [String: Entry] {
        var entries: [String: Entry] = [:]
        var (identifier, kind) = ("", "")
        for line in try String(contentsOf: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("-- ") {
                identifier = String(line.dropFirst(3))
                try #require(entries[identifier] == nil, "\(identifier) is there twice")
                entries[identifier] = Entry(kind: kind)
            } else if line.hasPrefix("# ") {
                kind = String(line.dropFirst(2))
            } else if line.hasPrefix("Subject: ") {
                entries[identifier]?.subject = String(line.dropFirst(9))
            } else {
                entries[identifier]?.text += line + "\n"
            }
        }
        return entries
    }

    @Test("every kind of event has an identifier of its own and an entry under it, and there are no others")
    func complete() throws {
        let identifiers = EventKind.allCases.map(\.messageID)
        let (digits, entries) = (Set("0123456789abcdef"), try Self.entries())
        #expect(identifiers.allSatisfy { $0.count == 32 && $0.allSatisfy(digits.contains) })
        #expect(Set(identifiers).count == EventKind.allCases.count)
        #expect(Set(entries.keys) == Set(identifiers))
        for kind in EventKind.allCases {
            let entry = try #require(entries[kind.messageID])
            #expect(entry.kind == kind.rawValue)
            #expect(!entry.subject.isEmpty && entry.text.contains("."), "\(kind)")
        }
    }

    @Test("the fields that entries name are fields of the log")
    func fields() throws {
        let known = Set(LogField.allCases.map(\.journalName))
        for entry in try Self.entries().values {
            let named = (entry.subject + entry.text).matches(of: /@([A-Z_]+)@/).map { String($0.1) }
            #expect(known.isSuperset(of: named), "\(entry.kind): \(named)")
        }
    }

    @Test("journalctl takes the catalogue over", .enabled(if: access("/usr/bin/journalctl", X_OK) == 0))
    func update() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "milliwatt-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let folder = root.appending(path: "usr/lib/systemd/catalog")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: root.appending(path: "var/lib/systemd/catalog"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.path, to: folder.appending(path: "milliwatt.catalog"))
        let updated = try Self.journalctl("--root=\(root.path)", "--update-catalog")
        #expect(updated.status == 0 && updated.output.isEmpty, "\(updated.output)")
        let listed = try Self.journalctl("--root=\(root.path)", "--list-catalog").output
        for kind in EventKind.allCases { #expect(listed.contains("\(kind.messageID) milliwattd: "), "\(listed)") }
    }

    private static func journalctl(_ arguments: String...) throws -> (status: Int32, output: String) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/journalctl")
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
