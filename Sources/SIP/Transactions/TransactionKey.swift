/// What messages are matched with transactions by (RFC 3261 §17.1.3, §17.2.3), written into octets so that it
/// can be hashed and compared as a whole.
///
/// The method is matched apart, since an ACK and a CANCEL look for the transaction of another; only a method without a
/// name of its own is part of the octets, lest a peer make a long chain of them.
struct TransactionKey: Sendable {
    /// The octets.
    private(set) var match: [UInt8] = []
    /// Their hash, of a key that is the process's secret.
    private(set) var matchHash = 0
    /// From tag, Call-ID and CSeq of a request outside of a dialog; empty for others.
    var merge: [UInt8] = []
    /// Its hash.
    private(set) var mergeHash = 0
    /// Whether the request has no branch that is unique by RFC 3261.
    private(set) var isLegacy = false

    /// The kinds of keys, which are not to be mistaken for each other.
    private enum Role: UInt8 {
        case server
        case legacyServer
        case client
        case merge
    }
}

// MARK: - Filling

extension TransactionKey {
    /// The key of a request that has come (RFC 3261 §17.2.3): branch and sent-by; from a client of RFC 2543 the
    /// Request-URI, To tag, From tag, Call-ID, CSeq number and topmost Via.
    mutating func set(_ request: Request, ignoringToTag: Bool = false) {
        let (storage, bytes) = (request.storage, request.bytes)
        isLegacy = !storage.index.via.hasUniqueBranch(bytes.span)
        if isLegacy {
            let tag = ignoringToTag ? .none : storage.index.to.tag
            match = Self.octets(
                .legacyServer, storage.index.cSeqNumber ?? 0,
                [
                    request.requestURI.text.range, tag, storage.index.from.tag, storage.index.callID,
                    storage.index.via.value,
                ], of: bytes, request.method)
        } else {
            match = Self.octets(.server, storage.index.via, of: bytes, request.method)
        }
        matchHash = hash(match)
        guard storage.index.to.tag.isEmpty, request.method != .ack else {
            merge = []
            return
        }
        merge = Self.octets(
            .merge, storage.index.cSeqNumber ?? 0,
            [storage.index.from.tag, storage.index.callID, storage.index.cSeqMethod], of: bytes)
        mergeHash = hash(merge)
    }

    /// The key of a request that we send.
    mutating func setSent(_ request: Request) {
        setClient(request.storage.index.via, of: request.bytes, request.method)
    }

    /// The key of a response that has come (RFC 3261 §17.1.3): branch and sent-by of its topmost Via (§18.1.2), and
    /// the method of its CSeq.
    mutating func set(_ response: Response) {
        setClient(response.storage.index.via, of: response.bytes, response.cSeq.method)
    }

    private mutating func setClient(_ via: ViaLayout, of bytes: [UInt8], _ method: Method) {
        merge = []
        isLegacy = false
        match = Self.octets(.client, via, of: bytes, method)
        matchHash = hash(match)
    }

    /// The hash of the octets in one piece, which an array's own hash is not.
    private func hash(_ octets: [UInt8]) -> Int {
        var hasher = Hasher()
        octets.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// Branch and sent-by: host, which has no case, and port (§19.1.4).
    private static func octets(_ role: Role, _ via: ViaLayout, of bytes: [UInt8], _ method: Method) -> [UInt8] {
        octets(role, UInt32(via.port ?? 0), [via.branch, via.host], of: bytes, method, isLastWithoutCase: true)
    }

    /// The role, a number, and ranges of octets, each behind its length, so that no two lists of ranges look the same;
    /// in memory of just their size, which a transaction keeps.
    private static func octets<let count: Int>(
        _ role: Role, _ number: UInt32, _ ranges: InlineArray<count, ByteRange>, of bytes: [UInt8],
        _ method: Method? = nil, isLastWithoutCase: Bool = false
    ) -> [UInt8] {
        // A method that has no case of its own.
        var name = if case .other(let name)? = method { name } else { "" }
        var size = 5 + name.utf8.count
        for place in 0..<count { size += 4 + ranges[place].count }
        // An array made of octets costs a third of one whose octets are filled in afterwards.
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { memory in
            var writer = KeyWriter(memory: memory)
            withUnsafeBytes(of: role.rawValue) { writer.append($0) }
            writer.append(number)
            bytes.withUnsafeBytes { octets in
                for place in 0..<count {
                    writer.append(UInt32(truncatingIfNeeded: ranges[place].count))
                    writer.append(UnsafeRawBufferPointer(rebasing: octets[ranges[place].indices]))
                }
            }
            if isLastWithoutCase { writer.lowercase(last: ranges[count - 1].count) }
            name.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
            return Array(UnsafeBufferPointer(rebasing: memory[..<writer.count]))
        }
    }
}

/// Writes a key into memory that is large enough, which each write makes sure of.
private struct KeyWriter {
    let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    @inline(__always)
    mutating func append(_ octets: UnsafeRawBufferPointer) {
        precondition(octets.count <= memory.count - count, "a key is as long as was counted")
        guard let start = memory.baseAddress, let source = octets.baseAddress else { return }
        UnsafeMutableRawPointer(start + count).copyMemory(from: source, byteCount: octets.count)
        count += octets.count
    }

    @inline(__always)
    mutating func append(_ number: UInt32) { withUnsafeBytes(of: number) { append($0) } }

    /// Puts the last octets in lower case.
    func lowercase(last octets: Int) {
        for place in count - octets..<count { memory[place] = memory[place].lowercased }
    }
}

extension ViaLayout {
    /// Whether the branch is unique by RFC 3261: it begins with the magic cookie, and there is something behind that.
    func hasUniqueBranch(_ bytes: Span<UInt8>) -> Bool {
        branch.count > 7 && bytes.equals(branch.start..<branch.start + 7, lowercase: "z9hg4bk")
    }
}
