/*
 * Completion ports. One port serves every socket; a socket is the key of its own packets, and the address of an OVERLAPPED says which
 * operation one is of. What is dequeued for another socket waits until somebody asks for it.
 */
#include "driver.h"

#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ON_ITS_WAY_MS = 500 }; /* for the packet of an operation that is over */

/* A packet that was dequeued, and for which nobody asked yet. */
typedef struct Packet {
  struct Packet *next;
  Socket *socket;
  WSAOVERLAPPED *structure;
  DWORD code, bytes;
} Packet;

static HANDLE port;
static Packet *packets;
/* Operations that may give a packet and have not yet, the oldest first. */
static Operation *expected;

static Operation **place_of(Operation *operation) {
  Operation **place = &expected;
  while (*place != NULL && *place != operation) place = &(*place)->nextExpected;
  return place;
}

void expect_packet(Operation *operation) {
  Operation **place = place_of(operation);
  if (*place != NULL) return;
  operation->nextExpected = NULL;
  *place = operation;
}

void expect_no_packet(Operation *operation) {
  Operation **place = place_of(operation);
  if (*place != NULL) *place = operation->nextExpected;
}

static int is_over(const Operation *operation) { return operation->overlapped->last != operation || !is_pending(operation); }

/* Of this socket, or of any where it is null: an operation is over, and its packet is not late. */
static int is_on_its_way(const Socket *socket) {
  for (const Operation *operation = expected; operation != NULL; operation = operation->nextExpected)
    if ((socket == NULL || operation->socket == socket) && operation->hasReturned && !operation->packetIsLate && is_over(operation)) return 1;
  return 0;
}

/* The OVERLAPPED is the caller's again, unless a later send has it by now. */
static void give_back(WSAOVERLAPPED *structure) {
  Operation *operation = expected;
  while (operation != NULL && &operation->overlapped->structure != structure) operation = operation->nextExpected;
  if (operation == NULL) return;
  expect_no_packet(operation);
  if (operation->overlapped->last != operation || is_pending(operation)) return;
  operation->overlapped->inUse = 0;
  send_over(operation);
}

/* Takes one packet out of the port, waiting so long without the lock. */
static int take_packet(DWORD milliseconds) {
  ULONG_PTR key = 0;
  OVERLAPPED *structure = NULL;
  DWORD bytes = 0;
  LeaveCriticalSection(&lock);
  BOOL ok = GetQueuedCompletionStatus(port, &bytes, &key, &structure, milliseconds);
  DWORD code = ok ? 0 : GetLastError();
  EnterCriticalSection(&lock);
  if (structure == NULL) return 0;
  Packet *packet = calloc(1, sizeof *packet), **end = &packets;
  if (packet == NULL) abort();
  packet->socket = (Socket *)key;
  packet->structure = structure;
  packet->code = code;
  packet->bytes = bytes;
  while (*end != NULL) end = &(*end)->next;
  *end = packet;
  give_back(structure);
  return 1;
}

static Packet **packet_of(const Socket *socket) {
  Packet **place = &packets;
  while (*place != NULL && (*place)->socket != socket) place = &(*place)->next;
  return place;
}

/* What the port has by now; true when packets of operations that are over are still to come. */
int packets_are_late(void) {
  if (port == NULL) return 0;
  while (take_packet(0)) continue;
  return is_on_its_way(NULL);
}

void give_up_packets(void) {
  for (Operation *operation = expected; operation != NULL; operation = operation->nextExpected)
    if (operation->hasReturned && is_over(operation)) operation->packetIsLate = 1;
}

void look_at_port(const Json *request) {
  Socket *socket = find_socket(json_get(request, "socket"));
  if (socket == NULL || !socket->isBound) {
    write_refusal(NULL, request, "the socket is bound to no completion port");
    return;
  }
  DWORD start = now();
  while (take_packet(0)) continue;
  while (*packet_of(socket) == NULL && is_on_its_way(socket) && now() - start < ON_ITS_WAY_MS) take_packet(1);
  Packet **place = packet_of(socket), *packet = *place;
  if (packet == NULL) {
    write_line(NULL, NULL, "\"port\":\"empty\",\"socket\":%s", socket->name.quoted);
    return;
  }
  *place = packet->next;
  const Overlapped *overlapped = overlapped_at(packet->structure);
  char number[16];
  write_line(NULL, NULL, "\"port\":\"packet\",\"socket\":%s,\"overlapped\":%s,\"error\":\"%s\",\"bytes\":%lu", socket->name.quoted,
             overlapped == NULL ? "\"(unknown)\"" : overlapped->name.quoted, packet->code == 0 ? "0" : code_name(packet->code, number),
             (unsigned long)packet->bytes);
  free(packet);
}

/* What waits by now gives a packet too. */
BOOL bind_to_port(Socket *socket) {
  if (port == NULL) port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
  if (port == NULL || CreateIoCompletionPort((HANDLE)socket->handle, port, (ULONG_PTR)socket, 0) == NULL) return FALSE;
  socket->isBound = 1;
  for (Operation *operation = operations; operation != NULL; operation = operation->next)
    if (operation->socket == socket && operation->mayGivePacket && is_pending(operation)) expect_packet(operation);
  return TRUE;
}

BOOL set_modes(Socket *socket, const Json *modes) {
  UCHAR flags = 0;
  for (const Json *mode = modes->child; mode != NULL; mode = mode->next) flags |= (UCHAR)word_of(modeWords, mode)->number;
  if (!SetFileCompletionNotificationModes((HANDLE)socket->handle, flags)) return FALSE;
  socket->skipsPort = (flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0;
  return TRUE;
}

const char *why_not_port(const Json *call) {
  const Socket *socket = find_socket(json_get(call, "socket"));
  const Json *modes = json_get(call, "modes");
  if (socket == NULL || !socket->isOpen) return "no open socket has this name";
  if (json_is(json_get(call, "call"), "CreateIoCompletionPort")) return socket->isBound ? "it is bound to a completion port" : NULL;
  if (modes == NULL || modes->kind != JSON_ARRAY) return "modes must be a list";
  for (const Json *mode = modes->child; mode != NULL; mode = mode->next)
    if (word_of(modeWords, mode) == NULL) return "no number is known for this mode";
  return NULL;
}
