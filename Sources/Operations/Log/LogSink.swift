/// Where records end: called by the writer's thread only, with records in their order.
protocol LogSink: Sendable {
    /// Writes them all. It may block: nothing waits for it but the queue.
    func write(_ records: [LogRecord])
}

/// Text or JSON lines on a descriptor.
struct LineSink: LogSink {
    enum Style: Sendable, Equatable {
        case text(TextLine)
        case json
    }

    let descriptor: Int32
    let style: Style

    func write(_ records: [LogRecord]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count * 256)
        for record in records {
            switch style {
            case .text(let line): line.append(record, to: &bytes)
            case .json: JSONLine.append(record, to: &bytes)
            }
        }
        // A reader that has gone away must not stop the service: what cannot be written is lost.
        _ = LineSink.writeAll(bytes, to: descriptor)
    }
}
