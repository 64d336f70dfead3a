import Audio
import Media
import Networking
import SDP
import SIP

extension UserAgentCore {
    /// Makes the media what offer and answer agreed on: opens it the first time, changes it later.
    mutating func startMedia(_ call: Call) {
        weighMedia(call)
        guard let parameters = parameters(of: call) else { return }
        switch call.media {
        case .reserved(let port):
            call.media = .open(port: port)
            call.mediaPort = port
            actions.append(.openMedia(call.handle, parameters))
        case .open:
            actions.append(.updateMedia(call.handle, parameters))
        case .none, .closing:
            break
        }
    }

    /// What the engine has to do for a call; nil before anything is agreed on.
    private mutating func parameters(of call: Call) -> MediaSessionParameters? {
        guard let agreement = call.session.agreement else {
            return call.session.isOfferPending ? nil : inactive(call)
        }
        let audio = agreement.audio
        guard let format = MediaFormat(audio.codec) else { return nil }
        var parameters = MediaSessionParameters(
            remote: agreement.socketAddress(of: audio.remote), format: format, source: source(of: call, format.codec))
        parameters.remoteRTCP = agreement.socketAddress(of: audio.remoteRTCP)
        parameters.multiplexesRTCP = audio.rtcpMux
        parameters.alternatives = audio.alternatives.compactMap(MediaFormat.init)
        parameters.telephoneEvent = audio.telephoneEvent.map {
            TelephoneEventFormat(sendPayloadType: $0.sendPayloadType, receivePayloadType: $0.receivePayloadType)
        }
        parameters.packetTime = audio.packetTime
        parameters.sendsVoIPMetrics = audio.extendedReportsToSend.contains(.voipMetrics)
        parameters.sendsReceiverTimes = audio.extendedReportsToSend.contains(.receiverRoundTrip)
        parameters.statisticsSummary = StatisticsSummaryGroups(audio.extendedReportsToSend)
        parameters.direction = MediaDirection(audio.direction)
        if call.gate.isClosed { parameters.direction = parameters.direction.withoutSending }
        parameters.isHeld = audio.held
        parameters.detectsInBandDigits = configuration.dtmf && audio.telephoneEvent == nil
        parameters.mediaTimeout = configuration.mediaTimeout
        return parameters
    }

    /// A session from which the peer has taken the audio: nothing flows.
    private func inactive(_ call: Call) -> MediaSessionParameters? {
        guard let codec = configuration.codecs.first else { return nil }
        var parameters = MediaSessionParameters(remote: nil, format: MediaFormat(codec), source: .nothing)
        parameters.direction = .inactive
        parameters.isHeld = true
        return parameters
    }

    private mutating func source(of call: Call, _ codec: Codec) -> MediaSource {
        switch call.identity.dialled {
        case .echo: .echo
        case .tone: .tone(tones.signal(for: configuration.tone, codec: codec))
        }
    }

    /// The engine tells something about a call.
    public mutating func receive(_ event: MediaEvent, of handle: CallHandle, now: Instant) {
        guard let call = calls[handle] else { return }
        switch event {
        case .digit(_, let digit):
            let method: CallDigit.Method =
                switch digit.origin {
                case .telephoneEvent: .telephoneEvent
                case .inBand: .inBand
                }
            publish(.digit(CallDigit(digit: digit.character, method: method)), of: call)
        case .timedOut:
            mediaTimedOut(call, now: now)
        case .closed(_, let report):
            mediaClosed(handle, report: report, now: now)
        case .latched(_, let address):
            publish(.latched("\(address)"), of: call)
        case .firstPacket:
            mediaCame(call)
        case .report(_, let media):
            if call.phase == .established { report(.interval, on: call, media, now: now) }
        case .interval(_, let interval):
            publish(.measured(interval), of: call)
        case .resumed:
            break
        }
        schedule(call)
        carryOut(now: now)
    }

    private mutating func mediaTimedOut(_ call: Call, now: Instant) {
        call.hangUp = (now, .network, .mediaTimeout)
        hangUpIfDue(call, now: now)
    }
}

extension MediaFormat {
    /// A negotiated codec; nil for one that the engine does not have.
    init?(_ negotiated: NegotiatedCodec) {
        guard let codec = Codec(encodingName: negotiated.format.name, clockRate: Int(negotiated.format.clockRate))
        else {
            return nil
        }
        self.init(
            codec, sendPayloadType: negotiated.sendPayloadType, receivePayloadType: negotiated.receivePayloadType)
    }
}

extension StatisticsSummaryGroups {
    fileprivate init(_ reports: ExtendedReports) {
        self = []
        if reports.contains(.summaryOfLosses) { insert(.losses) }
        if reports.contains(.summaryOfDuplicates) { insert(.duplicates) }
        if reports.contains(.summaryOfJitter) { insert(.jitter) }
    }
}

extension MediaDirection {
    /// A direction as SDP says it of us.
    init(_ direction: Direction) {
        self =
            switch direction {
            case .sendrecv: .sendReceive
            case .sendonly: .sendOnly
            case .recvonly: .receiveOnly
            case .inactive: .inactive
            }
    }
}

extension MediaDirection {
    /// The same, but that nothing is sent yet.
    fileprivate var withoutSending: MediaDirection {
        switch self {
        case .sendReceive, .receiveOnly: .receiveOnly
        case .sendOnly, .inactive: .inactive
        }
    }
}

extension SessionAgreement {
    /// Where the peer receives; nil if it gave a name, which media waits for: it then follows the peer's first packet.
    func socketAddress(of remote: RemoteMedia?) -> SocketAddress? {
        guard let remote else { return nil }
        // RTCP's host is nearly always that of RTP.
        let address = remote.host == audio.remote?.host ? remoteAddress : IPAddress(parsing: remote.host)
        return address.map { SocketAddress($0, port: remote.port) }
    }
}

extension Call {
    /// The session for the log.
    var mediaDescription: CallMedia {
        let agreement = session.agreement
        return CallMedia(
            codec: agreement?.audio.codec.format.name, payloadType: agreement?.audio.codec.sendPayloadType,
            packetTime: agreement?.audio.packetTime, localAddress: session.mediaAddress, localPort: media.port ?? 0,
            remoteMedia: agreement?.audio.remote,
            direction: agreement?.audio.direction.rawValue)
    }
}
