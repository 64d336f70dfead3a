import CLinux
import Glibc
import Networking

/// Pairs that stay open from one call to another: see `KeptPairs`.
extension SharedPortPool {
    /// Pairs closed at a time, which takes some 100 us.
    private static let closesATime = 16

    /// A call gives its pair back.
    ///
    /// - Parameter isAltered: whether the RTP socket is not as it was made.
    func takeBack(_ pair: consuming PortPair, at address: SocketAddress, isAltered: Bool) {
        let now = SystemClock.monotonicNanoseconds
        let isWanted = !isAltered && usualReceiveBuffer != nil && kept.withLock { $0.wants(now: now) }
        guard isWanted, hush(pair.rtp.rawValue), hush(pair.rtcp.rawValue) else {
            // Closed first: until then nobody else can bind them.
            pair.close()
            return release(address.port)
        }
        let (rtp, rtcp) = pair.release()
        kept.withLock { $0.keep(KeptPair(rtp: rtp, rtcp: rtcp, address: address, endedAt: now)) }
    }

    /// A pair of an earlier call, as empty as a new one.
    ///
    /// - Parameter isLast: whether there are no others.
    func takeKept(at address: SocketAddress, isLast: Bool = false) -> MediaPorts? {
        let now = SystemClock.monotonicNanoseconds
        let pair = kept.withLock { [random] kept in
            var random = random
            return kept.take(at: address, now: now, isLast: isLast, random: &random)
        }
        guard let pair else { return nil }
        guard revive(pair.rtp), revive(pair.rtcp) else {
            close(pair)
            release(pair.address.port)
            return nil
        }
        return MediaPorts(
            PortPair(rtp: FileDescriptor(owning: pair.rtp), rtcp: FileDescriptor(owning: pair.rtcp)), at: pair.address,
            pool: self, droppedBefore: clinux_media_drops(pair.rtp))
    }

    /// Closes some of the pairs that nobody has wanted.
    ///
    /// - Parameter anyRested: whether also those go that somebody might still want.
    /// - Returns: whether any was closed.
    @discardableResult
    func giveUpKept(anyRested: Bool = false) -> Bool {
        let now = SystemClock.monotonicNanoseconds
        for count in 0..<Self.closesATime {
            guard let pair = kept.withLock({ $0.giveUp(now: now, anyRested: anyRested) }) else { return count > 0 }
            close(pair)
            release(pair.address.port)
        }
        return true
    }

    /// Whether any pair is kept.
    var keepsAny: Bool { kept.withLock { $0.count > 0 } }

    func close(_ pair: KeptPair) {
        _ = FileDescriptor(owning: pair.rtp)
        _ = FileDescriptor(owning: pair.rtcp)
    }

    /// What comes to nobody is not to pile up: the least buffer there is holds a packet or two.
    private func hush(_ socket: Int32) -> Bool {
        var least: Int32 = 1
        return setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &least, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// Whether a socket is as a new one again.
    private func revive(_ socket: Int32) -> Bool {
        guard let usualReceiveBuffer else { return false }
        let octets = configuration.receiveBuffer ?? usualReceiveBuffer
        guard (try? setBuffer(socket, SO_RCVBUFFORCE, SO_RCVBUF, octets)) != nil else { return false }
        return clinux_media_discard(socket)
    }

    /// What to ask for to have a socket's receive buffer: the kernel sets twice what it is asked for.
    static func receiveBuffer(_ socket: borrowing FileDescriptor) -> Int? {
        var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(socket.rawValue, SOL_SOCKET, SO_RCVBUF, &value, &size) == 0 else { return nil }
        return Int(value) / 2
    }
}

extension PortPair {
    /// Closes the sockets now.
    consuming func close() {}

    /// Gives the sockets away without closing them.
    consuming func release() -> (rtp: Int32, rtcp: Int32) {
        (rtp.release(), rtcp.release())
    }
}
