import Foundation
import Testing

extension EndToEnd {
    /// The messages of RFC 4475 and RFC 5118, read from the folder that `SIP_TORTURE` names.
    @Suite("Torture messages (RFC 4475, RFC 5118)", .enabled(if: Torture.folder != nil, "SIP_TORTURE is not set"))
    struct TortureTests {
        /// Each has a daemon of its own, since some share a branch and so would be the same transaction.
        @Test("each gets an answer that its RFC accepts, and the daemon lives on", arguments: Torture.all)
        func answers(_ torture: Torture) async throws {
            try await Daemon.run { daemon in
                let outcome = try await Self.suffer(torture, daemon)
                let isAccepted = torture.accepts(outcome)
                let accepted = torture.accepted.joined(separator: " ")
                #expect(isAccepted, "\(outcome), not one of \(accepted)")
            }
        }

        /// Sends a message, then OPTIONS to see that the daemon lives; hangs up the call if it has become one.
        ///
        /// - Returns: the final status, or `none`.
        private static func suffer(_ torture: Torture, _ daemon: Daemon) async throws -> String {
            let caller = try Caller(.udp, to: daemon)
            caller.send(bytes: torture.bytesForPortOfSource)
            caller.send(caller.request("OPTIONS"))
            let alive = await caller.messages.take { $0["call-id"] == caller.callID && $0.status == 200 }
            try #require(alive != nil, "dead after \(torture.name)")
            // Whatever is answered at once was answered before the OPTIONS; a call that rings is waited for.
            var answer = await caller.messages.take(within: .milliseconds(torture.mayStaySilent ? 100 : 3000)) {
                $0.status != nil && $0["call-id"] != caller.callID
            }
            while let status = answer?.status, status < 200 {
                answer = await caller.messages.take { $0.status != nil && $0["call-id"] != caller.callID }
            }
            guard let answer, let status = answer.status else { return "none" }
            if answer.method == "INVITE" { try await end(answer, caller) }
            return "\(status)"
        }

        /// ACK and, for a 200, BYE.
        private static func end(_ answer: WireMessage, _ caller: Caller) async throws {
            let isAnswered = answer.status == 200
            let number = answer["cseq"].flatMap { Int($0.prefix { $0.isNumber }) } ?? 1
            let via = answer["via"].map { $0.split(separator: ",")[0] } ?? ""
            for (method, number) in [("ACK", number), ("BYE", number + 1)] where method == "ACK" || isAnswered {
                let uri = answer.contactURI ?? "sip:127.0.0.1:\(caller.remotePort)"
                let topVia =
                    isAnswered
                    ? "SIP/2.0/UDP \(caller.local);branch=\(Caller.branch());rport" : String(via)
                let lines = [
                    "\(method) \(uri) SIP/2.0", "Via: \(topVia)", "Max-Forwards: 70", "From: \(answer["from"] ?? "")",
                    "To: \(answer["to"] ?? "")", "Call-ID: \(answer["call-id"] ?? "")", "CSeq: \(number) \(method)",
                    "Content-Length: 0", "", "",
                ]
                caller.send(lines.joined(separator: "\r\n"))
            }
            if isAnswered { #expect(try await caller.final("BYE").status == 200) }
        }
    }
}

/// A message of an RFC's torture tests and the answers to it that are right.
struct Torture: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let accepted: [String]

    static let folder = ProcessInfo.processInfo.environment["SIP_TORTURE"].map { URL(fileURLWithPath: $0) }

    /// Those whose names and outcomes `expect.tsv` lists.
    static let all = ["rfc4475", "rfc5118"].flatMap { part -> [Torture] in
        guard let folder = folder?.appendingPathComponent(part),
            let table = try? String(contentsOf: folder.appendingPathComponent("expect.tsv"), encoding: .utf8)
        else { return [] }
        return table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 7,
                let data = try? Data(contentsOf: folder.appendingPathComponent(columns[0] + ".dat"))
            else { return nil }
            return Torture(
                name: columns[0], bytes: Array(data), accepted: columns[5].split(separator: " ").map(String.init))
        }
    }

    var testDescription: String { name }

    var mayStaySilent: Bool { accepted.contains("none") }

    func accepts(_ outcome: String) -> Bool {
        accepted.contains(outcome) || outcome.hasPrefix("2") && accepted.contains("2xx")
    }

    /// The message with `rport` in its first Via, since its hosts are not here to be answered (RFC 3581).
    var bytesForPortOfSource: [UInt8] {
        let names = ["via", "v"].map { Array($0.utf8) }
        var start = bytes.startIndex
        while let end = endOfField(from: start) {
            let field = bytes[start..<end]
            let name = field.prefix { $0 != UInt8(ascii: ":") }.filter { $0 != 32 && $0 != 9 }.map { $0 | 0x20 }
            if names.contains(name) {
                if String(decoding: field, as: UTF8.self).lowercased().contains("rport") { return bytes }
                let place = field.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") } ?? end
                return Array(bytes[..<place]) + Array(";rport".utf8) + Array(bytes[place...])
            }
            start = end + 2
        }
        return bytes
    }

    /// Where the CR LF is that ends a header field: one that no blank follows, which would continue it.
    private func endOfField(from start: Int) -> Int? {
        bytes.indices.dropFirst(start).first { index in
            index + 1 < bytes.count && bytes[index] == 13 && bytes[index + 1] == 10
                && !(index + 2 < bytes.count && [32, 9].contains(bytes[index + 2]))
        }
    }
}
