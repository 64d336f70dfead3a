import Media
import Networking
import SIP
import UserAgent

/// What `/metrics` tells. Every family has a bounded number of samples.
struct MetricsPage {
    /// The whole text.
    let text: String

    /// Writes a page.
    init(_ snapshot: ServiceSnapshot, _ format: MetricWriter.Format) {
        var writer = MetricWriter(format)
        writer.add(service: snapshot)
        writer.add(process: snapshot.process)
        writer.add(requests: snapshot.requests)
        // Of what has not answered there are no figures.
        if let signalling = snapshot.signalling {
            writer.add(calls: signalling.calls)
            writer.add(measures: signalling.measures)
            writer.add(messages: signalling.messages)
            writer.add(edge: signalling.calls.edge)
            writer.add(transactions: signalling.transactions)
            writer.add(datagrams: signalling.transports.datagrams, streams: signalling.transports.streams)
        }
        writer.add(media: snapshot.media)
        writer.add(rtp: snapshot.media.totals, strays: snapshot.media.ports.strays)
        writer.add(lateness: snapshot.media.lateness)
        writer.add(ports: snapshot.media.ports)
        if let records = snapshot.records { writer.add(records: records) }
        writer.finish()
        text = writer.text
    }
}

extension MetricWriter {
    fileprivate mutating func add(service: ServiceSnapshot) {
        add("milliwatt_build", .info, "The version.", [Sample([("version", Version.current)], 1)])
        add(
            "milliwatt_state", .gauge, "1 for the state that the daemon is in, 0 for the others.",
            ServiceState.allCases.map { Sample([("state", $0.rawValue)], $0 == service.state ? 1 : 0) })
        add(
            "milliwatt_part_up", .gauge, "Whether a part has answered within a second: 1, or 0.",
            service.asked.map { Sample([("part", $0.description)], service.silent.contains($0) ? 0 : 1) })
        add(
            "milliwatt_calls_limit", .gauge, "Calls that there may be at once.", [Sample([], service.maximumCalls)])
    }

    fileprivate mutating func add(process: ProcessFigures) {
        add(
            "process_start_time_seconds", .gauge, unit: "seconds", "When the process was started, since 1970.",
            process.startTime.map { [Sample($0)] } ?? [])
        add(
            "process_cpu_seconds", .counter, unit: "seconds", "Processor time in user and kernel mode.",
            process.cpuSeconds.map { [Sample($0)] } ?? [])
        add(
            "process_resident_memory_bytes", .gauge, unit: "bytes", "Resident memory.",
            process.residentBytes.map { [Sample([], $0)] } ?? [])
        add("process_open_fds", .gauge, "Open descriptors.", process.openDescriptors.map { [Sample([], $0)] } ?? [])
        add(
            "process_max_fds", .gauge, "Descriptors that may be open.",
            process.descriptorLimit.map { [Sample([], $0)] } ?? [])
    }

    fileprivate mutating func add(requests: [(path: String, status: Int, count: UInt64)]) {
        add(
            "milliwatt_http_requests", .counter, "HTTP requests by path and status; what is no request is other.",
            requests.map { Sample([("path", $0.path), ("status", "\($0.status)")], $0.count) })
    }

    fileprivate mutating func add(calls: UserAgentStatistics) {
        add("milliwatt_calls_offered", .counter, "INVITE requests for a new call.", [Sample([], calls.total)])
        add(
            "milliwatt_calls", .counter, "Calls by what came of them.",
            [
                Sample([("outcome", "answered")], calls.answered), Sample([("outcome", "cancelled")], calls.cancelled),
                Sample([("outcome", "refused")], calls.refused),
            ])
        add(
            "milliwatt_calls_failed", .counter, "Answered calls that were ended by a failure.",
            [Sample([], calls.failed)])
        add("milliwatt_calls_active", .gauge, "Calls that are answered and not ended.", [Sample([], calls.active)])
        add("milliwatt_calls_ringing", .gauge, "Calls that ring.", [Sample([], calls.ringing)])
        add(
            "milliwatt_quality_reports", .counter, "Quality reports to the collector by what became of them.",
            [
                Sample([("outcome", "accepted")], calls.reports.accepted),
                Sample([("outcome", "failed")], calls.reports.failed),
                Sample([("outcome", "dropped")], calls.reports.dropped),
            ])
    }

