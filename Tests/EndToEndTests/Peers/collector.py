"""A collector of quality reports: takes SIP PUBLISH by UDP and TCP on one port of 127.0.0.1, and judges each body by the
syntax of RFC 6035 section 4.6.

usage: collector.py [200 | STATUS RETRY_AFTER | hostile]
prints "listening PORT", then for each report a line of JSON: transport, problems, body, fields ("Section.Line.KEY")
"""

import json
import re
import socket
import subprocess
import sys
import threading

URI = r"<sips?:[^\s<>\"]+>"
HOST = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]+|[A-Za-z0-9.-]+)"
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
PERCENT = r"\d{1,3}(?:\.\d{1,2})?"
MILLISECONDS = r"\d{1,5}"
DURATION = r"\d{1,7}"
LEVEL = r"-?\d{1,2}"
MOS = r"\d(?:\.\d{1,3})?"
WORD = r"[A-Za-z0-9.!%*_+`'~()<>:\\\"/\[\]?{}-]+"

# Lines in their order: name, whether it has to be there, its value or its metrics in their order.
INFO = [
    ("CallID", True, WORD + "(?:@" + WORD + ")?"),
    ("LocalID", True, URI), ("RemoteID", True, URI), ("OrigID", True, URI),
    ("LocalAddr", True, rf"IP={HOST} PORT=\d{{1,5}} SSRC=0x[0-9A-Fa-f]{{1,8}}"),
    ("RemoteAddr", True, rf"IP={HOST} PORT=\d{{1,5}} SSRC=0x[0-9A-Fa-f]{{1,8}}"),
    ("LocalGroup", True, r"\S+"), ("RemoteGroup", True, r"\S+"),
    ("LocalMAC", False, r"\S+"), ("RemoteMAC", False, r"\S+"),
]
METRICS = [
    ("Timestamps", True, [("START", DATE), ("STOP", DATE)]),
    ("SessionDesc", False, [
        ("PT", r"\d{1,3}"), ("PD", r"\"?[\w.-]+\"?"), ("SR", r"\d{1,6}"), ("PPS", r"\d{1,5}"), ("FD", r"\d{1,4}"),
        ("FO", r"\d{1,5}"), ("FPP", r"\d{1,2}"), ("FMTP", r"\"[^\"]*\""), ("PLC", r"[0-3]"), ("SSUP", r"on|off")]),
    ("JitterBuffer", False, [
        ("JBA", r"[0-3]"), ("JBR", r"\d{1,2}"), ("JBN", MILLISECONDS), ("JBM", MILLISECONDS), ("JBX", MILLISECONDS)]),
    ("PacketLoss", False, [("NLR", PERCENT), ("JDR", PERCENT)]),
    ("BurstGapLoss", False, [
        ("BLD", PERCENT), ("BD", DURATION), ("GLD", PERCENT), ("GD", DURATION), ("GMIN", r"\d{1,3}")]),
    ("Delay", False, [
        ("RTD", MILLISECONDS), ("ESD", MILLISECONDS), ("OWD", MILLISECONDS), ("SOWD", MILLISECONDS),
        ("IAJ", MILLISECONDS), ("MAJ", MILLISECONDS)]),
    ("Signal", False, [("SL", LEVEL), ("NL", LEVEL), ("RERL", r"\d{1,3}")]),
    ("QualityEst", False, [
        ("RLQ", r"\d{1,3}"), ("RLQEstAlg", r"\S+"), ("RCQ", r"\d{1,3}"), ("RCQEstAlg", r"\S+"), ("EXTRI", r"\d{1,3}"),
        ("EXTRIEstAlg", r"\S+"), ("EXTRO", r"\d{1,3}"), ("EXTROEstAlg", r"\S+"), ("MOSLQ", MOS),
        ("MOSLQEstAlg", r"\S+"), ("MOSCQ", MOS), ("MOSCQEstAlg", r"\S+"), ("QoEEstAlg", r"\S+")]),
]


