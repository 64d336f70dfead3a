extension ReceptionStatistics {
    /// A packet that had been missing has come. Like the two that follow this is apart from `receive`, which gets slower for
    /// every packet by what is copied here.
    @inline(never)
    mutating func summarise(late depth: UInt16) { summaryStart.late(depth, in: present) }

    /// A packet has come again.
    @inline(never)
    mutating func summarise(duplicate sequence: SequenceNumber) { summaryStart.duplicate(sequence, in: present) }

    /// Another range of sequence numbers has been validated, or one goes on of which nobody has been told for a while.
    @inline(never)
    mutating func beginSummary(resumes: Bool) {
        timeline.forgetSpread()
        summaryStart = resumes ? SummaryOrigin(after: present) : SummaryOrigin(beginningOf: present)
    }

    /// Whether `takeSummary` has anything to tell. What came before it was asked for is none of its business.
    public mutating func keepSummaries(_ keeps: Bool) {
        guard keeps != timeline.keepsSpread else { return }
        timeline.keepsSpread = keeps
        timeline.forgetSpread()
        summaryStart = SummaryOrigin(after: present)
    }

    /// The Statistics Summary block (RFC 3611 section 4.6) of the packets of the present source from the last one that the
    /// block before told of to the highest that has come; nil where there is none, or nobody wants summaries.
    ///
    /// Packets count in the block in whose range their sequence number lies: one that comes after its block has been sent
    /// is in none, and lost there. Jitter is |D(i-1, i)| of RFC 3550 A.8 over the packets that came in the meantime, in
    /// the order of arrival; times to live are not measured.
    public mutating func takeSummary() -> StatisticsSummary? {
        guard timeline.keepsSpread, present.isEstablished else { return nil }
        guard summaryStart.length(in: present) > 0 else { return nil }
        var summary = summaryStart.summary(of: present)
        summary?.jitter = timeline.spread.jitter(nanosecondsPerTick: timeline.nanosecondsPerTick)
        timeline.forgetSpread()
        summaryStart = SummaryOrigin(after: present)
        return summary
    }
}
