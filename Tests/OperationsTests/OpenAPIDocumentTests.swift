import Foundation
import Testing

@testable import Operations

@Suite("The OpenAPI document: what it describes is what there is")
struct OpenAPIDocumentTests {
    @Test("it has every path that is served and no other, and the version of the daemon")
    func paths() throws {
        let data = Data(PackageResources.openapi_json)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: Any])
        #expect(Set(paths.keys) == Set(HTTPAnswer.Endpoint.allCases.map(\.rawValue)))
        #expect((document["info"] as? [String: Any])?["version"] as? String == Version.current)
    }
}
