/*
 * SPDX-License-Identifier: MIT
 * Copyright (c) the wspsend authors
 *
 * The section "Purpose" of the WSPSend page as a test of ws2_32.
 * Written by `wspsend generate --format c` from the model, under the profile page; never edited.
 *
 * Every step has the outcomes that are permitted there. A trace ends with its last step, with an outcome that is not permitted, or where
 * a permitted one is not that of the trace: the rest is skipped then, and said so. One thread, loopback, no file but this one:
 *
 *   x86_64-w64-mingw32-gcc -Wall -Wextra FILE.c -lws2_32 -o test.exe      TAP on standard output, exit status 1 when a test fails
 *
 * With WSPSEND_WINETEST or WSPSEND_REACTOS defined it is a test of those trees.
 */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  STEP_SOCKET, STEP_BIND, STEP_CONNECT, STEP_NONBLOCKING, STEP_FLUSH, STEP_OPTION, STEP_SEND, STEP_RESULT, STEP_CANCEL, STEP_SHUTDOWN,
  STEP_CLOSE, STEP_SLEEP, STEP_EVENT, STEP_ROUTINE, STEP_PORT, STEP_MODES, STEP_PACKET, STEP_PEER, STEP_PEER_RESET, STEP_PEER_CLOSE, STEP_PEER_SHUTDOWN, STEP_SETTLE
};
enum { SHOWS_NOTHING, SHOWS_RETURN, SHOWS_SET, SHOWS_UNSET, SHOWS_BYTES, SHOWS_IDLE, SHOWS_EOF, SHOWS_ERROR, SHOWS_OTHER };
enum { HAS_EVENT = 1, HAS_ROUTINE = 2, FAULT_ARRAY = 4, FAULT_BUFFER = 8, NO_COUNT = 16, ON_PORT = 32, LOW_BIT = 64, UNTOUCHED = -1 };

/* A code of 0 is success; the count lies between `least` and `most`, both included, and is UNTOUCHED where nothing was written. */
typedef struct {
  int shows;
  unsigned long code;
  long long least, most;
} Outcome;

typedef struct {
  int kind, line, socket, operation;
  unsigned long value, flags, fill;
  const unsigned long *buffers; /* lengths; of what a peer reads, pairs of a run's start and length */
  unsigned long buffer_count;
  int marks;
  Outcome seen;
  const Outcome *permitted;
  int permitted_count, is_whole;
  const char *text;
  const char *breaks; /* clauses, of what the trace shows */
  const char *stands; /* clauses, of what is permitted */
} Step;

typedef struct {
  const char *name;
  const Step *steps;
  int step_count;
  const char *rest; /* why the trace goes on and this file does not */
} Trace;

#define WIN32_CODES {5, 10013}, {6, 10038}, {8, 10055}, {64, 10054}, {87, 10022}, {121, 10060}, {234, 10040}, {995, 995}, {996, 996}, {997, 997}, {998, 10014}, {1225, 10061}, {1229, 10057}, {1231, 10051}, {1232, 10065}, {1234, 10054}, {1235, 10053}, {1236, 10053}, {1450, 10055}

static const Outcome t0_2[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 10050, -1, -1}, {SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10004, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 10060, -1, -1}, {SHOWS_RETURN, 10051, -1, -1}, {SHOWS_RETURN, 10065, -1, -1}, {SHOWS_RETURN, 10049, -1, -1}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 10042, -1, -1}, {SHOWS_RETURN, 10056, -1, -1}};
static const Outcome t0_3[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 10050, -1, -1}, {SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10004, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 10060, -1, -1}, {SHOWS_RETURN, 10051, -1, -1}, {SHOWS_RETURN, 10065, -1, -1}, {SHOWS_RETURN, 10049, -1, -1}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 10042, -1, -1}, {SHOWS_RETURN, 10056, -1, -1}};
static const unsigned long t0_4_buffers[] = {100, 3};
static const Outcome t0_4[] = {{SHOWS_IDLE, 0, 0, 0}};
static const Step t0[] = {
  {STEP_SOCKET, 2, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, t0_2, 25, 1, "WSPSocket on A", "", ""},
  {STEP_SHUTDOWN, 3, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, t0_3, 25, 1, "WSPShutdown on A", "", ""},
  {STEP_PEER, 4, 0, -1, 0, 0, 0, t0_4_buffers, 2, 0, {SHOWS_BYTES, 0, 3, 3}, t0_4, 1, 0, "the peer of A", "Purpose:4, Purpose:2, Purpose:3, Order:2, lpBuffers:2, dwBufferCount:1, Capture:2, Return:6, MessageSize:4", ""},
};

