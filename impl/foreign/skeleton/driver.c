/*
 * A driver to begin with: the host's TCP sockets, sends without an OVERLAPPED, one thread. Everything else is `unsupported`.
 * Put your own stack where the second half calls the host's; the first half is the protocol and can stay as it is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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
  for (long j = 0; j < length; j++) to[j] = (unsigned char)((fill + j) % PERIOD);
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

int main(void) {
  printf("{\"wspsend\":\"trace/1\",\"source\":\"skeleton-c\"}\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    /* A driver with several threads makes the call on the thread of that name. */
    if (strncmp(line, "{\"call\"", 7) == 0 && field("thread") != NULL && !is("thread", "main")) unsupported("this driver has one thread");
    else if (strncmp(line, "{\"call\"", 7) == 0) call();
    else if (is("peer", "recv")) peer_recv();
    else if (is("env", "settle")) puts(line); /* Wait here until everything already caused has happened; loopback needs no waiting. */
    else unsupported("this driver has no such request");
    puts("{\"done\":true}");
    fflush(stdout);
  }
  return 0;
}

/* ---- The implementation under test -------------------------------------------------------------------------------------- */

enum { SOCKETS_MAX = 4096, ROOM = 65536 };

static struct {
  char name[100]; /* as it is written, with the quotation marks */
  int fd, peer, isOpen, isShutDown, ended;
  long unread;
} sockets[SOCKETS_MAX];
static int socketCount;

static const char *code_of(int code) {
  return code == EAGAIN ? "WSAEWOULDBLOCK" : code == ECONNRESET ? "WSAECONNRESET" : code == ENOTCONN ? "WSAENOTCONN" : "WSAECONNABORTED";
}

/* The newest socket of the name that the request gives, or -1. */
static int socket_named(void) {
  const char *name = field("socket");
  for (int i = socketCount - 1; name != NULL && i >= 0; i--)
    if (strncmp(name, sockets[i].name, strlen(sockets[i].name)) == 0) return i;
  return -1;
}

static void make_socket(void) {
  const char *name = field("socket");
  size_t length = strcspn(name + 1, "\"") + 2;
  int old = socket_named();
  if (!is("type", "SOCK_STREAM") || (old >= 0 && sockets[old].isOpen) || socketCount == SOCKETS_MAX || length >= sizeof sockets[0].name) {
    unsupported("this driver makes stream sockets under new names");
    return;
  }
  memcpy(sockets[socketCount].name, name, length);
  sockets[socketCount].fd = socket(AF_INET, SOCK_STREAM, 0);
  sockets[socketCount].peer = -1;
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

static void send_on(int s) {
  static unsigned char bytes[ROOM];
  long length = length_of_buffers();
  static const char *const others[] = {"flags", "overlapped", "routine", "fault", "count"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (field(others[i]) != NULL) {
      unsupported("this driver makes plain sends only");
      return;
    }
  if (sockets[s].peer < 0) returns("WSAENOTCONN", -1);
  else if (sockets[s].isShutDown) returns("WSAESHUTDOWN", -1);
  else if (sockets[s].unread + length > ROOM) unsupported("this driver has one thread, and the send might block");
  else {
    write_pattern(bytes, number("fill", 0), length);
    long sent = length == 0 ? 0 : send(sockets[s].fd, bytes, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) sockets[s].unread += sent;
    returns(sent < 0 ? code_of(errno) : NULL, sent);
  }
}

static void call(void) {
  int s = socket_named();
  if (is("call", "WSPSocket")) make_socket();
  else if (is("call", "WSPConnect") || is("call", "WSPSend") || is("call", "WSPShutdown") || is("call", "WSPCloseSocket")) {
    if (s < 0 || !sockets[s].isOpen) returns("WSAENOTSOCK", -1);
    else if (is("call", "WSPConnect")) connect_socket(s);
    else if (is("call", "WSPSend")) send_on(s);
    else if (is("call", "WSPCloseSocket")) {
      close(sockets[s].fd);
      sockets[s].isOpen = 0;
      returns(NULL, -1);
    } else {
      int how = is("how", "SD_RECEIVE") ? SHUT_RD : is("how", "SD_SEND") ? SHUT_WR : SHUT_RDWR;
      int failed = shutdown(sockets[s].fd, how) != 0;
      if (!failed && how != SHUT_RD) sockets[s].isShutDown = 1;
      returns(failed ? code_of(errno) : NULL, -1);
    }
  } else unsupported("this driver has no such call");
}

static void peer_recv(void) {
  static unsigned char bytes[1 << 20];
  int s = socket_named();
  long limit = number("bytes", sizeof bytes);
  if (s < 0 || sockets[s].peer < 0 || sockets[s].ended || limit == 0) return;
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
