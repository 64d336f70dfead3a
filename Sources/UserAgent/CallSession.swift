import Audio
import SDP
import SIP

/// The session of a call: what we can do, the descriptions sent, and what the last offer and answer agreed on.
///
/// A class for the reason that `Call` is one; it belongs to its call alone.
final class CallSession {
    @exclusivity(unchecked) private var local: LocalSession
    private let capabilities: AudioCapabilities
    /// Our address in Contact, and in SDP unless the peer wants media by the other family.
    let address: IPAddress
    /// Our address in SDP.
    var mediaAddress: IPAddress
    /// What is agreed on; nil before the first answer, and without audio.
    private(set) var agreement: SessionAgreement?
    /// The same by itself, which is a large copy.
    var audio: NegotiatedAudio? { agreement?.audio }

    init(_ capabilities: AudioCapabilities, at address: IPAddress, identifier: UInt64) {
        self.address = address
        mediaAddress = address
        local = LocalSession(id: identifier)
        self.capabilities = capabilities
    }

    /// Our answer to an offer.
    func answer(to offer: SessionDescription, port: UInt16) throws(NegotiationError) -> [UInt8] {
        let negotiation = try local.answer(to: offer, from: localMedia(port), capabilities: capabilities)
        agreement = negotiation.audio.map(SessionAgreement.init)
        return negotiation.answer
    }

    /// What an answer will agree on, before our ports, and for the family of the offer our address, are known.
    func consider(_ offer: SessionDescription) throws(NegotiationError) -> ConsideredOffer {
        let family = offer.audioFamily ?? (address.isIPv4 ? .ip4 : .ip6)
        return try local.consider(offer, family: family, capabilities: capabilities)
    }

    /// Our answer to an offer that was considered.
    func answer(to considered: ConsideredOffer, port: UInt16) -> [UInt8] {
        let negotiation = local.answer(to: considered, from: localMedia(port))
        agreement = negotiation.audio.map(SessionAgreement.init)
        return negotiation.answer
    }

    /// Our offer, for an INVITE without one.
    func offer(port: UInt16) -> [UInt8] {
        local.offer(from: localMedia(port), capabilities: capabilities)
    }

    /// The peer's answer to our offer.
    func accept(_ answer: SessionDescription) throws(NegotiationError) {
        agreement = SessionAgreement(try local.accept(answer: answer))
    }

    /// Forgets an offer that was refused; the session is as it was.
    func withdrawOffer() { local.withdrawOffer() }

    /// Whether our offer waits for its answer.
    var isOfferPending: Bool { local.isOfferPending }

    private func localMedia(_ port: UInt16) -> LocalMedia {
        LocalMedia(address: mediaAddress.description, family: mediaAddress.isIPv4 ? .ip4 : .ip6, port: port)
    }
}

/// What offer and answer agreed on, in a box, since all of it would be copied for a look at a part.
final class SessionAgreement: Sendable {
    let audio: NegotiatedAudio
    /// Where RTP goes; nil for nowhere, and for a name.
    let remoteAddress: IPAddress?

    init(_ audio: NegotiatedAudio) {
        self.audio = audio
        remoteAddress = audio.remote.flatMap { IPAddress(parsing: $0.host) }
    }
}

extension AudioCapabilities {
    /// What the configuration lets us do.
    init(_ configuration: UserAgentConfiguration) {
        self.init(codecs: configuration.codecs.map(AudioFormat.init))
        preference = configuration.codecPreference
        telephoneEvents = configuration.dtmf
        packetTime = configuration.packetTime
        extendedReports = [.receiverRoundTrip, .statisticsSummary, .voipMetrics]
    }
}

extension AudioFormat {
    /// A codec of ours as SDP names it.
    init(_ codec: Codec) {
        self.init(name: codec.encodingName, clockRate: UInt32(codec.clockRate), payloadType: codec.payloadType)
    }
}
