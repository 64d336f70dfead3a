/// Where things are in a message: what one pass over its octets has found. No text is copied.
///
/// It is read where it lies: as a copyable type it, or its table of fields, would be copied at each look.
struct MessageIndex: ~Copyable, Sendable {
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
    /// Whether a field's value may have line ends in it.
    var hasFolds = false
    /// A bit for each known header that is there.
    var present: UInt64 = 0

    /// The topmost value of Via.
    var via = ViaLayout()
    var from = NameAddressLayout()
    var to = NameAddressLayout()
    /// The first address in Contact.
    var contact = NameAddressLayout()
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
struct FieldTable: ~Copyable, Sendable {
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
}

/// The octets of a message and the index over them, shared by all copies of the message.
///
/// `@unchecked` and without exclusivity checks: the index is written by the parser alone, within the initialiser;
/// nothing else can write to it.
public final class MessageStorage: @unchecked Sendable {
    @usableFromInline let bytes: [UInt8]
    @exclusivity(unchecked) private(set) var index = MessageIndex()

    init(parsing bytes: [UInt8], limits: MessageLimits) throws(MessageError) {
        self.bytes = bytes
        do {
            try index.parse(bytes.span, limits: limits)
        } catch {
            throw MessageError(error, in: bytes, limits: limits)
        }
    }

    // The table of fields is read from here, where it lies: a method of the index or of the table would be given a copy of
    // either, at each step of a loop too.

    /// How many header fields there are.
    var fieldCount: Int { index.fields.count }

    /// A header field by its place, less than `fieldCount`.
    @inline(__always) func field(_ place: Int) -> FieldEntry {
        place < FieldTable.inlineCount
            ? index.fields.inline[place] : index.fields.overflow[place - FieldTable.inlineCount]
    }

    /// The first field of a name.
    func first(_ name: HeaderName) -> FieldEntry? {
        guard contains(name) else { return nil }
        for place in 0..<fieldCount where field(place).name == name { return field(place) }
        return nil
    }

    /// An index over no proper message.
    init(bytes: [UInt8], index: consuming MessageIndex) {
        self.bytes = bytes
        self.index = index
    }
}
