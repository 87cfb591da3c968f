#!/usr/bin/env python3
"""A driver to begin with: the host's TCP sockets, sends without an OVERLAPPED, one thread. Everything else is `unsupported`.

Put your own stack where `CALLS` and `peer_recv` call Python's; the rest is the protocol and can stay as it is.
"""
import errno
import json
import socket
import struct
import sys

# ---- The protocol: requests in, the trace of what happened out ----------------------------------------------------------------


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")


def main():
    say({"wspsend": "trace/1", "source": "skeleton-py"})
    sys.stdout.flush()
    for text in sys.stdin:
        request = json.loads(text)
        if "call" in request:
            act = CALLS.get(request["call"])
            # A driver with several threads makes the call on the thread of that name.
            why = None if request.get("thread", "main") == "main" else "this driver has one thread"
            returns = {"unsupported": why or "this driver has no such call"} if why or not act else act(request)
            say({**request, "returns": returns})
        elif request.get("peer") == "recv":
            peer_recv(request)
        elif request.get("env") == "settle":
            say(request)  # Wait here until everything already caused has happened; loopback needs no waiting.
        else:
            say({**request, "returns": {"unsupported": "this driver has no such request"}})
        say({"done": True})
        sys.stdout.flush()


def pattern(fill, length):
    """Byte j of the concatenated buffers is (fill + j) mod 251."""
    return bytes((fill + j) % 251 for j in range(length))


def runs_of(data):
    """[s, n] stands for the n bytes s, s+1, … (mod 251)."""
    runs = []
    for byte in data:
        if runs and byte == (runs[-1][0] + runs[-1][1]) % 251:
            runs[-1][1] += 1
        else:
            runs.append([byte, 1])
    return runs


# ---- The implementation under test --------------------------------------------------------------------------------------------

LISTENER = socket.create_server(("127.0.0.1", 0))
CODES = {errno.EAGAIN: "WSAEWOULDBLOCK", errno.ECONNRESET: "WSAECONNRESET", errno.ENOTCONN: "WSAENOTCONN"}
ROOM = 65536  # A blocking send never waits as long as the peer has less than this to read.


class Socket:
    def __init__(self):
        self.own = socket.socket()
        self.own.setblocking(False)
        self.peer = None
        self.nonblocking = self.shut_down = self.ended = False
        self.unread = 0


SOCKETS = {}  # by name; a name that is not here is a descriptor that is not a socket


def failed(code):
    return {"rc": -1, "errno": code}


def on_socket(act):
    def call(request):
        found = SOCKETS.get(request["socket"])
        return failed("WSAENOTSOCK") if found is None else act(found, request)

    return call


def wsp_socket(request):
    if request["type"] != "SOCK_STREAM" or request["socket"] in SOCKETS:
        return {"unsupported": "this driver makes stream sockets under new names"}
    SOCKETS[request["socket"]] = Socket()
    return {"rc": 0}


def wsp_connect(found, _request):
    if found.peer is not None:
        return failed("WSAEISCONN")
    found.own.setblocking(True)
    found.own.connect(LISTENER.getsockname())
    found.own.setblocking(False)
    found.peer = LISTENER.accept()[0]
    found.peer.setblocking(False)
    return {"rc": 0}


def wsp_ioctl(found, request):
    if request["code"] != "FIONBIO":
        return {"unsupported": "sockets have no such command"}
    found.nonblocking = bool(request["value"])
    return {"rc": 0}


def wsp_send(found, request):
    length = sum(request["buffers"])
    if set(request) - {"call", "thread", "socket", "buffers", "fill"}:
        return {"unsupported": "this driver makes plain sends only"}
    if found.peer is None:
        return failed("WSAENOTCONN")
    if found.shut_down:
        return failed("WSAESHUTDOWN")
    if found.unread + length > ROOM:
        return {"unsupported": "this driver has one thread, and the send might block"}
    try:
        sent = found.own.send(pattern(request.get("fill", 0), length)) if length else 0
    except OSError as error:
        return failed(CODES.get(error.errno, str(error.errno)))
    found.unread += sent
    return {"rc": 0, "bytes": sent}


def wsp_shutdown(found, request):
    if found.peer is None:
        return failed("WSAENOTCONN")
    how = {"SD_RECEIVE": socket.SHUT_RD, "SD_SEND": socket.SHUT_WR, "SD_BOTH": socket.SHUT_RDWR}[request["how"]]
    try:
        found.own.shutdown(how)
    except OSError as error:
        return failed(CODES.get(error.errno, str(error.errno)))
    found.shut_down |= how != socket.SHUT_RD
    return {"rc": 0}


CLOSED = {}  # Their peers still read.


def wsp_close(found, request):
    found.own.close()
    CLOSED[request["socket"]] = SOCKETS.pop(request["socket"])
    return {"rc": 0}


CALLS = {
    "WSPSocket": wsp_socket,
    "WSPConnect": on_socket(wsp_connect),
    "WSPIoctl": on_socket(wsp_ioctl),
    "WSPSend": on_socket(wsp_send),
    "WSPShutdown": on_socket(wsp_shutdown),
    "WSPCloseSocket": on_socket(wsp_close),
}


def peer_recv(request):
    name = request["socket"]
    found = SOCKETS.get(name) or CLOSED.get(name)
    if found is None or found.peer is None or found.ended or request.get("bytes") == 0:
        return
    try:
        data = found.peer.recv(request.get("bytes", 1 << 20))
    except BlockingIOError:
        say({"peer": "idle", "socket": name})
        return
    except OSError as error:
        found.ended = True
        say({"peer": "error", "socket": name, "errno": CODES.get(error.errno, str(error.errno))})
        return
    found.unread -= len(data)
    found.ended = not data
    say({"peer": "recv", "socket": name, "runs": runs_of(data)} if data else {"peer": "eof", "socket": name})


if __name__ == "__main__":
    main()
