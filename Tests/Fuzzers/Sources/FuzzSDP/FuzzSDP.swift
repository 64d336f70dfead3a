import Fuzzing
import SDP

@main
struct FuzzSDP {
    static func main() { fuzz(fuzzDescription) }
}

private let capabilities: AudioCapabilities = {
    var capabilities = AudioCapabilities(codecs: [
        AudioFormat(name: "PCMU", clockRate: 8000, payloadType: 0),
        AudioFormat(name: "PCMA", clockRate: 8000, payloadType: 8),
        AudioFormat(name: "opus", clockRate: 48000, channels: 2, payloadType: 111),
    ])
    capabilities.extendedReports = .voipMetrics
    return capabilities
}()

/// Any octets as an offer, then as an answer to ours: nothing traps, and what we write is a description again.
private func fuzzDescription(_ octets: UnsafeBufferPointer<UInt8>) {
    let bytes = Array(octets)
    let offer: SessionDescription
    do {
        offer = try SessionDescription(parsing: bytes)
    } catch {
        expect(error.offset >= 0 && error.offset <= bytes.count)
        _ = error.description
        return
    }
    let encoded = offer.encode()
    expect(parsed(encoded).encode() == encoded)
    let local =
        offer.audioFamily == .ip6
        ? LocalMedia(address: "2001:db8::7", family: .ip6, port: 10000)
        : LocalMedia(address: "198.51.100.7", family: .ip4, port: 10000)
    var session = LocalSession(id: 1)
    if let negotiation = try? session.answer(to: offer, from: local, capabilities: capabilities) {
        check(negotiation.answer, isAnswerTo: offer)
        // The same offer again, then one of ours: a session that runs keeps its streams in their places.
        if let again = try? session.answer(to: offer, from: local, capabilities: capabilities) {
            check(again.answer, isAnswerTo: offer)
        }
        let ours = parsed(session.offer(from: local, capabilities: capabilities))
        expect(ours.media.count >= offer.media.count)
        _ = try? session.accept(answer: offer)
    }
    var caller = LocalSession(id: 2)
    expect(parsed(caller.offer(from: local, capabilities: capabilities)).media.count == 1)
    _ = try? caller.accept(answer: offer)
}

/// An answer has an `m=` line for each of the offer (RFC 3264 6), and at most one stream that is not refused.
private func check(_ answer: [UInt8], isAnswerTo offer: SessionDescription) {
    let media = parsed(answer).media
    expect(media.count == offer.media.count)
    expect(media.count { $0.port != 0 } <= 1)
}

/// What we wrote, read again; it may be longer than what is taken from a peer.
private func parsed(_ bytes: [UInt8]) -> SessionDescription {
    var limits = SessionDescription.Limits()
    limits.maximumBytes = 1 << 20
    limits.maximumLines = 1 << 16
    guard let description = try? SessionDescription(parsing: bytes, limits: limits) else {
        fatalError("no description: \(String(decoding: bytes, as: UTF8.self))")
    }
    return description
}