    fileprivate mutating func add(edge: EdgeStatistics) {
        let reasons: [(String, UInt64)] = [
            ("rate_refused", edge.refused), ("rate_dropped", edge.silent), ("scanner", edge.scannersDropped),
            ("transactions", edge.overCapacity), ("connections", edge.connectionsRefused),
        ]
        add(
            "milliwatt_edge_turned_away", .counter,
            "Requests and connections that the edge has turned away: over the rate of their source (with a 503 or without "
                + "an answer), of scanners, over the limit of transactions or connections.",
            reasons.map { Sample([("reason", $0.0)], $0.1) })
        add(
            "milliwatt_edge_repeats_skipped", .counter,
            "Repetitions that were not sent to addresses that have proved nothing.",
            [Sample([], edge.repeatsSkipped)])
        add(
            "milliwatt_edge_media_withheld", .counter, "Answers after which the tone waited for a proof.",
            [Sample([], edge.mediaWithheld)])
        add("milliwatt_edge_sources", .gauge, "Sources that are remembered.", [Sample([], edge.sourcesTracked)])
        add(
            "milliwatt_edge_sources_evicted", .counter, "Sources that were forgotten to make room.",
            [Sample([], edge.sourcesEvicted)])
    }

    fileprivate mutating func add(transactions: TransactionCounters) {
        let families: [(String, String, TransactionCounters.ByKind)] = [
            ("transactions", "Transactions made.", transactions.created),
            (
                "retransmissions_received", "Requests or responses that a transaction had already.",
                transactions.retransmissionsReceived
            ),
            ("retransmissions_sent", "Messages sent again.", transactions.retransmissionsSent),
            ("transaction_timeouts", "Transactions given up.", transactions.timeouts),
            ("transaction_transport_errors", "Transactions that a transport failed.", transactions.transportErrors),
        ]
        for (name, help, counts) in families {
            let samples = TransactionKind.allCases.map { Sample([("kind", $0.label)], counts[$0]) }
            add("milliwatt_sip_\(name)", .counter, help, samples)
        }
        add(
            "milliwatt_sip_requests_merged", .counter, "Requests that came on two ways and got 482.",
            [Sample([], transactions.merged)])
        add(
            "milliwatt_sip_stray_messages", .counter, "Responses and CANCELs that belong to no transaction.",
            [
                Sample([("kind", "response")], transactions.strayResponses),
                Sample([("kind", "cancel")], transactions.strayCancels),
            ])
    }

    fileprivate mutating func add(datagrams: DatagramCounters, streams: StreamCounters) {
        add(
            "milliwatt_sip_datagrams", .counter, "SIP datagrams by direction.",
            [Sample([("direction", "received")], datagrams.received), Sample([("direction", "sent")], datagrams.sent)])
        let lost: [(String, UInt64)] = [
            ("ignored", datagrams.ignored), ("receive_buffer", datagrams.droppedByKernel),
            ("send_buffer", datagrams.sendDropped), ("send_refused", datagrams.sendFailed),
            ("unreachable", datagrams.unreachable),
        ]
        add(
            "milliwatt_sip_datagrams_lost", .counter, "SIP datagrams that were ignored or did not get through.",
            lost.map { Sample([("reason", $0.0)], $0.1) })
        let octets: [(String, String, UInt64)] = [
            ("udp", "received", datagrams.receivedBytes), ("udp", "sent", datagrams.sentBytes),
            ("stream", "received", streams.receivedBytes), ("stream", "sent", streams.sentBytes),
        ]
        add(
            "milliwatt_sip_bytes", .counter, unit: "bytes", "SIP by UDP and by TCP or TLS, as on the wire.",
            octets.map { Sample([("transport", $0.0), ("direction", $0.1)], $0.2) })
        add(streams)
    }

