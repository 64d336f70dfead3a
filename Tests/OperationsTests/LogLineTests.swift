import Foundation
import Testing

@testable import Operations

/// 2026-03-01 12:00:00.123456789 UTC.
private let noon: Int64 = 1_772_366_400_123_456_789

private func record(_ message: String, _ fields: LogFields = [:], metadata: [(String, String)] = []) -> LogRecord {
    LogRecord(
        time: noon, level: .info, event: .callAnswered, message: message, fields: fields,
        metadata: metadata.map { (LogRecord.metadataName($0.0), $0.1) })
}

/// What a hostile peer puts into a Call-ID.
private let hostile = "a\r\nERROR forged\u{1B}[2J\u{9B}1m\u{202E}\"\\\u{0}"

@Suite("TextLine: a log line to read")
struct TextLineTests {
    private func line(_ record: LogRecord, coloured: Bool = false) -> String {
        var bytes: [UInt8] = []
        TextLine(isColoured: coloured, isLocalTime: false).append(record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("time, level, event, message, fields in their order")
    func form() {
        let fields: LogFields = [
            .callID: "a@b", .codec: "PCMU", .jitterMilliseconds: .milliseconds(.microseconds(1250)), .packetsSent: 1500,
            .roundTripMilliseconds: nil, .reason: "no answer",
        ]
        #expect(
            line(record("answered", fields))
                == "2026-03-01T12:00:00.123Z info     call_answered     answered "
                + "call_id=a@b codec=PCMU jitter_ms=1.3 packets_sent=1500 reason=\"no answer\"\n")
    }

    @Test("free text has no event")
    func freeText() {
        var text = record("hello")
        text.event = .message
        #expect(line(text) == "2026-03-01T12:00:00.123Z info     hello\n")
    }

    @Test("nothing that a peer says makes a second line or moves the cursor")
    func injection() {
        let written = line(record(hostile, [.callID: .text(hostile)], metadata: [("k=\nX", hostile)]))
        #expect(written.unicodeScalars.filter(ControlCharacters.isUnsafe) == ["\n"])
        #expect(written.hasSuffix("\n"))
        #expect(written.contains(#"call_id="a\r\nERROR forged\x1b[2J\u{9b}1m\u{202e}\"\\\x00""#))
        #expect(written.contains(#"meta_k__x="a\r\n"#))
    }

    @Test("colours are sequences around the parts, and the text is the same")
    func colours() {
        let coloured = line(record("answered", [.codec: "PCMU"]), coloured: true)
        #expect(coloured.contains("\u{1B}[2mcodec=\u{1B}[0mPCMU"))
        #expect(coloured.replacing(#/\u{1B}\[\d+m/#, with: "") == line(record("answered", [.codec: "PCMU"])))
    }

    @Test(
        "a value is quoted unless it is one plain word",
        arguments: [
            ("", "\"\""), ("a", "a"), ("a b", "\"a b\""), ("a=b", "\"a=b\""), ("é", "é"), ("a\"b", "\"a\\\"b\""),
            ("sip:a@b;x", "sip:a@b;x"),
        ])
    func quoting(value: String, written: String) {
        #expect(TextLine.quoted(value) == written)
    }
}

@Suite("JSONLine: a log line for programs (RFC 8259, RFC 3339)")
struct JSONLineTests {
    private func line(_ record: LogRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONLine.append(record, to: &bytes)
        return bytes
    }

    @Test("one object with time, level, event, message and typed fields")
    func form() {
        let fields: LogFields = [
            .callID: "a@b", .packetsSent: 1500, .lossPercent: .decimal(0.125, decimals: 2), .roundTripMilliseconds: nil,
            .jitterMilliseconds: .decimal(.nan, decimals: 1),
        ]
        #expect(
            String(decoding: line(record("answered", fields)), as: UTF8.self)
                == #"{"time":"2026-03-01T12:00:00.123Z","level":"info","event":"call_answered","message":"answered","#
                + #""call_id":"a@b","packets_sent":1500,"loss_percent":0.13,"jitter_ms":null}"# + "\n")
    }

