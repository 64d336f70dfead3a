import Foundation
import SIP
import Testing

/// The messages of RFC 4475 and RFC 5118, read from the folder that `SIP_TORTURE` names.
@Suite("Torture messages (RFC 4475, RFC 5118)", .enabled(if: TortureMessage.folder != nil, "SIP_TORTURE is not set"))
struct TortureTests {
    @Test("each parses, or draws the status that the RFC prefers", arguments: TortureMessage.all)
    func parses(_ torture: TortureMessage) {
        #expect(outcome(of: torture.bytes) == torture.expected, "preferred: \(torture.preferred)")
    }

    @Test("none is missing")
    func isComplete() {
        #expect(TortureMessage.all.count == 65)
    }
}

struct TortureMessage: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// The final outcome that the table prefers: a status, or `none`.
    let preferred: String

    static let folder = ProcessInfo.processInfo.environment["SIP_TORTURE"].map { URL(fileURLWithPath: $0) }

    var testDescription: String { name }

    /// What the preferred outcome means for the parser: what is a matter of syntax it refuses, all else it lets pass.
    var expected: String {
        switch name {
        // A registrar's business, not syntax (RFC 4475 3.3.4).
        case "unksm2": "request"
        // As archived its Content-Length is beyond its end.
        case "ipv6-in-sdp": "400"
        // Responses that are well-formed but belong to nothing.
        case "unreason", "noreason", "bcast": "response"
        default:
            switch preferred {
            case "400", "505": preferred
            case "none": "nothing"
            default: "request"
            }
        }
    }

    static let all: [TortureMessage] = ["rfc4475", "rfc5118"].flatMap { part -> [TortureMessage] in
        guard let folder = folder?.appendingPathComponent(part),
            let table = try? String(contentsOf: folder.appendingPathComponent("expect.tsv"), encoding: .utf8)
        else { return [] }
        return table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 7,
                let data = try? Data(contentsOf: folder.appendingPathComponent(columns[0] + ".dat"))
            else { return nil }
            return TortureMessage(name: columns[0], bytes: Array(data), preferred: columns[6])
        }
    }
}
