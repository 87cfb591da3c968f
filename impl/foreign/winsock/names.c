/* What the names in a trace stand for. All of it is under the lock. */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

Socket *sockets;
Operation *operations;
static Overlapped *overlappeds;

int name_is(const Name *name, const Json *said) {
  return said->length == name->length && memcmp(said->string, name->bytes, name->length) == 0;
}

static char *copy_of(const char *from, size_t length) {
  char *copy = malloc(length + 1);
  if (copy == NULL) abort();
  memcpy(copy, from, length);
  copy[length] = 0;
  return copy;
}

Name name_of(const Json *said) {
  Name name = {copy_of(said->string, said->length), said->length, copy_of(said->from, (size_t)(said->to - said->from))};
  return name;
}

Socket *find_socket(const Json *name) {
  for (Socket *socket = sockets; socket != NULL; socket = socket->next)
    if (name_is(&socket->name, name)) return socket;
  return NULL;
}

/* The newest stands first, so that it is the one that is found. The old one stays for its operations. */
Socket *add_socket(const Json *name) {
  Socket *socket = calloc(1, sizeof *socket);
  if (socket == NULL) abort();
  socket->name = name_of(name);
  socket->handle = socket->peer = INVALID_SOCKET;
  socket->next = sockets;
  sockets = socket;
  return socket;
}

/*
 * A closed socket keeps its stale handle, as a careless caller would, unless the system has given the number to something else
 * since: the name must not reach that.
 */
SOCKET handle_of(const Json *name) {
  Socket *socket = find_socket(name);
  DWORD flags;
  if (socket == NULL) return INVALID_SOCKET;
  if (socket->isOpen) return socket->handle;
  return GetHandleInformation((HANDLE)socket->handle, &flags) ? INVALID_SOCKET : socket->handle;
}

Overlapped *overlapped_of(const Json *name) {
  for (Overlapped *found = overlappeds; found != NULL; found = found->next)
    if (name_is(&found->name, name)) return found;
  Overlapped *made = calloc(1, sizeof *made);
  if (made == NULL) abort();
  made->name = name_of(name);
  made->event = CreateEventW(NULL, TRUE, FALSE, NULL);
  made->next = overlappeds;
  overlappeds = made;
  return made;
}

Overlapped *overlapped_at(const WSAOVERLAPPED *structure) {
  for (Overlapped *found = overlappeds; found != NULL; found = found->next)
    if (&found->structure == structure) return found;
  return NULL;
}
