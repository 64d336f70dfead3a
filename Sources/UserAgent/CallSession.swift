import Audio
import SDP
import SIP

/// The session of a call: what we can do, the descriptions sent, and what the last offer and answer agreed on.
struct CallSession: Sendable {
    /// What the first description of the peer led to.
    enum Body: Sendable {
        /// No description: we make the offer (RFC 3264 4, RFC 3261 13.3.1.4).
        case none
        /// An offer.
        case offer(SessionDescription)
    }

    private var local: LocalSession
    private let capabilities: AudioCapabilities
    /// Our address in Contact and SDP.
    let address: IPAddress
    /// What is agreed on; nil before the first answer.
    private(set) var audio: NegotiatedAudio?

    init(configuration: UserAgentConfiguration, local endpoint: LocalEndpoint, identifier: UInt64) {
        address = configuration.advertisedAddress ?? endpoint.address
        local = LocalSession(id: identifier)
        var capabilities = AudioCapabilities(codecs: configuration.codecs.map(AudioFormat.init))
        capabilities.telephoneEvents = configuration.dtmf
        capabilities.packetTime = configuration.packetTime
        self.capabilities = capabilities
    }

    /// Our answer to an offer.
    mutating func answer(to offer: SessionDescription, port: UInt16) throws(NegotiationError) -> [UInt8] {
        let negotiation = try local.answer(to: offer, from: localMedia(port), capabilities: capabilities)
        audio = negotiation.audio
        return negotiation.answer
    }

    /// Whether an offer could be answered, and if not why; the ports need not be known yet.
    func trial(of offer: SessionDescription) -> NegotiationError? {
        var copy = local
        do {
            _ = try copy.answer(to: offer, from: localMedia(2), capabilities: capabilities)
            return nil
        } catch {
            return error
        }
    }

    /// Our offer, for an INVITE without one.
    mutating func offer(port: UInt16) -> [UInt8] {
        local.offer(from: localMedia(port), capabilities: capabilities)
    }

    /// The peer's answer to our offer.
    mutating func accept(_ answer: SessionDescription) throws(NegotiationError) {
        audio = try local.accept(answer: answer)
    }

    /// Whether our offer waits for its answer.
    var isOfferPending: Bool { local.isOfferPending }

    private func localMedia(_ port: UInt16) -> LocalMedia {
        LocalMedia(address: address.description, family: address.isIPv4 ? .ip4 : .ip6, port: port)
    }
}

extension AudioFormat {
    /// A codec of ours as SDP names it.
    init(_ codec: Codec) {
        self.init(name: codec.encodingName, clockRate: UInt32(codec.clockRate), payloadType: codec.payloadType)
    }
}
