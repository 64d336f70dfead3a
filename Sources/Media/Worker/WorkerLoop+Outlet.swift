import CLinux
import Networking

/// A session's second RTP socket, its outlet: connected to where media goes, which saves the kernel the search for the
/// way with every packet. What the peer sends comes by it then; the first socket receives what comes from anyone else.
extension WorkerLoop {
    /// Connects the outlet to where media goes, and opens it if that has not been tried yet. Where the system refuses,
    /// media is sent without; that is not tried again for the same address.
    mutating func connect(_ session: UnsafeMutablePointer<Session>) {
        // Until the route is known: a refusal.
        session.pointee.latch.route = .refused
        if session.pointee.triesOutlet {
            session.pointee.triesOutlet = false
            openOutlet(session)
        } else if session.pointee.outletSocket != nil {
            reconnect(session)
        }
    }

    private mutating func openOutlet(_ session: UnsafeMutablePointer<Session>) {
        let ports = session.pointee.ports
        do {
            let socket = try ports.makeOutlet()
            // Watched before it is bound: where that is impossible nothing has come to it.
            try control(SocketToken(.outlet, socket.rawValue), EPOLL_CTL_ADD, events: 0)
            if try ports.bind(socket, to: session.pointee.latch.current) { session.pointee.latch.route = .connected }
            sockets.give(socket.rawValue, to: session.pointee.slot)
            session.pointee.outlet = socket.rawValue
            session.pointee.outletSocket = consume socket
            settling.append(SettlingOutlet(slot: session.pointee.slot))
        } catch {
            ports.prepareToSend()
        }
    }

    private mutating func reconnect(_ session: UnsafeMutablePointer<Session>) {
        let outlet = session.pointee.outlet
        guard (try? control(SocketToken(.outlet, outlet), EPOLL_CTL_MOD, events: 0)) != nil else { return }
        settling.append(SettlingOutlet(slot: session.pointee.slot))
        // What ICMP says of packets to the address before comes to the first socket from here on.
        session.pointee.ports.prepareToSend()
        // Also the local address and the interface were chosen for the address before.
        _ = clinux_media_disconnect(outlet)
        if session.pointee.latch.current.connect(outlet) { session.pointee.latch.route = .connected }
    }

    /// Datagrams read from a first socket in a turn of the loop.
    private static var settlesATurn: Int { 16 }

    /// Reads the first sockets of sessions whose outlets have just been connected. What is in those came before what is
    /// in the outlets, which are read only from then on, so that nothing changes its order.
    mutating func settle() {
        var index = 0
        while index < settling.count {
            let session = sessions[settling[index].slot]
            var left = Self.settlesATurn
            while left > 0, receiveRTP(session, by: session.pointee.rtpDescriptor) { left -= 1 }
            settling[index].turns -= 1
            if left > 0 || settling[index].turns == 0 {
                _ = try? control(SocketToken(.outlet, session.pointee.outlet), EPOLL_CTL_MOD)
                settling.remove(at: index)
            } else {
                index += 1
            }
        }
    }
}

/// An open session's outlet that is not read yet.
struct SettlingOutlet {
    let slot: UInt32
    /// Turns that are left for it: after so many the first socket is flooded rather than emptied.
    var turns = 256
}
