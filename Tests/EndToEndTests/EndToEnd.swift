import Testing

/// Every suite that runs the daemon, one test after the other: tests of timing disturb one another when they share
/// the processors.
@Suite("End to end", .serialized)
struct EndToEnd {}
