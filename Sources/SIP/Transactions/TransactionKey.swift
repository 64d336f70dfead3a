/// What messages are matched with transactions by (RFC 3261 §17.1.3, §17.2.3), written into octets so that it
/// can be hashed and compared as a whole.
///
/// A table has one of these and fills it afresh for each message, so matching costs no allocation. The method
/// is matched apart, since an ACK and a CANCEL look for the transaction of another; only a method without a name
/// of its own is part of the octets, lest a peer make a long chain of them.
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
    }

    init() {
        match.reserveCapacity(256)
        merge.reserveCapacity(256)
    }
}

// MARK: - Filling

extension TransactionKey {
    /// The key of a request that has come (RFC 3261 §17.2.3): branch and sent-by; from a client of RFC 2543 the
    /// Request-URI, To tag, From tag, Call-ID, CSeq number and topmost Via.
    mutating func set(_ request: Request, ignoringToTag: Bool = false) {
        let (storage, bytes) = (request.storage, request.bytes)
        isLegacy = !storage.index.via.hasUniqueBranch(bytes.span)
        match.removeAll(keepingCapacity: true)
        if isLegacy {
            match.append(Role.legacyServer.rawValue)
            add(request.requestURI.text.range, of: bytes)
            add(ignoringToTag ? .none : storage.index.to.tag, of: bytes)
            add(storage.index.from.tag, of: bytes)
            add(storage.index.callID, of: bytes)
            add(storage.index.cSeqNumber ?? 0)
            add(storage.index.via.value, of: bytes)
        } else {
            match.append(Role.server.rawValue)
            add(storage.index.via.branch, of: bytes)
            addSentBy(storage.index.via, of: bytes)
        }
        finish(request.method)
        merge.removeAll(keepingCapacity: true)
        guard storage.index.to.tag.isEmpty, request.method != .ack else { return }
        swap(&match, &merge)
        add(storage.index.from.tag, of: bytes)
        add(storage.index.callID, of: bytes)
        add(storage.index.cSeqNumber ?? 0)
        add(storage.index.cSeqMethod, of: bytes)
        swap(&match, &merge)
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
        match.removeAll(keepingCapacity: true)
        merge.removeAll(keepingCapacity: true)
        isLegacy = false
        match.append(Role.client.rawValue)
        add(via.branch, of: bytes)
        addSentBy(via, of: bytes)
        finish(method)
    }

    private mutating func finish(_ method: Method) {
        addName(of: method)
        matchHash = hash(match)
    }

    /// The hash of the octets in one piece, which an array's own hash is not.
    private func hash(_ octets: [UInt8]) -> Int {
        var hasher = Hasher()
        octets.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// A range of octets and how many they are, so that no two lists of ranges look the same.
    private mutating func add(_ range: ByteRange, of bytes: [UInt8]) {
        add(UInt32(truncatingIfNeeded: range.count))
        match.append(contentsOf: bytes[range.indices])
    }

    /// Host, which has no case, and port (§19.1.4).
    private mutating func addSentBy(_ via: ViaLayout, of bytes: [UInt8]) {
        add(UInt32(via.port ?? 0))
        let start = match.count
        match.append(contentsOf: bytes[via.host.indices])
        for place in start..<match.count { match[place] = match[place].lowercased }
        match.append(0)
    }

    private mutating func add(_ number: UInt32) {
        withUnsafeBytes(of: number.bigEndian) { match.append(contentsOf: $0) }
    }

    /// A method that has no case of its own.
    private mutating func addName(of method: Method) {
        if case .other(let name) = method { match.append(contentsOf: name.utf8) }
    }
}

extension ViaLayout {
    /// Whether the branch is unique by RFC 3261: it begins with the magic cookie, and there is something behind that.
    func hasUniqueBranch(_ bytes: Span<UInt8>) -> Bool {
        branch.count > 7 && bytes.equals(branch.start..<branch.start + 7, lowercase: "z9hg4bk")
    }
}
