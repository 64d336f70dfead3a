/// Reads numbers in network order from a part of a datagram and never past its end.
///
/// It must not outlive the buffer that it was given.
struct OctetReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private(set) var end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    var remaining: Int { end - offset }

    /// Takes the next `count` octets as a part of their own.
    mutating func part(_ count: Int) throws(RTCPError) -> OctetReader {
        try need(count)
        var part = self
        part.end = offset + count
        offset += count
        return part
    }

    mutating func octet() throws(RTCPError) -> UInt8 {
        try need(1)
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16() throws(RTCPError) -> UInt16 {
        try need(2)
        defer { offset += 2 }
        return bytes.bigEndian16(at: offset)
    }

    mutating func uint32() throws(RTCPError) -> UInt32 {
        try need(4)
        defer { offset += 4 }
        return bytes.bigEndian32(at: offset)
    }

    mutating func uint64() throws(RTCPError) -> UInt64 {
        let upper = try UInt64(uint32())
        return try upper << 32 | UInt64(uint32())
    }

    /// The next `count` octets as UTF-8, repaired where they are not.
    mutating func text(_ count: Int) throws(RTCPError) -> String {
        try need(count)
        defer { offset += count }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), as: UTF8.self)
    }

    mutating func skip(_ count: Int) throws(RTCPError) {
        try need(count)
        offset += count
    }

    /// The last octet, which says how much padding there is.
    var lastOctet: UInt8? { remaining > 0 ? bytes[end - 1] : nil }

    mutating func dropLast(_ count: Int) {
        end = max(offset, end - count)
    }

    func failure(_ reason: RTCPError.Reason) -> RTCPError {
        RTCPError(reason: reason, offset: offset)
    }

    private func need(_ count: Int) throws(RTCPError) {
        guard count <= remaining else { throw failure(.truncated) }
    }
}

extension [UInt8] {
    mutating func append(uint16 value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    mutating func append(uint32 value: UInt32) {
        append(uint16: UInt16(truncatingIfNeeded: value >> 16))
        append(uint16: UInt16(truncatingIfNeeded: value))
    }

    mutating func append(uint64 value: UInt64) {
        append(uint32: UInt32(truncatingIfNeeded: value >> 32))
        append(uint32: UInt32(truncatingIfNeeded: value))
    }

    /// Appends an RTCP packet: its header with `count` in the lower five bits, the body, and zeros to a whole word.
    mutating func appendPacket(type: UInt8, count: Int, body: (inout [UInt8]) -> Void) {
        precondition(count < 32)
        let start = self.count
        append(0x80 | UInt8(count))
        append(type)
        append(uint16: 0)
        body(&self)
        while (self.count - start) % 4 != 0 { append(0) }
        let words = UInt16(truncatingIfNeeded: (self.count - start) / 4 - 1)
        self[start + 2] = UInt8(words >> 8)
        self[start + 3] = UInt8(words & 0xFF)
    }
}
