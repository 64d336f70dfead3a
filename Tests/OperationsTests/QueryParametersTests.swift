import Testing

@testable import Operations

@Suite("QueryParameters: what is behind the ? of a target (RFC 3986, 3.4)")
struct QueryParametersTests {
    private func read(_ query: String) throws -> [String] {
        try QueryParameters(parsing: query).all.map { "\($0.name): \($0.value)" }
    }

    @Test("names and values come in their order, with their escapes undone")
    func order() throws {
        #expect(try read("b=2&a=1") == ["b: 2", "a: 1"])
        #expect(try read("call%5Fid=a%40b%2Bc+d%C3%A9é") == ["call_id: a@b+c déé"])
        #expect(try read("a==%3d%26&b=") == ["a: ==&", "b: "])
        #expect(try read("&&a=1&") == ["a: 1"])
        #expect(try read("").isEmpty)
    }

    @Test(
        "what is no name with a value, no UTF-8 or a control character is refused, and so is a name that comes twice",
        arguments: [
            "a", "a=1&b", "a=%", "a=%4", "a=%zz", "a=%+f", "a=%-1", "a=%é0", "a=%ff", "a=%c3", "a=%ed%a0%80", "a=%00",
            "a=%0a", "a=%c2%85", "%=1", "%00=1", "a=1&a=2", "a=1&%61=1", "=1&=2",
        ])
    func refused(query: String) {
        #expect(throws: QueryError.self) { try read(query) }
    }

    @Test("a query of many parameters takes time in proportion, and is refused for the last of them")
    func long() throws {
        let query = (0..<100_000).map { "\($0)=%20" }.joined(separator: "&")
        #expect(try read(query).count == 100_000)
        #expect(throws: QueryError.self) { try read(query + "&0=1") }
    }
}