static const Outcome t1_2[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 10050, -1, -1}, {SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10004, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 10060, -1, -1}, {SHOWS_RETURN, 10051, -1, -1}, {SHOWS_RETURN, 10065, -1, -1}, {SHOWS_RETURN, 10049, -1, -1}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 10042, -1, -1}, {SHOWS_RETURN, 10056, -1, -1}};
static const Outcome t1_3[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 10050, -1, -1}, {SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10004, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 10060, -1, -1}, {SHOWS_RETURN, 10051, -1, -1}, {SHOWS_RETURN, 10065, -1, -1}, {SHOWS_RETURN, 10049, -1, -1}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 10042, -1, -1}, {SHOWS_RETURN, 10056, -1, -1}};
static const unsigned long t1_4_buffers[] = {333, 667};
static const Outcome t1_4[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}};
static const unsigned long t1_5_buffers[] = {0, 1000};
static const Outcome t1_5[] = {{SHOWS_IDLE, 0, 0, 0}, {SHOWS_BYTES, 0, 1, 1000}};
static const Step t1[] = {
  {STEP_SOCKET, 2, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, t1_2, 25, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, t1_3, 25, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, t1_4_buffers, 2, HAS_EVENT, {SHOWS_RETURN, 0, 1000, 1000}, t1_4, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEWOULDBLOCK:1, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4"},
  {STEP_PEER, 5, 0, -1, 0, 0, 0, t1_5_buffers, 2, 0, {SHOWS_BYTES, 0, 1000, 1000}, t1_5, 2, 1, "the peer of A", "", ""},
};

static const Trace traces[] = {
  {"0244afee78f5 WSPShutdown.send, peer.garbled", t0, 3, ""},
  {"03bdce5a389c WSPConnect, send event 1 completes 1, recv 1", t1, 4, ""},
};

/* ---- How a verdict is said ---------------------------------------------------------------------------------------------- */

#if defined(WSPSEND_WINETEST) || defined(WSPSEND_REACTOS)
#ifdef WSPSEND_REACTOS
#include <apitest.h>
#else
#include "wine/test.h"
#endif
#define WSPSEND_TEST(name) START_TEST(name)
#define WSPSEND_OK(is_ok, ...) ok(is_ok, __VA_ARGS__)
#define WSPSEND_SKIP(...) skip(__VA_ARGS__)
#define WSPSEND_PLAN(count) ((void)(count))
#else
static int tests, failures;
#define WSPSEND_TEST(name) static void name(void); int main(void) { name(); return failures != 0; } static void name(void)
#define WSPSEND_OK(is_ok, ...) (tests++, failures += !(is_ok), printf("%s %d - ", (is_ok) ? "ok" : "not ok", tests), printf(__VA_ARGS__))
#define WSPSEND_SKIP(...) (printf("# "), printf(__VA_ARGS__))
#define WSPSEND_PLAN(count) printf("1..%d\n", (count))
#endif

/* ---- Sockets ------------------------------------------------------------------------------------------------------------ */

enum { NAMES_MAX = 16, BUFFERS_MAX = 64, SETTLE_MS = 150, READ_MS = 1500, PERIOD = 251 };
static const DWORD untouched = 0xBADC0DE;

typedef struct {
  SOCKET handle, peer;
  HANDLE port;
  int is_stream;
} Endpoint;

typedef struct {
  WSAOVERLAPPED structure;
  HANDLE event;
  DWORD count;
  char *block;
} Operation;

typedef struct {
  const Operation *operation;
  DWORD error, bytes;
} Entered;

static Endpoint endpoints[NAMES_MAX];
static Operation operations[NAMES_MAX];
static Entered entered[NAMES_MAX];
static int entered_count, entered_read;

static void CALLBACK on_completion(DWORD error, DWORD bytes, WSAOVERLAPPED *structure, DWORD flags) {
  Entered *one = &entered[entered_count < NAMES_MAX - 1 ? entered_count++ : entered_count];
  (void)flags;
  one->operation = (const Operation *)structure;
  one->error = error;
  one->bytes = bytes;
}

static void *no_access(void) {
  static void *page;
  if (page == NULL) page = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_NOACCESS);
  return page;
}

static SOCKET bound_peer(int type, struct sockaddr_in *address) {
  int length = sizeof *address;
  SOCKET handle = socket(AF_INET, type, 0);
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(handle, (struct sockaddr *)address, sizeof *address);
  getsockname(handle, (struct sockaddr *)address, &length);
  if (type == SOCK_STREAM) listen(handle, 1);
  return handle;
}

