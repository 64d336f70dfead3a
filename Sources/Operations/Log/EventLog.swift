/// What the daemon says: one line a change of state, none a packet.
///
/// Cheap to copy, callable from any thread, never waiting. Text of peers may be passed as it came: control characters
/// are escaped where lines are written. Passwords and Authorization headers must not be passed at all.
public struct EventLog: Sendable {
    /// Where the lines go.
    public let output: LogOutput

    /// A log on an output.
    public init(_ output: LogOutput) {
        self.output = output
    }

    /// Whether a line of this level would be written: ask before composing an expensive one.
    public func isEnabled(_ level: LogLevel) -> Bool { output.isEnabled(level) }

    /// Writes one line.
    ///
    /// - Parameters:
    ///   - message: For a person, without what the fields already say.
    ///   - fields: Values by their names; a `nil` is left out.
    public func record(_ level: LogLevel, _ event: EventKind, _ message: String, _ fields: LogFields = [:]) {
        guard output.isEnabled(level) else { return }
        output.write(
            LogRecord(time: LogRecord.now(), level: level, event: event, message: message, fields: fields))
    }
}
