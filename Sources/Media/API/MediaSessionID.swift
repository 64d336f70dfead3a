/// The name of a session in its engine. No other session of the engine ever has the same.
public struct MediaSessionID: Hashable, Sendable, CustomStringConvertible {
    /// The number of the session, from 1, and below it the 8 bits of its worker.
    let rawValue: UInt64

    /// A name by its parts; only those that `MediaEngine.open` returned name anything.
    public init(number: UInt64, worker: Int) {
        rawValue = number << 8 | UInt64(worker & 0xFF)
    }

    /// Which of the engine's workers owns the session.
    public var worker: Int { Int(rawValue & 0xFF) }

    /// For instance `media-17`.
    public var description: String { "media-\(rawValue >> 8)" }
}
