/* The far end: a listener that every stream socket is connected to, a bound socket for each datagram socket, and what happens to them. */
#include "driver.h"

#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  RECEIVE_ROOM = 8192,      /* of the listener, so that sends can pend */
  DATAGRAM_ROOM = 4 << 20,  /* of a datagram peer, so that nothing is dropped */
  CONNECT_MS = 3000,
  EXPECTED_MS = 500,        /* for bytes that the transport surely has */
  END_MS = 200,
  PENDING_MS = 400          /* for bytes of operations that still wait: a window that was closed is probed after 200 ms */
};

DWORD now(void) { return GetTickCount(); }

static int is_readable(SOCKET handle, DWORD milliseconds) {
  fd_set set;
  struct timeval timeout = {(long)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000};
  FD_ZERO(&set);
  FD_SET(handle, &set);
  return select((int)handle + 1, &set, NULL, NULL, &timeout) > 0;
}

static void set_number(SOCKET handle, int option, int value) {
  setsockopt(handle, SOL_SOCKET, option, (const char *)&value, sizeof value);
}

static void make_nonblocking(SOCKET handle) {
  u_long on = 1;
  ioctlsocket(handle, FIONBIO, &on);
}

/* ---- Connecting -------------------------------------------------------------------------------------------------------- */

static SOCKET bound_socket(int type, unsigned long host, struct sockaddr_in *address) {
  int length = sizeof *address;
  SOCKET handle = WSASocketW(AF_INET, type, 0, NULL, 0, 0);
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(host);
  set_number(handle, SO_RCVBUF, type == SOCK_STREAM ? RECEIVE_ROOM : DATAGRAM_ROOM);
  if (bind(handle, (struct sockaddr *)address, sizeof *address) != 0 || getsockname(handle, (struct sockaddr *)address, &length) != 0) abort();
  if (type == SOCK_STREAM && listen(handle, 16) != 0) abort();
  return handle;
}

/* The accepted end of this very connection. */
static SOCKET accept_peer(SOCKET listener, SOCKET handle) {
  struct sockaddr_in mine, theirs;
  int length = sizeof mine;
  if (getsockname(handle, (struct sockaddr *)&mine, &length) != 0) return INVALID_SOCKET;
  while (is_readable(listener, CONNECT_MS)) {
    length = sizeof theirs;
    SOCKET accepted = accept(listener, (struct sockaddr *)&theirs, &length);
    if (accepted == INVALID_SOCKET || theirs.sin_port == mine.sin_port) return accepted;
    closesocket(accepted);
  }
  return INVALID_SOCKET;
}

/* A nonblocking socket may still be about to connect: to a trace a connect is over when it returns. */
static int finish_connect(SOCKET handle, unsigned long *code) {
  fd_set written, failed;
  struct timeval timeout = {CONNECT_MS / 1000, 0};
  FD_ZERO(&written);
  FD_ZERO(&failed);
  FD_SET(handle, &written);
  FD_SET(handle, &failed);
  *code = WSAEWOULDBLOCK;
  return select((int)handle + 1, NULL, &written, &failed, &timeout) > 0 && FD_ISSET(handle, &written) ? 0 : -1;
}

static int connect_stream(Socket *socket, unsigned long *code) {
  static SOCKET listener = INVALID_SOCKET;
  static struct sockaddr_in address;
  if (listener == INVALID_SOCKET) listener = bound_socket(SOCK_STREAM, INADDR_LOOPBACK, &address);
  int rc = connect(socket->handle, (struct sockaddr *)&address, sizeof address);
  *code = rc == 0 ? 0 : (unsigned long)WSAGetLastError();
  if (*code == WSAEWOULDBLOCK) rc = finish_connect(socket->handle, code);
  if (rc != 0) return rc;
  SOCKET peer = accept_peer(listener, socket->handle);
  if (peer == INVALID_SOCKET) abort();
  make_nonblocking(peer);
  socket->peer = peer;
  socket->ended = socket->shutDown = socket->broken = 0;
  socket->accepted = socket->received = socket->forgiven = 0;
  return 0;
}

static int connect_datagram(Socket *socket, int toBroadcast, unsigned long *code) {
  struct sockaddr_in address;
  int length = sizeof address;
  if (socket->peer == INVALID_SOCKET) {
    socket->peer = bound_socket(SOCK_DGRAM, INADDR_ANY, &address);
    make_nonblocking(socket->peer);
  } else getsockname(socket->peer, (struct sockaddr *)&address, &length);
  /* The whole of 127/8 is the host itself, and its last address reaches everybody there. */
  address.sin_addr.s_addr = htonl(toBroadcast ? 0x7FFFFFFF : INADDR_LOOPBACK);
  int rc = connect(socket->handle, (struct sockaddr *)&address, sizeof address);
  *code = rc == 0 ? 0 : (unsigned long)WSAGetLastError();
  return rc;
}

int connect_peer(Socket *socket, int toBroadcast, unsigned long *code) {
  /* Two threads that connect at once would accept each other's peers. */
  static SRWLOCK one = SRWLOCK_INIT;
  AcquireSRWLockExclusive(&one);
  int rc = socket->isStream ? connect_stream(socket, code) : connect_datagram(socket, toBroadcast, code);
  ReleaseSRWLockExclusive(&one);
  return rc;
}

/* ---- Reading ----------------------------------------------------------------------------------------------------------- */

