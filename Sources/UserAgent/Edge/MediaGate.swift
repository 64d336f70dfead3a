import SDP
import SIP

/// Whether a call's tone may be sent yet.
struct MediaGate {
    /// Whether the caller has acknowledged a 200 of ours.
    var isAcknowledged = false
    /// Whether RTP has come from the caller.
    var hasMedia = false
    /// Whether the tone waits.
    var isClosed = false
    /// Whether the call counts as a stranger's.
    var isStranger = false
    /// The address for which the call is counted, since its RTP goes there although nobody has shown to be there.
    var counted: IPAddress?
}

extension UserAgentCore {
    /// Decides whether the tone may be sent to where the SDP says.
    ///
    /// A forged INVITE costs its sender one packet; without this it would bring the owner of the address half a
    /// minute of RTP. So the tone waits for the ACK, which comes one round trip after the 200. Where the RTP is to go
    /// elsewhere than the signalling, the ACK says nothing about that address: there, a few calls at a time are
    /// believed, and others wait for RTP of the caller. An echo needs no gate: it sends what it receives.
    mutating func weighMedia(_ call: Call) {
        let wasClosed = call.gate.isClosed
        call.gate.isClosed = mustWait(call)
        if call.gate.isClosed, !wasClosed { edge.mediaWithheld() }
    }

    /// Whether the tone has to wait; counts the call where it need not, though its address has shown nothing.
    mutating func mustWait(_ call: Call) -> Bool {
        leaveMediaAddress(call)
        guard call.identity.dialled == .tone, !call.gate.hasMedia, !edge.isAllowed(call.source.address) else {
            return false
        }
        if !call.gate.isAcknowledged, !edge.isKnown(call.source) { return true }
        let limit = configuration.edge.maximumCallsPerMediaAddress
        guard limit > 0, let remote = call.session.agreement?.remoteAddress,
            !edge.isKnown(way(to: remote, of: call))
        else { return false }
        guard callsByMediaAddress[remote, default: 0] < limit else { return true }
        callsByMediaAddress[remote, default: 0] += 1
        call.gate.counted = remote
        return false
    }

    /// An address by the way on which it may have shown to be there: a connection shows its far end.
    private func way(to address: IPAddress, of call: Call) -> TransportAddress {
        call.source.address.unmapped == address.unmapped ? call.source : TransportAddress(.udp, address, port: 0)
    }

    /// The call is no longer one whose RTP goes where nobody has shown to be.
    mutating func leaveMediaAddress(_ call: Call) {
        guard let address = call.gate.counted else { return }
        call.gate.counted = nil
        let count = callsByMediaAddress[address, default: 1]
        callsByMediaAddress[address] = count > 1 ? count - 1 : nil
    }
}
