import Audio
import Media
import Networking

/// An engine with what its tests need around it.
final class Rig {
    let engine: MediaEngine
    let log: EventLog

    /// The ports lie in what the kernel does not pick ephemeral ports from; which of them are free is the pool's
    /// business, as it skips those that another test has. Below them are the few that tests name.
    init(workers: Int = 1, _ adjust: (inout MediaEngineConfiguration) -> Void = { _ in }) throws {
        let log = try EventLog()
        var configuration = MediaEngineConfiguration()
        configuration.workers = workers
        configuration.ports = 24000...32000
        adjust(&configuration)
        self.log = log
        engine = try MediaEngine(configuration) { log.append($0) }
    }

    deinit {
        engine.shutDown()
    }

    func ports(_ family: SocketAddress.Family = .ipv4) throws -> MediaPorts {
        try engine.reservePorts(on: .loopback(family))
    }

    static func parameters(
        _ source: MediaSource, remote: SocketAddress?, _ adjust: (inout MediaSessionParameters) -> Void = { _ in }
    ) -> MediaSessionParameters {
        var parameters = MediaSessionParameters(remote: remote, format: MediaFormat(.pcmu), source: source)
        parameters.opensPath = false
        parameters.sendsRTCP = false
        adjust(&parameters)
        return parameters
    }

    /// Opens a session to a peer; RTCP and the opening packet only where asked for.
    func open(
        _ source: MediaSource, to peer: Peer, _ adjust: (inout MediaSessionParameters) -> Void = { _ in }
    ) throws -> (id: MediaSessionID, ports: MediaPorts) {
        let ports = try ports(peer.address.family)
        return (engine.open(ports, Rig.parameters(source, remote: peer.address, adjust)), ports)
    }

    static func tone(_ frequency: Double = 440, codec: Codec = .pcmu) throws -> ToneSignal {
        ToneSignal(try Tone(frequency: frequency, level: -10), codec: codec)
    }
}
