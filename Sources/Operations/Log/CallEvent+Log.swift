import SIP
import UserAgent

extension EventLog {
    /// Writes the line of a call's change of state.
    public func record(_ event: CallEvent) {
        guard isEnabled(.info) else { return }
        var fields: LogFields = [.callID: .text(event.call.callID)]
        switch event.kind {
        case .incoming:
            fields.merge(event.call.logFields)
            record(.info, .callIncoming, "Incoming call", fields)
        case .ringing:
            record(.info, .callRinging, "Ringing", fields)
        case .answered(let media):
            fields.merge(media.logFields)
            record(.info, .callAnswered, "Answered", fields)
        case .changed(let media):
            fields.merge(media.logFields)
            record(.info, .callUpdated, "Media changed", fields)
        case .latched(let address):
            fields[.remoteMedia] = .text(address)
            record(.info, .callLatched, "Media follows the caller", fields)
        case .digit(let digit):
            fields[.digit] = .text(String(digit.digit))
            fields[.digitMethod] = .text(digit.method.rawValue)
            record(.info, .callDigit, "Digit", fields)
        case .measured(let interval):
            fields.merge(interval.logFields)
            record(.debug, .callQuality, "Interval", fields)
        case .ended(let end):
            recordEnd(end, of: event.call, fields)
        }
    }

    private func recordEnd(_ end: CallEnd, of call: CallIdentity, _ start: LogFields) {
        var fields = start
        fields.merge(end.logFields)
        let isRefused = end.duration == nil && end.party == .callee
        if isRefused { fields[.requestURI] = .text(call.requestURI) }
        fields[.peer] = .text(call.source.logText)
        if let report = end.media { fields.merge(report.logFields) }
        record(.info, isRefused ? .callRejected : .callEnded, isRefused ? "Call refused" : "Call ended", fields)
    }

    /// Writes the line of statistics.
    public func record(_ statistics: UserAgentStatistics) {
        record(
            .info, .statistics, "Statistics",
            [
                .callsTotal: .integer(Int(clamping: statistics.total)), .callsActive: .integer(statistics.active),
                .callsRinging: .integer(statistics.ringing),
                .callsAnswered: .integer(Int(clamping: statistics.answered)),
                .callsCancelled: .integer(Int(clamping: statistics.cancelled)),
                .callsRefused: .integer(Int(clamping: statistics.refused)),
                .callsFailed: .integer(Int(clamping: statistics.failed)),
            ])
    }
}

extension CallIdentity {
    fileprivate var logFields: LogFields {
        [
            .peer: .text(source.logText), .transport: .text(source.transport.viaName.lowercased()),
            .fromURI: .text(from), .toURI: .text(to), .requestURI: .text(requestURI),
            .extension: .text(dialled.rawValue),
        ]
    }
}

extension TransportAddress {
    /// Address and port.
    var logText: String { "\(address.hostDescription):\(port)" }
}

extension CallMedia {
    fileprivate var logFields: LogFields {
        [
            .codec: codec.map { .text($0) }, .packetTime: packetTime.map { .integer($0) }, .localMedia: .text(local),
            .remoteMedia: remote.map { .text($0) }, .direction: direction.map { .text($0) },
        ]
    }
}

extension CallEnd {
    fileprivate var logFields: LogFields {
        [
            .endedBy: .text(party.rawValue), .reason: .text(reason.rawValue), .cause: cause.map { .text($0) },
            .status: status.map { .integer($0) },
            .setupMilliseconds: answerDelay.map { .milliseconds($0) }, .durationSeconds: duration.map { .seconds($0) },
        ]
    }
}
