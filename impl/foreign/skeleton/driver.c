/*
 * A driver to begin with: the host's TCP sockets, plain and overlapped sends, events, one thread. Everything else is `unsupported`.
 * Put your own stack where the second half calls the host's; the first half is the protocol and can stay as it is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- The protocol: requests in, the trace of what happened out ---------------------------------------------------------- */

enum { LINE_MAX_BYTES = 1 << 20, PERIOD = 251 };
static char line[LINE_MAX_BYTES];

/* The request's own text with something added is its answer. */
static void answer(const char *added) { printf("%.*s,%s}\n", (int)strlen(line) - 1, line, added); }
static void unsupported(const char *why) {
  char added[200];
  snprintf(added, sizeof added, "\"returns\":{\"unsupported\":\"%s\"}", why);
  answer(added);
}
static void returns(const char *errnoName, long bytes) {
  char added[100];
  if (errnoName != NULL) snprintf(added, sizeof added, "\"returns\":{\"rc\":-1,\"errno\":\"%s\"}", errnoName);
  else if (bytes >= 0) snprintf(added, sizeof added, "\"returns\":{\"rc\":0,\"bytes\":%ld}", bytes);
  else snprintf(added, sizeof added, "\"returns\":{\"rc\":0}");
  answer(added);
}

/* What stands behind `"key":`, or null. The requests come without spaces; another driver may want a JSON library. */
static const char *field(const char *key) {
  char quoted[40];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *found = strstr(line, quoted);
  return found == NULL ? NULL : found + strlen(quoted);
}
static int is(const char *key, const char *text) {
  const char *value = field(key);
  return value != NULL && *value == '"' && strncmp(value + 1, text, strlen(text)) == 0 && value[1 + strlen(text)] == '"';
}
static long number(const char *key, long otherwise) { return field(key) == NULL ? otherwise : atol(field(key)); }

/* The sum of `buffers`: how they are cut says nothing to a stack that takes one piece of memory. */
static long length_of_buffers(void) {
  long sum = 0;
  for (char *at = (char *)field("buffers") + 1; *at != ']'; at += *at == ',') sum += strtol(at, &at, 10);
  return sum;
}
/* Byte j of the concatenated buffers is (fill + j) mod 251. */
static void write_pattern(unsigned char *to, long fill, long length) {
  for (long j = 0; j < length; j++) to[j] = (unsigned char)((fill % PERIOD + j) % PERIOD);
}
/* A run [s,n] stands for the n bytes s, s+1, … (mod 251). */
static void say_received(const char *name, const unsigned char *bytes, long length) {
  printf("{\"peer\":\"recv\",\"socket\":%s,\"runs\":[", name);
  for (long from = 0, to; from < length; from = to) {
    for (to = from + 1; to < length && bytes[to] == (bytes[to - 1] + 1) % PERIOD; to++) continue;
    printf("%s[%u,%ld]", from == 0 ? "" : ",", bytes[from], to - from);
  }
  printf("]}\n");
}

static void call(void);
static void peer_recv(void);
static void pump(void);
static void settle(void);
static int is_signalled(void);

int main(void) {
  printf("{\"wspsend\":\"trace/1\",\"source\":\"skeleton-c\"}\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    pump();
    /* A driver with several threads makes the call on the thread of that name. */
    if (strncmp(line, "{\"call\"", 7) == 0 && field("thread") != NULL && !is("thread", "main")) unsupported("this driver has one thread");
    else if (strncmp(line, "{\"call\"", 7) == 0) call();
    else if (is("peer", "recv")) peer_recv();
    else if (is("poll", "event")) answer(is_signalled() ? "\"signalled\":true" : "\"signalled\":false");
    else if (is("env", "settle")) {
      settle();
      puts(line);
    }
    else unsupported("this driver has no such request");
    puts("{\"done\":true}");
    fflush(stdout);
  }
  return 0;
}

/* ---- The implementation under test -------------------------------------------------------------------------------------- */

enum {
  SOCKETS_MAX = 4096,
  OPERATIONS_MAX = 16384,
  NAME_MAX_BYTES = 100,
  BYTES_MAX = 1 << 24,
  ROOM = 65536 /* a blocking send never waits as long as the peer has less than this to read */
};

