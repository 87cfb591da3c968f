/*
 * Waiting until everything already caused is delivered. What surely has to come is waited for as long as it takes, within reason;
 * for what may come, such as more room in the transport after a read, a short while is enough: nothing requires it.
 */
#include "driver.h"

enum {
  OWED_MS = 2000,
  BREAKING_MS = 80,  /* completions after a close have been seen to come 40 ms late */
  MAYBE_MS = 12,
  GRACE_MS = 3       /* between the end of an operation and its event or its APC */
};

static int later(int a, int b) { return a > b ? a : b; }

static int wait_for_operation(const Operation *operation) {
  const Socket *socket = operation->socket;
  const Overlapped *overlapped = operation->overlapped;
  if (!operation->wentPending || operation->waitedFor) return 0;
  if (!is_pending(operation)) {
    if (overlapped->last != operation || !overlapped->inUse) return 0;
    if (operation->hasRoutine) return !socket->isFresh ? 0 : operation->isOwed ? BREAKING_MS : GRACE_MS;
    if (operation->hasEvent && WaitForSingleObject(overlapped->event, 0) != WAIT_OBJECT_0) return OWED_MS;
    return socket->isFresh ? GRACE_MS : 0;
  }
  if (operation->isOwed || !socket->isOpen) return OWED_MS;
  if (socket->broken || operation->thread->hasExited) return BREAKING_MS;
  if (socket->isStream ? socket->received >= operation->end : 1) return OWED_MS;
  return socket->isFresh ? MAYBE_MS : 0;
}

static int wait_for_thread(const Worker *worker) {
  const Waiting *waiting = &worker->waiting;
  if (!worker->isBusy || worker->hasExited) return 0;
  if (waiting->awaits != NULL) {
    const Operation *operation = waiting->awaits->last;
    return operation == NULL || !is_pending(operation) ? OWED_MS : 0;
  }
  if (waiting->sends != NULL) {
    const Socket *socket = waiting->sends;
    if (!socket->isOpen || socket->broken) return BREAKING_MS;
    Count posted = socket->accepted + waiting->length;
    for (const Operation *operation = operations; operation != NULL; operation = operation->next)
      if (operation->socket == socket && is_pending(operation)) posted = operation->end + waiting->length > posted ? operation->end + waiting->length : posted;
    for (const Worker *other = workers; other != NULL; other = other->next)
      if (other != worker && other->isBusy && other->waiting.sends == socket) posted += other->waiting.length;
    if (socket->received >= posted) return OWED_MS;
    return socket->isFresh ? MAYBE_MS : 0;
  }
  return waiting->sleeps > 0 ? GRACE_MS : 0;
}

static int wait_for_anything(void) {
  int milliseconds = 0;
  count_completed();
  for (const Operation *operation = operations; operation != NULL; operation = operation->next)
    milliseconds = later(milliseconds, wait_for_operation(operation));
  for (const Worker *worker = workers; worker != NULL; worker = worker->next) milliseconds = later(milliseconds, wait_for_thread(worker));
  if (packets_are_late()) milliseconds = OWED_MS;
  for (const Socket *socket = sockets; socket != NULL; socket = socket->next)
    if (socket->isFresh && socket->broken) milliseconds = later(milliseconds, MAYBE_MS);
  return milliseconds;
}

static void clean_up(void) {
  give_up_packets();
  for (Operation **place = &operations; *place != NULL;) {
    Operation *operation = *place;
    if (is_pending(operation)) {
      if (wait_for_operation(operation) == OWED_MS) operation->waitedFor = 1;
      place = &operation->next;
    } else *place = operation->next;
  }
  for (Socket *socket = sockets; socket != NULL; socket = socket->next) socket->isFresh = 0;
}

void settle(const Json *request) {
  DWORD start = now();
  (void)request;
  write_line(NULL, NULL, "\"env\":\"settle\"");
  while ((int)(now() - start) < wait_for_anything()) {
    LeaveCriticalSection(&lock);
    Sleep(1);
    EnterCriticalSection(&lock);
  }
  clean_up();
}
