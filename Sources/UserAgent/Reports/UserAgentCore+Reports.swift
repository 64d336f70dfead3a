import Media
import SDP
import SIP

/// A report on its way to the collector.
struct PendingReport: Sendable {
    let fallback: RequestFallback?
}

extension UserAgentCore {
    /// Reports on a call to the collector, if there is one. A call that was never answered has nothing to report.
    mutating func report(_ occasion: VoiceQualityReport.Occasion, on call: Call, _ media: MediaReport, now: Instant) {
        guard let collector = reports?.configuration, call.answeredAt != nil, let dialog = call.dialog else { return }
        let report = VoiceQualityReport(
            occasion: occasion,
            parties: .init(
                callID: call.identity.callID, localURI: call.identity.to, remoteURI: call.identity.from,
                localTag: call.localTag, remoteTag: dialog.id.remoteTag.description,
                localHost: call.session.mediaAddress.description, localPort: call.mediaPort),
            format: call.session.audio.map {
                .init(
                    payloadType: $0.codec.receivePayloadType, name: $0.codec.format.name,
                    clockRate: $0.codec.format.clockRate)
            },
            listener: collector.listener, media: media)
        guard let body = report.encode() else { return }
        if reports?.add(ReportQueue.Entry(body: body, local: call.local)) == false {
            statistics.reports.dropped &+= 1
        }
        sendReports(now: now)
    }

    /// Sends the reports that may go now.
    mutating func sendReports(now: Instant) {
        while let (entry, address) = reports?.next(now: now) {
            send(entry, to: address, now: now)
        }
        if stopping, reports?.isPaused(now: now) == true {
            // The collector will not have them before we are gone.
            statistics.reports.dropped &+= UInt64(reports?.clear() ?? 0)
        }
        guard let collector = reports?.configuration, reports?.needsAddress == true else { return }
        lastResolution += 1
        let resolution = Resolution(
            id: lastResolution, host: collector.uri.host, port: collector.port, transport: collector.transport)
        reports?.resolution = resolution.id
        resolutions[resolution.id] = UnresolvedRequest(purpose: .report, resolution: resolution)
        actions.append(.resolve(resolution))
    }

    /// The collector's name was looked up.
    mutating func collectorResolved(to address: IPAddress?, now: Instant) {
        reports?.resolution = nil
        if let address {
            reports?.found(address, now: now)
            sendReports(now: now)
        } else {
            let lost = reports?.clear() ?? 0
            reportsFailed(lost, "the collector's name has no address", now: now)
            stoppedIfDone()
        }
    }

    private mutating func send(_ entry: ReportQueue.Entry, to peer: TransportAddress, now: Instant) {
        guard let uri = reports?.configuration.uri else { return }
        let host = (configuration.advertisedAddress ?? entry.local.address).hostDescription
        let domain = configuration.domain.isEmpty ? host : configuration.domain
        var head = RequestHead(
            .publish, requestURI: uri.description, transport: peer.transport, sentBy: "\(host):\(entry.local.port)",
            branch: "z9hG4bK\(token())", from: "<sip:milliwatt@\(domain)>;tag=\(token())", to: "<\(uri)>",
            callID: "\(token())\(token())", cSeq: 1)
        head.fields.append(("Event", "vq-rtcpxr"))
        if !configuration.userAgent.isEmpty { head.fields.append(("User-Agent", configuration.userAgent)) }
        head.contentType = "application/vq-rtcpxr"
        head.body = entry.body
        if peer.transport == .tls { actions.append(.nameServer(peer, uri.serverName)) }
        transmit(head, to: peer, now: now)
    }

    private mutating func transmit(
        _ head: RequestHead, to peer: TransportAddress, mayChangeTransport: Bool = true, now: Instant
    ) {
        let sized = SizedRequest(head, to: peer, mayChangeTransport: mayChangeTransport)
        guard let transaction = begin(sized, now: now) else {
            return reportDone("too many transactions", now: now)
        }
        publications[transaction] = PendingReport(fallback: sized.fallback)
    }

    /// A response to a report. Nothing of it is used but its status and Retry-After.
    mutating func reportAnswered(_ response: Response, transaction: ClientTransactionID, now: Instant) {
        guard response.status >= 200, publications.removeValue(forKey: transaction) != nil else { return }
        guard response.status >= 300 else {
            statistics.reports.accepted &+= 1
            return reportDone(nil, now: now)
        }
        if response.status == 503, let seconds = response.numericValue(.retryAfter) {
            reports?.pause(.seconds(Int64(clamping: min(seconds, 86_400))), now: now)
        }
        reportDone("the collector answers \(response.status)", now: now)
    }

    /// A report had no answer, or could not be sent.
    mutating func reportFailed(_ report: PendingReport, _ failure: TransactionFailure, now: Instant) {
        if failure == .transport, var fallback = report.fallback {
            fallback.head.branch = "z9hG4bK\(token())"
            return transmit(fallback.head, to: fallback.peer, mayChangeTransport: false, now: now)
        }
        reports?.distrustAddress()
        reportDone(failure == .timeout ? "the collector does not answer" : "the collector cannot be reached", now: now)
    }

    /// A report is done with; the next may go.
    /// - Parameter problem: why it did not reach the collector; nil if it did.
    private mutating func reportDone(_ problem: String?, now: Instant) {
        reports?.answered()
        if let problem { reportsFailed(1, problem, now: now) }
        sendReports(now: now)
        stoppedIfDone()
    }

    /// Counts what did not reach the collector, and tells of it once a minute.
    private mutating func reportsFailed(_ count: Int, _ problem: String, now: Instant) {
        guard count > 0 else { return }
        statistics.reports.failed &+= UInt64(count)
        unreported += count
        if let last = toldOfReports, now - last < .seconds(60) { return }
        toldOfReports = now
        actions.append(.tell(.reportsFailed(count: unreported, reason: problem)))
        unreported = 0
    }
}
