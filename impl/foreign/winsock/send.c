/* WSASend as WSPSend, what the caller must do for it and what the recorder does around it. */
#include "driver.h"

#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  BUFFERS_MAX = 1024,     /* a huge dwBufferCount wrecks Wine's heap */
  BYTES_MAX = 1 << 28
};
#define STATUS_IS_PENDING 0x103

typedef struct {
  DWORD flags;
  int faultArray, faultBuffer, faultCount;
  size_t bufferCount;
  Count length;
} Arguments;

static int is_true(const Json *value) { return value != NULL && value->kind == JSON_TRUE; }

int is_pending(const Operation *operation) {
  return operation->wentPending && *(volatile ULONG_PTR *)&operation->overlapped->structure.Internal == STATUS_IS_PENDING;
}

static void forget(Operation *operation) {
  for (Operation **place = &operations; *place != NULL; place = &(*place)->next)
    if (*place == operation) {
      *place = operation->next;
      return;
    }
}

/* A stack that still reads the buffers sends bytes of no pattern from here on. */
void send_over(Operation *operation) {
  if (operation->block == NULL) return;
  count_completed();
  memset(operation->block, 254, operation->blockSize);
  free(operation->block);
  operation->block = NULL;
}

void count_completed(void) {
  for (Operation *operation = operations; operation != NULL; operation = operation->next) {
    const WSAOVERLAPPED *structure = &operation->overlapped->structure;
    if (!operation->wentPending || operation->isCounted || is_pending(operation)) continue;
    operation->isCounted = 1;
    operation->socket->accepted += operation->socket->isStream ? structure->InternalHigh : structure->Internal == 0;
    operation->socket->isFresh = 1;
  }
}

/* ---- The routine ------------------------------------------------------------------------------------------------------- */

static void write_entered(Worker *worker, const char *edge, const char *overlapped, const char *more) {
  write_line(worker, NULL, "\"routine\":\"%s\",\"thread\":%s,\"overlapped\":%s%s", edge,
             worker == NULL ? "\"(provider)\"" : worker->name.quoted, overlapped, more);
}

static void CALLBACK completion_routine(DWORD error, DWORD bytes, LPWSAOVERLAPPED structure, DWORD flags) {
  char number[16], more[96];
  Worker *worker = this_worker();
  EnterCriticalSection(&lock);
  Overlapped *overlapped = overlapped_at(structure);
  Operation *operation = overlapped == NULL ? NULL : overlapped->last;
  const char *name = overlapped == NULL ? "\"(unknown)\"" : overlapped->name.quoted;
  snprintf(more, sizeof more, ",\"error\":\"%s\",\"bytes\":%lu,\"flags\":%lu", error == 0 ? "0" : code_name(error, number),
           (unsigned long)bytes, (unsigned long)flags);
  write_entered(worker, "enter", name, more);
  const Json *calls = NULL;
  if (operation != NULL) {
    overlapped->inUse = 0;
    operation->wasEntered = 1;
    calls = operation->calls;
    /* What is posted inside may take the name, and the list must outlive that. */
    if (!is_pending(operation)) send_over(operation);
  }
  LeaveCriticalSection(&lock);
  if (worker != NULL && calls != NULL)
    for (const Json *call = calls->child; call != NULL; call = call->next) make_call(worker, call, NULL);
  EnterCriticalSection(&lock);
  write_entered(worker, "leave", name, "");
  LeaveCriticalSection(&lock);
}

/* ---- Arguments --------------------------------------------------------------------------------------------------------- */

static int read_fault(const Json *fault, Arguments *arguments) {
  if (json_is(fault, "lpBuffers")) return arguments->faultArray = 1;
  if (json_is(fault, "buffer")) return arguments->faultBuffer = 1;
  if (json_is(fault, "lpNumberOfBytesSent")) return arguments->faultCount = 1;
  return 0;
}