/* How long to wait for something to read: what is on its way must not be reported as missing. */
static DWORD expected_ms(Socket *socket) {
  count_completed();
  if (socket->broken || socket->ended) return 0;
  if (socket->accepted > socket->received + socket->forgiven) return EXPECTED_MS;
  for (const Operation *operation = operations; operation != NULL; operation = operation->next)
    if (operation->socket == socket && is_pending(operation)) return PENDING_MS;
  for (const Worker *worker = workers; worker != NULL; worker = worker->next)
    if (worker->isBusy && worker->waiting.sends == socket) return PENDING_MS;
  return socket->shutDown && socket->isStream ? END_MS : 0;
}

/* Only this thread uses the peer's socket, so it is looked at without the lock. */
static int wait_readable(Socket *socket) {
  SOCKET peer = socket->peer;
  DWORD milliseconds = expected_ms(socket);
  if (milliseconds == 0) return 0;
  LeaveCriticalSection(&lock);
  int isReadable = is_readable(peer, milliseconds);
  EnterCriticalSection(&lock);
  if (!isReadable && milliseconds == EXPECTED_MS) socket->forgiven = socket->accepted - socket->received;
  return isReadable;
}

static void write_runs(Socket *socket, Runs *runs, const char *more) {
  write_line(NULL, NULL, "\"peer\":\"recv\",\"socket\":%s,\"runs\":[%s]%s", socket->name.quoted, runs_text(runs), more);
  free(runs->text);
  memset(runs, 0, sizeof *runs);
}

static void read_urgent(Socket *socket) {
  unsigned char byte;
  Runs runs = {0};
  if (!socket->sentUrgent || recv(socket->peer, (char *)&byte, 1, MSG_OOB) != 1) return;
  add_bytes(&runs, &byte, 1);
  socket->received++;
  write_runs(socket, &runs, ",\"oob\":true");
}

/* What other threads send while the peer reads stands in front of its bytes: first what was read so far, then the sends, then the rest. */
static void keep_order(Socket *socket, Runs *runs) {
  for (Worker *worker = workers; worker != NULL; worker = worker->next)
    if (!worker->isServing && worker->top != NULL && worker->top->number == 0) write_begins(worker);
  if (!others_have_said()) return;
  if (runs->length + runs->count > 0) write_runs(socket, runs, "");
  let_others_speak();
}

void peer_recv(const Json *request) {
  static char bytes[1 << 17];
  const Json *limit = json_get(request, "bytes");
  Socket *socket = find_socket(json_get(request, "socket"));
  if (socket == NULL) {
    write_refusal(NULL, request, "no socket has this name");
    return;
  }
  Count left = limit == NULL ? ~(Count)0 : (Count)limit->number;
  Runs runs = {0};
  int hasRead = 0, error = 0;
  while (left > 0 && socket->peer != INVALID_SOCKET && !socket->ended) {
    keep_order(socket, &runs);
    if (socket->isStream) read_urgent(socket);
    int wanted = !socket->isStream || left > sizeof bytes ? (int)sizeof bytes : (int)left;
    int count = recv(socket->peer, bytes, wanted, 0);
    if (count < 0) {
      error = WSAGetLastError();
      if (error == WSAEWOULDBLOCK && wait_readable(socket)) continue;
      break;
    }
    if (count == 0 && socket->isStream) {
      error = -1;
      break;
    }
    hasRead = 1;
    socket->isFresh = 1;
    socket->roomIsLate = 0;
    left -= (Count)count < left ? (Count)count : left;
    add_bytes(&runs, (unsigned char *)bytes, (size_t)count);
    socket->received += socket->isStream ? (Count)count : 1;
    if (!socket->isStream) write_runs(socket, &runs, "");
  }
  if (runs.length + runs.count > 0) write_runs(socket, &runs, "");
  if (error == -1) {
    socket->ended = 1;
    write_line(NULL, NULL, "\"peer\":\"eof\",\"socket\":%s", socket->name.quoted);
  } else if (error == WSAEWOULDBLOCK && !hasRead) {
    write_line(NULL, NULL, "\"peer\":\"idle\",\"socket\":%s", socket->name.quoted);
  } else if (error != 0 && error != WSAEWOULDBLOCK) {
    char number[16];
    socket->ended = 1;
    write_line(NULL, NULL, "\"peer\":\"error\",\"socket\":%s,\"errno\":\"%s\"", socket->name.quoted, code_name((unsigned long)error, number));
  }
}

/* ---- What happens to the circuit---------------------------------------------------------------------------------------- */

void change_world(const Json *request) {
  const Json *kind = json_get(request, "env"), *name = json_get(request, "socket");
  Socket *socket = name == NULL || name->kind != JSON_STRING ? NULL : find_socket(name);
  int isReset = json_is(kind, "peer.reset"), isClose = json_is(kind, "peer.close"), isShutdown = json_is(kind, "peer.shutdown");
  if (!isReset && !isClose && !isShutdown) {
    write_refusal(NULL, request, "a host's own transport does not do this when asked");
    return;
  }
  if (socket == NULL || !socket->isStream || socket->peer == INVALID_SOCKET) {
    write_refusal(NULL, request, "there is no circuit, or its far end is closed");
    return;
  }
  write_line(NULL, NULL, "\"env\":\"%s\",\"socket\":%s", kind->string, socket->name.quoted);
  socket->isFresh = 1;
  if (isShutdown) {
    shutdown(socket->peer, SD_SEND);
    return;
  }
  struct linger hard = {1, 0};
  if (isReset) setsockopt(socket->peer, SOL_SOCKET, SO_LINGER, (const char *)&hard, sizeof hard);
  closesocket(socket->peer);
  socket->peer = INVALID_SOCKET;
  socket->broken = 1;
  for (Operation *operation = operations; isReset && operation != NULL; operation = operation->next)
    if (operation->socket == socket && is_pending(operation)) operation->isOwed = 1;
}
