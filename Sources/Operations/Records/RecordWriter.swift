/// What the writer's thread does: makes records of steps, and writes them.
struct RecordWriter: ~Copyable {
    private let places: RecordPlaces
    private let retention: RecordRetention
    private let figures: RecordFigures
    private let log: EventLog
    private var assembler: RecordAssembler
    private var database: RecordDatabase?
    private var lines: RecordLines?
    /// Rows that the database has not taken yet.
    private var waiting: [RecordRow] = []
    private var databaseTrouble: RecordTrouble
    private var linesTrouble: RecordTrouble
    private var losses: RecordTrouble
    /// When records are next looked through for old ones, by the monotonic clock.
    private var trimsAt = ContinuousClock.now

    /// Rows that are kept while the database cannot be written, and rows of one transaction.
    static let waitingLimit = 4096
    static let chunk = 500
    /// How long a database that cannot be used is left alone.
    static let pause = Duration.seconds(5)
    private static let trimInterval = Duration.seconds(60)

    init(
        _ places: RecordPlaces, _ retention: RecordRetention, _ assembler: RecordAssembler, _ figures: RecordFigures,
        _ log: EventLog
    ) {
        (self.places, self.retention, self.assembler) = (places, retention, assembler)
        (self.figures, self.log) = (figures, log)
        databaseTrouble = RecordTrouble(log, "Call records cannot be kept in \(places.database ?? "")")
        linesTrouble = RecordTrouble(log, "Call records cannot be written to \(places.lines ?? "")")
        losses = RecordTrouble(log, "Steps of calls were lost on the way to their records: the disk is too slow")
    }

    /// Works until the queue is closed and empty.
    mutating func run(_ queue: RecordQueue<RecordTask>) {
        open(isFinal: false)
        trim()
        while let batch = queue.take(within: idleTime) {
            if batch.dropped > 0 {
                figures.update { $0.dropped += UInt64(batch.dropped) }
                losses.lose(batch.dropped)
            }
            batch.write {
                write($0)
            } reopening: {
                closeFiles()
            }
            trim()
            queue.finished(batch.records.count)
        }
    }

    /// Until there is something to do without a task.
    private var idleTime: Duration {
        database == nil ? Self.pause : max(.milliseconds(100), min(trimsAt - .now, Self.pause))
    }

    private mutating func write(_ tasks: [RecordTask]) {
        var rows: [RecordRow] = []
        var isFinal = false
        for task in tasks {
            switch task {
            case .step(let step):
                if let record = assembler.take(step) { rows.append(record.row) }
            case .finish:
                isFinal = true
                rows += assembler.abandon(at: LogRecord.now() / 1_000_000).map(\.row)
            }
        }
        open(isFinal: isFinal)
        append(rows)
        insert(rows)
        guard isFinal else { return }
        give(up: waiting.count)
        // Brings all that is in its log into the database.
        database = nil
    }

    /// They have been moved away or mended: they are opened anew by their names.
    private mutating func closeFiles() {
        database = nil
        lines = nil
        databaseTrouble.retriesAt = nil
        linesTrouble.retriesAt = nil
    }

    /// Opens what is not open, unless it was tried a moment ago.
    private mutating func open(isFinal: Bool) {
        if let path = places.database, database == nil, isFinal || databaseTrouble.isDue {
            do throws(RecordStoreError) {
                database = try RecordDatabase(path: path)
                databaseTrouble.end("Call records are kept in \(path)")
            } catch {
                fail(error)
            }
        }
        if let path = places.lines, lines == nil, isFinal || linesTrouble.isDue {
            do throws(RecordStoreError) {
                lines = try RecordLines(path: path)
                linesTrouble.end("Call records are written to \(path)")
            } catch {
                linesTrouble.report(error.description)
            }
        }
        tell()
    }

    private mutating func append(_ rows: [RecordRow]) {
        guard places.lines != nil, !rows.isEmpty else { return }
        guard lines != nil else {
            figures.update { $0.failed += UInt64(rows.count) }
            return linesTrouble.lose(rows.count)
        }
        do throws(RecordStoreError) {
            try lines?.append(rows)
            figures.update { $0.inLines += UInt64(rows.count) }
        } catch {
            figures.update { $0.failed += UInt64(rows.count) }
            linesTrouble.report(error.description, count: rows.count)
            lines = nil
            tell()
        }
    }

    private mutating func insert(_ rows: [RecordRow]) {
        guard places.database != nil else { return }
        waiting += rows
        while let database, !waiting.isEmpty {
            let chunk = waiting.prefix(Self.chunk)
            do throws(RecordStoreError) {
                try database.insert(chunk)
                waiting.removeFirst(chunk.count)
                figures.update { $0.inDatabase += UInt64(chunk.count) }
                if retention.bytes != nil { try makeRoom(database) }
            } catch {
                fail(error)
            }
        }
        if waiting.count > Self.waitingLimit { give(up: waiting.count - Self.waitingLimit) }
        tell()
    }

    /// Deletes at least as much as was written where the limit of size is reached; age can wait.
    private mutating func makeRoom(_ database: RecordDatabase) throws(RecordStoreError) {
        if try database.trim(retention, now: LogRecord.now() / 1_000_000) { trimsAt = .now }
    }

    /// Once a minute, and again at once while there is more to delete.
    private mutating func trim() {
        guard let database, trimsAt <= .now else { return }
        trimsAt = .now + Self.trimInterval
        do throws(RecordStoreError) {
            try makeRoom(database)
        } catch {
            fail(error)
        }
    }

    private mutating func fail(_ error: RecordStoreError) {
        database = nil
        databaseTrouble.report(error.description)
        tell()
    }

    /// Gives up so many of the oldest rows that wait.
    private mutating func give(up count: Int) {
        guard count > 0 else { return }
        waiting.removeFirst(count)
        figures.update { $0.failed += UInt64(count) }
        databaseTrouble.lose(count)
        tell()
    }

    private func tell() {
        let (count, trouble) = (waiting.count, databaseTrouble.reason ?? linesTrouble.reason)
        figures.update {
            $0.waiting = count
            $0.trouble = trouble
        }
    }
}
