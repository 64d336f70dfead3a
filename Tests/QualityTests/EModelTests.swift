import Foundation
import Testing

@testable import Quality

@Suite("EModel: narrowband (G.107)")
struct NarrowbandEModelTests {
    @Test func theDefaultsRateAsTheRecommendationSays() {
        let result = EModel.rate(EModel.Parameters())
        #expect(isClose(result.r, 93.2062, within: 0.0001))
        #expect(isClose(result.mos, 4.41, within: 0.005))
        #expect(isClose(result.ro, 94.7688, within: 0.0001))
        #expect(isClose(result.is, 1.4136, within: 0.0001))
        #expect(isClose(result.id, 0.1490, within: 0.0001))
        #expect(result.idte == 0)
        #expect(result.idd == 0)
        #expect(result.ieEff == 0)
    }

    @Test func equalsTheIndependentTable() {
        #expect(narrowbandRows.count > 70)
        for row in narrowbandRows {
            let result = EModel.rate(parameters(row))
            #expect(isClose(result.r, row[5], within: 0.0001), "R of \(row)")
            #expect(isClose(result.mos, row[6], within: 0.0001), "MOS of \(row)")
        }
    }

    @Test("each term", arguments: termRows.indices)
    func equalsTheIndependentTermsOf(_ index: Int) {
        let row = termRows[index]
        let result = EModel.rate(row.parameters)
        let symbols = ["No", "Ro", "Iolr", "Ist", "Iq", "Idte", "Idle", "Idd", "Ie-eff", "R", "MOS"]
        for (symbol, expected) in zip(symbols, row.expected) {
            let value = result.terms.first { $0.symbol == symbol }?.value ?? .nan
            #expect(isClose(value, expected, within: 0.0001), "\(symbol)")
        }
    }

    @Test func theEchoDelaysFollowTaUnlessGiven() {
        var parameters = EModel.Parameters()
        parameters.ta = 120
        #expect(parameters.echoDelay == 120)
        #expect(parameters.roundTripDelay == 240)
        var explicit = parameters
        explicit.t = 120
        explicit.tr = 240
        #expect(EModel.rate(parameters) == EModel.rate(explicit))
        explicit.t = 0
        #expect(EModel.rate(explicit).idte == 0)
        #expect(EModel.rate(explicit).idd == EModel.rate(parameters).idd)
    }

    @Test func theWorseTheLossAndTheDelayTheLowerR() {
        var last = Double.infinity
        for step in 0...100 {
            var parameters = EModel.Parameters()
            parameters.ppl = Double(step)
            parameters.ta = Double(step) * 10
            let result = EModel.rate(parameters)
            #expect(result.r < last)
            last = result.r
        }
    }

    @Test func parametersOutsideTheVerifiedRangesAreNamed() {
        var parameters = EModel.Parameters()
        #expect(parameters.outOfRange.isEmpty)
        parameters.ta = 501
        parameters.ppl = 21
        #expect(parameters.outOfRange.map(\.symbol) == ["T", "Tr", "Ta", "Ppl"])
        parameters = EModel.Parameters()
        parameters.burstR = 4
        #expect(parameters.outOfRange.isEmpty)
        parameters.ppl = 2
        #expect(parameters.outOfRange == [.init(symbol: "BurstR", value: 4, range: 1...2)])
    }
}

@Suite("EModel: wideband (G.107.1)")
struct WidebandEModelTests {
    @Test func equalsTheIndependentTable() {
        for row in widebandRows {
            let result = EModel.rate(parameters(row), bandwidth: .wideband)
            #expect(isClose(result.idte, row[5], within: 0.0001), "Idte of \(row)")
            #expect(isClose(result.idd, row[6], within: 0.0001), "Idd of \(row)")
            #expect(isClose(result.r, row[7], within: 0.0001), "R of \(row)")
            #expect(isClose(result.mos, row[8], within: 0.0001), "MOS of \(row)")
        }
    }

    @Test func theScaleEndsAt129() {
        #expect(EModel.rate(EModel.Parameters(), bandwidth: .wideband).ro == 129)
        #expect(EModel.mos(r: 129, bandwidth: .wideband) == 4.5)
        // A narrowband R is not to be read on this scale.
        #expect(EModel.mos(r: 93.2, bandwidth: .wideband) < EModel.mos(r: 93.2))
    }
}

@Suite("EModel: R to MOS (G.107 annex B)")
struct OpinionScoreTests {
    // G.107 table B.1: the lower limits of R of the categories of user satisfaction. The table says 4.03 for R = 80,
    // where its own polynomial is 4.024.
    @Test("table B.1", arguments: [(90.0, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
    func categories(_ r: Double, _ mos: Double) {
        #expect(isClose(EModel.mos(r: r), mos, within: 0.0065))
    }

    @Test func endsAtOneAndFourAndAHalf() {
        #expect(EModel.mos(r: -50) == 1)
        #expect(EModel.mos(r: 0) == 1)
        #expect(EModel.mos(r: 100) == 4.5)
        #expect(EModel.mos(r: 200) == 4.5)
        #expect(isClose(EModel.mos(r: 99.999), 4.5, within: 0.001))
    }
}

@Suite("EModel.Result: its terms")
struct EModelResultTests {
    @Test func theTermsAddUpToR() {
        var parameters = EModel.Parameters()
        parameters.ta = 300
        parameters.ppl = 3
        parameters.a = 5
        let result = EModel.rate(parameters)
        let terms = Dictionary(uniqueKeysWithValues: result.terms)
        #expect(terms["R"] == result.ro - result.is - result.id - result.ieEff + 5)
        #expect(terms["Is"] == result.iolr + result.ist + result.iq)
        #expect(terms["Id"] == result.idte + result.idle + result.idd)
        #expect(result.terms.map(\.symbol).prefix(2) == ["No", "Ro"])
        #expect(EModel.rate(parameters, bandwidth: .wideband).terms.first?.symbol == "Ro")
    }

    @Test("JSON has the same names and values", arguments: [EModel.Bandwidth.narrowband, .wideband])
    func json(_ bandwidth: EModel.Bandwidth) throws {
        var parameters = EModel.Parameters()
        parameters.ta = 300
        let result = EModel.rate(parameters, bandwidth: bandwidth)
        let data = try JSONEncoder().encode(result)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for (symbol, value) in result.terms {
            #expect(isClose(object[symbol] as? Double ?? .nan, value, within: 1e-12), "\(symbol)")
        }
        #expect(object["bandwidth"] as? String == bandwidth.rawValue)
        #expect((object["No"] is NSNull) == (bandwidth == .wideband))
    }
}

func isClose(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
}

/// Ie, Bpl, Ppl, BurstR and Ta of a row.
func parameters(_ row: [Double]) -> EModel.Parameters {
    var parameters = EModel.Parameters()
    parameters.ie = row[0]
    parameters.bpl = row[1]
    parameters.ppl = row[2]
    parameters.burstR = row[3]
    parameters.ta = row[4]
    return parameters
}