    private mutating func add(_ streams: StreamCounters) {
        add("milliwatt_sip_connections", .gauge, "TCP and TLS connections.", [Sample([], streams.open)])
        add(
            "milliwatt_sip_connections_made", .counter, "Connections by who asked for them.",
            [Sample([("by", "peer")], streams.accepted), Sample([("by", "milliwatt")], streams.connected)])
        let failed: [(String, UInt64)] = [
            ("connect", streams.connectFailed), ("limit", streams.turnedAway), ("handshake", streams.handshakeFailed),
            ("idle", streams.idle), ("stalled", streams.stalled),
        ]
        add(
            "milliwatt_sip_connections_failed", .counter, "Connections that were not made or were ended, by why.",
            failed.map { Sample([("reason", $0.0)], $0.1) })
        add(
            "milliwatt_sip_accept_without_descriptor", .counter, "Times that accepting waited for a free descriptor.",
            [Sample([], streams.descriptorsExhausted)])
    }

    fileprivate mutating func add(media: MediaStatistics) {
        add(
            "milliwatt_media_sessions", .gauge, "Media sessions by worker.",
            media.workers.enumerated().map { Sample([("worker", "\($0.offset)")], $0.element.sessions) })
    }

    fileprivate mutating func add(rtp: MediaTotals, strays: UInt64) {
        let kinds: [(String, String, UInt64)] = [
            ("rtp", "received", rtp.packetsReceived), ("rtp", "sent", rtp.packetsSent),
            ("rtcp", "received", rtp.rtcpReceived), ("rtcp", "sent", rtp.rtcpSent),
        ]
        add(
            "milliwatt_media_packets", .counter, "RTP and RTCP packets.",
            kinds.map { Sample([("protocol", $0.0), ("direction", $0.1)], $0.2) })
        let rejected: [(String, UInt64)] = [
            ("stray", rtp.stray), ("payload_type", rtp.wrongPayloadType), ("malformed", rtp.malformed),
            ("no_call", strays),
        ]
        add(
            "milliwatt_media_packets_rejected", .counter,
            "Packets received that were not used: of addresses that are not the peer's, of a payload type that was not "
                + "negotiated, neither RTP nor RTCP, to ports kept open between two calls.",
            rejected.map { Sample([("reason", $0.0)], $0.1) })
        let unsent: [(String, UInt64)] = [
            ("no_room", rtp.blocked), ("refused", rtp.sendFailures), ("too_late", rtp.skippedFrames),
            ("echo_too_late", rtp.skippedEchoes), ("echo_refused", rtp.refusedEchoes),
        ]
        add(
            "milliwatt_media_packets_not_sent", .counter, "Packets that were not sent, by why.",
            unsent.map { Sample([("reason", $0.0)], $0.1) })
        add(
            "milliwatt_media_unreachable", .counter, "ICMP errors for packets that were sent.",
            [Sample([], rtp.unreachable)])
        add(
            "milliwatt_media_latchings", .counter, "Times that media followed a peer to another address.",
            [Sample([], rtp.latchings)])
        add("milliwatt_media_timeouts", .counter, "Sessions that ended for want of media.", [Sample([], rtp.timeouts)])
    }

    fileprivate mutating func add(lateness: LatenessHistogram) {
        add(
            "milliwatt_media_pacing_lateness_seconds", unit: "seconds", "How late paced packets were sent.",
            bounds: LatenessHistogram.boundsMicroseconds.map { Double($0) / 1_000_000 }, counts: lateness.counts,
            sum: Double(lateness.sumNanoseconds) / 1_000_000_000)
    }

    fileprivate mutating func add(ports: PortPoolStatistics) {
        let free = max(0, ports.pairs - ports.inUse - ports.resting)
        add(
            "milliwatt_media_port_pairs", .gauge, "Pairs of RTP ports by state.",
            [
                Sample([("state", "in_use")], ports.inUse), Sample([("state", "resting")], ports.resting),
                Sample([("state", "free")], free),
            ])
        add(
            "milliwatt_media_ports_exhausted", .counter, "Times that no pair of ports was to be had.",
            [Sample([], ports.exhausted)])
        add(
            "milliwatt_media_ports_skipped", .counter, "Times that somebody else had a port of a pair.",
            [Sample([], ports.skipped)])
    }
}

extension TransactionKind {
    fileprivate var label: String {
        switch self {
        case .serverInvite: "server_invite"
        case .serverNonInvite: "server_non_invite"
        case .clientInvite: "client_invite"
        case .clientNonInvite: "client_non_invite"
        }
    }
}
