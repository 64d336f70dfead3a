extension RTCPCompound {
    /// What an SR says of the sender itself.
    public struct SenderInformation: Hashable, Sendable {
        /// The moment of the report, by `CLOCK_REALTIME`.
        public var ntpTimestamp: NTPTimestamp
        /// The same moment by the media clock of the packets sent.
        public var rtpTimestamp: RTPTimestamp
        /// Packets sent since the beginning, modulo 2^32.
        public var packetCount: UInt32
        /// Octets of payload sent since the beginning, modulo 2^32.
        public var octetCount: UInt32

        /// These values.
        public init(ntpTimestamp: NTPTimestamp, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32) {
            self.ntpTimestamp = ntpTimestamp
            self.rtpTimestamp = rtpTimestamp
            self.packetCount = packetCount
            self.octetCount = octetCount
        }
    }

    /// The regular report of one participant (RFC 3550 section 6.1): SR or RR, then SDES with CNAME, then XR and BYE
    /// where there is something to say in them.
    ///
    /// - Parameters:
    ///   - sender: given where RTP packets were sent since the report before the last one (section 6.4): an SR.
    ///   - report: the block about what is received, if anything was.
    ///   - canonicalName: at most 255 octets of UTF-8.
    ///   - extended: blocks of RFC 3611.
    ///   - leaves: whether the packet ends with our BYE (section 6.6).
    public static func report(
        ssrc: UInt32, sender: SenderInformation?, report: ReportBlock?, canonicalName: String,
        extended: [ExtendedReport.Block] = [], leaves: Bool = false
    ) -> RTCPCompound {
        let reports = report.map { [$0] } ?? []
        var packets: [RTCPPacket] = []
        packets.reserveCapacity(4)
        if let sender {
            packets.append(
                .senderReport(
                    SenderReport(
                        ssrc: ssrc, ntpTimestamp: sender.ntpTimestamp, rtpTimestamp: sender.rtpTimestamp,
                        packetCount: sender.packetCount, octetCount: sender.octetCount, reports: reports)))
        } else {
            packets.append(.receiverReport(ReceiverReport(ssrc: ssrc, reports: reports)))
        }
        packets.append(.sourceDescription(SourceDescription(ssrc: ssrc, canonicalName: canonicalName)))
        if !extended.isEmpty { packets.append(.extendedReport(ExtendedReport(ssrc: ssrc, blocks: extended))) }
        if leaves { packets.append(.goodbye(Goodbye(sources: [ssrc]))) }
        return RTCPCompound(packets)
    }
}
