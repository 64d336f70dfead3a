import Testing

/// Every suite that runs the daemon, one test after the other: tests of timing disturb one another when they share
/// the processors.
@Suite("End to end", .serialized)
struct EndToEnd {}

/// Suites that run the daemon and wait for timers of a minute, with next to nothing to do meanwhile: beside all others.
@Suite("End to end, timers of a minute")
struct EndToEndTimers {}
