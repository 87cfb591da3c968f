/*
 * A driver of the Winsock under it, for wspsend: requests of trace/1 in, the trace of what happened out. WSASend stands for
 * WSPSend, CancelIoEx for WSPCancelIo, and so on: the API has the same rules, and ws2_32 has no way in for the SPI's own forms.
 *
 *   driver.c   reads requests and hands each to its part
 *   lines.c    what is written, and in which order
 *   threads.c  one worker for each thread that a trace names
 *   calls.c    the calls, send.c the one that all this is about
 *   ports.c    completion ports; room.c readiness
 *   peer.c     the far end, which lives in this process too; settle.c waiting
 *   names.c    what names stand for; memory.c the caller's buffers
 *
 * `lock` guards everything that the threads share. It is never held inside a call of Winsock's that can wait.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "winsock.h"

#include "json.h"

typedef unsigned long long Count;

/* In an out-parameter before a call, so that a write is seen; more than any request can send. */
#define UNTOUCHED ((DWORD)0xA5C3F00D)

/* ---- Names -------------------------------------------------------------------------------------------------------------- */

/* As a JSON string holds it: `quoted` is its source with the quotation marks, kept for writing it again. */
typedef struct {
  char *bytes;
  size_t length;
  char *quoted;
} Name;

typedef struct Socket {
  struct Socket *next;
  Name name;
  SOCKET handle;
  int isOpen, isStream, isOverlapped, isNonblocking;
  SOCKET peer;           /* INVALID_SOCKET while there is none */
  int ended;             /* the peer saw the end, or an error, which is reported once */
  int sentUrgent;        /* so the peer looks for urgent data */
  int shutDown;          /* an end of the stream is to be expected */
  int isBound;           /* to the completion port */
  int skipsPort;         /* where a send returns zero */
  Count accepted;        /* bytes that the transport surely took; messages of a datagram socket */
  Count received;        /* what of them the peer has read */
  Count forgiven;        /* what of them did not come in time */
  int broken;            /* the maker of the trace ended the circuit: nothing is to be expected */
  int isFresh;           /* something happened to it since the last settle */
  int roomIsLate;        /* it did not come in time */
} Socket;

/* One send with an OVERLAPPED. */
typedef struct Operation {
  struct Operation *next;     /* all that may still be pending */
  struct Overlapped *overlapped;
  Socket *socket;
  struct Worker *thread;
  DWORD count;                /* lpNumberOfBytesSent */
  char *block;                /* the caller's buffers; null once it has them back */
  size_t blockSize;
  JsonText *request;          /* holds the list of the routine's calls; null without one */
  const Json *calls;
  int hasRoutine, hasEvent;
  int wentPending;            /* the call said WSA_IO_PENDING */
  int isCounted;              /* its end was seen and its bytes were counted */
  int wasEntered;             /* its routine ran */
  int isOwed;                 /* it was cancelled */
  int mayGivePacket;          /* it has no routine, and its hEvent has no low bit */
  int hasReturned;            /* the call began it and is over */
  int packetIsLate;           /* it did not come in time */
  struct Operation *nextExpected;
  int waitedFor;              /* and did not come in time, so a settle waits no more */
  Count end;                  /* bytes of the stream up to its last one, as far as is known */
} Operation;

/* An OVERLAPPED: the same structure and the same event whenever its name is used. */
typedef struct Overlapped {
  struct Overlapped *next;
  Name name;
  WSAOVERLAPPED structure;
  HANDLE event;
  int inUse;
  Operation *last;
} Overlapped;

int name_is(const Name *name, const Json *said);
Name name_of(const Json *said);
Socket *find_socket(const Json *name);      /* the last one that had this name, closed or not */
Socket *add_socket(const Json *name);       /* a new one, in place of the one that had the name */
SOCKET handle_of(const Json *name);         /* what a call on this name gives to Winsock */
Overlapped *overlapped_of(const Json *name);
Overlapped *overlapped_at(const WSAOVERLAPPED *structure);
extern Socket *sockets;
extern Operation *operations;

