import ArgumentParser
import Foundation
import Quality

/// `milliwattd emodel`.
struct EModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emodel",
        abstract: "Calculate R and MOS by ITU-T G.107 (for wideband codecs G.107.1).",
        discussion: """
            MOS-LQ leaves delay and echo out of account, MOS-CQ does not. All other parameters have the defaults \
            of G.107; T = Ta and Tr = 2 Ta.

            Example: milliwattd emodel --codec PCMU --loss 2 --delay 150
            """)

    @Option(help: "A codec with published figures, such as PCMU, PCMA, G729, GSM, G722.")
    var codec: String?
    @Flag(name: .customLong("no-concealment"), help: "The codec conceals no losses.")
    var lacksConcealment = false
    @Option(help: "Equipment impairment Ie, instead of the codec's.")
    var ie: Double?
    @Option(help: "Packet-loss robustness Bpl, instead of the codec's.")
    var bpl: Double?
    @Option(name: .customLong("burst-ratio"), help: "Burst ratio; 1 is random loss.")
    var burstRatio = 1.0
    @Option(help: "Packet loss Ppl in percent.")
    var loss = 0.0
    @Option(help: "One-way delay Ta in ms; without it there is no MOS-CQ.")
    var delay: Double?
    @Option(help: "Advantage factor A.")
    var advantage = 0.0
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard codec == nil || known != nil else {
            let names = Set(CodecImpairment.table.map(\.name)).sorted().joined(separator: ", ")
            throw ValidationError("nothing is published for the codec \(codec ?? ""); known are \(names)")
        }
        guard codec != nil || ie != nil else { throw ValidationError("name a --codec, or give --ie and --bpl") }
        guard (0...100).contains(loss) else { throw ValidationError("--loss \(loss) is not a percentage (0-100)") }
        guard burstRatio > 0 else { throw ValidationError("--burst-ratio \(burstRatio) is not above 0") }
        guard (delay ?? 0) >= 0 else { throw ValidationError("--delay \(delay ?? 0) is negative") }
        guard loss == 0 || parameters.bpl > 0 else {
            throw ValidationError("--bpl must be above 0 where there is loss")
        }
        if loss > 0, bpl == nil, known?.bpl == nil {
            throw ValidationError("no Bpl is published for \(codec ?? "this Ie"): give --bpl")
        }
    }

    private var known: CodecImpairment? {
        codec.flatMap { CodecImpairment.named($0, concealment: !lacksConcealment) }
    }

    private var parameters: EModel.Parameters {
        var parameters = EModel.Parameters()
        parameters.ie = ie ?? known?.ie ?? parameters.ie
        parameters.bpl = bpl ?? known?.bpl ?? parameters.bpl
        parameters.ppl = loss
        parameters.burstR = burstRatio
        parameters.a = advantage
        return parameters
    }

    func run() throws {
        let bandwidth = known?.bandwidth ?? .narrowband
        let listening = EModel.rate(parameters, bandwidth: bandwidth)
        var delayed = parameters
        delayed.ta = delay ?? 0
        let conversational = delay.map { _ in EModel.rate(delayed, bandwidth: bandwidth) }
        if json {
            print(try Report(listening: listening, conversational: conversational).text)
        } else {
            for (title, result) in [("Listening (no delay)", listening), ("Conversation", conversational)] {
                guard let result else { continue }
                print(title)
                for (symbol, value) in result.terms {
                    print(
                        "  \(symbol.padding(toLength: 8, withPad: " ", startingAt: 0))\(String(format: "%9.4f", value))"
                    )
                }
            }
        }
    }

    private struct Report: Encodable {
        let r: Double
        let mosLQ: Double
        let mosCQ: Double?
        let listening: EModel.Result
        let conversational: EModel.Result?

        enum CodingKeys: String, CodingKey {
            case r = "R", mosLQ = "MOS_LQ", mosCQ = "MOS_CQ", listening, conversational
        }

        init(listening: EModel.Result, conversational: EModel.Result?) {
            self.listening = listening
            self.conversational = conversational
            r = (conversational ?? listening).r
            mosLQ = listening.mos
            mosCQ = conversational?.mos
        }

        /// MOS_CQ and `conversational` are null without a delay.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(r, forKey: .r)
            try container.encode(mosLQ, forKey: .mosLQ)
            try container.encode(mosCQ, forKey: .mosCQ)
            try container.encode(listening, forKey: .listening)
            try container.encode(conversational, forKey: .conversational)
        }

        var text: String {
            get throws {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                return String(decoding: try encoder.encode(self), as: UTF8.self)
            }
        }
    }
}
