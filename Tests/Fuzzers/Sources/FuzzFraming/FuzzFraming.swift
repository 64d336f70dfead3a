import Fuzzing
import SIP

@main
struct FuzzFraming {
    static func main() { fuzz(fuzzFraming) }
}

/// Any octets as a stream, cut in two ways: the events are the same, and what is held stays within the limits.
private func fuzzFraming(_ octets: UnsafeBufferPointer<UInt8>) {
    // The first octet says how the stream is cut.
    guard let first = octets.first, octets.count > 1 else { return }
    let stream = Array(octets.dropFirst())
    let limits = MessageLimits(messageBytes: 2_048, bodyBytes: 1_024, headBytes: 1_024)
    let whole = events(stream, segment: stream.count, limits)
    let cut = events(stream, segment: Int(first) % 64 + 1, limits)
    expect(whole == cut, "\(whole) is not \(cut)")
    for case .message(let message) in whole {
        expect(message.count <= limits.messageBytes)
        _ = try? Message(parsing: message)
    }
}

private func events(_ stream: [UInt8], segment: Int, _ limits: MessageLimits) -> [StreamFramer.Event] {
    var framer = StreamFramer(limits: limits)
    var events: [StreamFramer.Event] = []
    var position = 0
    while position < stream.count {
        let end = min(position + segment, stream.count)
        framer.push(stream[position..<end])
        drain: while true {
            let event = framer.next()
            switch event {
            case .incomplete: break drain
            case .failed:
                events.append(event)
                expect(framer.buffered == 0)
                return events
            case .message, .ping: events.append(event)
            }
        }
        expect(framer.buffered <= limits.messageBytes)
        position = end
    }
    return events
}
