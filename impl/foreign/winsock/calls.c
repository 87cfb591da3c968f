/* The calls of a trace as calls of Winsock's, and what came back in the words of a trace. */
#include "driver.h"

#include "vocabulary.h"

#include <stdio.h>
#include <string.h>

/* What Winsock says in a number, and what the line says: 0, or -1 and the code's name. */
static void returned(Worker *worker, Opening *opening, int rc, unsigned long code) {
  char number[16];
  if (rc == 0) close_call(worker, opening, "\"rc\":0");
  else close_call(worker, opening, "\"rc\":-1,\"errno\":\"%s\"", code_name(code, number));
}

static int is_true(const Json *value) {
  return value != NULL && (value->kind == JSON_TRUE || (value->kind == JSON_NUMBER && value->number != 0));
}

static double number_of(const Json *value) {
  return value == NULL ? 0 : value->kind == JSON_NUMBER ? value->number : value->kind == JSON_TRUE;
}

static void open_socket(Worker *worker, const Json *call, Opening *opening) {
  const Json *name = json_get(call, "socket");
  int type = (int)word_of(typeWords, json_get(call, "type"))->number;
  int isOverlapped = is_true(json_get(call, "overlapped"));
  SOCKET handle = WSASocketW(AF_INET, type, 0, NULL, 0, isOverlapped ? WSA_FLAG_OVERLAPPED : 0);
  unsigned long code = handle == INVALID_SOCKET ? (unsigned long)WSAGetLastError() : 0;
  EnterCriticalSection(&lock);
  if (code == 0) {
    Socket *socket = add_socket(name);
    socket->handle = handle;
    socket->isOpen = 1;
    socket->isStream = type == SOCK_STREAM;
    socket->isOverlapped = isOverlapped;
  }
  returned(worker, opening, code == 0 ? 0 : -1, code);
  LeaveCriticalSection(&lock);
}

static int set_option(SOCKET handle, int option, const Json *value) {
  if (option == SO_LINGER) {
    struct linger linger = {(u_short)number_of(json_get(value, "l_onoff")), (u_short)number_of(json_get(value, "l_linger"))};
    return setsockopt(handle, SOL_SOCKET, option, (const char *)&linger, sizeof linger);
  }
  int number = (int)number_of(value);
  return setsockopt(handle, SOL_SOCKET, option, (const char *)&number, sizeof number);
}

/* Writes `,"value":…` as the option has it, or nothing. */
static int get_option(SOCKET handle, int option, char text[64]) {
  struct linger linger;
  int number = 0;
  int isLinger = option == SO_LINGER;
  int length = isLinger ? sizeof linger : sizeof number;
  int rc = getsockopt(handle, SOL_SOCKET, option, isLinger ? (char *)&linger : (char *)&number, &length);
  if (rc != 0) text[0] = 0;
  else if (isLinger) snprintf(text, 64, ",\"value\":{\"l_onoff\":%u,\"l_linger\":%u}", linger.l_onoff, linger.l_linger);
  else snprintf(text, 64, ",\"value\":%d", number);
  return rc;
}

static void get_result(Worker *worker, const Json *call, Opening *opening, SOCKET handle) {
  Overlapped *overlapped = overlapped_of(json_get(call, "overlapped"));
  Operation *asked = overlapped->last;
  BOOL wait = is_true(json_get(call, "wait"));
  DWORD bytes = UNTOUCHED, flags = 0;
  if (wait) worker->waiting.awaits = overlapped;
  LeaveCriticalSection(&lock);
  BOOL ok = WSAGetOverlappedResult(handle, &overlapped->structure, &bytes, wait, &flags);
  DWORD code = ok ? 0 : (DWORD)WSAGetLastError();
  EnterCriticalSection(&lock);
  worker->waiting.awaits = NULL;
  char number[16], counted[32] = "";
  if (bytes != UNTOUCHED) snprintf(counted, sizeof counted, ",\"bytes\":%lu", (unsigned long)bytes);
  if (ok) close_call(worker, opening, "\"rc\":0%s", counted);
  else close_call(worker, opening, "\"rc\":-1,\"errno\":\"%s\"%s", code_name(code, number), counted);
  /* Of a descriptor that is no socket nothing is said about the operation. */
  if (code != WSA_IO_INCOMPLETE && code != WSAENOTSOCK && overlapped->last == asked) {
    overlapped->inUse = 0;
    if (asked != NULL && !is_pending(asked)) send_over(asked);
  }
}

