import Audio
import SDP
import SIP

/// The session of a call: what we can do, the descriptions sent, and what the last offer and answer agreed on.
struct CallSession: Sendable {
    private var local: LocalSession
    private let capabilities: AudioCapabilities
    /// Our address in Contact, and in SDP unless the peer wants media by the other family.
    let address: IPAddress
    /// Our address in SDP.
    var mediaAddress: IPAddress
    /// What is agreed on; nil before the first answer.
    private(set) var audio: NegotiatedAudio?

    init(_ capabilities: AudioCapabilities, at address: IPAddress, identifier: UInt64) {
        self.address = address
        mediaAddress = address
        local = LocalSession(id: identifier)
        self.capabilities = capabilities
    }

    /// Our answer to an offer.
    mutating func answer(to offer: SessionDescription, port: UInt16) throws(NegotiationError) -> [UInt8] {
        let negotiation = try local.answer(to: offer, from: localMedia(port), capabilities: capabilities)
        audio = negotiation.audio
        return negotiation.answer
    }

    /// What an answer will agree on, before our ports, and for the family of the offer our address, are known.
    func consider(_ offer: SessionDescription) throws(NegotiationError) -> ConsideredOffer {
        let family = offer.audioFamily ?? (address.isIPv4 ? .ip4 : .ip6)
        return try local.consider(offer, family: family, capabilities: capabilities)
    }

    /// Our answer to an offer that was considered.
    mutating func answer(to considered: ConsideredOffer, port: UInt16) -> [UInt8] {
        let negotiation = local.answer(to: considered, from: localMedia(port))
        audio = negotiation.audio
        return negotiation.answer
    }

    /// Our offer, for an INVITE without one.
    mutating func offer(port: UInt16) -> [UInt8] {
        local.offer(from: localMedia(port), capabilities: capabilities)
    }

    /// The peer's answer to our offer.
    mutating func accept(_ answer: SessionDescription) throws(NegotiationError) {
        audio = try local.accept(answer: answer)
    }

    /// Forgets an offer that was refused; the session is as it was.
    mutating func withdrawOffer() { local.withdrawOffer() }

    /// Whether our offer waits for its answer.
    var isOfferPending: Bool { local.isOfferPending }

    private func localMedia(_ port: UInt16) -> LocalMedia {
        LocalMedia(address: mediaAddress.description, family: mediaAddress.isIPv4 ? .ip4 : .ip6, port: port)
    }
}

extension AudioCapabilities {
    /// What the configuration lets us do.
    init(_ configuration: UserAgentConfiguration) {
        self.init(codecs: configuration.codecs.map(AudioFormat.init))
        preference = configuration.codecPreference
        telephoneEvents = configuration.dtmf
        packetTime = configuration.packetTime
        extendedReports = [.receiverRoundTrip, .voipMetrics]
    }
}

extension AudioFormat {
    /// A codec of ours as SDP names it.
    init(_ codec: Codec) {
        self.init(name: codec.encodingName, clockRate: UInt32(codec.clockRate), payloadType: codec.payloadType)
    }
}
