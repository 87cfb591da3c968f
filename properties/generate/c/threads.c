/* ---- Threads ------------------------------------------------------------------------------------------------------------ */

/* How long a call that begins is waited for before the next step, and how long one that the trace shows returning. */
enum { BEGIN_MS = 250, RETURN_MS = 4000 };

/* What its thread is asked for, until the routine is left that it runs in, or the trace is over. */
static void obey(Worker *worker) {
  for (;;) {
    WaitForSingleObject(worker->wake, INFINITE);
    if (worker->is_over) {
      SetEvent(worker->wake); /* for the wait that this one stands in */
      return;
    }
    const Step *step = worker->step;
    if (step->kind == STEP_LEAVE) return;
    SetEvent(worker->starts);
    worker->outcome = make_call(step);
    SetEvent(worker->done);
    if (step->kind == STEP_EXIT) ExitThread(0);
  }
}

static DWORD WINAPI work(void *worker) {
  obey(worker);
  return 0;
}

/* It runs where its thread waits alertably. That thread goes on when the trace leaves the routine. */
static void CALLBACK on_completion(DWORD error, DWORD bytes, WSAOVERLAPPED *structure, DWORD flags) {
  Worker *worker = NULL;
  for (int i = 0; i < scene->worker_count; i++)
    if (scene->workers[i].id == GetCurrentThreadId()) worker = &scene->workers[i];
  if (worker == NULL || worker->is_over) return;
  worker->entered = shown(flags == 0 ? SHOWS_RETURN : SHOWS_FLAGGED);
  worker->entered.code = error;
  worker->entered.least = worker->entered.most = bytes;
  worker->entered_for = (const Operation *)structure;
  worker->depth++;
  SetEvent(worker->enters);
  obey(worker);
  worker->depth--;
}

static void hand(Worker *worker, const Step *step) {
  ResetEvent(worker->done);
  worker->step = step;
  SetEvent(worker->wake);
  /* A thread that waits for a processor has not blocked: the time runs from the call. */
  if (step->kind != STEP_LEAVE) WaitForSingleObject(worker->starts, INFINITE);
}

static Outcome seen_of(const Worker *worker, DWORD milliseconds) {
  HANDLE either[] = {worker->done, worker->enters};
  DWORD first = WaitForMultipleObjects(2, either, FALSE, milliseconds);
  return first == WAIT_OBJECT_0 ? worker->outcome : shown(first == WAIT_OBJECT_0 + 1 ? SHOWS_OTHER : SHOWS_OUT);
}

static Outcome enter(Worker *worker, const Operation *operation) {
  Outcome outcome = seen_of(worker, RETURN_MS);
  if (outcome.shows != SHOWS_OTHER) return outcome.shows == SHOWS_OUT ? outcome : shown(SHOWS_NOTHING);
  ResetEvent(worker->enters);
  return worker->entered_for == operation ? worker->entered : shown(SHOWS_OTHER);
}

static Outcome take(const Step *step) {
  Worker *worker = &scene->workers[step->thread];
  Outcome outcome;
  switch (step->kind) {
    case STEP_END: return seen_of(worker, RETURN_MS);
    case STEP_LOOK: return seen_of(worker, 0);
    case STEP_ROUTINE: return enter(worker, &scene->operations[step->operation]);
    case STEP_LEAVE:
      if (worker->depth > 0) hand(worker, step);
      return shown(SHOWS_NOTHING);
  }
  if (step->kind > STEP_MODES) return take_outside(step);
  hand(worker, step);
  outcome = seen_of(worker, step->marks & BEGINS ? BEGIN_MS : RETURN_MS);
  if (step->kind == STEP_EXIT) WaitForSingleObject(worker->handle, RETURN_MS);
  return step->marks & BEGINS ? shown(SHOWS_NOTHING) : outcome;
}

static void begin_scene(int threads) {
  scene = calloc(1, sizeof *scene);
  if (scene == NULL) abort();
  for (int i = 0; i < NAMES_MAX; i++) scene->endpoints[i].handle = scene->endpoints[i].peer = INVALID_SOCKET;
  for (int i = 0; i < threads; i++) {
    Worker *worker = &scene->workers[i];
    worker->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->starts = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->done = CreateEventW(NULL, TRUE, TRUE, NULL);
    worker->enters = CreateEventW(NULL, TRUE, FALSE, NULL);
    worker->handle = CreateThread(NULL, 0, work, worker, 0, &worker->id);
    if (worker->handle == NULL) abort();
  }
  scene->worker_count = threads;
}

/* What still blocks is released by its peer. A thread that blocks all the same is left alone. */
static void end_scene(void) {
  int i;
  for (i = 0; i < NAMES_MAX; i++) reset_end(&scene->endpoints[i].peer);
  for (i = 0; i < NAMES_MAX; i++) close_end(&scene->endpoints[i].handle);
  for (i = 0; i < scene->worker_count; i++) {
    scene->workers[i].is_over = 1;
    SetEvent(scene->workers[i].wake);
  }
  for (i = 0; i < scene->worker_count; i++) WaitForSingleObject(scene->workers[i].handle, RETURN_MS);
  for (i = 0; i < NAMES_MAX; i++)
    if (scene->endpoints[i].port != NULL) CloseHandle(scene->endpoints[i].port);
}

static LPTOP_LEVEL_EXCEPTION_FILTER filter_before;

static void begin_tests(void) {
  no_access = VirtualAlloc(NULL, GUARD_SIZE, MEM_COMMIT | MEM_RESERVE, PAGE_NOACCESS);
  if (no_access == NULL) abort();
  filter_before = SetUnhandledExceptionFilter(note_crash);
}

static void end_tests(void) { SetUnhandledExceptionFilter(filter_before); }
