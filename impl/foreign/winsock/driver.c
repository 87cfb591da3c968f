/* Reads requests, one JSON object a line, and hands each to its part of the driver. See driver.h for the parts. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX = 16 << 20 };

static int is_named(const Json *value) { return value != NULL && value->kind == JSON_STRING; }

static void do_call(const Json *call, JsonText *request) {
  const Json *thread = json_get(call, "thread");
  if (json_is(json_get(call, "call"), "WSPCancelBlockingCall")) thread = NULL;
  Worker *worker = thread != NULL && !is_named(thread) ? NULL : worker_named(thread);
  const char *why = worker == NULL ? "thread must be a string" : worker->hasExited ? "the thread has exited" : worker->isBusy ? "the thread is blocked" : NULL;
  if (json_is(json_get(call, "call"), "WSPCancelBlockingCall")) why = "Winsock 2 has no call that cancels a blocking call";
  if (why == NULL) {
    have_done(worker, request, patience_for(call));
    return;
  }
  write_refusal(NULL, call, why);
  json_free(request);
}

static void look(const Json *request) {
  const Json *name = json_get(request, "overlapped"), *poll = json_get(request, "poll");
  if (json_is(poll, "writable") && is_named(json_get(request, "socket"))) {
    look_for_room(request);
    return;
  }
  if (!json_is(poll, "event") && !json_is(poll, "count")) {
    write_refusal(NULL, request, "this driver looks at events, at counts and for room");
    return;
  }
  if (!is_named(name)) {
    write_refusal(NULL, request, "overlapped must be a string");
    return;
  }
  Overlapped *overlapped = overlapped_of(name);
  if (json_is(poll, "count")) {
    int isWritten = overlapped->last != NULL && overlapped->last->count != UNTOUCHED;
    write_line(NULL, request, "\"written\":%s", isWritten ? "true" : "false");
    return;
  }
  int isSignalled = WaitForSingleObject(overlapped->event, 0) == WAIT_OBJECT_0;
  write_line(NULL, request, "\"signalled\":%s", isSignalled ? "true" : "false");
  if (!isSignalled) return;
  overlapped->inUse = 0;
  if (overlapped->last != NULL && !is_pending(overlapped->last)) send_over(overlapped->last);
}

static void do_request(const char *line, size_t length) {
  const char *why;
  JsonText *request = json_read(line, length, &why);
  const Json *root = request == NULL ? NULL : json_root(request);
  EnterCriticalSection(&lock);
  take_up();
  if (root == NULL || root->kind != JSON_OBJECT) {
    fprintf(stderr, "a request must be a JSON object: %s: %.*s\n", root == NULL ? why : "it is another value", length > 200 ? 200 : (int)length, line);
    if (request != NULL) json_free(request);
  } else if (json_get(root, "call") != NULL) do_call(root, request);
  else {
    const Json *socket = json_get(root, "socket"), *bytes = json_get(root, "bytes");
    if (json_get(root, "poll") != NULL) look(root);
    else if (json_is(json_get(root, "peer"), "recv") && is_named(socket) && (bytes == NULL || bytes->kind == JSON_NUMBER)) peer_recv(root);
    else if (json_is(json_get(root, "port"), "packet") && is_named(socket)) look_at_port(root);
    else if (json_is(json_get(root, "env"), "settle")) settle(root);
    else if (json_get(root, "env") != NULL) change_world(root);
    else write_refusal(NULL, root, "this driver knows no such request");
    json_free(request);
  }
  write_done();
  LeaveCriticalSection(&lock);
}

/* The version of the system that runs this: Wine gives its own, Windows its build. */
static void say_header(void) {
  HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  const char *(CDECL *wineVersion)(void) = (const char *(CDECL *)(void))(void *)GetProcAddress(ntdll, "wine_get_version");
  LONG(WINAPI *getVersion)(OSVERSIONINFOW *) = (LONG(WINAPI *)(OSVERSIONINFOW *))(void *)GetProcAddress(ntdll, "RtlGetVersion");
  OSVERSIONINFOW version;
  char source[80];
  if (wineVersion != NULL) snprintf(source, sizeof source, "wine-%.60s", wineVersion());
  else {
    memset(&version, 0, sizeof version);
    version.dwOSVersionInfoSize = sizeof version;
    getVersion(&version);
    snprintf(source, sizeof source, "windows-%lu.%lu.%lu", version.dwMajorVersion, version.dwMinorVersion, version.dwBuildNumber);
  }
  write_header(source);
}

/* A call that brings the process down must do so at once: the system would first start a debugger or a report, and the trace would go on. */
static LONG WINAPI end_at_once(EXCEPTION_POINTERS *exception) {
  TerminateProcess(GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
  return EXCEPTION_CONTINUE_SEARCH;
}

int main(void) {
  HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  size_t capacity = 1 << 16, length = 0, start = 0;
  char *buffer = malloc(capacity);
  DWORD count;
  WSADATA data;
  if (buffer == NULL || WSAStartup(MAKEWORD(2, 2), &data) != 0) return 2;
  SetUnhandledExceptionFilter(end_at_once);
  InitializeCriticalSection(&lock);
  say_header();
  for (;;) {
    char *newline = memchr(buffer + start, '\n', length - start);
    if (newline != NULL) {
      if (newline > buffer + start) do_request(buffer + start, (size_t)(newline - buffer) - start);
      start = (size_t)(newline - buffer) + 1;
      continue;
    }
    memmove(buffer, buffer + start, length -= start);
    start = 0;
    if (length == capacity && (capacity > LINE_MAX || (buffer = realloc(buffer, capacity *= 2)) == NULL)) return 2;
    if (!ReadFile(input, buffer + length, (DWORD)(capacity - length), &count, NULL) || count == 0) break;
    length += count;
  }
  /* Threads may be inside calls that never return. */
  TerminateProcess(GetCurrentProcess(), 0);
  return 0;
}