static struct {
  char name[NAME_MAX_BYTES]; /* as it is written, with the quotation marks */
  int fd, peer, isOpen, isOverlapped, isNonblocking, isSmall, isShutDown, ended;
  long unread;
} sockets[SOCKETS_MAX];
static int socketCount;

/* An overlapped send, the oldest first. The data are its own: the buffers of a request are not kept anywhere else. */
static struct {
  char name[NAME_MAX_BYTES]; /* of its OVERLAPPED */
  int socket, hasEvent, isOver;
  const char *code; /* once it is over: null, or why it failed */
  unsigned char *data;
  long length, sent;
} operations[OPERATIONS_MAX];
static int operationCount;

static const char *code_of(int code) {
  return code == EAGAIN ? "WSAEWOULDBLOCK" : code == ECONNRESET ? "WSAECONNRESET" : code == ENOTCONN ? "WSAENOTCONN" : "WSAECONNABORTED";
}

static int is_name(const char *name, const char *value) { return value != NULL && strncmp(value, name, strlen(name)) == 0; }

/* False where the value is no string, or too long a one. */
static int copy_name(char *to, const char *value) {
  if (value == NULL || *value != '"') return 0;
  size_t length = strcspn(value + 1, "\"") + 2;
  if (length >= NAME_MAX_BYTES) return 0;
  memcpy(to, value, length);
  to[length] = 0;
  return 1;
}

/* The newest socket of the name that the request gives, or -1. */
static int socket_named(void) {
  for (int i = socketCount - 1; i >= 0; i--)
    if (is_name(sockets[i].name, field("socket"))) return i;
  return -1;
}

/* The newest operation of the OVERLAPPED that the request names, or -1. */
static int operation_named(void) {
  for (int i = operationCount - 1; i >= 0; i--)
    if (operations[i].name[0] != 0 && is_name(operations[i].name, field("overlapped"))) return i;
  return -1;
}

static int has_pending(int s) {
  for (int i = 0; i < operationCount; i++)
    if (!operations[i].isOver && (s < 0 || operations[i].socket == s)) return 1;
  return 0;
}

static void end_operation(int o, const char *code) {
  operations[o].isOver = 1;
  operations[o].code = code;
  free(operations[o].data);
  operations[o].data = NULL;
}

/* What the host takes of it now. A part is sent, and the rest stays: true once the operation is over. */
static int advance(int o) {
  int s = operations[o].socket;
  while (operations[o].sent < operations[o].length) {
    long left = operations[o].length - operations[o].sent;
    long sent = send(sockets[s].fd, operations[o].data + operations[o].sent, (size_t)left, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return 0;
    if (sent < 0) {
      end_operation(o, code_of(errno));
      return 1;
    }
    operations[o].sent += sent;
    sockets[s].unread += sent;
  }
  end_operation(o, NULL);
  return 1;
}

/* Sends what pends, in its order, as far as there is room. Real stacks do this of their own accord. */
static void pump(void) {
  static char isFull[SOCKETS_MAX];
  memset(isFull, 0, sizeof isFull);
  for (int i = 0; i < operationCount; i++)
    if (!operations[i].isOver && !isFull[operations[i].socket]) isFull[operations[i].socket] = !advance(i);
}

/* Everything already caused has happened when this is done: what the peer made room for is sent. */
static void settle(void) {
  for (int i = 0; i < 20 && has_pending(-1); i++) {
    usleep(5000);
    pump();
  }
}

static int is_signalled(void) {
  int o = operation_named();
  return o >= 0 && operations[o].hasEvent && operations[o].isOver;
}

static void make_socket(void) {
  int old = socket_named();
  if (!is("type", "SOCK_STREAM") || (old >= 0 && sockets[old].isOpen) || socketCount == SOCKETS_MAX ||
      !copy_name(sockets[socketCount].name, field("socket"))) {
    unsupported("this driver makes stream sockets under new names");
    return;
  }
  sockets[socketCount].fd = socket(AF_INET, SOCK_STREAM, 0);
  sockets[socketCount].peer = -1;
  sockets[socketCount].isOverlapped = field("overlapped") != NULL && strncmp(field("overlapped"), "true", 4) == 0;
  sockets[socketCount++].isOpen = 1;
  returns(NULL, -1);
}

static void connect_socket(int s) {
  static int listener = -1;
  static struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  if (listener < 0) {
    listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) abort();
    getsockname(listener, (struct sockaddr *)&address, &length);
  }
  if (sockets[s].peer >= 0) {
    returns("WSAEISCONN", -1);
    return;
  }
  if (connect(sockets[s].fd, (struct sockaddr *)&address, sizeof address) != 0) abort();
  sockets[s].peer = accept(listener, NULL, NULL);
  returns(NULL, -1);
}

