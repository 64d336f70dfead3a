import Media

extension PeerSummary {
    /// What the peer has told, with null for what it has not.
    var document: JSONText {
        .object([
            ("packets", .integer(packets)), ("packets_lost", JSONText(lost)),
            ("packets_duplicated", JSONText(duplicates)),
            ("jitter_ms", jitterMilliseconds?.document ?? .null), ("ttl", timeToLive?.document ?? .null),
        ])
    }
}

extension PeerSummary.Spread {
    fileprivate var document: JSONText {
        .object([
            ("min", .decimal(minimum, decimals: 3)), ("max", .decimal(maximum, decimals: 3)),
            ("mean", .decimal(mean, decimals: 3)), ("deviation", .decimal(deviation, decimals: 3)),
        ])
    }
}
