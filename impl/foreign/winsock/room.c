/*
 * Readiness: whether a socket has room. A nonblocking socket is asked through WSAEventSelect, which would make any other
 * nonblocking; a blocking one through select.
 */
#include "driver.h"

enum {
  OWED_MS = 500, /* where the peer has read everything, so that there must be room */
  NOTICE_MS = 20 /* WSAEventSelect returns before a network event that is already due is recorded */
};

/* FD_CLOSE counts as room: a send on a circuit that is over returns at once. */
static int has_write_event(SOCKET handle, DWORD milliseconds) {
  WSANETWORKEVENTS found = {0};
  WSAEVENT event = WSACreateEvent();
  if (event == WSA_INVALID_EVENT) return -1;
  int isSelected = WSAEventSelect(handle, event, FD_WRITE | FD_CLOSE) == 0;
  if (isSelected) WaitForSingleObject(event, milliseconds);
  int isFound = isSelected && WSAEnumNetworkEvents(handle, event, &found) == 0;
  if (isSelected) WSAEventSelect(handle, NULL, 0);
  WSACloseEvent(event);
  return isFound ? (found.lNetworkEvents & (FD_WRITE | FD_CLOSE)) != 0 : -1;
}

static int is_selected(SOCKET handle, DWORD milliseconds) {
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
  int isNonblocking = socket->isNonblocking;
  LeaveCriticalSection(&lock);
  int ready = isNonblocking ? has_write_event(handle, isOwed ? OWED_MS : NOTICE_MS) : is_selected(handle, isOwed ? OWED_MS : 0);
  EnterCriticalSection(&lock);
  if (ready < 0) {
    write_refusal(NULL, request, isNonblocking ? "WSAEventSelect fails on this socket" : "select fails on this socket");
    return;
  }
  if (isOwed && !ready) socket->roomIsLate = 1;
  write_line(NULL, request, "\"ready\":%s", ready ? "true" : "false");
}
