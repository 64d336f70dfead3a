"""Starts a program as systemd does with sockets: activate.py NAME=udp:HOST:PORT ... -- COMMAND

Prints "NAME PORT" for each socket that it has bound, waits for a line of input, and becomes the program.
"""

import os
import socket
import sys

split = sys.argv.index("--")
sockets = []
for argument in sys.argv[1:split]:
    name, place = argument.split("=")
    kind, host, port = place.split(":")
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    if port == "same":
        port = sockets[-1][1].getsockname()[1]
    bound.bind((host, int(port)))
    if kind == "tcp":
        bound.listen()
    sockets.append((name, bound))
for number, (name, bound) in enumerate(sockets):
    print(name, bound.getsockname()[1], flush=True)
sys.stdin.readline()
# Out of the way first: a descriptor among 3, 4, ... may be one of the sockets itself.
moved = [os.dup2(bound.fileno(), 100 + number) for number, (_, bound) in enumerate(sockets)]
for number, descriptor in enumerate(moved):
    os.dup2(descriptor, 3 + number, inheritable=True)
    os.close(descriptor)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(sockets))
os.environ["LISTEN_FDNAMES"] = ":".join(name for name, _ in sockets)
command = sys.argv[split + 1 :]
os.execv(command[0], command)
