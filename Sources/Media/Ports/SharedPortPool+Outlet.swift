import CLinux
import Glibc
import Networking

/// Outlets: second sockets on the RTP port of a pair, by which RTP is sent. See `WorkerLoop.connect`.
extension SharedPortPool {
    /// A socket to become the outlet of the pair at `local`; not bound yet.
    func makeOutlet(at local: SocketAddress) throws(SystemError) -> FileDescriptor {
        let outlet = try Self.socket(local.family)
        try configure(outlet.rawValue)
        try prepareToSend(outlet.rawValue, local)
        return outlet
    }

    /// Asks, for an RTP socket that is sent by, for the mark and for what ICMP says.
    func prepareToSend(_ socket: Int32, _ local: SocketAddress) throws(SystemError) {
        try mark(socket, local)
        try SystemCall.run("setsockopt") { clinux_media_queue_errors(socket, sa_family_t(local.domain)) }
    }

    /// Binds an outlet beside the pair's first socket, and connects it.
    ///
    /// For that moment both share their port, with nobody else: sockets of other users cannot join, and before and
    /// after it nobody's can. Connecting is part of it since the kernel spreads what comes over the sockets that share: so
    /// a peer's datagrams come to the first socket and, from some moment on, to the outlet, but never to the first again.
    ///
    /// - Returns: whether it is connected; if not, the kernel knows no way to `remote`.
    func bind(
        _ outlet: borrowing FileDescriptor, beside first: Int32, at local: SocketAddress, to remote: RawAddress
    ) throws(SystemError) -> Bool {
        let number = outlet.rawValue
        try SystemCall.run("setsockopt") { clinux_media_share_port(number, true) }
        try SystemCall.run("setsockopt") { clinux_media_share_port(first, true) }
        defer {
            _ = clinux_media_share_port(first, false)
            _ = clinux_media_share_port(number, false)
        }
        try SystemCall.run("bind") { local.withSockaddr { Glibc.bind(number, $0, $1) } }
        return remote.connect(number)
    }
}
