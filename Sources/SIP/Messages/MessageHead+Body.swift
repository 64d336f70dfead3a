extension MessageHead {
    /// The body; empty where there is none.
    @inlinable public var body: ArraySlice<UInt8> { storage.body }

    /// The media type of the body in lower case, without parameters; nil where none is said.
    public var contentType: String? { value(.contentType).map { $0.mediaType } }

    /// The session description in the body: all of it, or the first such part of a multipart one; nil for none.
    public var sessionDescription: ArraySlice<UInt8>? {
        let storage = storage
        guard !storage.index.body.isEmpty else { return nil }
        if storage.isPlainSessionDescription { return storage.body }
        switch contentType {
        case "application/sdp"?: return storage.body
        case let type? where type.hasPrefix("multipart/"):
            guard let boundary = value(.contentType).flatMap({ Multipart.boundary(of: $0) }) else { return nil }
            return Multipart.part(ofType: "application/sdp", in: body, boundary: boundary)
        default: return nil
        }
    }

    /// Whether the sender takes a media type, such as `application/sdp`, in a response (RFC 3261 20.1): one that
    /// says nothing takes `application/sdp`; `q=0` refuses.
    public func accepts(_ mediaType: String) -> Bool {
        guard contains(.accept) else { return mediaType == "application/sdp" }
        let range = mediaType.prefix { $0 != "/" } + "/*"
        // The most specific of the ranges that fit decides (RFC 2616 14.1).
        let candidates = [mediaType, String(range), "*/*"]
        var best: (rank: Int, isRefused: Bool)?
        for value in list(.accept) {
            guard let rank = candidates.firstIndex(of: value.mediaType), rank < best?.rank ?? Int.max else { continue }
            best = (rank, value.isRefused)
        }
        return best.map { !$0.isRefused } ?? false
    }
}

extension MessageStorage {
    @usableFromInline var body: ArraySlice<UInt8> { bytes[index.body.indices] }

    /// Whether the type of the body is just `application/sdp`, as nearly all say: no text is made of it.
    fileprivate var isPlainSessionDescription: Bool {
        let bytes = bytes
        guard let field = first(.contentType) else { return false }
        return bytes.span.equals(field.value.indices, lowercase: "application/sdp")
    }
}

extension WireText {
    /// The value up to its parameters, in lower case and without white space.
    fileprivate var mediaType: String {
        let type = slice.prefix { $0 != Octet.semicolon }
        return String(decoding: type.filter { !$0.isSIPSpace }, as: UTF8.self).lowercased()
    }

    /// Whether a parameter says `q=0`.
    fileprivate var isRefused: Bool {
        guard let semicolon = slice.firstIndex(of: Octet.semicolon),
            let preference = Parameters(bytes: bytes, range: ByteRange(semicolon, range.end))["q"]
        else { return false }
        return !preference.isEmpty && preference.utf8.allSatisfy { $0 == Octet.zero || $0 == UInt8(ascii: ".") }
    }
}
