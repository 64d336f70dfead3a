import Foundation
import Quality
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

    @Test("its bounds of MOS hold every score that there can be", arguments: ["mos_lq", "mos_cq"])
    func scores(name: String) throws {
        let data = Data(PackageResources.openapi_json)
        let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let path = ["components", "schemas", "Quality", "properties", name]
        let schema = try #require(path.reduce(document) { $0?[$1] as? [String: Any] })
        let (least, most) = try (#require(schema["minimum"] as? Double), #require(schema["maximum"] as? Double))
        for r in stride(from: -10.0, through: 130, by: 0.01) {
            let mos = EModel.mos(r: r)
            #expect(mos >= least && mos <= most, "\(mos) of R = \(r)")
        }
    }
}
