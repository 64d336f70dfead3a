import Audio
import CLinux
import Glibc
import Networking
import RTP

extension WorkerLoop {
    /// What has waited for longer has another packet behind it, for sure where the packet time is not above the usual.
    private static var backlogNanoseconds: Int64 { 20_000_000 }
    private static var backlogATurn: Int { 4 }

    /// Takes what waits at an RTP socket of a session: one datagram. Where more wait, epoll says so again: with one packet
    /// in 20 ms that is rare, and asking until there is none would cost every packet a second call.
    ///
    /// But where the thread has fallen behind, some more are taken at once. What a packet costs then is mostly to fetch
    /// what the kernel and this engine know of its session; for the next one that is at hand, and so the thread catches up.
    mutating func receiveWaiting(_ session: UnsafeMutablePointer<Session>, by descriptor: Int32) {
        var left = Self.backlogATurn
        while receiveRTP(session, by: descriptor), realtime &- receiver.pointee.arrival_ns > Self.backlogNanoseconds {
            left -= 1
            if left == 0 { return }
        }
    }

    /// Takes one datagram from an RTP socket of a session.
    ///
    /// - Returns: whether there was one, or an error in its place.
    @discardableResult
    mutating func receiveRTP(_ session: UnsafeMutablePointer<Session>, by descriptor: Int32) -> Bool {
        sessions.prefetchAccount(session)
        let length = clinux_media_receive(descriptor, receiver)
        guard length >= 0 else {
            return receiveFailed(session, descriptor)
        }
        totals.packetsReceived &+= 1
        guard !receiver.pointee.truncated else {
            session.pointee.counters.tooLong &+= 1
            totals.malformed &+= 1
            return true
        }
        let datagram = UnsafeRawBufferPointer(start: incoming, count: length)
        switch MultiplexedPacketKind(of: datagram) {
        case .rtp: receiveRTP(datagram, session)
        case .rtcp: receiveRTCP(datagram, session)
        case .other:
            session.pointee.counters.notRTP &+= 1
            totals.malformed &+= 1
        }
        return true
    }

    private mutating func receiveRTP(_ datagram: UnsafeRawBufferPointer, _ session: UnsafeMutablePointer<Session>) {
        let header: RTPHeader
        do {
            header = try RTPHeader(parsing: datagram)
        } catch {
            session.pointee.counters.malformed &+= 1
            totals.malformed &+= 1
            return
        }
        let source = RawAddress(receiver.pointee.source)
        guard let payload = session.pointee.payloadTypes.entry(for: header.payloadType) else {
            return refuse(source, session)
        }
        let now = self.now
        switch session.pointee.latch.judge(
            source, carriesOn: session.pointee.isCarriedOn(by: header, nowNanoseconds: now))
        {
        case .accepted: break
        case .latched: announceLatch(session)
        case .stray:
            session.pointee.counters.stray &+= 1
            totals.stray &+= 1
            return
        }
        let arrival = receiver.pointee.arrival_ns != 0 ? receiver.pointee.arrival_ns : realtime
        session.pointee.lastTaken = now
        session.pointee.lastSequence = header.sequenceNumber
        session.pointee.lastSSRC = header.ssrc
        if !session.pointee.hasReceived || session.pointee.isTimedOut {
            announceMedia(session, header, source, arrival)
        }
        if session.pointee.echoes { echo(header, payload, arrival, session) }
        let packet = ReceivedPacket(header, arrivalNanoseconds: arrival, isTimed: !payload.isEvent)
        let octets = UnsafeRawBufferPointer(rebasing: datagram[header.payloadRange])
        guard let codec = payload.codec else {
            session.pointee.account.note(packet)
            return receiveEvent(octets, header, arrival, session)
        }
        if session.pointee.measuresLevel { session.pointee.meter.receive(octets, codec: codec) }
        if session.pointee.listens {
            listen(octets, header, session.pointee.account.receive(packet), arrival, session)
        } else {
            session.pointee.account.note(packet)
        }
    }

    /// The payload goes back from where it lies, under a header of ours in front of it.
    private mutating func echo(
        _ header: RTPHeader, _ payload: PayloadTypes.Entry, _ arrival: Int64, _ session: UnsafeMutablePointer<Session>
    ) {
        // A peer that sends our own packets back (RFC 3550 section 8.2), or another echo, would have them for ever.
        guard header.ssrc != session.pointee.stream.ssrc, session.pointee.echoLimit.admits(nowNanoseconds: now) else {
            session.pointee.counters.refusedEchoes &+= 1
            totals.refusedEchoes &+= 1
            return
        }
        guard realtime &- arrival <= oldestEchoNanoseconds else {
            session.pointee.counters.skippedEchoes &+= 1
            totals.skippedEchoes &+= 1
            return
        }
        let length = header.payloadLength
        let ours = session.pointee.stream.echo(
            header, payloadType: payload.send, ticks: payload.ticks(octets: length), nowNanoseconds: now)
        // A payload never starts before the end of a fixed header, so there is room for ours.
        let start = incoming + (header.payloadRange.lowerBound - RTPHeader.fixedLength)
        ours.write(into: UnsafeMutableRawBufferPointer(start: start, count: RTPHeader.fixedLength))
        send(start, payloadOctets: length, session)
    }