static int bind_endpoint(const Endpoint *endpoint) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(endpoint->handle, (struct sockaddr *)&address, sizeof address);
}

static int connect_endpoint(Endpoint *endpoint) {
  struct sockaddr_in address;
  u_long off = 0;
  SOCKET other = bound_peer(endpoint->is_stream ? SOCK_STREAM : SOCK_DGRAM, &address);
  int rc = connect(endpoint->handle, (struct sockaddr *)&address, sizeof address);
  DWORD code = rc == 0 ? 0 : (DWORD)WSAGetLastError();
  /* To the trace a connect is over when it returns. */
  if (code == WSAEWOULDBLOCK) {
    fd_set writable;
    struct timeval limit = {3, 0};
    FD_ZERO(&writable);
    FD_SET(endpoint->handle, &writable);
    rc = select(0, NULL, &writable, NULL, &limit) == 1 ? 0 : -1;
  }
  if (rc == 0 && endpoint->is_stream) {
    endpoint->peer = accept(other, NULL, NULL);
    ioctlsocket(endpoint->peer, FIONBIO, &off);
  }
  if (rc == 0 && !endpoint->is_stream) endpoint->peer = other;
  else closesocket(other);
  WSASetLastError((int)code);
  return rc;
}

static int is_readable(SOCKET handle, int milliseconds) {
  fd_set set;
  struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
  FD_ZERO(&set);
  FD_SET(handle, &set);
  return select(0, &set, NULL, NULL, &limit) == 1;
}

/* ---- Steps -------------------------------------------------------------------------------------------------------------- */

static Outcome returned(int rc, DWORD bytes) {
  Outcome outcome = {SHOWS_RETURN, 0, 0, 0};
  if (rc != 0) outcome.code = (unsigned long)WSAGetLastError();
  /* Of a call that fails, the count is no matter here. */
  outcome.least = outcome.most = rc != 0 || bytes == untouched ? UNTOUCHED : (long long)bytes;
  return outcome;
}

static int bind_port(int socket) {
  Endpoint *endpoint = &endpoints[socket];
  if (endpoint->port == NULL) endpoint->port = CreateIoCompletionPort((HANDLE)endpoint->handle, NULL, (ULONG_PTR)socket, 0);
  return endpoint->port != NULL;
}

/* What a call of Win32's own gives. */
static Outcome done(int is_ok) {
  DWORD code = is_ok ? 0 : GetLastError();
  Outcome outcome = {SHOWS_RETURN, code, UNTOUCHED, UNTOUCHED};
  return outcome;
}

static Outcome make_send(const Step *step) {
  WSABUF buffers[BUFFERS_MAX];
  DWORD own = untouched, length = 0, at = 0, i;
  Operation *operation = step->operation < 0 ? NULL : &operations[step->operation];
  DWORD *count = operation == NULL ? &own : &operation->count;
  char *block;
  for (i = 0; i < step->buffer_count; i++) length += step->buffers[i];
  block = malloc(length + 1);
  for (i = 0; i < length; i++) block[i] = (char)((step->fill + i) % PERIOD);
  for (i = 0; i < step->buffer_count; i++) {
    buffers[i].buf = block + at;
    buffers[i].len = step->buffers[i];
    at += step->buffers[i];
  }
  if (operation != NULL) {
    if (operation->event == NULL) operation->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    ResetEvent(operation->event);
    memset(&operation->structure, 0, sizeof operation->structure);
    if (step->marks & HAS_EVENT) operation->structure.hEvent = (HANDLE)((ULONG_PTR)operation->event | (step->marks & LOW_BIT ? 1 : 0));
    if (step->marks & ON_PORT) bind_port(step->socket);
    operation->count = untouched;
    /* The buffers stay until the program ends: the stack may read them for as long as the operation is outstanding. */
    operation->block = block;
  }
  if (step->marks & FAULT_BUFFER && step->buffer_count > 0) buffers[step->buffer_count - 1].buf = no_access();
  int rc = WSASend(endpoints[step->socket].handle, step->marks & FAULT_ARRAY ? no_access() : buffers, step->buffer_count,
                   step->marks & NO_COUNT ? NULL : count, step->flags,
                   operation == NULL ? NULL : &operation->structure, step->marks & HAS_ROUTINE ? on_completion : NULL);
  Outcome outcome = returned(rc, *count);
  if (operation == NULL) free(block);
  return outcome;
}

