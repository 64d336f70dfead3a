import Networking
import Synchronization

/// A pair of ports that belongs to a call, with its sockets bound: what the SDP can name before a session is opened.
///
/// When its session has ended, or when the last reference goes, the pair goes back to the pool.
public final class MediaPorts: Sendable {
    /// The address and port that RTP is received on; the address is a wildcard where that was asked for.
    public let rtp: SocketAddress
    /// The address and port that RTCP is received on without `rtcp-mux`.
    public let rtcp: SocketAddress

    private let sockets: Mutex<PortPair?>
    private let pool: SharedPortPool
    private let isOpened = Atomic(false)
    /// Whether the RTP socket was changed for its call.
    private let isAltered = Atomic(false)
    /// The worker in whose epoll set the sockets may be; negative for none.
    private let watchedBy: Atomic<Int>
    /// What the kernel had dropped on the RTP socket before it became the call's.
    let droppedBefore: UInt32
    let rtpDescriptor: Int32
    let rtcpDescriptor: Int32

    init(
        _ pair: consuming PortPair, at address: SocketAddress, pool: SharedPortPool, watcher: Int? = nil,
        droppedBefore: UInt32 = 0
    ) {
        watchedBy = Atomic(watcher ?? -1)
        self.droppedBefore = droppedBefore
        rtp = address
        rtcp = address.with(port: address.port &+ 1)
        rtpDescriptor = pair.rtp.rawValue
        rtcpDescriptor = pair.rtcp.rawValue
        sockets = Mutex(pair)
        self.pool = pool
    }

    deinit {
        giveBack(isWatched: false)
    }

    /// Gives the sockets back: the session has ended.
    ///
    /// - Parameter isWatched: whether both are in the worker's epoll set.
    func giveBack(isWatched: Bool) {
        guard let pair = sockets.withLock({ $0.take() }) else { return }
        let isReusable = isWatched && !isAltered.load(ordering: .relaxed)
        pool.takeBack(pair, at: rtp, watcher: isReusable ? watcher : nil)
    }

    /// The worker that watches the sockets, or may do so; nil for none.
    var watcher: Int? {
        get {
            let index = watchedBy.load(ordering: .relaxed)
            return index < 0 ? nil : index
        }
        set { watchedBy.store(newValue ?? -1, ordering: .relaxed) }
    }

    /// A pair serves one session in its life.
    func claim() {
        let wasOpened = isOpened.exchange(true, ordering: .relaxed)
        precondition(!wasOpened, "a session is open on these ports already")
    }

    /// A socket to become the session's outlet; not bound yet.
    func makeOutlet() throws(SystemError) -> FileDescriptor { try pool.makeOutlet(at: rtp) }

    /// Binds an outlet to the RTP port, and connects it: whether that was possible.
    func bind(_ outlet: borrowing FileDescriptor, to remote: RawAddress) throws(SystemError) -> Bool {
        try pool.bind(outlet, beside: rtpDescriptor, at: rtp, to: remote)
    }

    /// Makes the RTP socket one that can be sent by, as far as the system does it.
    func prepareToSend() {
        isAltered.store(true, ordering: .relaxed)
        try? pool.prepareToSend(rtpDescriptor, rtp)
    }
}

/// The two sockets that a call begins with.
struct PortPair: ~Copyable, Sendable {
    let rtp: FileDescriptor
    let rtcp: FileDescriptor
}
