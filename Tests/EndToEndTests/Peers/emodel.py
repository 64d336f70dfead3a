"""ITU-T G.107 (06/2015), written down from the Recommendation for the tests to compare with: G.711 with concealment
(G.113 table I.4: Ie = 0, Bpl = 25.1), all other parameters at their defaults, T = Ta, Tr = 2 Ta.

usage: emodel.py PPL BURST_RATIO [TA_MS]
prints R, MOS of listening quality and, with a delay, R, MOS of conversational quality
"""

import math
import sys

SLR, RLR, STMR, LSTR, DS, TELR, WEPL, QDU = 8, 2, 15, 18, 3, 65, 110, 1
NC, NFOR, PS, PR, IE, BPL, A = -70, -64, 35, 35, 0, 25.1, 0
OLR = SLR + RLR


def rating(ppl, burst_ratio, ta):
    t, tr = ta, 2 * ta
    # 7.2 basic signal-to-noise ratio
    nos = PS - SLR - DS - 100 + 0.004 * (PS - OLR - DS - 14) ** 2
    pre = PR + 10 * math.log10(1 + 10 ** ((10 - LSTR) / 10))
    nor = RLR - 121 + pre + 0.008 * (pre - 35) ** 2
    no = 10 * math.log10(sum(10 ** (level / 10) for level in (NC, nos, nor, NFOR + RLR)))
    ro = 15 - 1.5 * (SLR + no)
    # 7.3 simultaneous impairments
    xolr = OLR + 0.2 * (64 + no - RLR)
    iolr = 20 * ((1 + (xolr / 8) ** 8) ** (1 / 8) - xolr / 8)
    stmro = -10 * math.log10(10 ** (-STMR / 10) + math.exp(-t / 4) * 10 ** (-TELR / 10))
    ist = (
        12 * (1 + ((stmro - 13) / 6) ** 8) ** (1 / 8)
        - 28 * (1 + ((stmro + 1) / 19.4) ** 35) ** (1 / 35)
        - 13 * (1 + ((stmro - 3) / 33) ** 13) ** (1 / 13)
        + 29
    )
    q = 37 - 15 * math.log10(QDU)
    g = 1.07 + 0.258 * q + 0.0602 * q * q
    iq = 15 * math.log10(1 + 10 ** ((ro - 100) / 15 + 46 / 8.4 - g / 9) + 10 ** (46 / 30 - g / 40))
    # 7.4 delay impairments
    idte = 0
    if t >= 1:
        terv = TELR - 40 * math.log10((1 + t / 10) / (1 + t / 150)) + 6 * math.exp(-0.3 * t * t)
        difference = -1.5 * (no - RLR) - (80 + 2.5 * (terv - 14))
        idte = (difference / 2 + math.sqrt(difference**2 / 4 + 100) - 1) * (1 - math.exp(-t))
    difference = ro - 10.5 * (WEPL + 7) * (tr + 1) ** -0.25
    idle = difference / 2 + math.sqrt(difference**2 / 4 + 169)
    idd = 0
    if ta > 100:
        x = math.log(ta / 100) / math.log(2)
        idd = 25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
    # 7.5 equipment impairment
    ie_eff = IE + (95 - IE) * ppl / (ppl / max(1, burst_ratio) + BPL)
    return ro - (iolr + ist + iq) - (idte + idle + idd) - ie_eff + A


def mos(r):
    if r <= 0:
        return 1
    return 4.5 if r >= 100 else 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6


arguments = [float(argument) for argument in sys.argv[1:]]
for delay in [0] + arguments[2:]:
    r = rating(arguments[0], arguments[1], delay)
    print(r, mos(r))
