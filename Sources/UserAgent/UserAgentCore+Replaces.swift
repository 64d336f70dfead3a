import SIP

extension UserAgentCore {
    /// The call that an INVITE with Replaces is to take the place of (RFC 3891 3); nil where it has none.
    func replacedCall(_ request: Request) throws(Refusal) -> CallHandle? {
        guard request.contains(.replaces) else { return nil }
        let fields = request.headerFields.filter { $0.known == .replaces }
        guard fields.count == 1, let replaces = Replaces(fields[0].value) else {
            throw Refusal(Reply(400, warning: (399, "no usable Replaces")))
        }
        guard let call = callsByDialog[replaces.dialog] else { throw Refusal(Reply(481)) }
        switch call.phase {
        case .over: throw Refusal(Reply(603))
        // An early dialog that we did not begin ourselves cannot be replaced.
        case .preparing, .ringing: throw Refusal(Reply(481))
        case .answered, .established:
            if replaces.isEarlyOnly { throw Refusal(Reply(486)) }
            return call.handle
        }
    }

    /// A call has been answered that takes the place of another: that one is hung up.
    mutating func endReplaced(by call: Call, now: Instant) {
        guard let handle = call.replaces, let replaced = calls[handle], replaced.phase != .over else { return }
        replaced.hangUp = (now, .callee, .replaced)
        hangUpIfDue(replaced, now: now)
        schedule(replaced)
    }
}
