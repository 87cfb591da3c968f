/* ---- Sockets ------------------------------------------------------------------------------------------------------------ */

enum { NAMES_MAX = 64, BUFFERS_MAX = 64, SETTLE_MS = 150, READ_MS = 1500, PERIOD = 251 };
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

/* A thread of the trace. It is in `step` until it says that it is done, and in a routine until it is asked to leave. */
typedef struct {
  HANDLE handle, wake, starts, done, enters;
  DWORD id;
  const Step *step;
  Outcome outcome, entered;
  const Operation *entered_for;
  volatile LONG depth, is_over;
} Worker;

/* Of one trace. It stays: of what the trace leaves outstanding, the system may still write there. */
typedef struct {
  Endpoint endpoints[NAMES_MAX];
  Operation operations[NAMES_MAX];
  Worker workers[NAMES_MAX];
  int worker_count;
} Scene;

static Scene *scene;

static void CALLBACK on_completion(DWORD error, DWORD bytes, WSAOVERLAPPED *structure, DWORD flags);

enum { GUARD_SIZE = 4096 };
static char *no_access;
static volatile LONG crashes;

/* A stack that does not catch its fault at that page would end the process, and the tests behind it: the call goes on instead. */
static LONG WINAPI note_crash(EXCEPTION_POINTERS *exception) {
  const EXCEPTION_RECORD *record = exception->ExceptionRecord;
  DWORD old;
  if (record->ExceptionCode != EXCEPTION_ACCESS_VIOLATION || record->NumberParameters < 2) return EXCEPTION_CONTINUE_SEARCH;
  if (record->ExceptionInformation[1] - (ULONG_PTR)no_access >= GUARD_SIZE) return EXCEPTION_CONTINUE_SEARCH;
  InterlockedIncrement(&crashes);
  return VirtualProtect(no_access, GUARD_SIZE, PAGE_READWRITE, &old) ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static SOCKET bound_peer(int type, unsigned long where, struct sockaddr_in *address) {
  int length = sizeof *address;
  SOCKET handle = socket(AF_INET, type, 0);
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(where);
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

static int connect_endpoint(Endpoint *endpoint, int to_broadcast) {
  struct sockaddr_in address;
  u_long off = 0;
  SOCKET other = bound_peer(endpoint->is_stream ? SOCK_STREAM : SOCK_DGRAM, to_broadcast ? INADDR_ANY : INADDR_LOOPBACK, &address);
  /* The whole of 127/8 is the host itself, and its last address reaches everybody there. */
  address.sin_addr.s_addr = htonl(to_broadcast ? 0x7FFFFFFF : INADDR_LOOPBACK);
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

static int is_ready(SOCKET handle, int to_write, int milliseconds) {
  fd_set set;
  struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
  FD_ZERO(&set);
  FD_SET(handle, &set);
  return select(0, to_write ? NULL : &set, to_write ? &set : NULL, NULL, &limit) == 1;
}

static void close_end(SOCKET *handle) {
  if (*handle != INVALID_SOCKET) closesocket(*handle);
  *handle = INVALID_SOCKET;
}

static void reset_end(SOCKET *handle) {
  struct linger hard = {1, 0};
  if (*handle != INVALID_SOCKET) setsockopt(*handle, SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard);
  close_end(handle);
}

/* ---- Steps -------------------------------------------------------------------------------------------------------------- */

static Outcome shown(int shows) {
  Outcome outcome = {shows, 0, 0, 0};
  return outcome;
}

static Outcome returned(int rc, DWORD bytes) {
  Outcome outcome = {SHOWS_RETURN, 0, 0, 0};
  if (rc != 0) outcome.code = (unsigned long)WSAGetLastError();
  outcome.least = outcome.most = bytes == untouched ? UNTOUCHED : (long long)bytes;
  return outcome;
}

static int bind_port(int socket) {
  Endpoint *endpoint = &scene->endpoints[socket];
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
  LONG crashed = crashes;
  Operation *operation = step->operation < 0 ? NULL : &scene->operations[step->operation];
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
  if (step->marks & FAULT_BUFFER && step->buffer_count > 0) buffers[step->buffer_count - 1].buf = no_access;
  int rc = WSASend(scene->endpoints[step->socket].handle, step->marks & FAULT_ARRAY ? (WSABUF *)no_access : buffers,
                   step->buffer_count, step->marks & FAULT_COUNT ? (DWORD *)no_access : step->marks & NO_COUNT ? NULL : count, step->flags,
                   operation == NULL ? NULL : &operation->structure, step->marks & HAS_ROUTINE ? on_completion : NULL);
  DWORD code = rc == 0 ? 0 : (DWORD)WSAGetLastError();
  /* A send that fails may leave its count alone or count nothing: these are one. */
  Outcome outcome = returned(rc, code != 0 && code != WSA_IO_PENDING && *count == 0 ? untouched : *count);
  /* What is written from here on comes late. */
  if (operation == NULL) free(block);
  else operation->count = untouched;
  if (crashes == crashed) return outcome;
  VirtualProtect(no_access, GUARD_SIZE, PAGE_NOACCESS, &code);
  return shown(SHOWS_CRASH);
}

static Outcome get_result(const Step *step) {
  DWORD bytes = untouched, flags;
  int rc = WSAGetOverlappedResult(scene->endpoints[step->socket].handle, &scene->operations[step->operation].structure, &bytes, step->value != 0, &flags);
  return returned(rc ? 0 : -1, bytes);
}

static Outcome cancel(const Step *step) {
  if (step->kind == STEP_CANCEL_THREAD) return done(CancelIo((HANDLE)scene->endpoints[step->socket].handle));
  return done(CancelIoEx((HANDLE)scene->endpoints[step->socket].handle, step->operation < 0 ? NULL : &scene->operations[step->operation].structure));
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
  HANDLE port = scene->endpoints[step->socket].port;
  OVERLAPPED *structure = NULL;
  ULONG_PTR key = 0;
  DWORD bytes = 0;
  BOOL is_ok = port != NULL && GetQueuedCompletionStatus(port, &bytes, &key, &structure, SETTLE_MS);
  DWORD code = is_ok ? 0 : GetLastError();
  if (structure == NULL) return outcome;
  outcome.shows = step->operation >= 0 && structure == (OVERLAPPED *)&scene->operations[step->operation].structure ? SHOWS_RETURN : SHOWS_OTHER;
  if (outcome.shows == SHOWS_OTHER) return outcome;
  outcome.code = winsock_code(code);
  outcome.least = outcome.most = bytes;
  return outcome;
}

/* As many bytes as the trace has, as long as more may be on their way; `least` is how many came, `code` whether they are the same. */
static Outcome read_peer(const Step *step) {
  Outcome outcome = {SHOWS_IDLE, 0, 0, 0};
  SOCKET peer = scene->endpoints[step->socket].peer;
  long long wanted = 0, got = 0;
  DWORD run = 0;
  for (run = 0; run < step->buffer_count; run += 2) wanted += step->buffers[run + 1];
  unsigned char *bytes = malloc((size_t)wanted + 65536);
  int is_stream = scene->endpoints[step->socket].is_stream;
  do {
    if (!is_ready(peer, 0, wanted > 0 ? READ_MS : SETTLE_MS)) break;
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

/* The byte that the peer has apart from the stream, where there is one. */
static Outcome read_urgent(const Step *step) {
  Outcome outcome = shown(SHOWS_NOTHING);
  SOCKET peer = scene->endpoints[step->socket].peer;
  struct timeval limit = {READ_MS / 1000, READ_MS % 1000 * 1000};
  unsigned char byte;
  fd_set urgent;
  FD_ZERO(&urgent);
  FD_SET(peer, &urgent);
  if (select(0, NULL, NULL, &urgent, &limit) != 1 || recv(peer, (char *)&byte, 1, MSG_OOB) != 1) return outcome;
  outcome.shows = SHOWS_BYTES;
  outcome.code = byte != step->buffers[0];
  outcome.least = outcome.most = 1;
  return outcome;
}

static Outcome get_option(const Step *step) {
  int number = 0, length = sizeof number;
  Outcome outcome = returned(getsockopt(scene->endpoints[step->socket].handle, SOL_SOCKET, (int)step->flags, (char *)&number, &length), untouched);
  if (outcome.code == 0) outcome.least = outcome.most = (DWORD)number;
  return outcome;
}

/* A call, on the thread that makes it. */
static Outcome make_call(const Step *step) {
  Endpoint *endpoint = step->socket < 0 ? NULL : &scene->endpoints[step->socket];
  struct linger linger = {(u_short)step->value, (u_short)step->fill};
  DWORD bytes = untouched;
  u_long value = step->value;
  int number = (int)step->value, rc;
  switch (step->kind) {
    case STEP_SOCKET:
      endpoint->is_stream = step->value == SOCK_STREAM;
      endpoint->handle = WSASocketW(AF_INET, (int)step->value, 0, NULL, 0, step->flags);
      return returned(endpoint->handle == INVALID_SOCKET ? -1 : 0, untouched);
    case STEP_BIND: return returned(bind_endpoint(endpoint), untouched);
    case STEP_CONNECT: return returned(connect_endpoint(endpoint, step->value != 0), untouched);
    case STEP_NONBLOCKING: return returned(ioctlsocket(endpoint->handle, FIONBIO, &value), untouched);
    case STEP_FLUSH: return returned(WSAIoctl(endpoint->handle, SIO_FLUSH, NULL, 0, NULL, 0, &bytes, NULL, NULL), untouched);
    case STEP_OPTION: return returned(setsockopt(endpoint->handle, SOL_SOCKET, (int)step->flags, (char *)&number, sizeof number), untouched);
    case STEP_GET_OPTION: return get_option(step);
    case STEP_LINGER: return returned(setsockopt(endpoint->handle, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), untouched);
    case STEP_SEND: return make_send(step);
    case STEP_RESULT: return get_result(step);
    case STEP_CANCEL: case STEP_CANCEL_THREAD: return cancel(step);
    case STEP_SHUTDOWN: return returned(shutdown(endpoint->handle, (int)step->value), untouched);
    case STEP_CLOSE:
      rc = closesocket(endpoint->handle);
      /* The system may give the number to another handle. */
      if (rc == 0) endpoint->handle = INVALID_SOCKET;
      return returned(rc, untouched);
    case STEP_SLEEP: SleepEx(step->value, TRUE); return returned(0, untouched);
    case STEP_EXIT: return returned(0, untouched);
    case STEP_PORT: return done(bind_port(step->socket));
    case STEP_MODES: return done(SetFileCompletionNotificationModes((HANDLE)endpoint->handle, (UCHAR)step->value));
  }
  return shown(SHOWS_NOTHING);
}

/* What is seen or done from outside of the threads. */
static Outcome take_outside(const Step *step) {
  Endpoint *endpoint = step->socket < 0 ? NULL : &scene->endpoints[step->socket];
  Operation *operation = step->operation < 0 ? NULL : &scene->operations[step->operation];
  switch (step->kind) {
    case STEP_EVENT: return shown(WaitForSingleObject(operation->event, 0) == WAIT_OBJECT_0 ? SHOWS_SET : SHOWS_UNSET);
    case STEP_COUNT: return shown(operation->count != untouched ? SHOWS_SET : SHOWS_UNSET);
    case STEP_WRITABLE: return shown(is_ready(endpoint->handle, 1, 0) ? SHOWS_SET : SHOWS_UNSET);
    case STEP_PACKET: return read_port(step);
    case STEP_PEER: return step->marks & URGENT ? read_urgent(step) : read_peer(step);
    case STEP_PEER_RESET: reset_end(&endpoint->peer); break;
    case STEP_PEER_CLOSE: close_end(&endpoint->peer); break;
    case STEP_PEER_SHUTDOWN: shutdown(endpoint->peer, SD_SEND); break;
    case STEP_SETTLE: Sleep(SETTLE_MS); break;
  }
  return shown(SHOWS_NOTHING);
}

