extension MessageError {
    /// A parser's failure with what can be made out of the request, if it is to be answered at all.
    init(_ failure: ParseFailure, in bytes: [UInt8], limits: MessageLimits) {
        var index = MessageIndex()
        let isRequest = index.salvage(bytes.span, limits: limits)
        let isAnswerable = isRequest && index.method != .ack && index.contains(.via)
        let salvaged = isAnswerable ? SalvagedRequest(storage: MessageStorage(bytes: bytes, index: index)) : nil
        self.init(reason: failure.reason, offset: failure.offset, isRequest: isRequest, salvaged: salvaged)
    }
}

extension MessageIndex {
    /// Reads a broken request as far as lines can be told apart; nothing that it meets makes it stop with an error.
    /// Whether the octets begin with something like a request line.
    fileprivate mutating func salvage(_ bytes: Span<UInt8>, limits: MessageLimits) -> Bool {
        var position = 0
        while position < bytes.count, bytes[position] == Octet.cr || bytes[position] == Octet.lf { position &+= 1 }
        let lineFeed = bytes.nextLineFeed(from: position)
        var scanner = Scanner(bytes, ByteRange(position, bytes.contentEnd(lineFeed, from: position)))
        guard !scanner.isStatusLine, scanner.endsWithVersion else { return false }
        methodName = scanner.skip(.token)
        guard !methodName.isEmpty, scanner.current == Octet.space || scanner.current == Octet.tab else { return false }
        method = MethodKind(bytes, methodName)
        // Among them a CR that ends no line.
        hasFolds = true
        position = lineFeed &+ 1
        let headEnd = min(bytes.count, limits.headBytes)
        while position < headEnd, fields.count < limits.headerCount, bytes.lineEndCount(at: position) == 0 {
            let start = position
            let end = bytes.foldedLineFeed(from: start)
            position = end &+ 1
            guard end &- start < limits.headerBytes, var entry = try? MessageIndex.parseName(bytes, from: start),
                Int(entry.valueStart) <= end
            else { continue }
            let value = bytes.trimmed(Int(entry.valueStart)..<end)
            entry.valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
            entry.valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
            keep(entry, bytes)
        }
        return true
    }

    /// Keeps what an answer needs: all Vias, and the first of the others.
    private mutating func keep(_ entry: FieldEntry, _ bytes: Span<UInt8>) {
        let isFirst = !contains(entry.name)
        var scanner = Scanner(bytes, entry.value)
        switch entry.name {
        case .via:
            var top = ViaLayout()
            if isFirst, scanner.skipVia(&top) { via = top }
        case .from where isFirst: fromValue = entry.value
        case .to where isFirst:
            toValue = entry.value
            var address = NameAddressLayout()
            if scanner.skipAddress(&address), scanner.isAtEnd { to = address }
        case .callID where isFirst: callID = entry.value
        case .cSeq where isFirst:
            _ = scanner.skipNumber()
            scanner.skipSpace()
            cSeqMethod = scanner.skip(.token)
        default: return
        }
        present |= 1 &<< UInt64(entry.name.rawValue)
        fields.append(entry)
    }
}
