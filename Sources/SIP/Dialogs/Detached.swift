// Pieces of messages in memory of their own, which keeps no message alive.

/// Memory for several pieces. They are taken one after the other, and then told as texts.
struct DetachedRoom {
    private var bytes: [UInt8] = []

    /// Room for so many octets.
    init(_ octets: Int) { bytes.reserveCapacity(octets) }

    /// A copy of a piece.
    mutating func take(_ octets: some Collection<UInt8>) -> ByteRange {
        let start = bytes.count
        bytes.append(contentsOf: octets)
        return ByteRange(start, bytes.count)
    }

    /// A piece that was taken.
    func text(_ range: ByteRange) -> WireText { WireText(bytes, range) }
}

extension WireText {
    /// The same octets alone.
    var detached: WireText { WireText(Array(slice), ByteRange(0, count)) }

    /// The text with the line ends of its folds taken out.
    var unfolded: String {
        let isFolded = bytes.span.nextLineEnd(from: range.start) < range.end
        return String(
            decoding: isFolded ? ArraySlice(slice.filter { $0 != Octet.cr && $0 != Octet.lf }) : slice, as: UTF8.self)
    }
}

extension URI {
    /// The same octets alone.
    var detached: URI { moved(to: text.detached) }

    /// The same URI where its octets have been copied to.
    func moved(to copy: WireText) -> URI {
        URI(text: copy, layout: layout.moved(from: text.range.start, to: copy.range.start))
    }
}

extension NameAddress {
    /// The same octets alone.
    var detached: NameAddress {
        let bytes = Array(text.slice)
        return NameAddress(parsing: bytes, in: 0..<bytes.count) ?? self
    }
}

extension URILayout {
    fileprivate func moved(from old: Int, to new: Int) -> URILayout {
        var moved = self
        moved.schemeName = schemeName.moved(from: old, to: new)
        moved.user = user.moved(from: old, to: new)
        moved.password = password.moved(from: old, to: new)
        moved.host = host.moved(from: old, to: new)
        moved.parameters = parameters.moved(from: old, to: new)
        moved.headers = headers.moved(from: old, to: new)
        return moved
    }
}

extension ByteRange {
    fileprivate func moved(from old: Int, to new: Int) -> ByteRange {
        self == .none ? .none : ByteRange(start - old + new, end - old + new)
    }
}
