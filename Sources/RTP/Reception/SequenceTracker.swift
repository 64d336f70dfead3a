/// The sequence numbers of one source: validation and resynchronisation (RFC 3550 A.1) and the extended sequence number
/// (A.3).
///
/// It departs from A.1 where that loses counts: the packets that wait for validation are counted once it succeeds,
/// duplicates are told from reordered packets, and packets that precede the first one extend the range expected.
struct SequenceTracker: Sendable {
    /// A.1's MAX_DROPOUT: from here on a leap forward is taken for a restart of the source.
    static let maximumDropout: UInt16 = 3000
    /// A.1's MAX_MISORDER: packets further behind are taken for a restart of the source.
    static let maximumMisorder: UInt16 = 100
    /// A.1's MIN_SEQUENTIAL: packets in sequence that make a source, or a restart, believable.
    static let sequentialForRestart: UInt8 = 2

    enum Outcome {
        /// The next packet, or one after `missing` that have not arrived.
        case advanced(missing: UInt16)
        /// Not seen before, `depth` behind the highest.
        case late(depth: UInt16)
        case duplicate
        /// Out of range, or not yet validated: held until a packet in sequence follows.
        case held
        /// This packet validated the range that starts with those held.
        case validated
    }

    /// Packets that wait for validation, as a range of their own.
    struct Candidate: Sendable {
        var base = SequenceNumber(0)
        var highest = SequenceNumber(0)
        var recent: UInt64 = 0
        var count: UInt32 = 0
        var run: UInt8 = 0
    }

    /// The extended sequence number of the first packet of the present range.
    private(set) var extendedBase: Int64 = 0
    /// Packets expected in ranges that a restart has closed.
    private var expectedBefore: Int64 = 0
    private(set) var duplicates: Int64 = 0
    /// Packets that were held and never validated.
    private(set) var rejected: Int64 = 0
    private(set) var restarts: Int64 = 0
    private(set) var candidate = Candidate()

    // What every packet touches.
    private var window = SequenceWindow()
    private(set) var ssrc: UInt32
    private(set) var highest = SequenceNumber(0)
    /// Whether a range has been validated.
    private(set) var isEstablished = false
    /// The highest sequence number with the count of its cycles above the lower 16 bits.
    private(set) var extendedHighest: Int64 = 0
    /// Different packets of validated ranges.
    private(set) var received: Int64 = 0

    /// Where the octets begin that every packet touches, to the end.
    static let hotStart = MemoryLayout<Self>.offset(of: \.window) ?? 0

    init(ssrc: UInt32) {
        self.ssrc = ssrc
    }

    /// Packets from the first to the highest of every validated range.
    var expected: Int64 {
        isEstablished ? expectedBefore + (extendedHighest - extendedBase + 1) : 0
    }

    /// Packets of validated ranges with duplicates, as A.3 counts them.
    var receivedWithDuplicates: Int64 { isEstablished ? received + duplicates : 0 }

    /// Packets of the present range that have come, of its last 512.
    var recent: Int { window.count }

    /// Packets that are not, or not yet, part of a validated range.
    var unvalidated: Int64 { rejected + Int64(candidate.count) }

    /// Whether `sequence` follows the last packet in sequence, validated or held.
    func isNext(_ sequence: SequenceNumber) -> Bool {
        candidate.count > 0 && candidate.highest.next == sequence || isEstablished && highest.next == sequence
    }

    /// - Parameters:
    ///   - isOld: whether the timestamp, too, is older than that of the highest packet; only then is a packet from
    ///     100 to 511 behind a late one and no restart.
    ///   - sequential: packets in sequence that validate a range; 0 and 1 let the first one through.
    mutating func receive(_ sequence: SequenceNumber, isOld: Bool, sequential: UInt8) -> Outcome {
        guard isEstablished else { return consider(sequence, sequential: sequential) }
        let distance = sequence.distance(from: highest)
        if distance < SequenceTracker.maximumDropout {
            guard distance > 0 else {
                duplicates &+= 1
                return .duplicate
            }
            highest = sequence
            extendedHighest &+= Int64(distance)
            received &+= 1
            window.advance(to: sequence, distance: distance)
            return .advanced(missing: distance - 1)
        }
        let depth = highest.distance(from: sequence)
        guard depth < SequenceTracker.maximumMisorder || (isOld && depth < SequenceWindow.length) else {
            return consider(sequence, sequential: sequential)
        }
        return receiveLate(sequence, depth: depth)
    }

    /// Takes the packets held for the source's present range.
    mutating func establish() {
        guard candidate.count > 0 else { return }
        if isEstablished {
            expectedBefore = expected
            restarts &+= 1
        }
        isEstablished = true
        highest = candidate.highest
        // A.1's init_seq: the cycles restart with the range.
        extendedHighest = Int64(highest.rawValue)
        extendedBase = extendedHighest - Int64(highest.distance(from: candidate.base))
        received &+= Int64(candidate.count)
        window.restart(at: highest, recent: candidate.recent)
        candidate = Candidate()
    }

    private mutating func receiveLate(_ sequence: SequenceNumber, depth: UInt16) -> Outcome {
        guard !window.contains(sequence) else {
            duplicates &+= 1
            return .duplicate
        }
        window.insert(sequence)
        received &+= 1
        extendedBase = min(extendedBase, extendedHighest - Int64(depth))
        return .late(depth: depth)
    }

    private mutating func consider(_ sequence: SequenceNumber, sequential: UInt8) -> Outcome {
        let distance = sequence.distance(from: candidate.highest)
        let depth = candidate.highest.distance(from: sequence)
        if candidate.count > 0, distance < 64 {
            guard distance > 0 else {
                duplicates &+= 1
                return .duplicate
            }
            candidate.recent = candidate.recent << UInt64(distance) | 1
            candidate.highest = sequence
            candidate.run = distance == 1 && candidate.run < .max ? candidate.run + 1 : 1
            candidate.count &+= 1
        } else if candidate.count > 0, depth < 64 {
            guard candidate.recent >> UInt64(depth) & 1 == 0 else {
                duplicates &+= 1
                return .duplicate
            }
            candidate.recent |= 1 << UInt64(depth)
            if candidate.base.isNewer(than: sequence) { candidate.base = sequence }
            candidate.count &+= 1
        } else {
            rejected &+= Int64(candidate.count)
            candidate = Candidate(base: sequence, highest: sequence, recent: 1, count: 1, run: 1)
        }
        guard candidate.run >= sequential else { return .held }
        establish()
        return .validated
    }
}