    @Test("any text comes back from a JSON parser as it was, from a single line of printable characters")
    func injection() throws {
        let bytes = line(record(hostile, [.callID: .text(hostile)], metadata: [("Some-Key", hostile)]))
        #expect(bytes.filter { $0 < 0x20 } == [0x0A])
        #expect(String(decoding: bytes, as: UTF8.self).unicodeScalars.filter(ControlCharacters.isUnsafe) == ["\n"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["message"] as? String == hostile)
        #expect(object["call_id"] as? String == hostile)
        #expect(object["meta_some_key"] as? String == hostile)
        #expect(object.count == 6)
    }
}

@Suite("JournalSink: native fields (systemd.journal-fields(7))")
struct JournalSinkTests {
    @Test("each field is NAME=value, beginning with those that the journal knows")
    func fields() {
        let written = JournalSink.fields(
            of: record("answered", [.callID: "a@b", .status: 200], metadata: [("conn", "1")])
        ).map { String(decoding: $0, as: UTF8.self) }
        #expect(
            written == [
                "MESSAGE=answered", "PRIORITY=6", "SYSLOG_IDENTIFIER=milliwattd",
                "MESSAGE_ID=\(EventKind.callAnswered.messageID)", "EVENT=call_answered", "CALL_ID=a@b",
                "SIP_STATUS=200", "META_CONN=1",
            ])
    }

    @Test("a peer's text adds no field and no line")
    func injection() {
        let written = JournalSink.fields(of: record(hostile, [.callID: "x\nPRIORITY=0"]))
        #expect(written.allSatisfy { !$0.contains(0x0A) && !$0.contains(0x1B) })
        #expect(written.contains(Array(#"CALL_ID=x\nPRIORITY=0"#.utf8)))
    }

    @Test("names of fields are such as the journal takes: capital letters, digits and underscores, no trusted ones")
    func names() {
        for name in LogField.allCases.map(\.journalName) + [LogRecord.metadataName("_é.9").uppercased()] {
            #expect(name.wholeMatch(of: #/[A-Z][A-Z0-9_]{0,63}/#) != nil, "\(name)")
        }
        #expect(Set(LogField.allCases.map(\.journalName)).isDisjoint(with: ["MESSAGE", "PRIORITY", "EVENT"]))
    }

    @Test("levels have the priorities of syslog (RFC 5424, 6.2.1)")
    func priorities() {
        #expect(LogLevel.allCases.map(\.syslogPriority) == [7, 7, 6, 5, 4, 3, 2])
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
    }
}

@Suite("LogValue: numbers")
struct LogValueTests {
    @Test(
        "a fixed number of decimals, rounded",
        arguments: [
            (0.0, 1, "0.0"), (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (-0.01, 1, "0.0"), (4.407, 2, "4.41"),
            (0.005, 3, "0.005"), (99.999, 2, "100.00"), (2.5, 0, "3"), (.infinity, 2, "inf"), (1e300, 2, "1e+300"),
        ])
    func fixed(number: Double, decimals: Int, written: String) {
        #expect(LogValue.fixed(number, decimals: decimals) == written)
    }

    @Test("durations are milliseconds or seconds")
    func durations() {
        #expect(LogValue.milliseconds(.microseconds(1_234_567)).plain == "1234.6")
        #expect(LogValue.seconds(.milliseconds(30_001)).plain == "30.001")
    }
}

@Suite("LogFields")
struct LogFieldsTests {
    @Test("setting replaces in place, nil removes, merging lets the other win")
    func editing() {
        var fields: LogFields = [.callID: "a", .codec: "PCMU", .peer: nil]
        fields[.callID] = "b"
        fields.merge([.reason: "x", .codec: "PCMA"])
        #expect(fields.elements.map(\.field) == [.callID, .codec, .reason])
        #expect(fields[.codec] == "PCMA")
        fields[.codec] = nil
        #expect(fields == [.callID: "b", .reason: "x"])
    }

    @Test("every field and event has a meaning for the documentation")
    func meanings() {
        #expect(LogField.allCases.allSatisfy { !$0.meaning.isEmpty })
        #expect(EventKind.allCases.allSatisfy { $0.rawValue.wholeMatch(of: #/[a-z_]+/#) != nil && !$0.meaning.isEmpty })
    }
}
