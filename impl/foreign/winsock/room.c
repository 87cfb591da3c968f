/* Readiness: whether select says that a socket has room. It changes nothing, where WSAEventSelect would make the socket nonblocking. */
#include "driver.h"

enum { OWED_MS = 500 }; /* where the peer has read everything, so that there must be room */

static int is_writable(SOCKET handle, DWORD milliseconds) {
  fd_set set;
  struct timeval timeout = {(long)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000};
  FD_ZERO(&set);
  FD_SET(handle, &set);
  return select((int)handle + 1, NULL, &set, NULL, &timeout);
}

static int has_queued(const Socket *socket) {
  for (const Operation *operation = operations; operation != NULL; operation = operation->next)
    if (operation->socket == socket && is_pending(operation)) return 1;
  for (const Worker *worker = workers; worker != NULL; worker = worker->next)
    if (worker->isBusy && worker->waiting.sends == socket) return 1;
  return 0;
}

/* The requests are read by this thread, so that nothing new happens to the socket while it waits. */
void look_for_room(const Json *request) {
  Socket *socket = find_socket(json_get(request, "socket"));
  if (socket == NULL || !socket->isOpen) {
    write_refusal(NULL, request, "no open socket has this name");
    return;
  }
  count_completed();
  int isOwed = socket->peer != INVALID_SOCKET && !socket->roomIsLate && socket->received >= socket->accepted && !has_queued(socket);
  SOCKET handle = socket->handle;
  LeaveCriticalSection(&lock);
  int ready = is_writable(handle, isOwed ? OWED_MS : 0);
  EnterCriticalSection(&lock);
  if (ready < 0) {
    write_refusal(NULL, request, "select fails on this socket");
    return;
  }
  if (isOwed && !ready) socket->roomIsLate = 1;
  write_line(NULL, request, "\"ready\":%s", ready ? "true" : "false");
}