/* Why the send cannot be made as it stands, or null. */
static const char *read_arguments(const Json *call, Arguments *arguments) {
  const Json *buffers = json_get(call, "buffers"), *flags = json_get(call, "flags"), *fault = json_get(call, "fault");
  const Json *socket = json_get(call, "socket"), *name = json_get(call, "overlapped"), *routine = json_get(call, "routine");
  memset(arguments, 0, sizeof *arguments);
  if (socket == NULL || socket->kind != JSON_STRING) return "socket must be a string";
  if (buffers == NULL || buffers->kind != JSON_ARRAY) return "buffers must be a list of lengths";
  for (const Json *length = buffers->child; length != NULL; length = length->next) {
    if (length->kind != JSON_NUMBER || length->number < 0) return "buffers must be a list of lengths";
    arguments->length += (Count)length->number;
    if (++arguments->bufferCount > BUFFERS_MAX) return "this driver passes at most 1024 buffers";
    if (arguments->length > BYTES_MAX) return "this driver sends at most 268435456 bytes in one call";
  }
  for (const Json *flag = flags == NULL ? NULL : flags->child; flag != NULL; flag = flag->next) {
    const Word *word = word_of(flagWords, flag);
    if (word == NULL) return "no number is known for this flag";
    arguments->flags |= word->number;
  }
  if (fault != NULL && fault->kind == JSON_ARRAY) {
    for (const Json *one = fault->child; one != NULL; one = one->next)
      if (!read_fault(one, arguments)) return "fault must name lpBuffers, buffer or lpNumberOfBytesSent";
  } else if (fault != NULL && !read_fault(fault, arguments)) return "fault must name lpBuffers, buffer or lpNumberOfBytesSent";
  int hasRoutine = routine != NULL && routine->kind != JSON_FALSE;
  if (name != NULL && name->kind != JSON_STRING) return "overlapped must be a string";
  if (name == NULL && hasRoutine) return "a routine without an OVERLAPPED may run at any time with nothing to name it";
  const Socket *on = find_socket(socket);
  const Overlapped *overlapped = name == NULL ? NULL : overlapped_of(name);
  int isBound = on != NULL && on->isBound;
  const Json *port = json_get(call, "port");
  if (hasRoutine && isBound) return "a socket that is bound to a completion port runs no routines";
  if (is_true(port) && !isBound) return "the socket is bound to no completion port";
  if (port != NULL && !is_true(port) && isBound && !hasRoutine && !is_true(json_get(call, "event"))) return "there is no hEvent whose low bit could be set";
  if (overlapped != NULL && (overlapped->inUse || (overlapped->last != NULL && is_pending(overlapped->last)))) return "the OVERLAPPED is still in use";
  return NULL;
}

/* A new operation of this OVERLAPPED, in place of the one that it last had. */
static Operation *new_operation(const Json *call, Overlapped *overlapped, Socket *socket, Worker *worker) {
  Operation *old = overlapped->last;
  if (old != NULL) {
    send_over(old);
    forget(old);
    /* Its count may be written late, and its list may be running: it stays. */
  }
  const Json *routine = json_get(call, "routine"), *port = json_get(call, "port");
  ULONG_PTR keepsFromPort = port != NULL && !is_true(port);
  Operation *operation = calloc(1, sizeof *operation);
  if (operation == NULL) abort();
  operation->overlapped = overlapped;
  operation->socket = socket;
  operation->thread = worker;
  operation->hasEvent = is_true(json_get(call, "event"));
  operation->hasRoutine = routine != NULL && routine->kind != JSON_FALSE;
  operation->calls = operation->hasRoutine && routine->kind == JSON_ARRAY ? routine : NULL;
  operation->count = UNTOUCHED;
  memset(&overlapped->structure, 0, sizeof overlapped->structure);
  if (operation->hasEvent) {
    /* The low bit keeps the completion from the port, and the event is signalled all the same. */
    overlapped->structure.hEvent = (HANDLE)((ULONG_PTR)overlapped->event | keepsFromPort);
  }
  operation->mayGivePacket = !operation->hasRoutine && !keepsFromPort;
  if (operation->mayGivePacket && socket != NULL && socket->isBound) expect_packet(operation);
  overlapped->last = operation;
  overlapped->inUse = 1;
  return operation;
}

static Count posted_on(const Socket *socket) {
  Count posted = socket->accepted;
  for (const Operation *operation = operations; operation != NULL; operation = operation->next)
    if (operation->socket == socket && is_pending(operation)) posted = operation->end > posted ? operation->end : posted;
  return posted;
}

/* ---- The call ---------------------------------------------------------------------------------------------------------- */