static void cancel(Worker *worker, const Json *call, Opening *opening, SOCKET handle) {
  const Json *name = json_get(call, "overlapped");
  int isOwn = json_get(call, "scope") != NULL;
  Overlapped *one = name == NULL ? NULL : overlapped_of(name);
  Socket *socket = find_socket(json_get(call, "socket"));
  for (Operation *operation = operations; operation != NULL; operation = operation->next)
    if (is_pending(operation) && (one == NULL ? operation->socket == socket && (!isOwn || operation->thread == worker) : operation->overlapped == one))
      operation->isOwed = 1;
  LeaveCriticalSection(&lock);
  BOOL ok = isOwn ? CancelIo((HANDLE)handle) : CancelIoEx((HANDLE)handle, one == NULL ? NULL : &one->structure);
  DWORD code = ok ? 0 : GetLastError();
  EnterCriticalSection(&lock);
  /* CancelIoEx is Win32's own and knows handles only. */
  if (code == ERROR_INVALID_HANDLE) code = WSAENOTSOCK;
  returned(worker, opening, ok ? 0 : -1, code);
}

/* Calls on a socket that exists or not, under the lock; it is let go while Winsock is called. */
static void call_on(Worker *worker, const Json *call, Opening *opening) {
  const Json *kind = json_get(call, "call");
  Socket *socket = find_socket(json_get(call, "socket"));
  SOCKET handle = handle_of(json_get(call, "socket"));
  int rc = 0;
  unsigned long code = 0;
  if (json_is(kind, "WSPGetOverlappedResult")) {
    get_result(worker, call, opening, handle);
    return;
  }
  if (json_is(kind, "WSPCancelIo")) {
    cancel(worker, call, opening, handle);
    return;
  }
  if (socket != NULL) socket->isFresh = 1;
  LeaveCriticalSection(&lock);
  char value[64] = "";
  if (json_is(kind, "WSPBind")) {
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    rc = bind(handle, (struct sockaddr *)&address, sizeof address);
  } else if (json_is(kind, "WSPConnect")) {
    if (socket == NULL || !socket->isOpen) {
      struct sockaddr_in address = {0};
      address.sin_family = AF_INET;
      rc = connect(handle, (struct sockaddr *)&address, sizeof address);
    } else rc = connect_peer(socket, json_is(json_get(call, "to"), "broadcast"), &code);
  } else if (json_is(kind, "WSPIoctl")) {
    unsigned long ioctl = word_of(ioctlWords, json_get(call, "code"))->number;
    DWORD on = number_of(json_get(call, "value")) != 0, out;
    rc = WSAIoctl(handle, ioctl, ioctl == (unsigned long)FIONBIO ? &on : NULL, ioctl == (unsigned long)FIONBIO ? sizeof on : 0, NULL, 0,
                  &out, NULL, NULL);
    if (rc == 0 && socket != NULL && ioctl == (unsigned long)FIONBIO) socket->isNonblocking = (int)on;
  } else if (json_is(kind, "WSPSetSockOpt")) {
    rc = set_option(handle, (int)word_of(optionWords, json_get(call, "name"))->number, json_get(call, "value"));
  } else if (json_is(kind, "WSPGetSockOpt")) {
    rc = get_option(handle, (int)word_of(optionWords, json_get(call, "name"))->number, value);
  } else if (json_is(kind, "WSPShutdown")) {
    int how = (int)word_of(shutdownWords, json_get(call, "how"))->number;
    rc = shutdown(handle, how);
    if (rc == 0 && socket != NULL && how != SD_RECEIVE) socket->shutDown = 1;
  } else {
    rc = closesocket(handle);
  }
  if (rc != 0 && code == 0) code = (unsigned long)WSAGetLastError();
  EnterCriticalSection(&lock);
  if (json_is(kind, "WSPCloseSocket") && rc == 0 && socket != NULL) {
    socket->isOpen = 0;
    socket->shutDown = 1;
    for (Operation *operation = operations; operation != NULL; operation = operation->next)
      if (operation->socket == socket && is_pending(operation)) operation->isOwed = 1;
  }
  if (rc == 0) close_call(worker, opening, "\"rc\":0%s", value);
  else returned(worker, opening, rc, code);
}

