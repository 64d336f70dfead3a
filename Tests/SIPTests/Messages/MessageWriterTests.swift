import Testing

@testable import SIP

@Suite("MessageWriter")
struct MessageWriterTests {
    @Test("numbers are written in decimal", arguments: [0, 7, 10, 99, 100, 65535, 4_294_967_295, Int.max])
    func numbers(number: Int) {
        var writer = MessageWriter(capacity: 0)
        writer.append(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
    }

    @Test("what is longer than was thought is written whole")
    func growth() {
        var writer = MessageWriter(capacity: 1)
        var expected: [UInt8] = []
        for number in 0..<500 {
            let text = String(repeating: "ä", count: number)
            writer.append(text)
            writer.append([UInt8](repeating: 7, count: number))
            expected += Array(text.utf8) + [UInt8](repeating: 7, count: number)
        }
        #expect(writer.bytes == expected)
    }

    @Test("no value brings a line end", arguments: ["a\r\nVia: b", "\r\n", "a\rb\n", "\u{1F600}\r\n"])
    func lineEnds(value: String) {
        var writer = MessageWriter(capacity: 16)
        writer.field("Subject", value)
        let kept = value.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }.map(String.init).joined()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "Subject: \(kept)\r\n")
    }

    @Test("folds are taken out of a value, not out of what was written before it")
    func folds() {
        let source = Array("one\r\n two".utf8)
        var writer = MessageWriter(capacity: 16)
        writer.endLine()
        writer.appendUnfolded(ByteRange(0, source.count), of: source)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\r\none two")
    }
}