class Body:
    """The lines of a body, taken one by one as the syntax has them."""

    def __init__(self, text):
        self.problems, self.fields = [], {}
        if not text.endswith("\r\n"):
            self.problems.append("the last line has no end")
        if re.search(r"(?<!\r)\n|\r(?!\n)", text):
            self.problems.append("a line does not end with CR LF")
        self.lines = text.split("\r\n")[:-1]
        self.report()

    def report(self):
        first = self.lines.pop(0) if self.lines else ""
        if not re.fullmatch(r"VQ(Session|Interval)Report(:[ \t]*CallTerm)?", first):
            self.problems.append(f"no report begins with {first!r}")
        self.fields["report"] = first
        self.section("Info", INFO)
        self.metrics("LocalMetrics", True)
        self.metrics("RemoteMetrics", False)
        self.section("Info", [("DialogID", False, r"[^\s;]+(?:;(?:to-tag|from-tag)=[^\s;]+)*")])
        for line in self.lines:
            self.problems.append(f"out of place: {line!r}")

    def metrics(self, name, required):
        if self.lines and re.fullmatch(name + r"[ \t]*:[ \t]*", self.lines[0]):
            self.lines.pop(0)
            self.section(name, METRICS)
        elif required:
            self.problems.append(f"no {name}")

    def section(self, section, rules):
        for name, required, syntax in rules:
            match = re.match(rf"{name}[ \t]*:[ \t]*(.*)$", self.lines[0], re.S) if self.lines else None
            if match is None:
                if required:
                    self.problems.append(f"no {name}")
                continue
            line, value = self.lines.pop(0), match.group(1)
            if isinstance(syntax, str):
                if not re.fullmatch(syntax, value):
                    self.problems.append(f"not a {name}: {line!r}")
                self.fields[f"{section}.{name}"] = value
            else:
                self.values(section, name, value, syntax)

    def values(self, section, name, text, rules):
        order = [key for key, _ in rules]
        place = -1
        for item in text.split(" "):
            key, _, value = item.partition("=")
            if key not in order:
                self.problems.append(f"no metric of {name}: {item!r}")
                continue
            if order.index(key) <= place:
                self.problems.append(f"{key} is out of order in {name}")
            place = order.index(key)
            if not re.fullmatch(rules[place][1], value):
                self.problems.append(f"not a value: {item!r}")
            self.fields[f"{section}.{name}.{key}"] = value


def judge(message, transport):
    head, _, body = message.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    judged = Body(body.decode())
    wanted = {"event": "vq-rtcpxr", "content-type": "application/vq-rtcpxr", "content-length": str(len(body)),
              "max-forwards": "70", "cseq": "1 PUBLISH"}
    for name, value in wanted.items():
        if headers.get(name) != value:
            judged.problems.append(f"{name} is {headers.get(name)!r}")
    if not re.fullmatch(r"PUBLISH sips?:\S+ SIP/2\.0", lines[0]):
        judged.problems.append(f"no PUBLISH: {lines[0]!r}")
    if f"SIP/2.0/{transport.upper()} " not in headers.get("via", ""):
        judged.problems.append(f"Via is {headers.get('via')!r}")
    return lines, headers, body, judged


