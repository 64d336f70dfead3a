"""Calls a SIP URI with PJSUA2, plays a WAV file into the call, and hangs up after so many seconds.

usage: pjsua_echo.py URI WAV SECONDS [ENCODING]
"""

import sys
import time

import pjsua2


class Call(pjsua2.Call):
    def __init__(self, account, player):
        super().__init__(account)
        self.player = player
        self.over = False
        self.confirmed = False

    def onCallState(self, prm):
        info = self.getInfo()
        print("state", info.stateText, info.lastStatusCode, flush=True)
        self.confirmed = self.confirmed or info.state == pjsua2.PJSIP_INV_STATE_CONFIRMED
        self.over = info.state == pjsua2.PJSIP_INV_STATE_DISCONNECTED

    def onCallMediaState(self, prm):
        info = self.getInfo()  # SWIG's list of media does not keep it alive
        for index, media in enumerate(info.media):
            if media.type == pjsua2.PJMEDIA_TYPE_AUDIO and media.status == pjsua2.PJSUA_CALL_MEDIA_ACTIVE:
                self.player.startTransmit(self.getAudioMedia(index))


def run(uri, wav, seconds, encoding):
    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()
    config = pjsua2.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = 3
    config.logConfig.consoleLevel = 3
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    config.medConfig.sndAutoCloseTime = -1
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    transport = pjsua2.TransportConfig()
    transport.port = 0
    transport.boundAddress = transport.publicAddress = "127.0.0.1"
    endpoint.transportCreate(pjsua2.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith(encoding + "/8000") else 0)
    account_config = pjsua2.AccountConfig()
    account_config.idUri = "sip:pjsua@127.0.0.1"
    account_config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account_config.mediaConfig.transportConfig.publicAddress = "127.0.0.1"
    account = pjsua2.Account()
    account.create(account_config)
    player = pjsua2.AudioMediaPlayer()
    player.createPlayer(wav)
    call = Call(account, player)
    call.makeCall(uri, pjsua2.CallOpParam(True))
    deadline = time.monotonic() + seconds + 10
    hang_up = None
    while not call.over and time.monotonic() < deadline:
        endpoint.libHandleEvents(20)
        if call.confirmed and hang_up is None:
            hang_up = time.monotonic() + seconds
        if hang_up is not None and time.monotonic() > hang_up:
            hang_up = float("inf")
            call.hangup(pjsua2.CallOpParam(True))
    result = 0 if call.over else 1
    call = player = account = None
    endpoint.libDestroy()
    return result


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(run(arguments[0], arguments[1], float(arguments[2]), (arguments + ["PCMU"])[3]))
