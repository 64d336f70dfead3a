/// Where records end: called by the writer's thread only, with records in their order.
protocol LogSink: Sendable {
    /// Writes them all. It may block: nothing waits for it but the queue.
    func write(_ records: [LogRecord])

    /// Opens its file again, which may have been moved away.
    func reopen()
}

extension LogSink {
    /// Most have no file.
    func reopen() {}
}

/// Text or JSON lines on a descriptor.
struct LineSink: LogSink {
    enum Style: Sendable, Equatable {
        case text(TextLine)
        case json

        /// The lines of records, each with its end.
        func lines(_ records: [LogRecord]) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(records.count * 256)
            for record in records {
                switch self {
                case .text(let line): line.append(record, to: &bytes)
                case .json: JSONLine.append(record, to: &bytes)
                }
            }
            return bytes
        }
    }

    let descriptor: Int32
    let style: Style

    func write(_ records: [LogRecord]) {
        let bytes = style.lines(records)
        // A reader that has gone away must not stop the service: what cannot be written is lost.
        _ = LineSink.writeAll(bytes, to: descriptor)
    }
}
