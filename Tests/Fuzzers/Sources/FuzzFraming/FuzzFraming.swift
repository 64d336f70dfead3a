import CLibFuzzer
import SIP

@main
struct FuzzFraming {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { octets, count in
            octets.map { fuzzFraming($0, count) } ?? 0
        }
    }
}

/// Any octets as a stream, cut in two ways: the events are the same, and what is held stays within the limits.
private func fuzzFraming(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // The first octet says how the stream is cut.
    guard count > 1 else { return 0 }
    let stream = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    let limits = MessageLimits(messageBytes: 2_048, bodyBytes: 1_024, headBytes: 1_024)
    let whole = events(stream, segment: stream.count, limits)
    let cut = events(stream, segment: Int(start.pointee) % 64 + 1, limits)
    precondition(whole == cut, "\(whole) is not \(cut)")
    for case .message(let message) in whole {
        precondition(message.count <= limits.messageBytes)
        _ = try? Message(parsing: message)
    }
    return 0
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
                precondition(framer.buffered == 0)
                return events
            case .message, .ping: events.append(event)
            }
        }
        precondition(framer.buffered <= limits.messageBytes)
        position = end
    }
    return events
}
