import CLinux
import Networking
import RTP

extension WorkerLoop {
    /// Takes one datagram from an RTCP socket.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    mutating func receiveRTCPDatagram(_ session: UnsafeMutablePointer<Session>) -> Bool {
        let length = clinux_media_receive(session.pointee.rtcpDescriptor, receiver)
        guard length >= 0 else { return false }
        guard !receiver.pointee.truncated else {
            session.pointee.counters.tooLong &+= 1
            totals.malformed &+= 1
            return true
        }
        receiveRTCP(UnsafeRawBufferPointer(start: incoming, count: length), session)
        return true
    }

    /// Reads an RTCP packet, whichever socket it came by.
    mutating func receiveRTCP(_ datagram: UnsafeRawBufferPointer, _ session: UnsafeMutablePointer<Session>) {
        let source = RawAddress(receiver.pointee.source)
        guard session.pointee.expectsRTCP(from: source) else {
            session.pointee.counters.strayRTCP &+= 1
            totals.stray &+= 1
            return
        }
        let compound: RTCPCompound
        do {
            compound = try RTCPCompound(parsing: datagram)
        } catch {
            session.pointee.counters.malformedRTCP &+= 1
            totals.malformed &+= 1
            return
        }
        session.pointee.counters.rtcpReceived &+= 1
        totals.rtcpReceived &+= 1
        // Symmetric also here (RFC 4961): an address translator need not keep the ports next to each other.
        if source.hasPort { session.pointee.rtcp.remote = source }
        let arrival = receiver.pointee.arrival_ns != 0 ? receiver.pointee.arrival_ns : realtime
        session.pointee.rtcp.peer.receive(compound, arrival: NTPTimestamp(nanosecondsSince1970: arrival))
        session.pointee.rtcp.schedule.received(octets: datagram.count, nowNanoseconds: now)
        if session.pointee.rtcp.peer.hasLeft { session.pointee.rtcp.schedule.peerLeft(nowNanoseconds: now) }
    }

    /// Sends a report if one is due.
    mutating func reportByRTCP(_ session: UnsafeMutablePointer<Session>) {
        guard session.pointee.rtcp.schedule.nextNanoseconds <= now else { return }
        session.pointee.observeForRTCP(now)
        guard session.pointee.rtcp.schedule.isDue(nowNanoseconds: now, random: random.next()) else { return }
        let octets = sendRTCP(session, leaves: false)
        session.pointee.rtcp.reported(
            octets: octets, sent: session.pointee.sent.packets,
            received: Int64(session.pointee.account.reception.counts.packets), now: now, random: random.next())
    }

    /// BYE, from who has said anything before (RFC 3550 section 6.3.7).
    mutating func sayGoodbye(_ session: UnsafeMutablePointer<Session>) {
        guard session.pointee.sendsRTCP,
            session.pointee.sent.packets > 0 || session.pointee.rtcp.schedule.hasSent
        else { return }
        session.pointee.observeForRTCP(now)
        _ = sendRTCP(session, leaves: true)
    }

    /// - Returns: the octets of the packet.
    private mutating func sendRTCP(_ session: UnsafeMutablePointer<Session>, leaves: Bool) -> Int {
        let compound = session.pointee.makeReport(
            now, realtime, scoring, canonicalName: canonicalName, leaves: leaves)
        var packet: [UInt8] = []
        swap(&packet, &rtcpBytes)
        defer { swap(&packet, &rtcpBytes) }
        packet.removeAll(keepingCapacity: true)
        compound.encode(into: &packet)
        let sent = packet.withUnsafeBytes { bytes in
            bytes.baseAddress.map { transmitRTCP($0, bytes.count, session) } ?? -1
        }
        if sent >= 0 {
            session.pointee.counters.rtcpSent &+= 1
            totals.rtcpSent &+= 1
        }
        return packet.count
    }

    private mutating func transmitRTCP(
        _ packet: UnsafeRawPointer, _ length: Int, _ session: UnsafeMutablePointer<Session>
    ) -> Int {
        // The latch has an address where anything is sent.
        if session.pointee.parameters.multiplexesRTCP { return transmit(packet, length, session) }
        guard !session.pointee.rtcp.remote.isNone else { return -1 }
        return session.pointee.rtcp.remote.send(packet, length: length, by: session.pointee.rtcpDescriptor)
    }
}

extension Session {
    /// RTCP is taken from the host that media goes to or that the SDP names. It moves no media.
    func expectsRTCP(from source: RawAddress) -> Bool {
        source.hasHost(of: latch.current) || source.hasHost(of: latch.signalled) || source == rtcp.remote
    }

    /// Where RTCP goes by the SDP, until some comes from the peer.
    mutating func configureRTCP() {
        guard let remote = parameters.remote else { return rtcp.remote = RawAddress() }
        let address = parameters.remoteRTCP ?? remote.with(port: remote.port &+ 1)
        rtcp.remote = RawAddress(address, socket: ports.rtp.family)
    }

    mutating func observeForRTCP(_ now: Int64) {
        account.settle()
        rtcp.observe(sent: sent.packets, received: Int64(account.reception.counts.packets), now: now)
    }

    /// SR or RR, SDES with CNAME, XR where the peer has asked for it, and BYE where we leave.
    mutating func makeReport(
        _ now: Int64, _ realtime: Int64, _ scoring: Scoring, canonicalName: String, leaves: Bool
    ) -> RTCPCompound {
        account.settle()
        let time = NTPTimestamp(nanosecondsSince1970: realtime)
        var sender: RTCPCompound.SenderInformation?
        if rtcp.schedule.weSent, let timestamp = stream.timestamp(at: now) {
            sender = RTCPCompound.SenderInformation(
                ntpTimestamp: time, rtpTimestamp: timestamp,
                packetCount: UInt32(truncatingIfNeeded: sent.packets),
                octetCount: UInt32(truncatingIfNeeded: sent.octets))
        }
        let last = account.reception.ssrc.map { rtcp.peer.lastSenderReport(of: $0, now: time) }
        let block = account.reception.takeReportBlock(
            lastSenderReport: last?.lastReport ?? 0, delaySinceLastSenderReport: last?.delay ?? 0)
        return RTCPCompound.report(
            ssrc: stream.ssrc, sender: sender, report: block, canonicalName: canonicalName,
            extended: extendedReport(time, scoring), leaves: leaves)
    }
}
