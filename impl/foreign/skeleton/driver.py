#!/usr/bin/env python3
"""A driver to begin with: the host's TCP sockets, plain and overlapped sends, events, one thread. Everything else is `unsupported`.

Put your own stack where `CALLS` and `peer_recv` call Python's; the rest is the protocol and can stay as it is.
"""
import errno
import json
import select
import socket
import sys
import time

# ---- The protocol: requests in, the trace of what happened out ----------------------------------------------------------------


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")


def main():
    say({"wspsend": "trace/1", "source": "skeleton-py"})
    sys.stdout.flush()
    for text in sys.stdin:
        request = json.loads(text)
        pump()
        if "call" in request:
            act = CALLS.get(request["call"])
            # A driver with several threads makes the call on the thread of that name.
            why = None if request.get("thread", "main") == "main" else "this driver has one thread"
            name = request.get("overlapped") if request["call"] == "WSPSend" else None
            if name in OPERATIONS and OPERATIONS[name].returns is None:
                why = "the OVERLAPPED is still in use"
            returns = {"unsupported": why or "this driver has no such call"} if why or not act else act(request)
            if name is not None and returns.get("errno", "WSA_IO_PENDING") != "WSA_IO_PENDING":
                OPERATIONS.pop(name, None)  # A send that fails zeroes its OVERLAPPED: it says nothing of an earlier operation.
            say({**request, "returns": returns})
        elif request.get("peer") == "recv":
            peer_recv(request)
        elif request.get("env") == "settle":
            # Everything already caused has happened when this is done: what the peer made room for is sent.
            for _ in range(20):
                if not any(found.pending for found in SOCKETS.values()):
                    break
                time.sleep(0.005)
                pump()
            say(request)
        elif request.get("poll") == "event":
            operation = OPERATIONS.get(request["overlapped"])
            say({**request, "signalled": operation is not None and operation.has_event and operation.returns is not None})
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
        self.nonblocking = self.overlapped = self.shut_down = self.ended = self.small = False
        self.unread = 0
        self.pending = []  # operations, the oldest first


class Operation:
    """An overlapped send. The data are its own: the buffers of a request are not kept anywhere else."""

    def __init__(self, data, has_event):
        self.data, self.has_event = data, has_event
        self.sent = 0
        self.returns = None  # until it is over


OPERATIONS = {}  # by the name of the OVERLAPPED


def pump():
    """Sends what pends, as far as there is room. Real stacks do this of their own accord."""
    for found in SOCKETS.values():
        while found.pending and advance(found, found.pending[0]):
            found.pending.pop(0)


def advance(found, operation):
    """True once the operation is over."""
    try:
        while operation.sent < len(operation.data):
            sent = found.own.send(operation.data[operation.sent :])
            operation.sent += sent
            found.unread += sent
    except BlockingIOError:
        return False
    except OSError as error:
        operation.returns = failed(CODES.get(error.errno, str(error.errno)))
        return True
    operation.returns = {"rc": 0, "bytes": operation.sent}
    return True


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
    SOCKETS[request["socket"]].overlapped = request.get("overlapped", False)
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


def wsp_setsockopt(found, request):
    if request["name"] != "SO_SNDBUF":
        return {"unsupported": "this driver sets no such option"}
    found.own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max(0, min(int(request["value"]), 1 << 20)))
    found.small = True
    return {"rc": 0}


def wsp_send(found, request):
    length = sum(request["buffers"])
    if set(request) - {"call", "thread", "socket", "buffers", "fill", "overlapped", "event"} or length > 1 << 24:
        return {"unsupported": "this driver has no flags, routines and faults"}
    name = request.get("overlapped")
    if name is not None and not found.overlapped:
        return {"unsupported": "the socket was made without overlapped operations"}
    if found.peer is None:
        return failed("WSAENOTCONN")
    if found.shut_down:
        return failed("WSAESHUTDOWN")
    data = pattern(request.get("fill", 0), length)
    return send_plainly(found, data) if name is None else post(found, name, Operation(data, request.get("event", False)))


def send_plainly(found, data):
    if found.nonblocking and found.pending:
        return failed("WSAEWOULDBLOCK")
    # A send with few bytes in front of it finds room. Whether any other would block cannot be seen without making it.
    if not found.nonblocking and (found.pending or found.small or found.unread + len(data) > ROOM):
        return {"unsupported": "this driver has one thread, and the send might block"}
    try:
        sent = found.own.send(data) if data else 0
    except OSError as error:
        return failed(CODES.get(error.errno, str(error.errno)))
    found.unread += sent
    return {"rc": 0, "bytes": sent}


def post(found, name, operation):
    OPERATIONS[name] = operation
    if not found.pending and advance(found, operation):
        return operation.returns
    found.pending.append(operation)
    return failed("WSA_IO_PENDING")


def wsp_get_overlapped_result(_found, request):
    operation = OPERATIONS.get(request["overlapped"])
    if operation is None or (request.get("wait") and operation.returns is None):
        return {"unsupported": "this driver has no such operation, or one thread that must not wait"}
    return operation.returns or failed("WSA_IO_INCOMPLETE")


def wsp_shutdown(found, request):
    if found.peer is None:
        return failed("WSAENOTCONN")
    if found.pending:
        return {"unsupported": "what pends must go out before the end of the stream"}
    how = {"SD_RECEIVE": socket.SHUT_RD, "SD_SEND": socket.SHUT_WR, "SD_BOTH": socket.SHUT_RDWR}[request["how"]]
    try:
        found.own.shutdown(how)
    except OSError as error:
        return failed(CODES.get(error.errno, str(error.errno)))
    found.shut_down |= how != socket.SHUT_RD
    return {"rc": 0}


CLOSED = {}  # Their peers still read.


def wsp_close(found, request):
    for operation in found.pending:
        operation.returns = failed("WSA_OPERATION_ABORTED")
    found.pending = []
    found.own.close()
    CLOSED[request["socket"]] = SOCKETS.pop(request["socket"])
    return {"rc": 0}


CALLS = {
    "WSPSocket": wsp_socket,
    "WSPConnect": on_socket(wsp_connect),
    "WSPIoctl": on_socket(wsp_ioctl),
    "WSPSetSockOpt": on_socket(wsp_setsockopt),
    "WSPSend": on_socket(wsp_send),
    "WSPGetOverlappedResult": on_socket(wsp_get_overlapped_result),
    "WSPShutdown": on_socket(wsp_shutdown),
    "WSPCloseSocket": on_socket(wsp_close),
}


def peer_recv(request):
    name = request["socket"]
    found = SOCKETS.get(name) or CLOSED.get(name)
    if found is None or found.peer is None or found.ended or request.get("bytes") == 0:
        return
    if found.unread > 0:  # They are on their way.
        select.select([found.peer], [], [], 1)
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
