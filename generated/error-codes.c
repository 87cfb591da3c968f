/*
 * SPDX-License-Identifier: MIT
 * Copyright (c) the wspsend authors
 *
 * The section "Error codes" of the WSPSend page as a test of ws2_32.
 * Written by `wspsend generate --format c` from the model, under the profile page; never edited.
 *
 * Every step has the outcomes that are permitted there. A trace ends with its last step, with an outcome that is not permitted, or where
 * a permitted one is not that of the trace: the rest is skipped then, and said so. A thread for each thread of a trace, loopback, no file
 * but this one:
 *
 *   x86_64-w64-mingw32-gcc -Wall -Wextra FILE.c -lws2_32 -o test.exe      TAP on standard output, exit status 1 when a test fails
 *
 * With WSPSEND_WINETEST or WSPSEND_REACTOS defined it is a test of those trees.
 */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Completion ports speak Win32. */
#define WIN32_CODES {5, 10013}, {6, 10038}, {8, 10055}, {64, 10054}, {87, 10022}, {121, 10060}, {234, 10040}, {995, 995}, {996, 996}, {997, 997}, {998, 10014}, {1225, 10061}, {1229, 10057}, {1231, 10051}, {1232, 10065}, {1234, 10054}, {1235, 10053}, {1236, 10053}, {1450, 10055}
#define CODE_NAMES {996, "WSA_IO_INCOMPLETE"}, {997, "WSA_IO_PENDING"}, {995, "WSA_OPERATION_ABORTED"}, {10004, "WSAEINTR"}, {10013, "WSAEACCES"}, {10014, "WSAEFAULT"}, {10022, "WSAEINVAL"}, {10035, "WSAEWOULDBLOCK"}, {10036, "WSAEINPROGRESS"}, {10038, "WSAENOTSOCK"}, {10040, "WSAEMSGSIZE"}, {10042, "WSAENOPROTOOPT"}, {10045, "WSAEOPNOTSUPP"}, {10049, "WSAEADDRNOTAVAIL"}, {10050, "WSAENETDOWN"}, {10051, "WSAENETUNREACH"}, {10052, "WSAENETRESET"}, {10053, "WSAECONNABORTED"}, {10054, "WSAECONNRESET"}, {10055, "WSAENOBUFS"}, {10056, "WSAEISCONN"}, {10057, "WSAENOTCONN"}, {10058, "WSAESHUTDOWN"}, {10060, "WSAETIMEDOUT"}, {10065, "WSAEHOSTUNREACH"}

enum {
  STEP_SOCKET, STEP_BIND, STEP_CONNECT, STEP_NONBLOCKING, STEP_FLUSH, STEP_OPTION, STEP_GET_OPTION, STEP_LINGER, STEP_SEND, STEP_RESULT, STEP_CANCEL,
  STEP_CANCEL_THREAD, STEP_SHUTDOWN, STEP_CLOSE, STEP_SLEEP, STEP_EXIT, STEP_PORT, STEP_MODES, STEP_END, STEP_LOOK, STEP_ROUTINE,
  STEP_LEAVE, STEP_EVENT, STEP_COUNT, STEP_WRITABLE, STEP_PACKET, STEP_PEER, STEP_PEER_RESET, STEP_PEER_CLOSE, STEP_PEER_SHUTDOWN,
  STEP_SETTLE
};
enum {
  SHOWS_NOTHING, SHOWS_RETURN, SHOWS_FLAGGED, SHOWS_OUT, SHOWS_SET, SHOWS_UNSET, SHOWS_BYTES, SHOWS_IDLE, SHOWS_EOF, SHOWS_ERROR, SHOWS_OTHER,
  SHOWS_CRASH
};
enum {
  HAS_EVENT = 1, HAS_ROUTINE = 2, FAULT_ARRAY = 4, FAULT_BUFFER = 8, NO_COUNT = 16, ON_PORT = 32, LOW_BIT = 64, BEGINS = 128,
  FAULT_COUNT = 256, URGENT = 512, UNTOUCHED = -1
};

/*
 * A code of 0 is success; the count lies between `least` and `most`, both included, and is UNTOUCHED where nothing was written. OUT is a
 * call that has not returned, OTHER what belongs to another operation, FLAGGED a routine that is given flags, CRASH an
 * access violation that the stack let out. Of an option, the count is its value.
 */
typedef struct {
  int shows;
  unsigned long code;
  long long least, most;
} Outcome;

typedef struct {
  int kind, line, thread, socket, operation;
  unsigned long value, flags, fill;
  const unsigned long *buffers; /* lengths; of what a peer reads, pairs of a run's start and length */
  unsigned long buffer_count;
  int marks;
  Outcome seen;
  const Outcome *permitted;
  int permitted_count, is_whole;
  const char *text;
  const char *breaks; /* clauses, of what the trace shows */
  const char *stands; /* clauses, of what is permitted */
} Step;

typedef struct {
  const char *name;
  const Step *steps;
  int step_count, thread_count;
  const char *rest; /* why the trace goes on and this file does not */
} Trace;