static Outcome get_result(const Step *step) {
  DWORD bytes = untouched, flags;
  int rc = WSAGetOverlappedResult(endpoints[step->socket].handle, &operations[step->operation].structure, &bytes, step->value != 0, &flags);
  return returned(rc ? 0 : -1, bytes);
}

static Outcome cancel(const Step *step) {
  return done(CancelIoEx((HANDLE)endpoints[step->socket].handle, step->operation < 0 ? NULL : &operations[step->operation].structure));
}

/* The code of Winsock that a code of Win32 stands for. */
static unsigned long winsock_code(DWORD code) {
  static const struct { DWORD win32, winsock; } pairs[] = {WIN32_CODES};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (pairs[i].win32 == code) return pairs[i].winsock;
  return code;
}

static Outcome read_port(const Step *step) {
  Outcome outcome = {SHOWS_IDLE, 0, 0, 0};
  HANDLE port = endpoints[step->socket].port;
  OVERLAPPED *structure = NULL;
  ULONG_PTR key = 0;
  DWORD bytes = 0;
  BOOL is_ok = port != NULL && GetQueuedCompletionStatus(port, &bytes, &key, &structure, SETTLE_MS);
  DWORD code = is_ok ? 0 : GetLastError();
  if (structure == NULL) return outcome;
  outcome.shows = step->operation >= 0 && structure == (OVERLAPPED *)&operations[step->operation].structure ? SHOWS_RETURN : SHOWS_OTHER;
  if (outcome.shows == SHOWS_OTHER) return outcome;
  outcome.code = winsock_code(code);
  outcome.least = outcome.most = is_ok ? (long long)bytes : UNTOUCHED;
  return outcome;
}

/* As many bytes as the trace has, as long as more may be on their way; `least` is how many came, `code` whether they are the same. */
static Outcome read_peer(const Step *step) {
  Outcome outcome = {SHOWS_IDLE, 0, 0, 0};
  SOCKET peer = endpoints[step->socket].peer;
  long long wanted = 0, got = 0;
  DWORD run = 0;
  for (run = 0; run < step->buffer_count; run += 2) wanted += step->buffers[run + 1];
  unsigned char *bytes = malloc((size_t)wanted + 65536);
  int is_stream = endpoints[step->socket].is_stream;
  do {
    if (!is_readable(peer, wanted > 0 ? READ_MS : SETTLE_MS)) break;
    int count = recv(peer, (char *)bytes + got, wanted > 0 && is_stream ? (int)(wanted - got) : 65536, 0);
    if (count < 0 || (count == 0 && is_stream)) {
      outcome.shows = count == 0 ? SHOWS_EOF : SHOWS_ERROR;
      outcome.code = count == 0 ? 0 : (unsigned long)WSAGetLastError();
      break;
    }
    outcome.shows = SHOWS_BYTES;
    got += count;
  } while (is_stream && got < wanted);
  if (got > 0) outcome.shows = SHOWS_BYTES, outcome.code = 0;
  if (outcome.shows == SHOWS_BYTES) {
    long long at = 0;
    outcome.least = outcome.most = got;
    for (run = 0; run < step->buffer_count; run += 2)
      for (DWORD i = 0; i < step->buffers[run + 1] && at < got; i++, at++)
        if (bytes[at] != (step->buffers[run] + i) % PERIOD) outcome.code = 1;
  }
  free(bytes);
  return outcome;
}

static Outcome read_routine(const Step *step) {
  Outcome outcome = {SHOWS_NOTHING, 0, 0, 0};
  if (entered_read < entered_count && entered[entered_read].operation == &operations[step->operation]) {
    outcome.shows = SHOWS_RETURN;
    outcome.code = entered[entered_read].error;
    outcome.least = outcome.most = outcome.code != 0 ? UNTOUCHED : (long long)entered[entered_read].bytes;
    entered_read++;
  }
  return outcome;
}

