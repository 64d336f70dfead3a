// G.107.1 (06/2019). It has no terms for noise, loudness, sidetone and quantizing; Ie and Bpl are those of its
// own scale (G.113 appendix IV), never narrowband ones.
extension EModel {
    static func wideband(_ parameters: Parameters) -> Result {
        let ro = 129.0  // (7-2)
        let delay = parameters.echoDelay
        let k = delay < 100 ? 0.08 * delay + 10 : 18
        let terv = parameters.telr + k + echoDelayTerm(delay)
        // The echo is compared with Ro itself, as in the wideband form of G.1070: No is not defined for wideband.
        let idte = talkerEchoImpairment(parameters, roe: ro, re: 80 + 3 * (terv - 14))
        return Result(
            bandwidth: .wideband, no: nil, ro: ro, iolr: 0, ist: 0, iq: 0,
            idte: idte, idle: listenerEchoImpairment(parameters, ro: ro), idd: 1.29 * delayImpairment(parameters),
            ie: parameters.ie, ieEff: effectiveEquipmentImpairment(parameters), a: parameters.a)
    }
}
