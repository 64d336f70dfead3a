/// Where a session's media goes and from where it is taken: symmetric RTP (RFC 4961) without a way in for strangers.
///
/// After each offer and answer, media goes to the address of the SDP. The first valid packet decides: if it comes from
/// there, the address is confirmed; if it comes from elsewhere, media follows it there. That is all; what comes from
/// another address later is a stray. With one exception, for a peer whose address translator gives it another address
/// in the middle of a call: a confirmed stream that has fallen silent may be carried on (same SSRC, next sequence
/// numbers) from elsewhere, where the latch has not been used yet. Nobody who does not see the stream can do that.
struct Latch: Sendable, BitwiseCopyable {
    enum Verdict {
        /// From where it should come.
        case accepted
        /// From elsewhere, and media follows it there.
        case latched
        /// From elsewhere.
        case stray
    }

    /// Whether a socket is connected to `current`.
    enum Route {
        /// Not tried since media goes there.
        case untried
        case connected
        /// The kernel would not.
        case refused
    }

    /// How long a confirmed stream must have been silent before it may come from elsewhere.
    static let silenceNanoseconds: Int64 = 500_000_000

    private(set) var latchings: UInt32 = 0
    /// The address of the SDP; none where the peer wants no media.
    private(set) var signalled = RawAddress()
    private(set) var state = LatchState.waiting
    /// Where media goes (where it may be sent at all) and from where it is taken.
    private(set) var current = RawAddress() {
        didSet { if current != oldValue { route = .untried } }
    }
    var route = Route.untried

    /// Where the octets begin that every packet touches, to the end.
    static let hotStart = MemoryLayout<Self>.offset(of: \.state) ?? 0

    init(signalled: RawAddress) {
        self.signalled = signalled
        current = signalled
    }

    /// Whether there is an address to send to that the peer has agreed to.
    var canSend: Bool { !signalled.isNone && !current.isNone }

    /// Another offer and answer. Where the peer's address is the one of before, media goes on to where it has latched:
    /// a refresh does not send it back behind the address translator.
    mutating func renegotiate(signalled address: RawAddress) {
        if address != signalled, !address.isNone { current = address }
        signalled = address
        state = .waiting
    }

    /// Judges a valid packet of a negotiated payload type.
    ///
    /// - Parameter carriesOn: tells whether the packet carries on the stream that was taken so far, which has been silent
    ///   for `silenceNanoseconds`.
    @inline(__always)
    mutating func judge(_ source: RawAddress, carriesOn: @autoclosure () -> Bool) -> Verdict {
        if state != .waiting, source == current { return .accepted }
        return judgeOther(source, carriesOn: carriesOn())
    }

    @inline(never)
    private mutating func judgeOther(_ source: RawAddress, carriesOn: Bool) -> Verdict {
        switch state {
        case .waiting where source == current || source == signalled:
            current = source
            state = source == signalled ? .confirmed : .latched
            return .accepted
        case .waiting:
            return follow(source)
        case .confirmed where carriesOn:
            return follow(source)
        case .confirmed, .latched:
            return .stray
        }
    }

    private mutating func follow(_ source: RawAddress) -> Verdict {
        guard source.hasPort else { return .stray }
        current = source
        state = .latched
        latchings &+= 1
        return .latched
    }
}
