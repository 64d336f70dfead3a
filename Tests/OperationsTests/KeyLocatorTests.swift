import Testing

@testable import Operations

@Suite("KeyLocator: lines of keys (TOML 1.0)")
struct KeyLocatorTests {
    @Test("keys are found behind every kind of value")
    func values() {
        let text = #"""
            # = not.a.key
            top = 1
            [sip] # comment with [brackets] = 2
            a = "x # y = [z]"
            b = 'c:\path\'
            c = """
            d = 1
            "quoted" \""" e = 2
            """
            f = '''
            g = 3'''
            h = [ 1, # one
              [2, "]"], { i = 1, j = 2 },
            ]
            k = 2026-01-01 10:00:00 # l = 1
            m.n = true
            "o p" = 1
            'q' = 2
            [[calls]]
            r = 1e3
            [media]
            s = { t = 1, u = [ "}" ] }
            v = 1
            """#
        let lines = KeyLocator(Array(text.utf8)).lines
        #expect(lines[["top"]] == 2)
        #expect(lines[["sip"]] == 3)
        #expect(lines[["sip", "a"]] == 4)
        #expect(lines[["sip", "b"]] == 5)
        #expect(lines[["sip", "c"]] == 6)
        #expect(lines[["sip", "d"]] == nil)
        #expect(lines[["sip", "e"]] == nil)
        #expect(lines[["sip", "f"]] == 10)
        #expect(lines[["sip", "g"]] == nil)
        #expect(lines[["sip", "h"]] == 12)
        #expect(lines[["sip", "h", "j"]] == 13)
        #expect(lines[["sip", "k"]] == 15)
        #expect(lines[["sip", "l"]] == nil)
        #expect(lines[["sip", "m"]] == 16)
        #expect(lines[["sip", "m", "n"]] == 16)
        #expect(lines[["sip", "o p"]] == 17)
        #expect(lines[["sip", "q"]] == 18)
        #expect(lines[["calls", "r"]] == 20)
        #expect(lines[["media", "s", "u"]] == 22)
        #expect(lines[["media", "v"]] == 23)
    }

    @Test("lines may end with CR LF")
    func carriageReturns() {
        let lines = KeyLocator(Array("[sip]\r\nport = 1\r\n\r\nx = \"a\"\r\n".utf8)).lines
        #expect(lines[["sip", "port"]] == 2)
        #expect(lines[["sip", "x"]] == 4)
    }

    @Test("a null character in a string is found, one behind an escaped backslash is none")
    func nullEscapes() {
        #expect(KeyLocator(Array("a = 1\nb = \"x\\u0000\"".utf8)).nullEscapeLine == 2)
        #expect(KeyLocator(Array("b = \"x\\U00000000\"".utf8)).nullEscapeLine == 1)
        #expect(KeyLocator(Array("b = \"x\\\\u0000\"\nc = '\\u0000'".utf8)).nullEscapeLine == nil)
    }

    @Test("it comes to an end with anything")
    func noise() {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("[]{}=.,#\"'\\\n\r\t a1é".utf8)
        var located = 0
        for _ in 0..<500 {
            let noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &random)]
            }
            located += KeyLocator(noise).lines.count
        }
        #expect(located > 0)
    }
}
