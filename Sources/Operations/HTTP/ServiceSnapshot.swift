import Media
import UserAgent

/// Where the daemon is in its life.
public enum ServiceState: String, Sendable, CaseIterable {
    /// Not every listener is bound.
    case starting
    /// Calls can come.
    case running
    /// A signal to stop has come: no more calls are taken, and those that are up end.
    case draining
}

/// A socket that the daemon listens on.
public struct ServiceListener: Sendable, Equatable {
    /// `udp`, `tcp`, `tls` or `http`.
    public let transport: String
    /// An IP literal.
    public let address: String
    /// The port, as it was bound.
    public let port: UInt16

    /// A socket that is bound.
    public init(transport: String, address: String, port: UInt16) {
        (self.transport, self.address, self.port) = (transport, address, port)
    }
}

/// A part of the daemon that can fail to answer.
public enum ServicePart: Sendable, Hashable, CustomStringConvertible {
    /// The signalling queue.
    case signalling
    /// A media worker, by its number.
    case media(Int)
    /// The HTTP server's event loop.
    case http

    /// `signalling`, `media-0` as the thread is called, `http`.
    public var description: String {
        switch self {
        case .signalling: "signalling"
        case .http: "http"
        case .media(let worker): "media-\(worker)"
        }
    }
}

/// Everything that health and metrics are told from, taken at one time.
struct ServiceSnapshot: Sendable {
    var state = ServiceState.starting
    /// Since the daemon began to start.
    var uptime = Duration.zero
    var listeners: [ServiceListener] = []
    /// `behavior.max_concurrent_calls`.
    var maximumCalls = 0
    /// What signalling has counted; nil where it has not answered in time.
    var signalling: UserAgentFigures?
    /// What the media workers published last, and the use of the ports.
    var media = MediaStatistics()
    /// HTTP requests that were answered.
    var requests: [(path: String, status: Int, count: UInt64)] = []
    /// The parts that were asked.
    var asked: [ServicePart] = []
    /// Those of them that have not answered in time.
    var silent: [ServicePart] = []
    var process = ProcessFigures()
    /// What has become of call records; nil where none are kept.
    var records: RecordCounts?

    /// Why the next call would be refused; nil where it would not.
    var refusal: String? {
        guard state == .running else { return state.rawValue }
        guard let calls = signalling?.calls else { return silence }
        return calls.active + calls.ringing < maximumCalls ? nil : "the limit of \(maximumCalls) calls is reached"
    }

    /// Why the daemon is not well; nil where it is.
    var illness: String? { state == .draining ? "draining" : silence }

    private var silence: String? {
        guard !silent.isEmpty else { return nil }
        let parts = silent.map(\.description).joined(separator: ", ")
        return "\(parts) \(silent.count == 1 ? "does" : "do") not answer"
    }
}
