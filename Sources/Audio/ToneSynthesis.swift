import CSpanDSP

extension Tone {
    /// The smallest number of samples after which the tone repeats exactly.
    func period(sampleRate: Int) -> Int {
        let rate = sampleRate * 10
        return rate / greatestCommonDivisor(rate, decihertz)
    }

    /// The tone as 16-bit linear samples from spandsp's oscillator, full scale being 3.14 dBm0.
    ///
    /// spandsp's own phase accumulator would round the frequency to a 32-bit step (up to 0.0002 Hz off, as the step is
    /// a `float`), and so miss its starting point at the wrap. Here the phase of each sample is an exact fraction of a
    /// turn, which only its rounding to 32 bits disturbs. It starts half a step beyond the negative zero crossing:
    /// 1000 Hz at 0 dBm0 is then the digital milliwatt of ITU-T G.711, tables 5 and 6, octet by octet.
    func samples(count: Int, sampleRate: Int) -> [Int16] {
        let scale = dds_scaling_dbm0f(Float(level))
        let turn = UInt64(sampleRate) * 20
        let step = UInt64(decihertz) * 2
        var phase = turn / 2 + step / 2
        return [Int16](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let angle = UInt32(truncatingIfNeeded: ((phase << 32) + turn / 2) / turn)
                buffer[index] = Int16(clamping: Int((dds_lookupf(angle) * scale).rounded()))
                phase = (phase + step) % turn
            }
            initialized = count
        }
    }
}

private func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}
