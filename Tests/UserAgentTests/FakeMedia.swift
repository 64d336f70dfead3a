import Networking

@testable import Media
@testable import UserAgent

/// The media engine as the core sees it: ports are numbers, sessions are what they were last told to be.
struct FakeMedia {
    private enum State {
        case reserved
        case open
    }

    /// What every session has measured.
    var report = MediaReport(sent: SentMedia(ssrc: 1))
    /// Any session's name; the core does not look at it.
    let session = MediaSessionID(number: 1, worker: 0)
    private var states: [CallHandle: State] = [:]
    private var nextPort: UInt16 = 10_000
    private let keepsHistory: Bool
    /// What sessions were opened with, oldest first.
    private(set) var opened: [MediaSessionParameters] = []
    /// What sessions were changed to, oldest first.
    private(set) var updated: [MediaSessionParameters] = []
    /// Actions that do not fit the state of their session.
    private(set) var mistakes: [String] = []

    init(keepsHistory: Bool = true) { self.keepsHistory = keepsHistory }

    /// Port pairs that are not given back.
    var held: Int { states.count }

    mutating func reserve(_ call: CallHandle) -> UInt16 {
        if states[call] != nil { mistakes.append("reserved twice") }
        states[call] = .reserved
        defer { nextPort = nextPort == 19_998 ? 10_000 : nextPort + 2 }
        return nextPort
    }

    mutating func open(_ call: CallHandle, _ parameters: MediaSessionParameters) {
        if states[call] != .reserved { mistakes.append("opened without ports") }
        states[call] = .open
        if keepsHistory { opened.append(parameters) }
    }

    mutating func update(_ call: CallHandle, _ parameters: MediaSessionParameters) {
        if states[call] != .open { mistakes.append("changed while not open") }
        if keepsHistory { updated.append(parameters) }
    }

    /// Whether it was open.
    mutating func close(_ call: CallHandle) -> Bool { states.removeValue(forKey: call) == .open }
}
