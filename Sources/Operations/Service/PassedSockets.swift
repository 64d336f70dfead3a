import CSystemd
import Glibc
import Networking

/// Why the sockets that were passed cannot be used.
public struct PassedSocketsError: Error, Equatable, CustomStringConvertible {
    let reason: String

    /// One line.
    public var description: String { ControlCharacters.escaped("socket activation: \(reason)") }
}

/// The sockets that the service manager has opened for the daemon (systemd.socket(5), sd_listen_fds(3)).
///
/// All sockets of one unit have one name (`FileDescriptorName=`). One that says what a socket is for holds; the names that
/// sockets have otherwise say nothing, and kind and address decide.
public struct PassedSockets: Sendable {
    /// What a socket is for.
    public enum Name: String, Sendable, CaseIterable {
        /// SIP by datagrams.
        case udp = "sip-udp"
        /// SIP by streams.
        case tcp = "sip-tcp"
        /// SIP by streams secured by TLS.
        case tls = "sip-tls"
        /// Health and metrics.
        case http

        var isStream: Bool { self != .udp }
    }

    /// What sockets are called where nobody has named them.
    private static let plainNames = ["milliwattd.socket", "unknown"]

    private struct Entry: Sendable {
        let text: String
        /// nil where the name says nothing.
        let name: Name?
        let socket: InheritedSocket

        /// Whether it may be for this.
        func serves(_ other: Name) -> Bool { name.map { $0 == other } ?? (socket.isStream == other.isStream) }
    }

    private var sockets: [Entry] = []

    /// Takes over what was passed to this process: nothing where it was started otherwise. Once in the life of a process.
    ///
    /// - Throws: a name or kind of socket that has no use here.
    public init() throws(PassedSocketsError) {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        defer { free(names) }
        guard count >= 0 else { throw PassedSocketsError(reason: SystemError(code: -count, call: "").text) }
        for index in 0..<Int(count) {
            let name = names?[index].map { String(cString: $0) } ?? ""
            free(names?[index])
            try add(SD_LISTEN_FDS_START + Int32(index), name)
        }
    }

    private mutating func add(_ descriptor: Int32, _ text: String) throws(PassedSocketsError) {
        let name = Name(rawValue: text)
        guard name != nil || Self.plainNames.contains(text) else {
            let names = Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw PassedSocketsError(reason: "a socket has the name \"\(text)\", which is none of \(names)")
        }
        guard let socket = InheritedSocket(descriptor), name.map({ $0.isStream == socket.isStream }) ?? true else {
            let kind = name.map { $0.isStream ? "listening stream " : "datagram " } ?? ""
            throw PassedSocketsError(reason: "\(text) is no \(kind)socket of the Internet")
        }
        sockets.append(Entry(text: text, name: name, socket: socket))
    }

    /// Takes the socket for a place to listen at. A port 0 takes any, and a wildcard takes that of IPv6 that is for IPv4
    /// too.
    public mutating func take(_ name: Name, for address: SocketAddress) -> InheritedSocket? {
        let index = sockets.firstIndex { entry in
            let bound = entry.socket.address
            let isThere =
                bound.host == address.host || bound.isWildcard && entry.socket.isDualStack && address.isWildcard
            return entry.serves(name) && isThere && (address.port == 0 || bound.port == address.port)
        }
        return index.map { sockets.remove(at: $0).socket }
    }

    /// Closes those of a name that is not used.
    public mutating func discard(_ name: Name) {
        for entry in sockets where entry.name == name { entry.socket.discard() }
        sockets.removeAll { $0.name == name }
    }

    /// - Throws: a socket that is left, because it is bound to another address than the settings name.
    public func expectNone() throws(PassedSocketsError) {
        guard let entry = sockets.first else { return }
        throw PassedSocketsError(
            reason: "\(entry.text) is bound to \(entry.socket.address), where the settings have nothing listen")
    }
}
