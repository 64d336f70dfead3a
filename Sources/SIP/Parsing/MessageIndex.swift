/// Where things are in a message: what one pass over its octets has found. No text is copied.
struct MessageIndex: Sendable {
    var isRequest = true
    var method = MethodKind.other
    /// The method's name, in a request.
    var methodName = ByteRange.none
    /// The Request-URI, or the reason phrase of a response.
    var startLineText = ByteRange.none
    var requestURI = URILayout()
    /// The status code; 0 in a request.
    var status: UInt16 = 0
    var fields = FieldTable()
    /// A bit for each known header that is there.
    var present: UInt64 = 0

    /// The topmost value of Via.
    var via = ViaLayout()
    var from = NameAddressLayout()
    var to = NameAddressLayout()
    var fromValue = ByteRange.none
    var toValue = ByteRange.none
    var callID = ByteRange.none
    var cSeqNumber: UInt32?
    var cSeqKind = MethodKind.other
    var cSeqMethod = ByteRange.none
    /// -1: absent.
    var maxForwards: Int16 = -1
    /// -1: absent.
    var contentLength = -1
    var body = ByteRange.none

    @inline(__always) func contains(_ name: HeaderName) -> Bool {
        present &>> UInt64(name.rawValue) & 1 != 0
    }

    /// The first field of a name.
    @inline(__always) func first(_ name: HeaderName) -> FieldEntry? {
        guard contains(name) else { return nil }
        for place in 0..<fields.count where fields[place].name == name { return fields[place] }
        return nil
    }
}

/// One header field: its octets from the name's first to the value's last, without white space and line end behind it.
struct FieldEntry: Sendable {
    var start: UInt32 = 0
    var valueStart: UInt32 = 0
    var valueEnd: UInt32 = 0
    var nameCount: UInt16 = 0
    var name = HeaderName.other

    var nameRange: ByteRange { ByteRange(Int(start), Int(start) + Int(nameCount)) }
    /// The value; folds within it are as they came.
    var value: ByteRange { ByteRange(Int(valueStart), Int(valueEnd)) }
}

/// The header fields in their order; the first two dozen inline, so that a common message needs no allocation for them.
struct FieldTable: Sendable {
    static let inlineCount = 24
    private(set) var inline = InlineArray<24, FieldEntry>(repeating: FieldEntry())
    private(set) var overflow: [FieldEntry] = []
    private(set) var count = 0

    @inline(__always) mutating func append(_ entry: FieldEntry) {
        if count < FieldTable.inlineCount {
            inline[count] = entry
        } else {
            overflow.append(entry)
        }
        count &+= 1
    }

    @inline(__always) subscript(_ place: Int) -> FieldEntry {
        place < FieldTable.inlineCount ? inline[place] : overflow[place - FieldTable.inlineCount]
    }
}

/// The octets of a message and the index over them, shared by all copies of the message.
///
/// `@unchecked` and without exclusivity checks: the index is written by the parser alone, within the initialiser;
/// nothing else can write to it.
public final class MessageStorage: @unchecked Sendable {
    let bytes: [UInt8]
    @exclusivity(unchecked) private(set) var index = MessageIndex()

    init(parsing bytes: [UInt8], limits: MessageLimits) throws(MessageError) {
        self.bytes = bytes
        do {
            try index.parse(bytes.span, limits: limits)
        } catch {
            throw MessageError(error, in: bytes, limits: limits)
        }
    }

    /// The first field of a name. It reads the table where it lies: a method of the index or of the table would be
    /// given a copy of either, at each step of the loop too.
    func first(_ name: HeaderName) -> FieldEntry? {
        guard index.present &>> UInt64(name.rawValue) & 1 != 0 else { return nil }
        for place in 0..<min(index.fields.count, FieldTable.inlineCount)
        where index.fields.inline[place].name == name {
            return index.fields.inline[place]
        }
        return index.fields.overflow.first { $0.name == name }
    }

    /// An index over no proper message.
    init(bytes: [UInt8], index: MessageIndex) {
        self.bytes = bytes
        self.index = index
    }
}
