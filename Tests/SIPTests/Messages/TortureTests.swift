import Foundation
import SIP
import Testing

/// The messages of RFC 4475 and RFC 5118, read from the folder that `SIP_TORTURE` names.
@Suite("Torture messages (RFC 4475, RFC 5118)", .enabled(if: TortureMessage.folder != nil, "SIP_TORTURE is not set"))
struct TortureTests {
    @Test("each parses, or draws the status that the RFC names", arguments: TortureMessage.all)
    func parses(_ torture: TortureMessage) throws {
        let outcome: String
        do {
            switch try Message(parsing: torture.bytes) {
            case .request: outcome = "parsed"
            case .response: outcome = "none"
            }
        } catch {
            outcome = error.isRequest ? "\(error.status)" : "none"
        }
        #expect(torture.allows(outcome), "\(torture.name): \(outcome), not one of \(torture.accepted)")
    }
}

struct TortureMessage: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let isValid: Bool
    let accepted: [String]
    let preferred: String

    static let folder = ProcessInfo.processInfo.environment["SIP_TORTURE"].map { URL(fileURLWithPath: $0) }

    var testDescription: String { name }

    static let all: [TortureMessage] = ["rfc4475", "rfc5118"].flatMap { part -> [TortureMessage] in
        guard let folder = folder?.appendingPathComponent(part),
            let table = try? String(contentsOf: folder.appendingPathComponent("expect.tsv"), encoding: .utf8)
        else { return [] }
        return table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 7,
                let data = try? Data(contentsOf: folder.appendingPathComponent(columns[0] + ".dat"))
            else { return nil }
            return TortureMessage(
                name: columns[0], bytes: Array(data), isValid: columns[2] == "valid",
                accepted: columns[5].split(separator: " ").map(String.init), preferred: columns[6])
        }
    }

    /// What the parser decides must be the preferred outcome where that is a matter of syntax; what parses may be
    /// refused later for reasons of its own.
    func allows(_ outcome: String) -> Bool {
        if outcome == "parsed" {
            return preferred != "none" && (isValid || accepted.contains { $0 != "400" && $0 != "none" && $0 != "505" })
        }
        return !isValid && accepted.contains(outcome) || accepted.contains(outcome)
    }
}
