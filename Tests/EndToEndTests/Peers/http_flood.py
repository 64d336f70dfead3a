"""Bad HTTP requests by the thousand, so many at once: http_flood.py PORT COUNT CONCURRENCY

One in four is no HTTP, one has a head that is too long, one has no token, and one never ends. Prints what came back, as JSON.
"""
import collections, json, socket, sys, threading

port, count, concurrency = map(int, sys.argv[1:4])
request = b"GET /live HTTP/1.1\r\nHost: x\r\n"
kinds = [
    b"what is this? \x16\x03\x01\r\n\r\n",
    request + b"X: " + b"a" * 8193 + b"\r\n\r\n",
    request + b"Authorization: Bearer of-nothing\r\nConnection: close\r\n\r\n",
    request + b"A: ",
]
results, lock = collections.Counter(), threading.Lock()


def one(kind):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
        peer.sendall(kinds[kind])
        if kind == 3:
            return "unfinished"
        peer.shutdown(socket.SHUT_WR)
        head = peer.recv(4096).split()
        while peer.recv(4096):
            pass
        return head[1].decode() if len(head) > 1 else "nothing"


def work(start):
    for index in range(start, count, concurrency):
        try:
            result = one((index // concurrency + start) % 4)
        except OSError as error:
            result = type(error).__name__
        with lock:
            results[result] += 1


threads = [threading.Thread(target=work, args=(start,)) for start in range(concurrency)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(results))
