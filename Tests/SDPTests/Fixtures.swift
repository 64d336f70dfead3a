@testable import SDP

/// A description of these lines, each ended by CRLF.
func lines(_ lines: String...) -> [UInt8] {
    Array(lines.map { $0 + "\r\n" }.joined().utf8)
}

/// An offer with these lines behind a session part with an address.
func offer(_ media: String...) throws -> SessionDescription {
    let head = ["v=0", "o=alice 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"]
    return try SessionDescription(parsing: Array((head + media).map { $0 + "\r\n" }.joined().utf8))
}

/// The lines of a description of ours, without line ends.
func text(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
}

extension LocalMedia {
    static let test = LocalMedia(address: "198.51.100.7", family: .ip4, port: 10000)
    static let test6 = LocalMedia(address: "2001:db8::7", family: .ip6, port: 10000)
}

extension AudioCapabilities {
    /// µ-law before A-law, as the program has it by default.
    static let g711 = AudioCapabilities(codecs: [.pcmu, .pcma])

    func with(_ change: (inout AudioCapabilities) -> Void) -> AudioCapabilities {
        var changed = self
        change(&changed)
        return changed
    }
}

extension AudioFormat {
    static let opus = AudioFormat(
        name: "opus", clockRate: 48000, channels: 2, payloadType: 111, parameters: "useinbandfec=1")
    static let l16 = AudioFormat(name: "L16", clockRate: 16000, payloadType: 97)
}

/// What a session that has sent nothing makes of an offer.
func negotiate(
    _ offer: SessionDescription, _ capabilities: AudioCapabilities = .g711, from local: LocalMedia = .test
) throws -> Negotiation {
    var session = LocalSession(id: 4242)
    return try session.answer(to: offer, from: local, capabilities: capabilities)
}

/// The audio that a session which has sent nothing takes from an offer.
func audio(
    _ offer: SessionDescription, _ capabilities: AudioCapabilities = .g711, from local: LocalMedia = .test
) throws -> NegotiatedAudio? {
    try negotiate(offer, capabilities, from: local).audio
}
