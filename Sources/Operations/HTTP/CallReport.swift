import Media
import SIP
import UserAgent

/// What `/api/v1/calls` tells of a call: figures as they were measured, and null for what was not.
struct CallReport {
    let entry: CallDirectory.Entry
    let names: CallNames
    /// The time at which it was taken, in nanoseconds since 1970.
    let now: Int64
    /// Whether it tells of one call alone, and so in full length.
    var isWhole = false

    /// Text of a stranger is cut to so many characters.
    static let longestText = 512

    /// The call as an object.
    var json: JSONText {
        let (call, identity) = (entry.call, entry.call.identity)
        return .object([
            ("id", .text(names.text(identity.handle))), ("call_id", .bounded(identity.callID)),
            ("from", .bounded(identity.from)), ("to", .bounded(identity.to)),
            ("request_uri", .bounded(identity.requestURI)), ("extension", .text(identity.dialled.rawValue)),
            (
                "source",
                .object([
                    ("transport", .text(identity.source.transport.viaName.lowercased())),
                    ("address", .text(identity.source.address.description)),
                    ("port", .integer(Int(identity.source.port))),
                ])
            ),
            ("state", .text(call.state.rawValue)), ("started", time(call.age)),
            ("answered", call.answeredAge.map(time) ?? .null),
            ("duration_seconds", JSONText(call.answeredAge.map { $0 / .seconds(1) }, decimals: 3)),
            ("media", call.media.map(Self.json) ?? .null), ("quality", quality), ("note", note),
        ])
    }

    private func time(_ age: Duration) -> JSONText {
        let (seconds, attoseconds) = age.components
        return .text(Timestamp.utc(now - seconds * 1_000_000_000 - attoseconds / 1_000_000_000))
    }

    private static func json(_ media: CallMedia) -> JSONText {
        .object([
            ("codec", media.codec.map { .text($0) } ?? .null), ("packet_time_ms", JSONText(media.packetTime)),
            ("local", .text(media.local)), ("remote", media.remote.map { .bounded($0) } ?? .null),
            ("direction", media.direction.map { .text($0) } ?? .null),
        ])
    }

    private var quality: JSONText {
        guard case .measured(let report) = entry.media else { return .null }
        let received = report.received
        let interarrival = received.interarrival
        return .object(
            [
                ("remote", report.remote.map { .text("\($0)") } ?? .null),
                ("packets_sent", .integer(report.sent.packets)), ("packets_received", .integer(received.packets)),
                ("packets_lost", received.packets > 0 ? .integer(received.lost) : .null),
                ("loss_ratio", JSONText(received.lossRatio, decimals: 6)),
                ("jitter_ms", JSONText(received.jitterMilliseconds, decimals: 3)),
                ("longest_gap_ms", JSONText(received.longestGapMilliseconds, decimals: 3)),
                ("interarrival_p50_ms", JSONText(interarrival?.percentile(50), decimals: 3)),
                ("interarrival_p90_ms", JSONText(interarrival?.percentile(90), decimals: 3)),
                ("interarrival_p99_ms", JSONText(interarrival?.percentile(99), decimals: 3)),
                ("round_trip_ms", JSONText(report.roundTrip?.meanMilliseconds, decimals: 3)),
                ("mos_lq", JSONText(report.score.listeningMOS, decimals: 3)),
                ("mos_cq", JSONText(report.score.conversationalMOS, decimals: 3)),
            ]
                + (isWhole ? whole(report) : []))
    }

    /// What lists leave out.
    private func whole(_ report: MediaReport) -> [(String, JSONText)] {
        [
            ("peer_summary", report.peerSummary?.document ?? .null),
            ("interarrival", report.received.interarrival?.document ?? .null),
        ]
    }

    private var note: JSONText {
        switch entry.media {
        case .none, .measured: .null
        case .unknown(let reason): .text(reason)
        }
    }
}

extension JSONText {
    /// Text of a stranger.
    fileprivate static func bounded(_ text: String) -> JSONText {
        guard text.utf8.count > CallReport.longestText else { return .text(text) }
        var cut = String.UnicodeScalarView()
        cut.append(contentsOf: text.unicodeScalars.prefix(CallReport.longestText - 1))
        return .text(cut.count < text.unicodeScalars.count ? String(cut) + "…" : text)
    }
}

/// The names of calls in URLs. They are those of one run of the daemon: after a restart they name no other call.
struct CallNames: Sendable {
    private let prefix: String

    /// - Parameter start: of the daemon, in seconds since 1970.
    init(start: Int64) {
        prefix = String(start, radix: 36) + "-"
    }

    /// The name of a call, of letters, digits and `-`.
    func text(_ handle: CallHandle) -> String { prefix + String(handle.number) }

    /// The call of a name; nil where no call of this run can have it.
    func handle(_ text: some StringProtocol) -> CallHandle? {
        guard text.hasPrefix(prefix), let number = UInt64(text.dropFirst(prefix.count)) else { return nil }
        let handle = CallHandle(number: number)
        return self.text(handle) == text ? handle : nil
    }
}
