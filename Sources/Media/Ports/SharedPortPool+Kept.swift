import CLinux
import Glibc
import Networking
import Synchronization

/// Pairs that stay open from one call to another: see `KeptPairs`.
extension SharedPortPool {
    /// Pairs closed at a time, which takes some 100 us.
    private static let closesATime = 16

    /// How many pairs to keep at most: those that take a quarter of the descriptors that the process may have. The rest is
    /// for calls and connections.
    static var mostKept: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur) / 8
    }

    /// A call gives its pair back.
    ///
    /// - Parameter watcher: the worker that watches the sockets, if they can serve another call. What no worker watches is
    ///   not kept: nobody would take from it what comes to nobody.
    func takeBack(_ pair: consuming PortPair, at address: SocketAddress, watcher: Int?) {
        let now = now
        guard let watcher, kept.withLock({ $0.wants(now: now) }) else {
            // Closed first: until then nobody else can bind them.
            pair.close()
            return release(address.port, endedAt: now)
        }
        let (rtp, rtcp) = pair.release()
        kept.withLock {
            $0.keep(KeptPair(rtp: rtp, rtcp: rtcp, address: address, watcher: watcher, endedAt: now))
        }
    }

    /// A pair of an earlier call, as empty as a new one.
    ///
    /// - Parameter isLast: whether there are no others.
    func takeKept(at address: SocketAddress, now: Int64, isLast: Bool = false) -> MediaPorts? {
        let pair = kept.withLock { [random] kept in
            var random = random
            return kept.take(at: address, now: now, isLast: isLast, random: &random)
        }
        guard let pair else { return nil }
        if clinux_media_any_waits(pair.rtp, pair.rtcp) {
            guard discard(pair.rtp), discard(pair.rtcp) else {
                close(pair)
                // What comes to it has not ended.
                release(pair.address.port, endedAt: now)
                return nil
            }
        }
        return MediaPorts(
            PortPair(rtp: FileDescriptor(owning: pair.rtp), rtcp: FileDescriptor(owning: pair.rtcp)), at: pair.address,
            pool: self, watcher: pair.watcher, droppedBefore: clinux_media_drops(pair.rtp))
    }

    /// Something has come to a socket that is watched and that no session has. Where it is a kept one, it is thrown away.
    ///
    /// - Returns: whether it was a kept one. If not, its call is still to begin, or the descriptor is not what it was.
    func discardStray(_ descriptor: Int32) -> Bool {
        kept.withLock { kept in
            // Under the lock nobody closes it.
            guard kept.contains(descriptor) else { return false }
            _ = discard(descriptor)
            return true
        }
    }

    /// Throws away, and counts, what has come to a kept socket; whether all of it.
    private func discard(_ descriptor: Int32) -> Bool {
        var datagrams: UInt64 = 0
        defer { strays.add(datagrams, ordering: .relaxed) }
        return clinux_media_discard(descriptor, &datagrams)
    }

    /// Closes some of the pairs that nobody has wanted, or for a need some that might still be.
    ///
    /// - Returns: whether any was closed.
    @discardableResult
    func giveUpKept(now: Int64, for need: KeptPairs.Need? = nil) -> Bool {
        for count in 0..<Self.closesATime {
            guard let pair = kept.withLock({ $0.giveUp(now: now, for: need) }) else { return count > 0 }
            close(pair)
            release(pair.address.port, endedAt: pair.endedAt)
        }
        return true
    }

    /// Whether any pair is kept.
    var keepsAny: Bool { kept.withLock { $0.count > 0 } }

    func close(_ pair: KeptPair) {
        _ = FileDescriptor(owning: pair.rtp)
        _ = FileDescriptor(owning: pair.rtcp)
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
