import CSystemd
import Glibc

/// The journal of systemd, by its native protocol.
struct JournalSink: LogSink {
    static let identifier = "milliwattd"

    func write(_ records: [LogRecord]) {
        for record in records { Self.send(Self.fields(of: record)) }
    }

    /// `NAME=value`, each as bytes; the text of peers is escaped, although the journal would take it, since what
    /// shows it may not.
    static func fields(of record: LogRecord) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        func add(_ name: String, _ value: String) { fields.append(Array("\(name)=\(value)".utf8)) }
        add("MESSAGE", ControlCharacters.escaped(record.message))
        add("PRIORITY", String(record.level.syslogPriority))
        add("SYSLOG_IDENTIFIER", identifier)
        add("MESSAGE_ID", record.event.messageID)
        add("EVENT", record.event.rawValue)
        for element in record.fields.elements {
            add(element.field.journalName, ControlCharacters.escaped(element.value.plain))
        }
        for (name, value) in record.metadata {
            add(name.uppercased(), ControlCharacters.escaped(value))
        }
        return fields
    }

    /// The journal copies before the call returns. Its errors have nowhere to go.
    private static func send(_ fields: [[UInt8]]) {
        var bytes = fields.flatMap(\.self)
        bytes.withUnsafeMutableBytes { buffer in
            var offset = 0
            let vectors = fields.map { field in
                defer { offset += field.count }
                return iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: field.count)
            }
            _ = vectors.withUnsafeBufferPointer { sd_journal_sendv($0.baseAddress, Int32($0.count)) }
        }
    }
}