/* Win32's own calls on an open socket; neither can wait. */
static void call_port(Worker *worker, const Json *call, Opening *opening) {
  EnterCriticalSection(&lock);
  Socket *socket = find_socket(json_get(call, "socket"));
  int isBinding = json_is(json_get(call, "call"), "CreateIoCompletionPort");
  BOOL ok = isBinding ? bind_to_port(socket) : set_modes(socket, json_get(call, "modes"));
  returned(worker, opening, ok ? 0 : -1, ok ? 0 : GetLastError());
  LeaveCriticalSection(&lock);
}

static void sleep_ex(Worker *worker, const Json *call, Opening *opening) {
  const Json *timeout = json_get(call, "timeout");
  EnterCriticalSection(&lock);
  worker->waiting.sleeps++;
  LeaveCriticalSection(&lock);
  DWORD woken = SleepEx(timeout == NULL ? 0 : (DWORD)timeout->number, TRUE);
  EnterCriticalSection(&lock);
  worker->waiting.sleeps--;
  close_call(worker, opening, woken == WAIT_IO_COMPLETION ? "\"rc\":0,\"value\":\"WAIT_IO_COMPLETION\"" : "\"rc\":0");
  LeaveCriticalSection(&lock);
}

static int is_dword(const Json *value) {
  return value->kind == JSON_NUMBER && value->number >= 0 && value->number <= 4294967295.0;
}

/* Why the call cannot be made as it stands, or null. */
static const char *refusal_of(Worker *worker, const Json *call) {
  const Json *kind = json_get(call, "call"), *thread = json_get(call, "thread");
  const Json *socket = json_get(call, "socket"), *overlapped = json_get(call, "overlapped");
  if (thread != NULL && (thread->kind != JSON_STRING || !name_is(&worker->name, thread))) return "a call inside a routine is made on its thread";
  if (json_is(kind, "ExitThread")) return NULL;
  if (json_is(kind, "SleepEx")) {
    const Json *timeout = json_get(call, "timeout");
    return timeout == NULL || is_dword(timeout) ? NULL : "timeout must be an integer from 0 to 4294967295";
  }
  if (json_is(kind, "WSPCancelBlockingCall")) return "Winsock 2 has no call that cancels a blocking call";
  if (socket == NULL || socket->kind != JSON_STRING) return "socket must be a string";
  if (json_is(kind, "WSPSocket")) {
    const Socket *named = find_socket(socket);
    if (named != NULL && named->isOpen) return "that is the name of an open socket";
    return word_of(typeWords, json_get(call, "type")) == NULL ? "type must be SOCK_STREAM or SOCK_DGRAM" : NULL;
  }
  if (json_is(kind, "WSPConnect")) {
    const Socket *named = find_socket(socket);
    int isBroadcast = json_is(json_get(call, "to"), "broadcast");
    return isBroadcast && named != NULL && named->isStream ? "a stream socket is not connected to a broadcast address" : NULL;
  }
  if (json_is(kind, "WSPIoctl")) return word_of(ioctlWords, json_get(call, "code")) == NULL ? "no number is known for this code" : NULL;
  if (json_is(kind, "WSPSetSockOpt")) {
    if (word_of(optionWords, json_get(call, "name")) == NULL) return "no number is known for this option";
    return json_get(call, "value") == NULL ? "value is required" : NULL;
  }
  if (json_is(kind, "WSPGetSockOpt")) return word_of(optionWords, json_get(call, "name")) == NULL ? "no number is known for this option" : NULL;
  if (json_is(kind, "WSPShutdown")) return word_of(shutdownWords, json_get(call, "how")) == NULL ? "how must be SD_RECEIVE, SD_SEND or SD_BOTH" : NULL;
  if (json_is(kind, "CreateIoCompletionPort") || json_is(kind, "SetFileCompletionNotificationModes")) return why_not_port(call);
  if (json_is(kind, "WSPGetOverlappedResult") || json_is(kind, "WSPCancelIo")) {
    if (overlapped == NULL) return json_is(kind, "WSPCancelIo") ? NULL : "overlapped must be a string";
    if (json_get(call, "scope") != NULL) return "CancelIo cancels all that its thread began on a socket, and CancelIoEx one operation of any thread";
    return overlapped->kind == JSON_STRING ? NULL : "overlapped must be a string";
  }
  if (json_is(kind, "WSPBind") || json_is(kind, "WSPCloseSocket")) return NULL;
  return "this driver knows no such call";
}

