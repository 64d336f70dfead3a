import Glibc

// G.107 (06/2015). The local names are the Recommendation's symbols.
extension EModel {
    static func narrowband(_ parameters: Parameters) -> Result {
        let no = noise(parameters)
        let ro = 15 - 1.5 * (parameters.slr + no)  // (7-2)
        let ist = sidetoneImpairment(parameters)
        let idte = talkerEcho(parameters, no: no, ist: ist)
        return Result(
            bandwidth: .narrowband, no: no, ro: ro,
            iolr: loudnessImpairment(parameters, no: no), ist: ist, iq: quantizingImpairment(parameters, ro: ro),
            idte: idte, idle: listenerEchoImpairment(parameters, ro: ro), idd: delayImpairment(parameters),
            ie: parameters.ie, ieEff: effectiveEquipmentImpairment(parameters), a: parameters.a)
    }

    /// No, the power sum of all noise at the 0 dBr point, in dBm0p (7-3 to 7-7).
    private static func noise(_ parameters: Parameters) -> Double {
        let send = parameters.ps - parameters.olr - parameters.ds - 14
        let nos = parameters.ps - parameters.slr - parameters.ds - 100 + 0.004 * send * send
        let pre = parameters.pr + 10 * log10(1 + power((10 - parameters.lstr) / 10))
        let nor = parameters.rlr - 121 + pre + 0.008 * (pre - 35) * (pre - 35)
        let nfo = parameters.nfor + parameters.rlr
        return 10 * log10(power(parameters.nc / 10) + power(nos / 10) + power(nor / 10) + power(nfo / 10))
    }

    /// Iolr, by too low an overall loudness rating (7-9, 7-10).
    private static func loudnessImpairment(_ parameters: Parameters, no: Double) -> Double {
        let xolr = parameters.olr + 0.2 * (64 + no - parameters.rlr)
        return 20 * (pow(1 + pow(xolr / 8, 8), 1 / 8) - xolr / 8)
    }

    /// Ist, by non-optimum sidetone (7-11, 7-12).
    private static func sidetoneImpairment(_ parameters: Parameters) -> Double {
        let echo = exp(-parameters.echoDelay / 4) * power(-parameters.telr / 10)
        let stmro = -10 * log10(power(-parameters.stmr / 10) + echo)
        return 12 * pow(1 + pow((stmro - 13) / 6, 8), 1 / 8) - 28 * pow(1 + pow((stmro + 1) / 19.4, 35), 1 / 35)
            - 13 * pow(1 + pow((stmro - 3) / 33, 13), 1 / 13) + 29
    }

    /// Iq, by quantizing distortion (7-13 to 7-17).
    private static func quantizingImpairment(_ parameters: Parameters, ro: Double) -> Double {
        let q = 37 - 15 * log10(parameters.qdu)
        let g = 1.07 + 0.258 * q + 0.0602 * q * q
        let y = (ro - 100) / 15 + 46 / 8.4 - g / 9
        let z = 46.0 / 30 - g / 40
        return 15 * log10(1 + power(y) + power(z))
    }

    /// Idte, by talker echo (7-19 to 7-24): a loud sidetone masks it, a weak one adds to it.
    private static func talkerEcho(_ parameters: Parameters, no: Double, ist: Double) -> Double {
        var terv = parameters.telr + echoDelayTerm(parameters.echoDelay)
        if parameters.stmr < 9 { terv += ist / 2 }
        let roe = -1.5 * (no - parameters.rlr)
        let idte = talkerEchoImpairment(parameters, roe: roe, re: 80 + 2.5 * (terv - 14))
        guard parameters.stmr > 20 else { return idte }
        return (idte * idte + ist * ist).squareRoot()
    }

    /// 10 to the power of `exponent`.
    private static func power(_ exponent: Double) -> Double { pow(10, exponent) }
}