void make_send(Worker *worker, const Json *call, JsonText *request) {
  Arguments arguments;
  WSABUF wsabufs[BUFFERS_MAX + 1];
  size_t blockSize;
  const Json *name = json_get(call, "overlapped"), *fill = json_get(call, "fill"), *count = json_get(call, "count");
  EnterCriticalSection(&lock);
  const char *why = read_arguments(call, &arguments);
  char *block = why != NULL ? NULL : lend(json_get(call, "buffers"), fill == NULL ? 0 : (unsigned)((Count)fill->number % 251), wsabufs, &blockSize);
  if (why == NULL && block == NULL) why = "memory is short";
  if (why != NULL) {
    write_refusal(worker, call, why);
    LeaveCriticalSection(&lock);
    if (request != NULL) json_free(request);
    return;
  }
  Opening opening;
  open_call(worker, &opening, call);
  Socket *socket = find_socket(json_get(call, "socket"));
  SOCKET handle = handle_of(json_get(call, "socket"));
  Operation *operation = name == NULL ? NULL : new_operation(call, overlapped_of(name), socket, worker);
  DWORD ownCount = UNTOUCHED, *written = operation == NULL ? &ownCount : &operation->count;
  if (operation != NULL) {
    operation->block = block;
    operation->blockSize = blockSize;
    operation->request = operation->calls != NULL ? request : NULL;
    if (socket != NULL) {
      operation->end = posted_on(socket) + arguments.length;
      operation->next = operations;
      operations = operation;
    }
  }
  if (arguments.faultBuffer && arguments.bufferCount > 0) wsabufs[arguments.bufferCount - 1].buf = no_access();
  DWORD *lpCount = arguments.faultCount ? (DWORD *)no_access() : count != NULL && count->kind == JSON_FALSE ? NULL : written;
  if (socket != NULL && (arguments.flags & MSG_OOB)) socket->sentUrgent = 1;
  Waiting outer = worker->waiting;
  worker->waiting.sends = socket;
  worker->waiting.length = arguments.length;
  LeaveCriticalSection(&lock);

  int rc = WSASend(handle, arguments.faultArray ? (WSABUF *)no_access() : wsabufs, (DWORD)arguments.bufferCount, lpCount, arguments.flags,
                   operation == NULL ? NULL : &operation->overlapped->structure,
                   operation != NULL && operation->hasRoutine ? completion_routine : NULL);
  unsigned long code = rc == 0 ? 0 : (unsigned long)WSAGetLastError();
  /* The array is the caller's again: a stack that kept it instead of what it said has nothing. */
  for (size_t i = 0; i < arguments.bufferCount; i++) wsabufs[i].buf = no_access(), wsabufs[i].len = 0xDEAD;

  EnterCriticalSection(&lock);
  worker->waiting = outer;
  char number[16], counted[32] = "";
  DWORD bytes = *written;
  if (bytes != UNTOUCHED) snprintf(counted, sizeof counted, ",\"bytes\":%lu", (unsigned long)bytes);
  *written = UNTOUCHED;
  if (rc == 0) close_call(worker, &opening, "\"rc\":0%s", counted);
  else close_call(worker, &opening, "\"rc\":-1,\"errno\":\"%s\"%s", code_name(code, number), counted);
  if (socket != NULL) socket->isFresh = 1;
  int isPending = operation != NULL && rc != 0 && code == WSA_IO_PENDING;
  if (isPending) operation->wentPending = 1;
  if (rc == 0 && socket != NULL) {
    Count length = bytes == UNTOUCHED ? arguments.length : bytes;
    socket->accepted += socket->isStream ? length : 1;
  }
  if (operation != NULL) {
    operation->hasReturned = 1;
    if (rc != 0 && !isPending) operation->overlapped->inUse = 0;
    if (rc == 0 ? socket->skipsPort : !isPending) expect_no_packet(operation);
  }
  if (operation == NULL) {
    memset(block, 254, blockSize);
    free(block);
  } else if (!isPending) {
    send_over(operation);
    if (!(rc == 0 && operation->hasRoutine)) forget(operation);
  }
  LeaveCriticalSection(&lock);
  if (request != NULL && (operation == NULL || operation->request == NULL)) json_free(request);
}
