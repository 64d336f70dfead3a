import Fuzzing
import SIP

@main
struct FuzzMessage {
    static func main() { fuzz(fuzzMessage) }
}

/// Any octets as a datagram: nothing traps, all that can be read is read, and what is answered is a response again.
private func fuzzMessage(_ octets: UnsafeBufferPointer<UInt8>) {
    let bytes = Array(octets)
    let source = TransportAddress(.udp, IPAddress(v4: 0xC000_0207), port: 5066)
    do {
        switch try Message(parsing: bytes) {
        case .request(let request):
            read(request)
            readURI(request.requestURI)
            expect(request.cSeq.method == request.method || request.method.isUnknown)
            answer(request, from: source)
            _ = request.cancellation()
        case .response(let response):
            read(response)
            expect((100...699).contains(response.status))
            _ = response.reason.description
        }
    } catch {
        expect(error.offset >= 0 && error.offset <= bytes.count)
        _ = error.description
        guard let salvaged = error.salvaged else { return }
        _ = salvaged.response(ResponseHead(status: error.status, toTag: "fuzz"), from: source)
        _ = salvaged.responseAddress(from: source)
    }
}

/// The response to a request is one, and keeps what it is matched by.
private func answer(_ request: Request, from source: TransportAddress) {
    var head = ResponseHead(status: 200, toTag: "fuzz")
    head.copiesRecordRoute = true
    let bytes = request.response(head, from: source)
    // An answer may be longer than its request, so the limits of what is received are not those of what is sent.
    let limits = MessageLimits(messageBytes: 1 << 20, bodyBytes: 1 << 20, headBytes: 1 << 20, headerBytes: 1 << 20)
    guard case .response(let response) = try? Message(parsing: bytes, limits: limits) else {
        fatalError("no response: \(String(decoding: bytes, as: UTF8.self))")
    }
    expect(response.callID == request.callID && response.cSeq == request.cSeq)
    expect(response.topVia.branch == request.topVia.branch && response.viaCount == request.viaCount)
    expect(response.fromTag == request.fromTag && response.toTag == request.toTag ?? "fuzz")
    _ = request.responseAddress(from: source)
}

private func read(_ message: some MessageHead) {
    for field in message.headerFields { _ = (field.name.description, field.value.description) }
    for name in HeaderName.allCases {
        _ = (message.value(name), message.tokens(name), message.numericValue(name), message.contains(name))
    }
    for address in [message.from, message.to] + message.contacts + message.recordRoutes + message.routes {
        _ = (address.displayName, address.tag, address.parameters.all, address.text)
        readURI(address.uri)
    }
    let via = message.topVia
    _ = (via.transport, via.host, via.address, via.port, via.sentBy, via.parameters.all, via.received)
    _ = (message.maxForwards, message.contentType, message.sessionDescription, message.accepts("application/sdp"))
    _ = message.value(named: "X-Fuzz")
}

/// Whatever URI came is one by itself, and the same as itself.
private func readURI(_ uri: URI) {
    _ = (uri.user, uri.host, uri.address, uri.port, uri.parameters.all, uri.headers, uri.transport)
    expect(uri.isEquivalent(to: uri))
}

extension Method {
    fileprivate var isUnknown: Bool {
        if case .other = self { return true }
        return false
    }
}
