/// A list whose first elements lie in place, so that one of common length needs no allocation.
struct ShortList<let inlineCount: Int, Element: Sendable>: Sendable {
    private var inline: InlineArray<inlineCount, Element>
    private var overflow: [Element] = []
    private(set) var count = 0

    /// An empty list; `filler` stands where there is no element yet.
    @inline(__always)
    init(filler: Element) { inline = InlineArray(repeating: filler) }

    @inline(__always) var isEmpty: Bool { count == 0 }

    @inline(__always) var indices: Range<Int> { 0..<count }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count < inlineCount {
            inline[count] = element
        } else {
            overflow.append(element)
        }
        count &+= 1
    }

    /// The element at a place below `count`.
    @inline(__always)
    subscript(_ place: Int) -> Element {
        place < inlineCount ? inline[place] : overflow[place - inlineCount]
    }
}
