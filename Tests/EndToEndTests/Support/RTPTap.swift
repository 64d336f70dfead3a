import Foundation
import Synchronization

/// Stands between a softphone and the daemon, on UDP: passes SIP on, puts its own ports into the session
/// descriptions, and passes on and keeps the RTP of both directions. So what went over the wire is known without a
/// capture, which would need root.
final class RTPTap: Sendable {
    /// What the softphone sent.
    let sent = Mailbox<RTPPacket>()
    /// What the softphone was sent.
    let received = Mailbox<RTPPacket>()
    /// Where the softphone calls.
    var port: UInt16 { signalling.value?.port ?? 0 }

    private struct Ports {
        var phone: UInt16 = 0
        var phoneMedia: UInt16 = 0
        var daemonMedia: UInt16 = 0
    }

    /// A socket whose handler needs the object that owns it.
    private final class Late: Sendable {
        private let socket = Mutex<DatagramSocket?>(nil)
        var value: DatagramSocket? {
            get { socket.withLock { $0 } }
            set { socket.withLock { $0 = newValue } }
        }
    }

    private let daemon: UInt16
    private let ports = Mutex(Ports())
    private let signalling = Late()
    private let towardsPhone = Late()
    private let towardsDaemon = Late()

    init(before daemon: UInt16) throws {
        self.daemon = daemon
        signalling.value = try DatagramSocket { [weak self] in self?.relay($0) }
        towardsPhone.value = try Self.evenSocket { [weak self] datagram in
            guard let self, let packet = RTPPacket(datagram) else { return }
            sent.put(packet)
            towardsDaemon.value?.send(datagram.bytes, to: ports.withLock { $0.daemonMedia })
        }
        towardsDaemon.value = try Self.evenSocket { [weak self] datagram in
            guard let self, let packet = RTPPacket(datagram) else { return }
            received.put(packet)
            towardsPhone.value?.send(datagram.bytes, to: ports.withLock { $0.phoneMedia })
        }
    }

    private static func evenSocket(_ handler: @escaping @Sendable (Datagram) -> Void) throws -> DatagramSocket {
        while true {
            let socket = try DatagramSocket(handler)
            if socket.port.isMultiple(of: 2) { return socket }
        }
    }

    private func relay(_ datagram: Datagram) {
        if datagram.port == daemon {
            let bytes = rewrite(datagram.bytes, media: towardsPhone.value?.port) { $0.daemonMedia = $1 }
            signalling.value?.send(bytes, to: ports.withLock { $0.phone })
        } else {
            ports.withLock { $0.phone = datagram.port }
            let bytes = rewrite(datagram.bytes, media: towardsDaemon.value?.port) { $0.phoneMedia = $1 }
            signalling.value?.send(bytes, to: daemon)
        }
    }

    /// Puts its address and `port` in the place of the audio port, handed to `keep`, and of the RTCP port, and corrects
    /// Content-Length.
    private func rewrite(_ bytes: [UInt8], media port: UInt16?, keep: (inout Ports, UInt16) -> Void) -> [UInt8] {
        guard let port, let message = WireMessage(bytes), let original = message.mediaPort else { return bytes }
        ports.withLock { keep(&$0, original) }
        let lines = message.body.components(separatedBy: "\r\n").map { line in
            if line.hasPrefix("m=audio ") {
                return line.replacingOccurrences(of: "m=audio \(original) ", with: "m=audio \(port) ")
            }
            // linphonec offers the address of the default route, IPv6 if there is one.
            if line.hasPrefix("c=IN ") { return "c=IN IP4 127.0.0.1" }
            return line.hasPrefix("a=rtcp:") ? "a=rtcp:\(port + 1)" : line
        }
        let body = lines.joined(separator: "\r\n")
        let head = message.text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n").map { line in
            let name = line.prefix { $0 != ":" }.lowercased().trimmed
            return name == "content-length" || name == "l" ? "Content-Length: \(body.utf8.count)" : line
        }
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
