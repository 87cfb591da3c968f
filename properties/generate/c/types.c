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