def wireshark(message):
    """What tshark finds wrong with the message; nothing where it is not installed."""
    pcap = bytes.fromhex("d4c3b2a1020004000000000000000000ffff0000e4000000")  # LINKTYPE_IPV4
    udp = (5060).to_bytes(2, "big") * 2 + (8 + len(message)).to_bytes(2, "big") + b"\0\0" + message
    ip = b"\x45\0" + (20 + len(udp)).to_bytes(2, "big") + b"\0\0\0\0\x40\x11\0\0\x7f\0\0\1\x7f\0\0\1" + udp
    pcap += bytes(8) + len(ip).to_bytes(4, "little") * 2 + ip
    try:
        run = subprocess.run(
            ["tshark", "-n", "-r", "-", "-T", "fields", "-e", "sip.Method", "-e", "sip.Event", "-e", "sip.Content-Type",
             "-e", "_ws.malformed"],
            input=pcap, capture_output=True, timeout=60, check=False)
    except FileNotFoundError:
        return []
    found = run.stdout.decode().strip("\n").split("\t")
    expected = ["PUBLISH", "vq-rtcpxr", "application/vq-rtcpxr", ""]
    return [] if found == expected else [f"tshark: {found} {run.stderr.decode()[-200:]}"]


def answer(headers, behaviour):
    status, *rest = behaviour
    via = headers["via"].replace(";rport", ";rport=5060;received=127.0.0.1")
    text = f"SIP/2.0 {status} Whatever\r\nVia: {via}\r\nFrom: {headers['from']}\r\nTo: {headers['to']};tag=c\r\n"
    text += f"Call-ID: {headers['call-id']}\r\nCSeq: {headers['cseq']}\r\nSIP-ETag: dx200\r\nExpires: 60\r\n"
    if rest:
        text += f"Retry-After: {rest[0]}\r\n"
    return (text + "Content-Length: 0\r\n\r\n").encode()


def answers(headers, behaviour):
    if behaviour != ["hostile"]:
        return [answer(headers, behaviour)]
    good = answer(headers, ["200"])
    return [
        b"\0" * 600, b"SIP/2.0 200\r\n\r\n", good.replace(b"PUBLISH", b"INVITE"), good.replace(b"200", b"099"),
        good.replace(b"200", b"999"), good.replace(b"z9hG4bK", b"z9hG4bL"), answer(headers, ["100"]),
        answer(headers, ["503", "9" * 400]), good, good, good.replace(b"Length: 0", b"Length: 99999999999"),
    ]


lock = threading.Lock()


def receive(message, transport, reply, behaviour):
    lines, headers, body, judged = judge(message, transport)
    for octets in answers(headers, behaviour):
        reply(octets)
    # tshark takes its time to start, in which others want their answers.
    threading.Thread(target=tell, args=(message, transport, body, judged)).start()


def tell(message, transport, body, judged):
    problems = judged.problems + wireshark(message)
    with lock:
        print(json.dumps({"transport": transport, "problems": problems, "body": body.decode(),
                          "fields": judged.fields, "octets": len(message)}), flush=True)


def serve_connection(connection, behaviour):
    pending = b""
    while data := connection.recv(65536):
        pending += data
        while b"\r\n\r\n" in pending:
            head = pending[:pending.index(b"\r\n\r\n") + 4]
            length = int(re.search(rb"Content-Length: *(\d+)", head).group(1))
            if len(pending) < len(head) + length:
                break
            message, pending = pending[:len(head) + length], pending[len(head) + length:]
            receive(message, "tcp", connection.sendall, behaviour)


def serve(stream, behaviour):
    while True:
        connection, _ = stream.accept()
        threading.Thread(target=serve_connection, args=(connection, behaviour), daemon=True).start()


def bind():
    while True:
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 0))
        stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            stream.bind(datagrams.getsockname())
        except OSError:
            continue
        stream.listen()
        return datagrams, stream


def main():
    behaviour = sys.argv[1:] or ["200"]
    datagrams, stream = bind()
    threading.Thread(target=serve, args=(stream, behaviour), daemon=True).start()
    print("listening", datagrams.getsockname()[1], flush=True)
    seen = set()
    while True:
        message, source = datagrams.recvfrom(65536)
        branch = re.search(rb"branch=(\S+?)[;\r]", message)
        if branch and branch.group(1) not in seen:
            seen.add(branch.group(1))
            receive(message, "udp", lambda octets: datagrams.sendto(octets, source), behaviour)


if __name__ == "__main__":
    main()
