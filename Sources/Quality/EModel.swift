import Glibc

/// The E-model: R of a connection from what is known of it, by Recommendation ITU-T G.107 (06/2015) for
/// narrowband and G.107.1 (06/2019) for wideband speech.
///
/// R is a planning figure for an average listener; it does not hear the call. What no parameter describes
/// (clipping, noise in the speech itself, distortion behind the peer) is not in it.
public enum EModel {
    /// The bandwidth of the speech, which decides the Recommendation and the scale of R.
    public enum Bandwidth: String, Hashable, Sendable, Codable {
        /// 300 to 3400 Hz: G.107, R up to 93.2 with its defaults.
        case narrowband
        /// 50 to 7000 Hz: G.107.1, R up to 129.
        case wideband
    }

    /// Rates a connection. No parameter is refused or changed: outside their ranges (`outOfRange`) the
    /// formulas are extrapolated, and R may be negative.
    public static func rate(_ parameters: Parameters, bandwidth: Bandwidth = .narrowband) -> Result {
        switch bandwidth {
        case .narrowband: narrowband(parameters)
        case .wideband: wideband(parameters)
        }
    }

    /// The effective equipment impairment, Ie-eff (G.107 7-29, and G.107.1 7-15 with the burst ratio taken over
    /// from G.107, which is the same for random loss).
    static func effectiveEquipmentImpairment(_ parameters: Parameters) -> Double {
        // Without loss the fraction is 0, also where Bpl is 0.
        guard parameters.ppl > 0 else { return parameters.ie }
        return parameters.ie
            + (95 - parameters.ie) * parameters.ppl / (parameters.ppl / parameters.burstR + parameters.bpl)
    }

    /// The impairment by pure delay, Idd (G.107 7-27, 7-28).
    static func delayImpairment(_ parameters: Parameters) -> Double {
        guard parameters.ta > parameters.mT else { return 0 }
        let x = log2(parameters.ta / parameters.mT)
        let exponent = 6 * parameters.sT
        return 25 * (pow(1 + pow(x, exponent), 1 / exponent) - 3 * pow(1 + pow(x / 3, exponent), 1 / exponent) + 2)
    }

    /// The impairment by listener echo, Idle (G.107 7-25, 7-26).
    static func listenerEchoImpairment(_ parameters: Parameters, ro: Double) -> Double {
        let rle = 10.5 * (parameters.wepl + 7) * pow(parameters.roundTripDelay + 1, -0.25)
        let half = (ro - rle) / 2
        return half + (half * half + 169).squareRoot()
    }

    /// The impairment by talker echo before sidetone is considered (G.107 7-19, G.107.1 7-5).
    static func talkerEchoImpairment(_ parameters: Parameters, roe: Double, re: Double) -> Double {
        // An echo of less than 1 ms is sidetone (G.107 7.4).
        guard parameters.echoDelay >= 1 else { return 0 }
        let half = (roe - re) / 2
        return (half + (half * half + 100).squareRoot() - 1) * (1 - exp(-parameters.echoDelay))
    }

    /// The part of TERV that the delay of the echo makes (G.107 7-22).
    static func echoDelayTerm(_ delay: Double) -> Double {
        -40 * log10((1 + delay / 10) / (1 + delay / 150)) + 6 * exp(-0.3 * delay * delay)
    }
}
