extension Settings {
    /// A contradiction between keys, the first of which is the most likely to be wrong.
    struct Inconsistency: Equatable {
        let keys: [String]
        let reason: String
    }

    /// Pairs of an even port and the odd one after it within the range.
    public var rtpPortPairs: Int {
        let first = Int(media.rtpPortRangeStart)
        return max(0, (Int(media.rtpPortRangeEnd) - first + 1) / 2)
    }

    /// Contradictions between keys that are right each for itself.
    var inconsistencies: [Inconsistency] {
        let range = "\(media.rtpPortRangeStart)-\(media.rtpPortRangeEnd)"
        let rangeKeys = ["media.rtp_port_range_end", "media.rtp_port_range_start"]
        var found: [Inconsistency] = []
        if rtpPortPairs == 0 {
            found.append(Inconsistency(keys: rangeKeys, reason: "the RTP range \(range) holds no pair of ports"))
        } else if behavior.maximumConcurrentCalls > rtpPortPairs {
            let reason =
                "\(behavior.maximumConcurrentCalls) calls need as many pairs of ports, "
                + "but the RTP range \(range) holds \(rtpPortPairs)"
            found.append(Inconsistency(keys: ["behavior.max_concurrent_calls"] + rangeKeys, reason: reason))
        }
        if sip.port != 0, media.rtpPortRangeStart <= sip.port, sip.port <= media.rtpPortRangeEnd {
            let reason = "the SIP port \(sip.port) lies within the RTP range \(range)"
            found.append(Inconsistency(keys: ["sip.port"] + rangeKeys, reason: reason))
        }
        found += qualityInconsistencies
        found += secureInconsistencies(range: range, rangeKeys: rangeKeys)
        if http.isUnguarded {
            let reason = "whoever reaches \(http.bindAddress) needs a token: set http.token_file"
            found.append(Inconsistency(keys: ["http.bind_address", "http.token_file"], reason: reason))
        }
        found += logInconsistencies
        if sip.minimumSessionExpires > sip.sessionExpires {
            let keys = ["sip.min_session_expires_seconds", "sip.session_expires_seconds"]
            found.append(Inconsistency(keys: keys, reason: "the shortest session interval is above the longest"))
        }
        if let advertised = media.advertisedAddress, !sip.bindAddresses.contains("::") {
            let family = advertised.contains(":")
            if sip.bindAddresses.allSatisfy({ $0.contains(":") != family }) {
                let reason = "\(advertised) is IPv\(family ? 6 : 4), but sip.bind_address is not"
                found.append(Inconsistency(keys: ["media.advertised_address", "sip.bind_address"], reason: reason))
            }
        }
        return found
    }

    private var logInconsistencies: [Inconsistency] {
        if log.output == .file, log.file == nil {
            return [Inconsistency(keys: ["log.output", "log.file"], reason: "a file needs a path: set log.file")]
        }
        guard log.output != .stderr, log.format == .journal else { return [] }
        let reason = "the journal's format is not for a \(log.output == .file ? "file" : "syslog daemon")"
        return [Inconsistency(keys: ["log.format", "log.output"], reason: reason)]
    }

    private var qualityInconsistencies: [Inconsistency] {
        let (minimum, maximum) = (quality.jitterBufferMinimum, quality.jitterBufferMaximum)
        let minimumKey = "quality.jitter_buffer_minimum_ms"
        let maximumKey = "quality.jitter_buffer_maximum_ms"
        if minimum > maximum {
            let reason = "the least delay of the jitter buffer, \(minimum) ms, is above the highest, \(maximum) ms"
            return [Inconsistency(keys: [minimumKey, maximumKey], reason: reason)]
        }
        guard !(minimum...maximum).contains(quality.jitterBufferNominal) else { return [] }
        let reason =
            "\(quality.jitterBufferNominal) ms is not between the minimum, \(minimum) ms, and the maximum, \(maximum) ms"
        return [
            Inconsistency(keys: ["quality.jitter_buffer_nominal_ms", minimumKey, maximumKey], reason: reason)
        ]
    }

    private func secureInconsistencies(range: String, rangeKeys: [String]) -> [Inconsistency] {
        guard sip.transports.contains(.tls) else { return [] }
        var found: [Inconsistency] = []
        if sip.tlsCertificate == nil {
            let reason = "the transport tls needs a certificate: set sip.tls_certificate"
            found.append(Inconsistency(keys: ["sip.transports", "sip.tls_certificate"], reason: reason))
        }
        guard sip.tlsPort != 0 else { return found }
        if sip.tlsPort == sip.port, sip.transports.contains(.tcp) {
            let reason = "TCP and TLS cannot both have the port \(sip.port)"
            found.append(Inconsistency(keys: ["sip.tls_port", "sip.port"], reason: reason))
        }
        if media.rtpPortRangeStart <= sip.tlsPort, sip.tlsPort <= media.rtpPortRangeEnd {
            let reason = "the TLS port \(sip.tlsPort) lies within the RTP range \(range)"
            found.append(Inconsistency(keys: ["sip.tls_port"] + rangeKeys, reason: reason))
        }
        return found
    }
}
