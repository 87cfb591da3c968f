/*
 * One worker for each thread that a trace names, "main" among them, so that whichever blocks, requests are still read. A worker
 * waits for its next call in a way that is not alertable: completion routines run in its SleepEx and nowhere else of our doing.
 */
#include "driver.h"

#include <stdlib.h>

Worker *workers;
static CONDITION_VARIABLE idle = CONDITION_VARIABLE_INIT;
static DWORD slot = TLS_OUT_OF_INDEXES;

static DWORD WINAPI work(LPVOID parameter) {
  Worker *self = parameter;
  TlsSetValue(slot, self);
  EnterCriticalSection(&lock);
  for (;;) {
    while (self->job == NULL) SleepConditionVariableCS(&self->wake, &lock, INFINITE);
    JsonText *request = self->job;
    self->job = NULL;
    LeaveCriticalSection(&lock);
    make_call(self, json_root(request), request);
    EnterCriticalSection(&lock);
    self->isBusy = 0;
    WakeAllConditionVariable(&idle);
  }
  return 0; /* Some compilers want it. */
}

Worker *worker_named(const Json *name) {
  static const Json mainName = {.kind = JSON_STRING, .string = "main", .length = 4, .from = "\"main\"", .to = NULL};
  Json said = mainName;
  said.to = said.from + 6;
  if (name != NULL) said = *name;
  for (Worker *found = workers; found != NULL; found = found->next)
    if (name_is(&found->name, &said)) return found;
  if (slot == TLS_OUT_OF_INDEXES) slot = TlsAlloc();
  Worker *made = calloc(1, sizeof *made);
  if (made == NULL) abort();
  made->name = name_of(&said);
  InitializeConditionVariable(&made->wake);
  made->next = workers;
  workers = made;
  made->handle = CreateThread(NULL, 0, work, made, 0, NULL);
  return made;
}

Worker *this_worker(void) { return slot == TLS_OUT_OF_INDEXES ? NULL : TlsGetValue(slot); }

void have_done(Worker *worker, JsonText *request, DWORD milliseconds) {
  DWORD start = now();
  int hasBegun = 0;
  worker->job = request;
  worker->isBusy = 1;
  worker->isServing = 1;
  WakeConditionVariable(&worker->wake);
  while (worker->isBusy && !worker->hasExited) {
    /* A thread that was just made, or that waits for a processor, has not blocked: the time runs from the call. */
    if (!hasBegun && worker->top != NULL) hasBegun = 1, start = now();
    DWORD passed = now() - start;
    if (hasBegun && passed >= milliseconds) break;
    SleepConditionVariableCS(&idle, &lock, hasBegun ? milliseconds - passed : 1);
  }
  if (worker->hasExited) {
    LeaveCriticalSection(&lock);
    WaitForSingleObject(worker->handle, 2000);
    EnterCriticalSection(&lock);
  } else if (worker->isBusy) write_begins(worker);
  worker->isServing = 0;
}

/* The line stands first, since the call never returns. */
void exit_thread(Worker *worker, const Json *call) {
  EnterCriticalSection(&lock);
  Opening opening;
  open_call(worker, &opening, call);
  close_call(worker, &opening, "\"rc\":0");
  worker->top = NULL;
  worker->hasExited = 1;
  WakeAllConditionVariable(&idle);
  LeaveCriticalSection(&lock);
  ExitThread(0);
}