    /// A payload type that was not negotiated.
    private mutating func refuse(_ source: RawAddress, _ session: UnsafeMutablePointer<Session>) {
        if source == session.pointee.latch.current {
            session.pointee.counters.wrongPayloadType &+= 1
            totals.wrongPayloadType &+= 1
        } else {
            session.pointee.counters.stray &+= 1
            totals.stray &+= 1
        }
    }

    private mutating func announceLatch(_ session: UnsafeMutablePointer<Session>) {
        totals.latchings &+= 1
        guard let address = session.pointee.latch.current.socketAddress else { return }
        // The SDP's address for RTCP is as wrong as the one for RTP; the usual port is the best guess.
        session.pointee.rtcp.remote = RawAddress(
            address.with(port: address.port &+ 1), socket: session.pointee.ports.rtp.family)
        events.append(.latched(session.pointee.id, to: address))
    }

    /// The first packet, or the first after a timeout.
    private mutating func announceMedia(
        _ session: UnsafeMutablePointer<Session>, _ header: RTPHeader, _ source: RawAddress, _ arrival: Int64
    ) {
        if !session.pointee.hasReceived, let address = source.socketAddress {
            session.pointee.hasReceived = true
            let first = FirstPacket(arrivalNanoseconds: arrival, source: address, ssrc: header.ssrc)
            events.append(.firstPacket(session.pointee.id, first))
        }
        if session.pointee.isTimedOut {
            session.pointee.isTimedOut = false
            events.append(.resumed(session.pointee.id))
            arrange(session)
        }
    }

    private mutating func receiveEvent(
        _ octets: UnsafeRawBufferPointer, _ header: RTPHeader, _ arrival: Int64,
        _ session: UnsafeMutablePointer<Session>
    ) {
        guard let event = TelephoneEvent(parsing: octets) else { return }
        let change = session.pointee.digits.receive(event, header: header, arrivalNanoseconds: arrival)
        guard let code = change.began else { return }
        session.pointee.counters.telephoneEvents &+= 1
        guard let digit = TelephoneEvent.digit(of: code) else { return }
        events.append(
            .digit(
                session.pointee.id,
                MediaDigit(character: digit, origin: .telephoneEvent, arrivalNanoseconds: arrival)))
    }

    /// Looks for digits in the audio, which is heard in order, as the jitter buffer would play it.
    private mutating func listen(
        _ octets: UnsafeRawBufferPointer, _ header: RTPHeader, _ classification: PacketClassification, _ arrival: Int64,
        _ session: UnsafeMutablePointer<Session>
    ) {
        let restarts: Bool
        switch classification {
        case .accepted, .reordered: restarts = false
        case .resynchronised, .sourceChange: restarts = true
        case .duplicate, .probation, .badSequence, .otherSource: return
        }
        let wait = session.pointee.account.playout.buffer.waitNanoseconds
        session.pointee.ordered.receive(
            octets, type: header.payloadType, sequence: header.sequenceNumber, restarts: restarts,
            playsAt: arrival &+ Int64(max(0, min(wait, 1e9))), now: arrival
        ) { hear($0, arrival, session) }
    }

    /// Hears what still waits: nothing more will come.
    mutating func hearTheRest(_ session: UnsafeMutablePointer<Session>) {
        guard session.pointee.listens else { return }
        session.pointee.ordered.finish { hear($0, realtime, session) }
    }

    private mutating func hear(
        _ piece: PacketReordering.Piece, _ arrival: Int64, _ session: UnsafeMutablePointer<Session>
    ) {
        let id = session.pointee.id
        switch piece {
        case .gap(let packets):
            session.pointee.detector?.skip(samples: packets * session.pointee.heardOctets)
        case .payload(let octets, let type):
            guard let codec = session.pointee.payloadTypes.entry(for: type)?.codec else { return }
            session.pointee.heardOctets = octets.count
            session.pointee.detector?.receive(octets, codec: codec) { digit in
                events.append(
                    .digit(id, MediaDigit(character: digit, origin: .inBand, arrivalNanoseconds: arrival)))
            }
        }
    }

    /// An error of an earlier packet of ours takes the place of a datagram.
    private mutating func receiveFailed(_ session: UnsafeMutablePointer<Session>, _ descriptor: Int32) -> Bool {
        guard errno != EAGAIN, errno != EINTR else { return false }
        drainErrors(session, descriptor)
        return true
    }

    /// Counts what ICMP said about packets of ours.
    mutating func drainErrors(_ session: UnsafeMutablePointer<Session>, _ descriptor: Int32) {
        let errors = clinux_media_drain_errors(descriptor)
        session.pointee.counters.unreachable &+= UInt32(errors)
        totals.unreachable &+= UInt64(errors)
    }

    /// Counts that of all sockets: of an outlet whose peer has changed, the first one gets what is said late.
    mutating func drainErrors(_ session: UnsafeMutablePointer<Session>) {
        drainErrors(session, session.pointee.rtpDescriptor)
        if session.pointee.outletSocket != nil { drainErrors(session, session.pointee.outlet) }
    }
}

extension Session {
    /// Whether a packet from elsewhere carries on the stream that was taken so far and has fallen silent.
    func isCarriedOn(by header: RTPHeader, nowNanoseconds now: Int64) -> Bool {
        hasReceived && header.ssrc == lastSSRC && now &- lastTaken >= Latch.silenceNanoseconds
            && (1..<3000).contains(header.sequenceNumber.offset(from: lastSequence))
    }
}
