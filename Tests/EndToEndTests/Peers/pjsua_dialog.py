"""Takes a call through PRACK, hold, resume, UPDATE and, if so long, a refresh of its session timer, with PJSUA2.

usage: pjsua_dialog.py URI udp|tcp|tls SECONDS

It demands reliable provisional responses and a session timer of 90 s. Status 0: every request was answered 200.
"""

import sys
import time

import pjsua2


class Call(pjsua2.Call):
    def __init__(self, account):
        super().__init__(account)
        self.over = self.confirmed = False
        self.last_status = 0
        self.answered = []

    def onCallState(self, prm):
        info = self.getInfo()
        print("state", info.stateText, info.lastStatusCode, flush=True)
        self.confirmed = self.confirmed or info.state == pjsua2.PJSIP_INV_STATE_CONFIRMED
        self.over = info.state == pjsua2.PJSIP_INV_STATE_DISCONNECTED
        self.last_status = info.lastStatusCode

    def onCallTsxState(self, prm):
        event = prm.e.body.tsxState
        transaction = event.tsx
        if transaction.state == pjsua2.PJSIP_TSX_STATE_COMPLETED or (
            transaction.state == pjsua2.PJSIP_TSX_STATE_TERMINATED and transaction.method == "INVITE"
        ):
            side = "sent" if transaction.role == pjsua2.PJSIP_ROLE_UAC else "received"
            print("transaction", side, transaction.method, transaction.statusCode, flush=True)
            self.answered.append((side, transaction.method, transaction.statusCode))

    def count(self, *methods, side="sent"):
        return sum(1 for one in self.answered if one[0] == side and one[1] in methods and one[2] == 200)


def run(uri, transport_name, seconds):
    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()
    config = pjsua2.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = config.logConfig.consoleLevel = 4
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.noVad = True
    config.medConfig.sndAutoCloseTime = -1
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    transport = pjsua2.TransportConfig()
    transport.boundAddress = transport.publicAddress = "127.0.0.1"
    kind = {
        "udp": pjsua2.PJSIP_TRANSPORT_UDP, "tcp": pjsua2.PJSIP_TRANSPORT_TCP, "tls": pjsua2.PJSIP_TRANSPORT_TLS,
    }[transport_name]
    endpoint.transportCreate(kind, transport)
    endpoint.libStart()
    account_config = pjsua2.AccountConfig()
    account_config.idUri = "sip:pjsua@127.0.0.1"
    account_config.callConfig.prackUse = pjsua2.PJSUA_100REL_MANDATORY
    account_config.callConfig.timerUse = pjsua2.PJSUA_SIP_TIMER_REQUIRED
    account_config.callConfig.timerMinSESec = account_config.callConfig.timerSessExpiresSec = 90
    account_config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account_config.mediaConfig.transportConfig.publicAddress = "127.0.0.1"
    account = pjsua2.Account()
    account.create(account_config)
    call = Call(account)
    call.makeCall(uri, pjsua2.CallOpParam(True))

    def wait(condition, limit):
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and not condition() and not call.over:
            endpoint.libHandleEvents(20)
        return condition()

    def resume():
        parameters = pjsua2.CallOpParam(True)
        parameters.opt.flag = pjsua2.PJSUA_CALL_UNHOLD
        call.reinvite(parameters)

    # PJSIP sends UPDATE by itself too, when an answer has more than one codec: each step counts from where it begins.
    steps = [
        ("PRACK and answer", lambda: None, lambda: call.confirmed and call.count("PRACK") == 1),
        ("hold", lambda: call.setHold(pjsua2.CallOpParam(True)), lambda: call.count("INVITE") > invites),
        ("resume", resume, lambda: call.count("INVITE") > invites),
        ("UPDATE", lambda: call.update(pjsua2.CallOpParam(True)), lambda: call.count("UPDATE") > updates),
    ]
    if seconds > 0:
        refreshed = lambda: call.count("UPDATE", "INVITE") > updates + invites or call.count(
            "UPDATE", "INVITE", side="received") > 0
        steps.append(("refresh of the session timer", lambda: None, refreshed))
    result = 0
    for name, act, is_done in steps:
        invites, updates = call.count("INVITE"), call.count("UPDATE")
        act()
        if not wait(is_done, max(10, seconds)):
            print("failed:", name, call.answered, flush=True)
            result = 1
            break
        print("done:", name, flush=True)
        wait(lambda: False, 0.5)
    if any(status >= 300 for _, _, status in call.answered):
        print("failed:", call.answered, flush=True)
        result = 1
    if not call.over:
        call.hangup(pjsua2.CallOpParam(True))
        wait(lambda: call.over, 5)
    call = account = None
    endpoint.libDestroy()
    return result


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], float(sys.argv[3])))
