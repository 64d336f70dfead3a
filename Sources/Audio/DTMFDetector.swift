import CSpanDSP

/// Finds DTMF digits (ITU-T Q.23, Q.24) in a call's audio, for peers that do not send them as RFC 4733 events.
///
/// It owns spandsp's receiver. That is polled instead of given a callback, so that no C function pointer has to carry a
/// Swift context, and the digits come out on the thread that fed the audio.
public struct DTMFDetector: ~Copyable {
    private let receiver: OpaquePointer

    /// spandsp fills its filter coefficients when the first receiver is made, without a lock: `static let` is the lock.
    private static let coefficients: Void = {
        if let receiver = dtmf_rx_init(nil, nil, nil) { dtmf_rx_free(receiver) }
    }()

    /// A detector for 8 kHz audio; `nil` if there is no memory for it.
    ///
    /// - Parameter threshold: the quietest tone of a pair that counts, in dBm0; spandsp's own is -42.
    public init?(threshold: Int? = nil) {
        Self.coefficients
        guard let receiver = dtmf_rx_init(nil, nil, nil) else { return nil }
        if let threshold {
            dtmf_rx_parms(receiver, -1, -1, -1, Int32(clamping: max(threshold, -98)))
        }
        self.receiver = receiver
    }

    deinit {
        dtmf_rx_free(receiver)
    }

    /// Listens to a payload, in order, and hands over each digit (`0` to `9`, `*`, `#`, `A` to `D`) once, when its
    /// tone has lasted long enough to be one (some 25 ms).
    public mutating func receive(_ octets: UnsafeRawBufferPointer, codec: Codec, digit: (Character) -> Void) {
        withUnsafeTemporaryAllocation(of: Int16.self, capacity: 160) { samples in
            var rest = octets[...]
            while !rest.isEmpty {
                let count = codec.decode(UnsafeRawBufferPointer(rebasing: rest), into: samples)
                dtmf_rx(receiver, samples.baseAddress, Int32(count))
                rest = rest.dropFirst(count)
            }
        }
        drain(digit)
    }

    /// Bridges a gap of `samples` samples that were lost, so that a digit around it is not counted twice.
    public mutating func skip(samples: Int) {
        dtmf_rx_fillin(receiver, Int32(clamping: samples))
    }

    private func drain(_ digit: (Character) -> Void) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { buffer in
            while true {
                let count = dtmf_rx_get(receiver, buffer.baseAddress, Int32(buffer.count - 1))
                if count == 0 { return }
                for index in 0..<count {
                    digit(Character(Unicode.Scalar(UInt8(bitPattern: buffer[index]))))
                }
            }
        }
    }
}
