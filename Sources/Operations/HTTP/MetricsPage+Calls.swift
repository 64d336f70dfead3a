import SIP
import UserAgent

extension MetricWriter {
    /// What calls were like, and how they ended.
    mutating func add(measures: CallMeasures) {
        add(
            "milliwatt_calls_ended", .counter, "Calls that are over or were refused, by why.",
            measures.endReasons.map { Sample([("reason", $0.reason.label)], $0.count) })
        add(
            "milliwatt_call_setup_seconds", unit: "seconds",
            "From the INVITE to the 200, of each call that is answered.", measures.setup)
        add(
            "milliwatt_call_answer_delay_seconds", unit: "seconds",
            "How much later than the settings say the 200 was sent, of each call that is answered.",
            measures.answerDelay)
        add(
            "milliwatt_call_duration_seconds", unit: "seconds", "From the 200 to the end, of each call that is over.",
            measures.duration)
        add("milliwatt_call_mos_lq", "MOS-LQ of each call that has one.", measures.listeningMOS)
        add("milliwatt_call_mos_cq", "MOS-CQ of each call that has one.", measures.conversationalMOS)
        add(
            "milliwatt_call_loss_ratio", unit: "ratio",
            "The share of the packets expected that did not come, of each call in which some were.", measures.lossRatio)
        add(
            "milliwatt_call_jitter_seconds", unit: "seconds",
            "Interarrival jitter at the end of each call in which it was measured.", measures.jitter)
        add(
            "milliwatt_call_round_trip_seconds", unit: "seconds",
            "The mean of the round trips by RTCP, of each call in which one was measured.", measures.roundTrip)
    }

    /// Messages by what they were.
    mutating func add(messages: MessageCounters) {
        let families: [(String, String, String, [MessageCounters.Sample])] = [
            ("requests_received", "method", "SIP requests that came, repeated ones too.", messages.requestsReceived),
            ("requests_sent", "method", "SIP requests that left, repeated ones too.", messages.requestsSent),
            ("responses_received", "class", "SIP responses that came, repeated ones too.", messages.responsesReceived),
            ("responses_sent", "status", "SIP responses that left, repeated ones too.", messages.responsesSent),
            ("parse_errors", "class", "SIP messages that could not be read, by why.", messages.parseErrors),
        ]
        for (name, label, help, samples) in families {
            add("milliwatt_sip_\(name)", .counter, help, samples.map { Sample([(label, $0.name)], $0.count) })
        }
    }

    private mutating func add(_ name: String, unit: String? = nil, _ help: String, _ histogram: MeasureHistogram) {
        add(name, unit: unit, help, bounds: histogram.bounds, counts: histogram.counts, sum: histogram.sum)
    }
}

extension CallEnd.Reason {
    /// As the log has it, in the form of a label.
    fileprivate var label: String { rawValue.lowercased().split(separator: " ").joined(separator: "_") }
}