static void set_option(int s) {
  long asked = number("value", 0);
  int room = asked < 0 ? 0 : asked > 1 << 20 ? 1 << 20 : (int)asked;
  if (!is("name", "SO_SNDBUF")) {
    unsupported("this driver sets no such option");
    return;
  }
  setsockopt(sockets[s].fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  sockets[s].isSmall = 1;
  returns(NULL, -1);
}

static void control(int s) {
  if (!is("code", "FIONBIO")) {
    unsupported("this driver has no such command");
    return;
  }
  sockets[s].isNonblocking = number("value", 0) != 0;
  returns(NULL, -1);
}

/* A nonblocking send takes what fits and reports that part. */
static void send_plainly(int s, const unsigned char *bytes, long length) {
  if (sockets[s].isNonblocking && has_pending(s)) returns("WSAEWOULDBLOCK", -1);
  /* A send with few bytes in front of it finds room. Whether any other would block cannot be seen without making it. */
  else if (!sockets[s].isNonblocking && (has_pending(s) || sockets[s].isSmall || sockets[s].unread + length > ROOM))
    unsupported("this driver has one thread, and the send might block");
  else {
    long sent = length == 0 ? 0 : send(sockets[s].fd, bytes, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) sockets[s].unread += sent;
    returns(sent < 0 ? code_of(errno) : NULL, sent);
  }
}

/* Takes the data over. What is over at once says so; what is not says WSA_IO_PENDING, and goes on when there is room. */
static void post(int s, unsigned char *data, long length) {
  int o = operationCount, old = operation_named(), isBehind = has_pending(s);
  copy_name(operations[o].name, field("overlapped"));
  operations[o].socket = s;
  operations[o].hasEvent = field("event") != NULL && strncmp(field("event"), "true", 4) == 0;
  operations[o].isOver = 0;
  operations[o].data = data;
  operations[o].length = length;
  operations[o].sent = 0;
  operationCount++;
  if (old >= 0) operations[old].name[0] = 0; /* Its OVERLAPPED has another operation from here on. */
  if (isBehind || !advance(o)) returns("WSA_IO_PENDING", -1);
  else {
    returns(operations[o].code, operations[o].sent);
    if (operations[o].code != NULL) operations[o].name[0] = 0; /* A call that fails has begun nothing. */
  }
}

static const char *why_not_send(int s) {
  static const char *const others[] = {"flags", "routine", "fault", "count", "port"};
  const char *name = field("overlapped");
  char copy[NAME_MAX_BYTES];
  int o = operation_named();
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (field(others[i]) != NULL) return "this driver has no flags, routines, ports and faults";
  if (length_of_buffers() > BYTES_MAX) return "this driver sends at most 16 MiB in one call";
  if (name == NULL) return NULL;
  if (!sockets[s].isOverlapped) return "the socket was made without overlapped operations";
  if (!copy_name(copy, name) || operationCount == OPERATIONS_MAX) return "this driver has no room for another operation";
  return o >= 0 && !operations[o].isOver ? "the OVERLAPPED is still in use" : NULL;
}

static void send_on(int s) {
  const char *why = why_not_send(s);
  const char *code = sockets[s].peer < 0 ? "WSAENOTCONN" : sockets[s].isShutDown ? "WSAESHUTDOWN" : NULL;
  if (why != NULL) {
    unsupported(why);
    return;
  }
  if (code != NULL) {
    int old = field("overlapped") == NULL ? -1 : operation_named();
    if (old >= 0) operations[old].name[0] = 0; /* A call that fails has zeroed the OVERLAPPED, which says nothing of an earlier operation. */
    returns(code, -1);
    return;
  }
  long length = length_of_buffers();
  unsigned char *data = malloc((size_t)length + 1);
  if (data == NULL) abort();
  write_pattern(data, number("fill", 0), length);
  if (field("overlapped") != NULL) post(s, data, length);
  else {
    send_plainly(s, data, length);
    free(data);
  }
}

static void get_result(void) {
  int o = operation_named();
  int isWaiting = field("wait") != NULL && strncmp(field("wait"), "true", 4) == 0;
  if (o < 0 || (isWaiting && !operations[o].isOver)) unsupported("this driver has no such operation, or one thread that must not wait");
  else if (!operations[o].isOver) returns("WSA_IO_INCOMPLETE", -1);
  else returns(operations[o].code, operations[o].sent);
}

static void shut_down(int s) {
  int how = is("how", "SD_RECEIVE") ? SHUT_RD : is("how", "SD_SEND") ? SHUT_WR : SHUT_RDWR;
  if (sockets[s].peer < 0) returns("WSAENOTCONN", -1); /* Linux would shut it down all the same. */
  else if (has_pending(s)) unsupported("what pends must go out before the end of the stream");
  else {
    int failed = shutdown(sockets[s].fd, how) != 0;
    if (!failed && how != SHUT_RD) sockets[s].isShutDown = 1;
    returns(failed ? code_of(errno) : NULL, -1);
  }
}

static void close_socket(int s) {
  for (int i = 0; i < operationCount; i++)
    if (operations[i].socket == s && !operations[i].isOver) end_operation(i, "WSA_OPERATION_ABORTED");
  close(sockets[s].fd);
  sockets[s].isOpen = 0;
  returns(NULL, -1);
}

static void call(void) {
  static const struct {
    const char *name;
    void (*make)(int s);
  } onSocket[] = {{"WSPConnect", connect_socket}, {"WSPIoctl", control}, {"WSPSetSockOpt", set_option}, {"WSPSend", send_on},
                  {"WSPShutdown", shut_down}, {"WSPCloseSocket", close_socket}};
  int s = socket_named();
  int isOpen = s >= 0 && sockets[s].isOpen;
  if (is("call", "WSPSocket")) {
    make_socket();
    return;
  }
  if (is("call", "WSPGetOverlappedResult")) {
    if (isOpen) get_result();
    else returns("WSAENOTSOCK", -1);
    return;
  }
  for (size_t i = 0; i < sizeof onSocket / sizeof *onSocket; i++)
    if (is("call", onSocket[i].name)) {
      if (isOpen) onSocket[i].make(s);
      else returns("WSAENOTSOCK", -1);
      return;
    }
  unsupported("this driver has no such call");
}

static void peer_recv(void) {
  static unsigned char bytes[1 << 20];
  int s = socket_named();
  long limit = number("bytes", sizeof bytes);
  if (s < 0 || sockets[s].peer < 0 || sockets[s].ended || limit == 0) return;
  if (sockets[s].unread > 0) { /* They are on their way. */
    struct pollfd readable = {.fd = sockets[s].peer, .events = POLLIN};
    poll(&readable, 1, 1000);
  }
  long count = recv(sockets[s].peer, bytes, limit > (long)sizeof bytes ? sizeof bytes : (size_t)limit, MSG_DONTWAIT);
  if (count > 0) {
    sockets[s].unread -= count;
    say_received(sockets[s].name, bytes, count);
  } else if (count < 0 && errno == EAGAIN) printf("{\"peer\":\"idle\",\"socket\":%s}\n", sockets[s].name);
  else {
    sockets[s].ended = 1;
    if (count == 0) printf("{\"peer\":\"eof\",\"socket\":%s}\n", sockets[s].name);
    else printf("{\"peer\":\"error\",\"socket\":%s,\"errno\":\"%s\"}\n", sockets[s].name, code_of(errno));
  }
}
