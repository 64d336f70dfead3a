import Foundation
import Testing

extension EndToEnd {
    @Suite("OpenAPI: the document is the server's")
    struct OpenAPITests {
        private static let modules = "jsonschema, openapi_spec_validator, referencing"

        @Test(
            "it is valid, and what is answered is what it says, to requests made up at random too",
            .enabled("no Python with openapi-spec-validator and jsonschema (in .build-tests/venv)") {
                await PythonPeer.python(with: modules) != nil
            })
        func conformance() async throws {
            let python = try #require(await PythonPeer.python(with: Self.modules))
            let place = try RecordPlace()
            try await Daemon.run(Daemon.http + place.settings + ["behavior.tone_duration_seconds=0"]) { daemon in
                let before = try Caller(.udp, to: daemon)
                let stream = try RTPReceiver()
                let answerBefore = try await before.call(sdp: Caller.sdp(port: stream.port, formats: "8"))
                for sequence in UInt16(0)..<3 { stream.send(sequence, to: try #require(answerBefore.mediaPort)) }
                try await before.hangUp(answerBefore)
                _ = try await place.records(atLeast: 1)
                let port = try await daemon.httpPort()
                let caller = try Caller(.udp, to: daemon)
                let answer = try await caller.call(sdp: Caller.sdp(port: stream.port, formats: "8"))
                for sequence in UInt16(0)..<3 { stream.send(sequence, to: try #require(answer.mediaPort)) }
                let last = try await PythonPeer.run("openapi", by: python, ["\(port)", "3"], within: .seconds(60))
                #expect(last.hasPrefix("checked"), "\(last)")
                try await caller.hangUp(answer)
            }
        }
    }
}
