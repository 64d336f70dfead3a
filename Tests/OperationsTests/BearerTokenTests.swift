import Testing

@testable import Operations

@Suite("BearerToken: RFC 6750 section 2.1")
struct BearerTokenTests {
    @Test("white space around it is not part of it")
    func trimming() throws {
        let token = try BearerToken(contents: Array(" \t0123456789abcdef\r\n\n".utf8))
        #expect(token.isBorne(by: "Bearer 0123456789abcdef"))
        #expect(!token.isBorne(by: "Bearer  \t0123456789abcdef"))
    }

    @Test(
        "the scheme is in any case of letters, the token to the letter",
        arguments: [
            ("bearer 0123456789abcdef", true), ("BEARER 0123456789abcdef", true), ("Bearer  0123456789abcdef", true),
            ("Bearer 0123456789abcdeF", false), ("Bearer 0123456789abcde", false), ("Bearer 0123456789abcdef0", false),
            ("Bearer", false), ("Bearer ", false), ("Basic 0123456789abcdef", false), ("0123456789abcdef", false),
            ("", false),
        ])
    func borne(authorization: String, isBorne: Bool) throws {
        let token = try BearerToken(contents: Array("0123456789abcdef".utf8))
        #expect(token.isBorne(by: authorization) == isBorne)
        #expect(!token.isBorne(by: nil))
    }

    @Test(
        "what can be guessed or cannot be sent is refused, without being repeated",
        arguments: [
            "", " \n", "0123456789abcde", "0123456789 abcdef", "0123456789\u{7}abcdef", "0123456789abcdé012345",
        ])
    func refused(contents: String) {
        let error = #expect(throws: BearerTokenError.self) { try BearerToken(contents: Array(contents.utf8)) }
        #expect(error?.description.contains("0123456789") == false)
    }

    @Test(
        "a file that is not there, or is no file, is told with its name",
        arguments: ["/nonexistent", "/dev", "/dev/null"])
    func unusable(path: String) throws {
        let settings = try Settings(overrides: ["http.token_file=\(path)"]).http
        let error = #expect(throws: BearerTokenError.self) { try BearerToken(settings) }
        #expect(error?.description.hasPrefix("http.token_file: \(path): ") == true)
        let none = try BearerToken(Settings().http)
        #expect(none.map { _ in true } == nil)
    }
}
