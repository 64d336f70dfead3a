import Media
import Networking

/// The body of a report on a call: `application/vq-rtcpxr` (RFC 6035 section 4.6). What was not measured is left out.
struct VoiceQualityReport {
    /// What calls for the report.
    enum Occasion {
        /// The call is over: `VQSessionReport: CallTerm`.
        case end
        /// It goes on: `VQIntervalReport`. Like the blocks of RTCP XR it tells of the time from the beginning.
        case interval
    }

    /// Who talks to whom.
    struct Parties {
        var callID: String
        /// The URIs of the callee, who are we, and of the caller.
        var localURI: String
        var remoteURI: String
        var localTag: String
        var remoteTag: String
        /// Our address and port for RTP.
        var localHost: String
        var localPort: UInt16
    }

    /// What was negotiated for the audio that we receive.
    struct Format {
        var payloadType: UInt8
        var name: String
        var clockRate: UInt32
    }

    let occasion: Occasion
    let parties: Parties
    let format: Format?
    let listener: CollectorConfiguration.Listener
    let media: MediaReport

    /// The body; nil for a call whose time is not known, or that has told no address for its media, since the syntax
    /// wants both.
    func encode() -> [UInt8]? {
        guard let opened = media.openedNanoseconds, let end = media.endNanoseconds, let remote = media.remote else {
            return nil
        }
        var text = occasion == .end ? "VQSessionReport: CallTerm\r\n" : "VQIntervalReport\r\n"
        text.line("CallID", parties.callID)
        text.line("LocalID", "<\(Self.safe(parties.localURI))>")
        text.line("RemoteID", "<\(Self.safe(parties.remoteURI))>")
        // The caller began the session.
        text.line("OrigID", "<\(Self.safe(parties.remoteURI))>")
        // The order is that of the syntax, not of the RFC's examples, which have the groups first.
        text.line("LocalAddr", "IP=\(parties.localHost) PORT=\(parties.localPort) SSRC=\(Self.hex(media.sent.ssrc))")
        // The syntax wants an SSRC: 0 where nothing came.
        let ssrc = Self.hex(media.received.ssrc ?? 0)
        text.line("RemoteAddr", "IP=\(remote.host) PORT=\(remote.port) SSRC=\(ssrc)")
        // Groups gather the reports of a place: the hosts are the only places that are known.
        text.line("LocalGroup", parties.localHost)
        text.line("RemoteGroup", remote.host)
        let times = [("START", CivilTime.utc(opened)), ("STOP", CivilTime.utc(end))]
        text += "LocalMetrics:\r\n"
        text.line("Timestamps", times.map { ($0.0, Optional($0.1)) })
        addLocalMetrics(to: &text)
        if let peer = media.peerMetrics {
            text += "RemoteMetrics:\r\n"
            text.line("Timestamps", times.map { ($0.0, Optional($0.1)) })
            addRemoteMetrics(peer, to: &text)
        }
        // A caller of RFC 2543 may have no tag.
        let remoteTag = parties.remoteTag.isEmpty ? "" : ";from-tag=\(parties.remoteTag)"
        text.line("DialogID", "\(parties.callID);to-tag=\(parties.localTag)\(remoteTag)")
        return Array(text.utf8)
    }

    /// A URI within the angle brackets of a name-addr; one that would leave them, as no well-formed one does, is not told.
    private static func safe(_ uri: String) -> String {
        let isSafe = uri.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E && $0 != 0x22 }
        return isSafe ? uri : "sip:anonymous@anonymous.invalid"
    }

    private static func hex(_ ssrc: UInt32) -> String { "0x" + String(ssrc, radix: 16) }
}

extension String {
    /// Appends a line.
    mutating func line(_ name: String, _ value: String) {
        self += name
        self += ":"
        self += value
        self += "\r\n"
    }

    /// Appends a line of metrics, those that are known; none where none is.
    mutating func line(_ name: String, _ metrics: [(name: String, value: String?)]) {
        let known = metrics.compactMap { metric in metric.value.map { "\(metric.name)=\($0)" } }
        if !known.isEmpty { line(name, known.joined(separator: " ")) }
    }
}
