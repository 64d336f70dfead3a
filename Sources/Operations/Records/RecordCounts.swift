/// What has become of call records since the start.
public struct RecordCounts: Sendable, Equatable {
    /// Records that are in the database.
    public var inDatabase: UInt64 = 0
    /// Records that are in the file of JSON lines.
    public var inLines: UInt64 = 0
    /// Steps of calls that did not fit into the queue to the writer.
    public var dropped: UInt64 = 0
    /// Records that could not be written to the database or to the file, and were given up.
    public var failed: UInt64 = 0
    /// Records that wait for the database to be usable again.
    public var waiting = 0
    /// Why records cannot be written now, in one line; nil where they can.
    public var trouble: String?
}