static Outcome take(const Step *step) {
  Endpoint *endpoint = step->socket < 0 ? NULL : &endpoints[step->socket];
  struct linger hard = {1, 0};
  DWORD bytes = untouched, size = sizeof step->value;
  u_long value = step->value;
  int number = (int)step->value;
  Outcome nothing = {SHOWS_NOTHING, 0, 0, 0};
  switch (step->kind) {
    case STEP_SOCKET:
      endpoint->is_stream = step->value == SOCK_STREAM;
      endpoint->peer = INVALID_SOCKET;
      endpoint->port = NULL;
      endpoint->handle = WSASocketW(AF_INET, (int)step->value, 0, NULL, 0, step->flags);
      return returned(endpoint->handle == INVALID_SOCKET ? -1 : 0, untouched);
    case STEP_BIND: return returned(bind_endpoint(endpoint), untouched);
    case STEP_CONNECT: return returned(connect_endpoint(endpoint), untouched);
    case STEP_NONBLOCKING: return returned(ioctlsocket(endpoint->handle, FIONBIO, &value), untouched);
    case STEP_FLUSH: return returned(WSAIoctl(endpoint->handle, SIO_FLUSH, NULL, 0, NULL, 0, &bytes, NULL, NULL), untouched);
    case STEP_OPTION: return returned(setsockopt(endpoint->handle, SOL_SOCKET, (int)step->flags, (char *)&number, (int)size), untouched);
    case STEP_SEND: return make_send(step);
    case STEP_RESULT: return get_result(step);
    case STEP_CANCEL: return cancel(step);
    case STEP_SHUTDOWN: return returned(shutdown(endpoint->handle, (int)step->value), untouched);
    case STEP_CLOSE: return returned(closesocket(endpoint->handle), untouched);
    case STEP_SLEEP: SleepEx(step->value, TRUE); return returned(0, untouched);
    case STEP_EVENT:
      nothing.shows = WaitForSingleObject(operations[step->operation].event, 0) == WAIT_OBJECT_0 ? SHOWS_SET : SHOWS_UNSET;
      return nothing;
    case STEP_ROUTINE: return read_routine(step);
    case STEP_PORT: return done(bind_port(step->socket));
    case STEP_MODES: return done(SetFileCompletionNotificationModes((HANDLE)endpoint->handle, (UCHAR)step->value));
    case STEP_PACKET: return read_port(step);
    case STEP_PEER: return read_peer(step);
    case STEP_PEER_RESET: setsockopt(endpoint->peer, SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard); closesocket(endpoint->peer); return nothing;
    case STEP_PEER_CLOSE: closesocket(endpoint->peer); return nothing;
    case STEP_PEER_SHUTDOWN: shutdown(endpoint->peer, SD_SEND); return nothing;
    case STEP_SETTLE: Sleep(SETTLE_MS); return nothing;
  }
  return nothing;
}

/* ---- The loop ----------------------------------------------------------------------------------------------------------- */

static int is_among(const Outcome *outcome, const Outcome *list, int count) {
  for (int i = 0; i < count; i++)
    if (list[i].shows == outcome->shows && list[i].code == outcome->code && outcome->least >= list[i].least && outcome->most <= list[i].most) return 1;
  return 0;
}

static void run(const Trace *trace) {
  int i;
  for (i = 0; i < NAMES_MAX; i++) endpoints[i].handle = endpoints[i].peer = INVALID_SOCKET, endpoints[i].port = NULL;
  memset(operations, 0, sizeof operations);
  entered_count = entered_read = 0;
  for (i = 0; i < trace->step_count; i++) {
    const Step *step = &trace->steps[i];
    Outcome outcome = take(step);
    int is_seen = is_among(&outcome, &step->seen, 1);
    int is_permitted = is_among(&outcome, step->permitted, step->permitted_count);
    if (!is_permitted && (is_seen || step->is_whole)) {
      WSPSEND_OK(0, "%s line %d: %s gives code %lu, %lld bytes; %s %s\n", trace->name, step->line, step->text, outcome.code, outcome.least,
                 is_seen ? "breaks" : "permitted is what stands on", is_seen ? step->breaks : step->stands);
      break;
    }
    if (!is_seen) {
      WSPSEND_SKIP("%s branches off at line %d: %s gives code %lu, %lld bytes; the rest is skipped\n", trace->name, step->line, step->text,
                   outcome.code, outcome.least);
      i = trace->step_count;
    }
  }
  if (i >= trace->step_count) {
    if (trace->rest[0] != 0 && i == trace->step_count) WSPSEND_SKIP("%s goes on: %s\n", trace->name, trace->rest);
    WSPSEND_OK(1, "%s\n", trace->name);
  }
  for (i = 0; i < NAMES_MAX; i++) {
    if (endpoints[i].handle != INVALID_SOCKET) closesocket(endpoints[i].handle);
    if (endpoints[i].peer != INVALID_SOCKET) closesocket(endpoints[i].peer);
    if (endpoints[i].port != NULL) CloseHandle(endpoints[i].port);
  }
  SleepEx(0, TRUE);
}

WSPSEND_TEST(wspsend) {
  WSADATA data;
  int count = (int)(sizeof traces / sizeof *traces);
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) abort();
  WSPSEND_PLAN(count);
  for (int i = 0; i < count; i++) run(&traces[i]);
  WSACleanup();
}
