import Foundation
import Networking
import SIP

@testable import Media
@testable import Operations
@testable import SDP
@testable import UserAgent

/// A folder of a test's own, which ends with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "milliwatt-records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The lines of a file; none where there is no file.
    func lines(_ name: String) -> [String] {
        let data = FileManager.default.contents(atPath: file(name)) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// Calls for records.
enum Fixture {
    static func identity(_ number: Int, callID: String? = nil, from: String = "sip:a@b") -> CallIdentity {
        CallIdentity(
            handle: CallHandle(number: UInt64(number)), callID: callID ?? "call-\(number)", from: from.utf8,
            to: "sip:c@d".utf8, requestURI: "sip:echo@d".utf8, dialled: .echo,
            source: TransportAddress(.udp, IPAddress(parsing: "192.0.2.1") ?? .anyV4, port: 5060))
    }

    static func media(_ remote: String? = "192.0.2.1:4000") -> CallMedia {
        let parts = remote?.split(separator: ":").map(String.init)
        return CallMedia(
            codec: "PCMU", payloadType: 0, packetTime: 20, localAddress: IPAddress(v4: 0xC000_0202), localPort: 10000,
            remoteMedia: parts.map { RemoteMedia(host: $0[0], family: .ip4, port: UInt16($0[1]) ?? 0) },
            direction: "sendrecv")
    }

    static func end(_ report: MediaReport? = nil, answered: Bool = true) -> CallEnd {
        CallEnd(
            party: .caller, reason: .callerHungUp, cause: nil, status: 200,
            answerDelay: answered ? .milliseconds(1500) : nil, duration: answered ? .seconds(30) : nil, media: report)
    }

    /// A record of a call that ended then, with a score.
    static func row(_ number: Int, ended: Int64, listening: Double? = nil, conversational: Double? = nil) -> RecordRow {
        var report = MediaReport(sent: SentMedia(ssrc: 1))
        report.score.listeningMOS = listening
        report.score.conversationalMOS = conversational
        return CallRecord(identity: identity(number), ended: ended, end: end(report)).row
    }

    /// All events of a call that is answered.
    static func events(_ number: Int) -> [CallEvent] {
        let identity = identity(number)
        return [.incoming, .ringing, .answered(media()), .ended(end())].map { CallEvent(call: identity, kind: $0) }
    }

    /// What the log would say.
    static func log() -> (log: EventLog, sink: RecordingSink) {
        let sink = RecordingSink()
        return (EventLog(LogOutput(sink: sink, level: .info)), sink)
    }
}

/// Keeps the lines of a log.
final class RecordingSink: LogSink {
    private let state = Locked<[LogRecord]>([])
    var records: [LogRecord] { state.withLock { $0 } }
    func write(_ records: [LogRecord]) { state.withLock { $0 += records } }
}

/// Waits for a condition that another thread brings about; a machine that is busy takes long.
func patiently(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<6000 {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}
