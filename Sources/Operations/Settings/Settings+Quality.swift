extension Settings {
    /// `[quality]`.
    public struct Quality: Sendable, Equatable {
        /// How long an interval with a score of its own is, whole seconds.
        public internal(set) var interval = Duration.seconds(5)
        /// What the listener's jitter buffer does with its delay.
        public internal(set) var jitterBuffer = JitterBuffer.adaptive
        /// Its delay where it is fixed, and its first one where it adapts, in ms.
        public internal(set) var jitterBufferNominal = 60
        /// Its least delay, in ms.
        public internal(set) var jitterBufferMinimum = 20
        /// Its highest delay, in ms.
        public internal(set) var jitterBufferMaximum = 200
        /// Whether the listener conceals what is lost.
        public internal(set) var concealment = true
        /// Whether the level of the received audio is measured.
        public internal(set) var silenceDetection = true
        /// The E-model's advantage factor A.
        public internal(set) var advantageFactor = 0.0
        /// The URI of the collector of quality reports; nil for none.
        public internal(set) var collector: String?
        /// Between two reports on a call that is up; nil reports its end only.
        public internal(set) var collectorInterval: Duration?
    }

    /// What a jitter buffer does with its delay.
    public enum JitterBuffer: String, Sendable, CaseIterable {
        /// It follows the jitter.
        case adaptive
        /// It stays.
        case fixed
    }
}