void make_call(Worker *worker, const Json *call, JsonText *request) {
  const Json *kind = json_get(call, "call");
  if (json_is(kind, "WSPSend") && (json_get(call, "thread") == NULL || name_is(&worker->name, json_get(call, "thread")))) {
    make_send(worker, call, request);
    return;
  }
  EnterCriticalSection(&lock);
  const char *why = refusal_of(worker, call);
  Opening opening;
  if (why != NULL) write_refusal(worker, call, why);
  else if (!json_is(kind, "ExitThread")) open_call(worker, &opening, call);
  LeaveCriticalSection(&lock);
  if (why == NULL) {
    if (json_is(kind, "ExitThread")) exit_thread(worker, call);
    else if (json_is(kind, "SleepEx")) sleep_ex(worker, call, &opening);
    else if (json_is(kind, "WSPSocket")) open_socket(worker, call, &opening);
    else if (json_is(kind, "CreateIoCompletionPort") || json_is(kind, "SetFileCompletionNotificationModes")) call_port(worker, call, &opening);
    else {
      EnterCriticalSection(&lock);
      call_on(worker, call, &opening);
      LeaveCriticalSection(&lock);
    }
  }
  if (request != NULL) json_free(request);
}

DWORD patience_for(const Json *call) {
  enum { MAY_BLOCK = 20, NEVER_BLOCKS = 3000 };
  const Json *kind = json_get(call, "call"), *socket = json_get(call, "socket");
  if (json_is(kind, "SleepEx")) {
    const Json *timeout = json_get(call, "timeout");
    return timeout != NULL && timeout->number > 0 ? MAY_BLOCK : 250;
  }
  if (json_is(kind, "WSPGetOverlappedResult")) return is_true(json_get(call, "wait")) ? MAY_BLOCK : NEVER_BLOCKS;
  if (json_is(kind, "WSPSend")) {
    const Socket *named = socket == NULL || socket->kind != JSON_STRING ? NULL : find_socket(socket);
    if (named == NULL) return NEVER_BLOCKS;
    /* It fails soon, or ends the process, which is not to be taken for blocking. */
    if (json_get(call, "fault") != NULL) return 250;
    if (!named->isOverlapped) return MAY_BLOCK;
    return json_get(call, "overlapped") == NULL && !named->isNonblocking ? MAY_BLOCK : 250;
  }
  if (json_is(kind, "WSPCloseSocket")) return 250;
  return NEVER_BLOCKS;
}