/* ---- Lines -------------------------------------------------------------------------------------------------------------- */

/* A call that was made; on its thread's stack until it returns. */
typedef struct Opening {
  struct Opening *outer;
  const Json *call;
  long number;                /* of its begin line; 0 while it has none */
} Opening;

extern CRITICAL_SECTION lock;

void write_header(const char *source);
void take_up(void);                                           /* a request is about to be done */
void write_done(void);                                        /* it is answered */
int others_have_said(void);                                   /* other threads observed something meanwhile */
void let_others_speak(void);                                  /* it stands before what is written next */
/* A line: the source of `said` without its closing brace, and what is added to it. Null stands for an empty object. */
void write_line(struct Worker *by, const Json *said, const char *format, ...);
void write_refusal(struct Worker *by, const Json *request, const char *why);
void open_call(struct Worker *by, Opening *opening, const Json *call);
void close_call(struct Worker *by, Opening *opening, const char *format, ...);
void write_begins(struct Worker *by);                         /* something is observed inside the calls of this thread */

/* ---- Threads ------------------------------------------------------------------------------------------------------------ */

/* What a thread inside a call may be waiting for. */
typedef struct {
  Socket *sends;              /* a blocking send on this socket, of `length` bytes */
  Count length;
  Overlapped *awaits;         /* the result of this */
  int sleeps;
} Waiting;

typedef struct Worker {
  struct Worker *next;
  Name name;
  HANDLE handle;
  CONDITION_VARIABLE wake;
  JsonText *job;
  int isBusy, hasExited;
  int isServing;              /* what it does is still part of the request that is being done */
  Opening *top;
  Waiting waiting;
} Worker;

extern Worker *workers;

Worker *worker_named(const Json *name);     /* null: "main"; made when it is not there yet */
Worker *this_worker(void);                  /* null on a thread that is none of them */
/* Has the worker do the call, and comes back when it has returned or has not within `milliseconds`. */
void have_done(Worker *worker, JsonText *request, DWORD milliseconds);
void exit_thread(Worker *worker, const Json *call);

/* ---- Calls, the far end, time ------------------------------------------------------------------------------------------- */

/* Makes one call on the calling thread: a request, which it then owns, or an entry of a routine's list, for which `request` is null. */
void make_call(Worker *worker, const Json *call, JsonText *request);
/* How long a call may take until it counts as blocked. */
DWORD patience_for(const Json *call);

/* False when the send could not be made; `request` was taken over otherwise. */
void make_send(Worker *worker, const Json *call, JsonText *request);
void send_over(Operation *operation);       /* the caller has its buffers back */
void count_completed(void);                 /* looks which operations are over */
int is_pending(const Operation *operation);

/* Null, or why the call about a port cannot be made as it stands. */
const char *why_not_port(const Json *call);
BOOL bind_to_port(Socket *socket);
BOOL set_modes(Socket *socket, const Json *modes);
void expect_packet(Operation *operation);
void expect_no_packet(Operation *operation);
void look_at_port(const Json *request);
int packets_are_late(void);
void give_up_packets(void);                 /* they have been late for long enough */

int connect_peer(Socket *socket, int toBroadcast, unsigned long *code);   /* 0 or -1 with a code */
void peer_recv(const Json *request);
void look_for_room(const Json *request);
void change_world(const Json *request);
void settle(const Json *request);
DWORD now(void);

/* The bytes of the pattern, with a gap after each buffer that is not part of it. */
char *lend(const Json *buffers, unsigned fill, WSABUF *wsabufs, size_t *size);
/* Appends the runs that `bytes` make to a text such as `[[0,10]` that is not closed yet. */
typedef struct {
  char *text;
  size_t length, capacity;
  unsigned start, count, next;
} Runs;
void add_bytes(Runs *runs, const unsigned char *bytes, size_t count);
const char *runs_text(Runs *runs);
/* An address range that nobody may touch. */
char *no_access(void);

#endif
