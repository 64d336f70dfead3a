extension SettingKey {
    /// `[quality]`.
    static let quality: [SettingKey] = [
        SettingKey(
            .quality, "interval_seconds", \.quality.interval, .wholeSeconds(2...3600),
            "How long the intervals are whose scores make the minimum, mean and last MOS of a call. One needs 50 packets "
                + "for a score."),
        SettingKey(
            .quality, "jitter_buffer", \.quality.jitterBuffer, .name(),
            "The jitter buffer of the listener whom the score assumes: its delay follows the jitter, or is fixed. What it "
                + "would discard counts as lost."),
        SettingKey(
            .quality, "jitter_buffer_nominal_ms", \.quality.jitterBufferNominal, .jitterBufferDelay,
            "The delay of a fixed jitter buffer, and the first one of an adaptive one."),
        SettingKey(
            .quality, "jitter_buffer_minimum_ms", \.quality.jitterBufferMinimum, .jitterBufferDelay,
            "The least delay of an adaptive jitter buffer."),
        SettingKey(
            .quality, "jitter_buffer_maximum_ms", \.quality.jitterBufferMaximum, .jitterBufferDelay,
            "The highest delay of a jitter buffer. What would have to wait longer is discarded."),
        SettingKey(
            .quality, "concealment", \.quality.concealment, .flag,
            "Whether the listener conceals lost packets, where the codec does not do so by itself: which Ie and Bpl of "
                + "ITU-T G.113 hold."),
        SettingKey(
            .quality, "silence_detection", \.quality.silenceDetection, .flag,
            "Measure the level of the received audio, and tell a call in which nothing is audible from one in which "
                + "there is."),
        SettingKey(
            .quality, "advantage_factor", \.quality.advantageFactor,
            .decimal(0.0...20.0, step: 0.1, unit: nil, "an advantage factor"),
            "The advantage factor A of ITU-T G.107: what users forgive, for example 0 on a wire, 10 in a moving car."),
        SettingKey(
            .quality, "collector", \.quality.collector, .optionalSIPURI,
            "The URI that quality reports are sent to, by PUBLISH of vq-rtcpxr (RFC 6035), such as "
                + "\"sip:collector@192.0.2.9:5060;transport=tcp\". \"\" sends none."),
        SettingKey(
            .quality, "collector_interval_seconds", \.quality.collectorInterval, .secondsOrOff(upTo: 86_400),
            "Between two reports on a call that is up. 0 reports its end only."),
    ]
}

extension SettingDomain where Value == Int {
    fileprivate static var jitterBufferDelay: SettingDomain { .integer(10...500, unit: "ms", "a delay in ms") }
}