static const Outcome permitted0[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 10050, -1, -1}, {SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10004, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 10060, -1, -1}, {SHOWS_RETURN, 10051, -1, -1}, {SHOWS_RETURN, 10065, -1, -1}, {SHOWS_RETURN, 10049, -1, -1}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 10042, -1, -1}, {SHOWS_RETURN, 10056, -1, -1}, {SHOWS_OUT, 0, 0, 0}};
static const Outcome permitted1[] = {{SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const unsigned long buffers2[] = {333, 667};
static const unsigned long buffers3[] = {666, 1334};
static const Outcome permitted4[] = {{SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted5[] = {{SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted6[] = {{SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted7[] = {{SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10057, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted8[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const Outcome permitted9[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10045, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const Outcome permitted10[] = {{SHOWS_RETURN, 10013, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}};
static const Outcome permitted11[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const Outcome permitted12[] = {{SHOWS_RETURN, 0, 0, 0}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted13[] = {{SHOWS_RETURN, 0, 2000, 2000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_OUT, 0, 0, 0}};
static const Outcome permitted14[] = {{SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10038, -1, -1}};
static const Outcome permitted15[] = {{SHOWS_RETURN, 0, -1, -1}, {SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 10014, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_OUT, 0, 0, 0}};
static const Outcome permitted16[] = {{SHOWS_NOTHING, 0, 0, 0}};
static const Outcome permitted17[] = {{SHOWS_RETURN, 0, 2000, 2000}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10052, 1, 2000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10053, 1, 2000}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 10054, 1, 2000}, {SHOWS_OUT, 0, 0, 0}};
static const Outcome permitted18[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10052, 1, 1000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10053, 1, 1000}, {SHOWS_RETURN, 10054, -1, -1}, {SHOWS_RETURN, 10054, 1, 1000}};
static const Outcome permitted19[] = {{SHOWS_RETURN, 0, 1, 1999}, {SHOWS_RETURN, 0, 2000, 2000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10022, -1, -1}};
static const Outcome permitted20[] = {{SHOWS_OUT, 0, 0, 0}, {SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 10055, -1, -1}};
static const Outcome permitted21[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10036, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const Outcome permitted22[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}, {SHOWS_RETURN, 10040, -1, -1}};
static const Outcome permitted23[] = {{SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 996, -1, -1}, {SHOWS_RETURN, 996, 0, 4294967295}, {SHOWS_RETURN, 995, -1, -1}, {SHOWS_RETURN, 995, 0, 1000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10055, 0, 1000}, {SHOWS_RETURN, 10038, -1, -1}, {SHOWS_RETURN, 10038, 0, 4294967295}, {SHOWS_OUT, 0, 0, 0}};
static const Outcome permitted24[] = {{SHOWS_IDLE, 0, 0, 0}, {SHOWS_EOF, 0, 0, 0}, {SHOWS_ERROR, 10054, 0, 0}, {SHOWS_ERROR, 10053, 0, 0}};
static const Outcome permitted25[] = {{SHOWS_RETURN, 10052, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10058, -1, -1}, {SHOWS_RETURN, 10053, -1, -1}, {SHOWS_RETURN, 10054, -1, -1}};
static const Outcome permitted26[] = {{SHOWS_SET, 0, 0, 0}, {SHOWS_UNSET, 0, 0, 0}};
static const unsigned long buffers27[] = {1000};
static const Outcome permitted28[] = {{SHOWS_RETURN, 0, 1, 999}, {SHOWS_RETURN, 0, 1000, 1000}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const unsigned long buffers29[] = {0};
static const Outcome permitted30[] = {{SHOWS_RETURN, 0, 0, 0}, {SHOWS_RETURN, 997, -1, -1}, {SHOWS_RETURN, 10055, -1, -1}, {SHOWS_RETURN, 10035, -1, -1}};
static const Outcome permitted31[] = {{SHOWS_RETURN, 0, 0, 0}, {SHOWS_OUT, 0, 0, 0}};

static const Step t0[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, 0, 0}, permitted1, 4, 1, "WSPSend on A", "WSAENOTCONN:1", "dwBufferCount:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t1[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT | FAULT_COUNT, {SHOWS_RETURN, 10055, -1, -1}, permitted1, 4, 1, "WSPSend on A", "", "WSAEFAULT:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t2[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10014, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAEFAULT:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t3[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, buffers2, 2, FAULT_BUFFER, {SHOWS_RETURN, 10013, -1, -1}, permitted1, 4, 1, "WSPSend on A", "WSAEACCES:1", "WSAEFAULT:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t4[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, buffers2, 2, 0, {SHOWS_RETURN, 10054, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAENOTCONN:1, WSAECONNRESET:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t5[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 10057, -1, -1}, permitted1, 4, 1, "WSPSend on A", "", "dwBufferCount:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t6[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, MSG_PARTIAL, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10045, -1, -1}, permitted5, 5, 1, "WSPSend on A", "", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEOPNOTSUPP:3, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4, WSAEINVAL:1"},
};

static const Step t7[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, MSG_DONTROUTE, 0, buffers2, 2, 0, {SHOWS_RETURN, 10022, -1, -1}, permitted6, 4, 1, "WSPSend on A", "", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4, WSAEINVAL:1"},
};

static const Step t8[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 10045, -1, -1}, permitted1, 4, 1, "WSPSend on A", "WSAEOPNOTSUPP:1, WSAEOPNOTSUPP:2, WSAEOPNOTSUPP:3", "dwBufferCount:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t9[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, buffers2, 2, FAULT_ARRAY, {SHOWS_RETURN, 10014, -1, -1}, permitted1, 4, 1, "WSPSend on A", "", "WSAEFAULT:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t10[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, MSG_OOB, 0, buffers2, 2, 0, {SHOWS_RETURN, 10045, -1, -1}, permitted7, 4, 1, "WSPSend on A", "", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEOPNOTSUPP:2, WSAEINVAL:1"},
};

static const Step t11[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 995, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSA_OPERATION_ABORTED:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t12[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10053, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAENOTCONN:1, WSAECONNABORTED:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t13[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10050, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAENETDOWN:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t14[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10038, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAENOTSOCK:1", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t15[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, 0, 0, buffers2, 2, 0, {SHOWS_RETURN, 10058, -1, -1}, permitted4, 3, 1, "WSPSend on A", "WSAENOTCONN:1, WSAESHUTDOWN:1, WSAESHUTDOWN:2", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t16[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, -1, 0, MSG_OOB | MSG_PARTIAL, 0, buffers2, 2, 0, {SHOWS_RETURN, 10045, -1, -1}, permitted5, 5, 1, "WSPSend on A", "", "WSAENOBUFS:1, WSAENOTCONN:1, WSAEOPNOTSUPP:1, WSAEOPNOTSUPP:3, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4, WSAEINVAL:1"},
};

static const Step t17[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, NULL, 0, HAS_EVENT, {SHOWS_RETURN, 10014, -1, -1}, permitted1, 4, 1, "WSPSend on A", "", "dwBufferCount:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t18[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_SEND, 3, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT | FAULT_COUNT, {SHOWS_RETURN, 10022, -1, -1}, permitted1, 4, 1, "WSPSend on A", "", "WSAEFAULT:1, WSAENOBUFS:1, WSAENOTCONN:1, WSAEINVAL:1"},
};

static const Step t19[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10052, -1, -1}, permitted8, 4, 1, "WSPSend on A", "WSAENETRESET:1", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t20[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, MSG_PARTIAL, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10035, -1, -1}, permitted9, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEOPNOTSUPP:3, WSAEWOULDBLOCK:1"},
};

static const Step t21[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, -1, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 0, 2000, 2000}, permitted10, 3, 1, "WSPSend on A", "WSAEACCES:1", "WSAEACCES:1, WSAENOBUFS:1, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4"},
};

static const Step t22[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, -1, 0, MSG_DONTROUTE, 0, buffers2, 2, 0, {SHOWS_RETURN, 10013, -1, -1}, permitted10, 3, 1, "WSPSend on A", "", "WSAEACCES:1, WSAENOBUFS:1, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4"},
};

static const Step t23[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT | FAULT_COUNT, {SHOWS_RETURN, 10022, -1, -1}, permitted11, 6, 1, "WSPSend on A", "WSAEINVAL:1, WSAEINVAL:2", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAEFAULT:1, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t24[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, NULL, 0, HAS_EVENT, {SHOWS_RETURN, 10022, -1, -1}, permitted12, 6, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, dwBufferCount:1, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t25[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SHUTDOWN, 4, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPShutdown on A", "", ""},
};

static const Step t26[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10022, -1, -1}, permitted13, 4, 1, "WSPSend on A", "", "Return:1, Nonoverlapped:1, WSAENOBUFS:1, WSAEINVAL:2"},
};

static const Step t27[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CLOSE, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPCloseSocket on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10038, -1, -1}, permitted14, 2, 1, "WSPSend on A", "", "WSAENOBUFS:1, WSAENOTSOCK:1"},
};

static const Step t28[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, -1, 0, 0, 0, buffers2, 2, FAULT_COUNT, {SHOWS_RETURN, 0, -1, -1}, permitted15, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:2, WSAEFAULT:1, WSAENOBUFS:1"},
};

static const Step t29[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_FLUSH, 4, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPIoctl on A", "", ""},
};

static const Step t30[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_PEER_CLOSE, 4, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "peer.close", "", ""},
  {STEP_SEND, 5, 0, 0, 0, 0, 0, 0, buffers3, 2, HAS_EVENT, {SHOWS_RETURN, 10052, -1, -1}, permitted17, 10, 1, "WSPSend on A", "", "Return:1, Nonoverlapped:1, WSAENETRESET:1, WSAENOBUFS:1, WSAEINVAL:2, WSAECONNABORTED:1, WSAECONNRESET:1"},
};

static const Step t31[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_PEER_RESET, 4, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "peer.reset", "", ""},
  {STEP_SEND, 5, 0, 0, -1, 0, 0, 0, buffers2, 2, 0, {SHOWS_RETURN, 10054, -1, -1}, permitted18, 8, 1, "WSPSend on A", "", "Return:1, Overlapped:2, WSAENETRESET:1, WSAENOBUFS:1, WSAECONNABORTED:1, WSAECONNRESET:1"},
};

static const Step t32[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_NONBLOCKING, 4, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPIoctl on A", "", ""},
  {STEP_SEND, 5, 0, 0, 0, 0, 0, 0, buffers3, 2, 0, {SHOWS_RETURN, 10035, -1, -1}, permitted19, 5, 1, "WSPSend on A", "", "Nonoverlapped:4, lpNumberOfBytesSent:1, Return:1, Nonoverlapped:1, WSAENOBUFS:1, WSAEWOULDBLOCK:1, WSAEINVAL:2"},
};

static const Step t33[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 1, 0, -1, 0, 0, 0, buffers2, 2, BEGINS, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "WSPSend on A by thread t3", "", ""},
  {STEP_LOOK, 5, 1, -1, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_OUT, 0, 0, 0}, permitted20, 3, 1, "WSPSend on A by thread t3, which has begun,", "", "Return:1, Overlapped:2, WSAENOBUFS:1"},
  {STEP_SEND, 5, 0, 0, 0, 0, 0, 37, buffers2, 2, HAS_ROUTINE, {SHOWS_RETURN, 10036, -1, -1}, permitted21, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAEINPROGRESS:1, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t34[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_DGRAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10040, -1, -1}, permitted22, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEWOULDBLOCK:1, WSAEMSGSIZE:1, MessageSize:1, MessageSize:4"},
  {STEP_SEND, 5, 0, 0, 1, 0, 0, 37, NULL, 0, HAS_EVENT, {SHOWS_RETURN, 10035, -1, -1}, permitted12, 6, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, dwBufferCount:1, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t35[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 1, 0, 0, 0, 0, 0, buffers2, 2, HAS_ROUTINE, {SHOWS_RETURN, 997, -1, -1}, permitted8, 4, 1, "WSPSend on A by thread t2", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
  {STEP_CLOSE, 5, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPCloseSocket on A", "", ""},
  {STEP_RESULT, 6, 0, 0, 0, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 995, -1, -1}, permitted23, 10, 1, "WSPGetOverlappedResult on A", "", "Overlapped:3, Overlapped:7, Immediate:6, Event:3, WSA_OPERATION_ABORTED:1, WSAENOBUFS:1"},
};

static const Step t36[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_LINGER, 4, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSetSockOpt on A", "", ""},
  {STEP_CLOSE, 5, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPCloseSocket on A", "", ""},
  {STEP_PEER, 6, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_EOF, 0, 0, 0}, permitted24, 4, 0, "the peer of A", "", ""},
};

static const Step t37[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SHUTDOWN, 4, 0, 0, -1, 2, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPShutdown on A", "", ""},
  {STEP_PEER_CLOSE, 5, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "peer.close", "", ""},
  {STEP_SEND, 6, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10053, -1, -1}, permitted25, 5, 1, "WSPSend on A", "", "WSAENETRESET:1, WSAENOBUFS:1, WSAESHUTDOWN:2, WSAECONNABORTED:1, WSAECONNRESET:1"},
};

static const Step t38[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SHUTDOWN, 4, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPShutdown on A", "", ""},
  {STEP_PEER_CLOSE, 5, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "peer.close", "", ""},
  {STEP_SEND, 6, 0, 0, 0, 0, 0, 0, buffers2, 2, HAS_EVENT, {SHOWS_RETURN, 10053, -1, -1}, permitted25, 5, 1, "WSPSend on A", "", "WSAENETRESET:1, WSAENOBUFS:1, WSAESHUTDOWN:1, WSAECONNABORTED:1, WSAECONNRESET:1"},
};

static const Step t39[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_NONBLOCKING, 4, 0, 0, -1, 1, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPIoctl on A", "", ""},
  {STEP_WRITABLE, 5, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_SET, 0, 0, 0}, permitted26, 2, 1, "whether A is writable", "", ""},
  {STEP_SEND, 6, 0, 0, -1, 0, 0, 0, buffers27, 1, 0, {SHOWS_RETURN, 10035, -1, -1}, permitted28, 4, 1, "WSPSend on A", "", "Nonoverlapped:4, lpNumberOfBytesSent:1, Return:1, Nonoverlapped:2, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Step t40[] = {
  {STEP_SOCKET, 2, 0, 0, -1, SOCK_STREAM, WSA_FLAG_OVERLAPPED, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPSocket on A", "", ""},
  {STEP_CONNECT, 3, 0, 0, -1, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, -1, -1}, permitted0, 26, 1, "WSPConnect on A", "", ""},
  {STEP_SEND, 4, 0, 0, 0, 0, 0, 0, buffers29, 1, HAS_ROUTINE, {SHOWS_RETURN, 0, 0, 0}, permitted30, 4, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
  {STEP_SLEEP, 5, 0, -1, -1, 0, 0, 0, NULL, 0, BEGINS, {SHOWS_NOTHING, 0, 0, 0}, permitted16, 1, 1, "SleepEx", "", ""},
  {STEP_ROUTINE, 6, 0, -1, 0, 0, 0, 0, NULL, 0, 0, {SHOWS_RETURN, 0, 0, 0}, permitted31, 2, 1, "the routine of o1", "", "Overlapped:3, Overlapped:4, QueueApc:1, QueueApc:9, QueueApc:10, Prototype:8, Prototype:9, Prototype:10, Order:1"},
  {STEP_SEND, 7, 0, 0, 1, 0, 0, 37, buffers2, 2, HAS_ROUTINE, {SHOWS_RETURN, 10036, -1, -1}, permitted21, 5, 1, "WSPSend on A", "", "Return:1, Overlapped:1, Immediate:2, Return:4, WSAEINPROGRESS:2, WSAENOBUFS:1, WSAEWOULDBLOCK:1"},
};

static const Trace traces[] = {
  {"0002b1c41160 send sync 0 completes 0 noBuffers", t0, 2, 1, ""},
  {"00063673b910 send event 1 fails WSAENOBUFS badCount", t1, 2, 1, ""},
  {"00a9d83ff2aa send neither 2 fails WSAEFAULT", t2, 2, 1, ""},
  {"024a12360ac6 send sync 1 fails WSAEACCES badData", t3, 2, 1, ""},
  {"03992ebc01e8 send sync 1 fails WSAECONNRESET", t4, 2, 1, ""},
  {"05b13c9030b2 send sync 0 fails WSAENOTCONN noBuffers", t5, 2, 1, ""},
  {"063721b536ed send event 1 fails WSAEOPNOTSUPP partial", t6, 2, 1, ""},
  {"063b74e05003 send sync 1 fails WSAEINVAL dontRoute", t7, 2, 1, ""},
  {"07efb192d76c send sync 0 fails WSAEOPNOTSUPP noBuffers", t8, 2, 1, ""},
  {"0c72e0075bb5 send sync 1 fails WSAEFAULT badArray", t9, 2, 1, ""},
  {"0cf59ad3c0fe send sync 1 fails WSAEOPNOTSUPP outOfBand", t10, 2, 1, ""},
  {"0cfdcd7e67d4 send event 1 fails WSA_OPERATION_ABORTED", t11, 2, 1, ""},
  {"1e86eecf9f43 send event 1 fails WSAECONNABORTED", t12, 2, 1, ""},
  {"219525cffcaf send neither 2 fails WSAENETDOWN", t13, 2, 1, ""},
  {"27a5b345e90a send sync 2 fails WSAENOTSOCK", t14, 2, 1, ""},
  {"2a35e9882cf3 send sync 1 fails WSAESHUTDOWN", t15, 2, 1, ""},
  {"2bc3d2defae1 send sync 1 fails WSAEOPNOTSUPP outOfBandPartial", t16, 2, 1, ""},
  {"3165efa76e35 send event 0 fails WSAEFAULT noBuffers", t17, 2, 1, ""},
  {"4c7c7243eecd send event 1 fails WSAEINVAL badCount", t18, 2, 1, ""},
  {"07054396ca85 WSPConnect, send event 1 fails WSAENETRESET", t19, 3, 1, ""},
  {"0715f971b8f1 WSPConnect, send event 1 fails WSAEWOULDBLOCK partial", t20, 3, 1, ""},
  {"07525465df62 WSPConnect.broadcast, send sync 1 completes 1 tooLarge", t21, 3, 1, ""},
  {"0afb9cea4039 WSPConnect.broadcast, send sync 1 fails WSAEACCES dontRoute", t22, 3, 1, ""},
  {"0d21cad31365 WSPConnect, send event 1 fails WSAEINVAL badCount", t23, 3, 1, ""},
  {"126a8265fb61 WSPConnect, send event 0 fails WSAEINVAL noBuffers", t24, 3, 1, ""},
  {"18c41eec4939 WSPConnect.broadcast, WSPShutdown.send", t25, 3, 1, ""},
  {"1b10670d1e3b WSPConnect, send neither 2 fails WSAEINVAL", t26, 3, 1, ""},
  {"292f393d7d92 WSPCloseSocket, send neither 2 fails WSAENOTSOCK", t27, 3, 1, ""},
  {"2c482646ba2a WSPConnect, send sync 1 completes 1 badCount", t28, 3, 1, ""},
  {"a7f9e184172d flush", t29, 3, 1, ""},
  {"05772072246e WSPConnect, peer.close, send event 2 fails WSAENETRESET", t30, 4, 1, ""},
  {"0d238bb5baf7 peer.reset, send sync 1 fails WSAECONNRESET", t31, 4, 1, ""},
  {"114a69925022 WSPConnect, FIONBIO 1, send neither 2 fails WSAEWOULDBLOCK", t32, 4, 1, ""},
  {"160f561e3a7a send sync 1 begins, send routine 1 fails WSAEINPROGRESS", t33, 5, 2, ""},
  {"1f6037681df4 WSPConnect, send event 1 fails WSAEMSGSIZE, send event 0 fails WSAEWOULDBLOCK noBuffers", t34, 4, 1, ""},
  {"05b2ccf3d2a9 send routine 1 pends secondThread, WSPCloseSocket, result#0 WSA_OPERATION_ABORTED", t35, 5, 2, ""},
  {"0aa28397c02b SO_LINGER, WSPCloseSocket, peer.eof", t36, 5, 1, ""},
  {"199710ca9416 WSPShutdown.both, peer.close, send event 1 fails WSAECONNABORTED", t37, 5, 1, ""},
  {"2ee549d4e6ab WSPShutdown.send, peer.close, send event 1 fails WSAECONNABORTED", t38, 5, 1, ""},
  {"96fa9d3035cf a send on a socket that was seen writable finds no room", t39, 5, 1, ""},
  {"0514b8609eff send routine 0 completes 0, sleep.begins, routine#0 enter 0, send routine 1 fails WSAEINPROGRESS", t40, 6, 1, ""},
};

/* ---- How a verdict is said ---------------------------------------------------------------------------------------------- */

#if defined(WSPSEND_WINETEST) || defined(WSPSEND_REACTOS)
#ifdef WSPSEND_REACTOS
#include <apitest.h>
#else
#include "wine/test.h"
#endif
#define WSPSEND_TEST(name) START_TEST(name)
#define WSPSEND_OK(is_ok, ...) ok(is_ok, __VA_ARGS__)
#define WSPSEND_SKIP(...) skip(__VA_ARGS__)
#define WSPSEND_PLAN(count) ((void)(count))
#else
static int tests, failures;
#define WSPSEND_TEST(name) static void name(void); int main(void) { name(); return failures != 0; } static void name(void)
#define WSPSEND_OK(is_ok, ...) (tests++, failures += !(is_ok), printf("%s %d - ", (is_ok) ? "ok" : "not ok", tests), printf(__VA_ARGS__), fflush(stdout))
#define WSPSEND_SKIP(...) (printf("# "), printf(__VA_ARGS__))
#define WSPSEND_PLAN(count) printf("1..%d\n", (count))
#endif

static const char *code_name(unsigned long code) {
  static const struct { unsigned long code; const char *name; } names[] = {CODE_NAMES};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == code) return names[i].name;
  return "a code without a name";
}

static int say(char *text, size_t size, const Outcome *outcome) {
  char count[48] = "";
  switch (outcome->shows) {
    case SHOWS_CRASH: return snprintf(text, size, "an access violation");
    case SHOWS_FLAGGED: return snprintf(text, size, "flags");
    case SHOWS_NOTHING: return snprintf(text, size, "nothing");
    case SHOWS_OUT: return snprintf(text, size, "no return yet");
    case SHOWS_OTHER: return snprintf(text, size, "that of another operation");
    case SHOWS_SET: return snprintf(text, size, "set");
    case SHOWS_UNSET: return snprintf(text, size, "not set");
    case SHOWS_IDLE: return snprintf(text, size, "nothing to read");
    case SHOWS_EOF: return snprintf(text, size, "the end");
    case SHOWS_BYTES: return snprintf(text, size, "%lld %s bytes", outcome->least, outcome->code == 0 ? "of the right" : "wrong");
  }
  if (outcome->least != UNTOUCHED && outcome->least == outcome->most) snprintf(count, sizeof count, ", %lld bytes", outcome->least);
  else if (outcome->least != UNTOUCHED) snprintf(count, sizeof count, ", %lld to %lld bytes", outcome->least, outcome->most);
  if (outcome->code != 0) return snprintf(text, size, "%s (%lu)%s", code_name(outcome->code), outcome->code, count);
  return snprintf(text, size, "success%s", count);
}

/* Into `text`, as many as there is room for. */
static const char *say_all(char *text, size_t size, const Outcome *outcomes, int count) {
  size_t at = 0;
  text[0] = 0;
  for (int i = 0; i < count && at + 2 < size; i++) {
    if (i > 0) at += (size_t)snprintf(text + at, size - at, ", ");
    if (at < size) at += (size_t)say(text + at, size - at, &outcomes[i]);
  }
  if (at + 2 >= size) strcpy(text + size - 4, "...");
  return count == 0 ? "nothing" : text;
}

/* ---- Sockets ------------------------------------------------------------------------------------------------------------ */

enum { NAMES_MAX = 64, BUFFERS_MAX = 64, SETTLE_MS = 150, READ_MS = 1500, PERIOD = 251 };
static const DWORD untouched = 0xBADC0DE;

typedef struct {
  SOCKET handle, peer;
  HANDLE port;
  int is_stream;
} Endpoint;

typedef struct {
  WSAOVERLAPPED structure;
  HANDLE event;
  DWORD count;
  char *block;
} Operation;

/* A thread of the trace. It is in `step` until it says that it is done, and in a routine until it is asked to leave. */
typedef struct {
  HANDLE handle, wake, starts, done, enters;
  DWORD id;
  const Step *step;
  Outcome outcome, entered;
  const Operation *entered_for;
  volatile LONG depth, is_over;
} Worker;

/* Of one trace. It stays: of what the trace leaves outstanding, the system may still write there. */
typedef struct {
  Endpoint endpoints[NAMES_MAX];
  Operation operations[NAMES_MAX];
  Worker workers[NAMES_MAX];
  int worker_count;
} Scene;

static Scene *scene;

static void CALLBACK on_completion(DWORD error, DWORD bytes, WSAOVERLAPPED *structure, DWORD flags);

enum { GUARD_SIZE = 4096 };
static char *no_access;
static volatile LONG crashes;

/* A stack that does not catch its fault at that page would end the process, and the tests behind it: the call goes on instead. */
static LONG WINAPI note_crash(EXCEPTION_POINTERS *exception) {
  const EXCEPTION_RECORD *record = exception->ExceptionRecord;
  DWORD old;
  if (record->ExceptionCode != EXCEPTION_ACCESS_VIOLATION || record->NumberParameters < 2) return EXCEPTION_CONTINUE_SEARCH;
  if (record->ExceptionInformation[1] - (ULONG_PTR)no_access >= GUARD_SIZE) return EXCEPTION_CONTINUE_SEARCH;
  InterlockedIncrement(&crashes);
  return VirtualProtect(no_access, GUARD_SIZE, PAGE_READWRITE, &old) ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static SOCKET bound_peer(int type, unsigned long where, struct sockaddr_in *address) {
  int length = sizeof *address;
  SOCKET handle = socket(AF_INET, type, 0);
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(where);
  bind(handle, (struct sockaddr *)address, sizeof *address);
  getsockname(handle, (struct sockaddr *)address, &length);
  if (type == SOCK_STREAM) listen(handle, 1);
  return handle;
}

static int bind_endpoint(const Endpoint *endpoint) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(endpoint->handle, (struct sockaddr *)&address, sizeof address);
}

static int connect_endpoint(Endpoint *endpoint, int to_broadcast) {
  struct sockaddr_in address;
  u_long off = 0;
  SOCKET other = bound_peer(endpoint->is_stream ? SOCK_STREAM : SOCK_DGRAM, to_broadcast ? INADDR_ANY : INADDR_LOOPBACK, &address);
  /* The whole of 127/8 is the host itself, and its last address reaches everybody there. */
  address.sin_addr.s_addr = htonl(to_broadcast ? 0x7FFFFFFF : INADDR_LOOPBACK);
  int rc = connect(endpoint->handle, (struct sockaddr *)&address, sizeof address);
  DWORD code = rc == 0 ? 0 : (DWORD)WSAGetLastError();
  /* To the trace a connect is over when it returns. */
  if (code == WSAEWOULDBLOCK) {
    fd_set writable;
    struct timeval limit = {3, 0};
    FD_ZERO(&writable);
    FD_SET(endpoint->handle, &writable);
    rc = select(0, NULL, &writable, NULL, &limit) == 1 ? 0 : -1;
  }
  if (rc == 0 && endpoint->is_stream) {
    endpoint->peer = accept(other, NULL, NULL);
    ioctlsocket(endpoint->peer, FIONBIO, &off);
  }
  if (rc == 0 && !endpoint->is_stream) endpoint->peer = other;
  else closesocket(other);
  WSASetLastError((int)code);
  return rc;
}

static int is_ready(SOCKET handle, int to_write, int milliseconds) {
  fd_set set;
  struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
  FD_ZERO(&set);
  FD_SET(handle, &set);
  return select(0, to_write ? NULL : &set, to_write ? &set : NULL, NULL, &limit) == 1;
}

static void close_end(SOCKET *handle) {
  if (*handle != INVALID_SOCKET) closesocket(*handle);
  *handle = INVALID_SOCKET;
}

static void reset_end(SOCKET *handle) {
  struct linger hard = {1, 0};
  if (*handle != INVALID_SOCKET) setsockopt(*handle, SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard);
  close_end(handle);
}

/* ---- Steps -------------------------------------------------------------------------------------------------------------- */

static Outcome shown(int shows) {
  Outcome outcome = {shows, 0, 0, 0};
  return outcome;
}

static Outcome returned(int rc, DWORD bytes) {
  Outcome outcome = {SHOWS_RETURN, 0, 0, 0};
  if (rc != 0) outcome.code = (unsigned long)WSAGetLastError();
  outcome.least = outcome.most = bytes == untouched ? UNTOUCHED : (long long)bytes;
  return outcome;
}

static int bind_port(int socket) {
  Endpoint *endpoint = &scene->endpoints[socket];
  if (endpoint->port == NULL) endpoint->port = CreateIoCompletionPort((HANDLE)endpoint->handle, NULL, (ULONG_PTR)socket, 0);
  return endpoint->port != NULL;
}

/* What a call of Win32's own gives. */
static Outcome done(int is_ok) {
  DWORD code = is_ok ? 0 : GetLastError();
  Outcome outcome = {SHOWS_RETURN, code, UNTOUCHED, UNTOUCHED};
  return outcome;
}

static Outcome make_send(const Step *step) {
  WSABUF buffers[BUFFERS_MAX];
  DWORD own = untouched, length = 0, at = 0, i;
  LONG crashed = crashes;
  Operation *operation = step->operation < 0 ? NULL : &scene->operations[step->operation];
  DWORD *count = operation == NULL ? &own : &operation->count;
  char *block;
  for (i = 0; i < step->buffer_count; i++) length += step->buffers[i];
  block = malloc(length + 1);
  for (i = 0; i < length; i++) block[i] = (char)((step->fill + i) % PERIOD);
  for (i = 0; i < step->buffer_count; i++) {
    buffers[i].buf = block + at;
    buffers[i].len = step->buffers[i];
    at += step->buffers[i];
  }
  if (operation != NULL) {
    if (operation->event == NULL) operation->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    ResetEvent(operation->event);
    memset(&operation->structure, 0, sizeof operation->structure);
    if (step->marks & HAS_EVENT) operation->structure.hEvent = (HANDLE)((ULONG_PTR)operation->event | (step->marks & LOW_BIT ? 1 : 0));
    if (step->marks & ON_PORT) bind_port(step->socket);
    operation->count = untouched;
    /* The buffers stay until the program ends: the stack may read them for as long as the operation is outstanding. */
    operation->block = block;
  }
  if (step->marks & FAULT_BUFFER && step->buffer_count > 0) buffers[step->buffer_count - 1].buf = no_access;
  int rc = WSASend(scene->endpoints[step->socket].handle, step->marks & FAULT_ARRAY ? (WSABUF *)no_access : buffers,
                   step->buffer_count, step->marks & FAULT_COUNT ? (DWORD *)no_access : step->marks & NO_COUNT ? NULL : count, step->flags,
                   operation == NULL ? NULL : &operation->structure, step->marks & HAS_ROUTINE ? on_completion : NULL);
  DWORD code = rc == 0 ? 0 : (DWORD)WSAGetLastError();
  /* A send that fails may leave its count alone or count nothing: these are one. */
  Outcome outcome = returned(rc, code != 0 && code != WSA_IO_PENDING && *count == 0 ? untouched : *count);
  /* What is written from here on comes late. */
  if (operation == NULL) free(block);
  else operation->count = untouched;
  if (crashes == crashed) return outcome;
  VirtualProtect(no_access, GUARD_SIZE, PAGE_NOACCESS, &code);
  return shown(SHOWS_CRASH);
}

static Outcome get_result(const Step *step) {
  DWORD bytes = untouched, flags;
  int rc = WSAGetOverlappedResult(scene->endpoints[step->socket].handle, &scene->operations[step->operation].structure, &bytes, step->value != 0, &flags);
  return returned(rc ? 0 : -1, bytes);
}

static Outcome cancel(const Step *step) {
  if (step->kind == STEP_CANCEL_THREAD) return done(CancelIo((HANDLE)scene->endpoints[step->socket].handle));
  return done(CancelIoEx((HANDLE)scene->endpoints[step->socket].handle, step->operation < 0 ? NULL : &scene->operations[step->operation].structure));
}

/* The code of Winsock that a code of Win32 stands for. */
static unsigned long winsock_code(DWORD code) {
  static const struct { DWORD win32, winsock; } pairs[] = {WIN32_CODES};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (pairs[i].win32 == code) return pairs[i].winsock;
  return code;
}

static Outcome read_port(const Step *step) {
  Outcome outcome = {SHOWS_IDLE, 0, 0, 0};
  HANDLE port = scene->endpoints[step->socket].port;
  OVERLAPPED *structure = NULL;
  ULONG_PTR key = 0;
  DWORD bytes = 0;
  BOOL is_ok = port != NULL && GetQueuedCompletionStatus(port, &bytes, &key, &structure, SETTLE_MS);
  DWORD code = is_ok ? 0 : GetLastError();
  if (structure == NULL) return outcome;
  outcome.shows = step->operation >= 0 && structure == (OVERLAPPED *)&scene->operations[step->operation].structure ? SHOWS_RETURN : SHOWS_OTHER;
  if (outcome.shows == SHOWS_OTHER) return outcome;
  outcome.code = winsock_code(code);
  outcome.least = outcome.most = bytes;
  return outcome;
}

/* As many bytes as the trace has, as long as more may be on their way; `least` is how many came, `code` whether they are the same. */
static Outcome read_peer(const Step *step) {
  Outcome outcome = {SHOWS_IDLE, 0, 0, 0};
  SOCKET peer = scene->endpoints[step->socket].peer;
  long long wanted = 0, got = 0;
  DWORD run = 0;
  for (run = 0; run < step->buffer_count; run += 2) wanted += step->buffers[run + 1];
  unsigned char *bytes = malloc((size_t)wanted + 65536);
  int is_stream = scene->endpoints[step->socket].is_stream;
  do {
    if (!is_ready(peer, 0, wanted > 0 ? READ_MS : SETTLE_MS)) break;
    int count = recv(peer, (char *)bytes + got, wanted > 0 && is_stream ? (int)(wanted - got) : 65536, 0);
    if (count < 0 || (count == 0 && is_stream)) {
      outcome.shows = count == 0 ? SHOWS_EOF : SHOWS_ERROR;
      outcome.code = count == 0 ? 0 : (unsigned long)WSAGetLastError();
      break;
    }
    outcome.shows = SHOWS_BYTES;
    got += count;
  } while (is_stream && got < wanted);
  if (got > 0) outcome.shows = SHOWS_BYTES, outcome.code = 0;
  if (outcome.shows == SHOWS_BYTES) {
    long long at = 0;
    outcome.least = outcome.most = got;
    for (run = 0; run < step->buffer_count; run += 2)
      for (DWORD i = 0; i < step->buffers[run + 1] && at < got; i++, at++)
        if (bytes[at] != (step->buffers[run] + i) % PERIOD) outcome.code = 1;
  }
  free(bytes);
  return outcome;
}

/* The byte that the peer has apart from the stream, where there is one. */
static Outcome read_urgent(const Step *step) {
  Outcome outcome = shown(SHOWS_NOTHING);
  SOCKET peer = scene->endpoints[step->socket].peer;
  struct timeval limit = {READ_MS / 1000, READ_MS % 1000 * 1000};
  unsigned char byte;
  fd_set urgent;
  FD_ZERO(&urgent);
  FD_SET(peer, &urgent);
  if (select(0, NULL, NULL, &urgent, &limit) != 1 || recv(peer, (char *)&byte, 1, MSG_OOB) != 1) return outcome;
  outcome.shows = SHOWS_BYTES;
  outcome.code = byte != step->buffers[0];
  outcome.least = outcome.most = 1;
  return outcome;
}

static Outcome get_option(const Step *step) {
  int number = 0, length = sizeof number;
  Outcome outcome = returned(getsockopt(scene->endpoints[step->socket].handle, SOL_SOCKET, (int)step->flags, (char *)&number, &length), untouched);
  if (outcome.code == 0) outcome.least = outcome.most = (DWORD)number;
  return outcome;
}

/* A call, on the thread that makes it. */
static Outcome make_call(const Step *step) {
  Endpoint *endpoint = step->socket < 0 ? NULL : &scene->endpoints[step->socket];
  struct linger linger = {(u_short)step->value, (u_short)step->fill};
  DWORD bytes = untouched;
  u_long value = step->value;
  int number = (int)step->value, rc;
  switch (step->kind) {
    case STEP_SOCKET:
      endpoint->is_stream = step->value == SOCK_STREAM;
      endpoint->handle = WSASocketW(AF_INET, (int)step->value, 0, NULL, 0, step->flags);
      return returned(endpoint->handle == INVALID_SOCKET ? -1 : 0, untouched);
    case STEP_BIND: return returned(bind_endpoint(endpoint), untouched);
    case STEP_CONNECT: return returned(connect_endpoint(endpoint, step->value != 0), untouched);
    case STEP_NONBLOCKING: return returned(ioctlsocket(endpoint->handle, FIONBIO, &value), untouched);
    case STEP_FLUSH: return returned(WSAIoctl(endpoint->handle, SIO_FLUSH, NULL, 0, NULL, 0, &bytes, NULL, NULL), untouched);
    case STEP_OPTION: return returned(setsockopt(endpoint->handle, SOL_SOCKET, (int)step->flags, (char *)&number, sizeof number), untouched);
    case STEP_GET_OPTION: return get_option(step);
    case STEP_LINGER: return returned(setsockopt(endpoint->handle, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger), untouched);
    case STEP_SEND: return make_send(step);
    case STEP_RESULT: return get_result(step);
    case STEP_CANCEL: case STEP_CANCEL_THREAD: return cancel(step);
    case STEP_SHUTDOWN: return returned(shutdown(endpoint->handle, (int)step->value), untouched);
    case STEP_CLOSE:
      rc = closesocket(endpoint->handle);
      /* The system may give the number to another handle. */
      if (rc == 0) endpoint->handle = INVALID_SOCKET;
      return returned(rc, untouched);
    case STEP_SLEEP: SleepEx(step->value, TRUE); return returned(0, untouched);
    case STEP_EXIT: return returned(0, untouched);
    case STEP_PORT: return done(bind_port(step->socket));
    case STEP_MODES: return done(SetFileCompletionNotificationModes((HANDLE)endpoint->handle, (UCHAR)step->value));
  }
  return shown(SHOWS_NOTHING);
}

/* What is seen or done from outside of the threads. */
static Outcome take_outside(const Step *step) {
  Endpoint *endpoint = step->socket < 0 ? NULL : &scene->endpoints[step->socket];
  Operation *operation = step->operation < 0 ? NULL : &scene->operations[step->operation];
  switch (step->kind) {
    case STEP_EVENT: return shown(WaitForSingleObject(operation->event, 0) == WAIT_OBJECT_0 ? SHOWS_SET : SHOWS_UNSET);
    case STEP_COUNT: return shown(operation->count != untouched ? SHOWS_SET : SHOWS_UNSET);
    case STEP_WRITABLE: return shown(is_ready(endpoint->handle, 1, 0) ? SHOWS_SET : SHOWS_UNSET);
    case STEP_PACKET: return read_port(step);
    case STEP_PEER: return step->marks & URGENT ? read_urgent(step) : read_peer(step);
    case STEP_PEER_RESET: reset_end(&endpoint->peer); break;
    case STEP_PEER_CLOSE: close_end(&endpoint->peer); break;
    case STEP_PEER_SHUTDOWN: shutdown(endpoint->peer, SD_SEND); break;
    case STEP_SETTLE: Sleep(SETTLE_MS); break;
  }
  return shown(SHOWS_NOTHING);
}

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
/* ---- The loop ----------------------------------------------------------------------------------------------------------- */

static int is_among(const Outcome *outcome, const Outcome *list, int count) {
  for (int i = 0; i < count; i++)
    if (list[i].shows == outcome->shows && list[i].code == outcome->code && outcome->least >= list[i].least && outcome->most <= list[i].most) return 1;
  return 0;
}

static void run(const Trace *trace) {
  char given[64], permitted[512];
  int i;
  begin_scene(trace->thread_count);
  for (i = 0; i < trace->step_count; i++) {
    const Step *step = &trace->steps[i];
    Outcome outcome = take(step);
    int is_seen = is_among(&outcome, &step->seen, 1);
    int is_permitted = is_among(&outcome, step->permitted, step->permitted_count);
    say(given, sizeof given, &outcome);
    if (!is_permitted && (is_seen || step->is_whole)) {
      WSPSEND_OK(0, "%s line %d: %s gives %s; permitted: %s%s%s\n", trace->name, step->line, step->text, given,
                 say_all(permitted, sizeof permitted, step->permitted, step->permitted_count), is_seen ? "; breaks " : "; by ",
                 is_seen ? step->breaks : step->stands);
      break;
    }
    if (!is_seen) {
      WSPSEND_SKIP("%s branches off at line %d: %s gives %s; the rest is skipped\n", trace->name, step->line, step->text, given);
      i = trace->step_count;
    }
  }
  if (i >= trace->step_count) {
    if (trace->rest[0] != 0 && i == trace->step_count) WSPSEND_SKIP("%s goes on: %s\n", trace->name, trace->rest);
    WSPSEND_OK(1, "%s\n", trace->name);
  }
  end_scene();
}

WSPSEND_TEST(wspsend) {
  WSADATA data;
  int count = (int)(sizeof traces / sizeof *traces);
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) abort();
  begin_tests();
  WSPSEND_PLAN(count);
  for (int i = 0; i < count; i++) run(&traces[i]);
  end_tests();
  WSACleanup();
}
