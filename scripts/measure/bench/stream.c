/*
 * One thread writes messages into a pipe, or with -DSOCKETPAIR into one end of a pair of stream sockets; another reads all there is.
 * An operation is over when its bytes have been read.
 */
#include "contest.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK (1 << 16)

static int ends[2]; /* read here, written there */
static _Atomic uint64_t arrived;
static _Atomic int checks;
static _Atomic uint64_t wrong_at = UINT64_MAX;

static void *reader(void *ignored) {
  static uint8_t chunk[CHUNK];
  (void)ignored;
  for (;;) {
    ssize_t got = read(ends[0], chunk, CHUNK);
    if (got <= 0) return NULL;
    uint64_t position = atomic_load(&arrived);
    if (atomic_load(&checks))
      for (ssize_t i = 0; i < got; i++)
        if (chunk[i] != (position + i) % 251 && position + i < atomic_load(&wrong_at)) atomic_store(&wrong_at, position + i);
    atomic_store(&arrived, position + got);
  }
}

static void put(const uint8_t *source, size_t size) {
  while (size > 0) {
    ssize_t wrote = write(ends[1], source, size);
    if (wrote <= 0) exit(1);
    source += wrote;
    size -= wrote;
  }
}

static void await(uint64_t until) {
  while (atomic_load(&arrived) < until)
    ;
}

static void run(const uint8_t *source, size_t size, long times) {
  uint64_t until = atomic_load(&arrived) + (uint64_t)size * times;
  for (long i = 0; i < times; i++) put(source, size);
  await(until);
}

static const char *verify(size_t size) {
  static uint8_t source[1 << 20];
  uint64_t position = 0;
  atomic_store(&arrived, 0);
  atomic_store(&checks, 1);
  for (int i = 0; i < 500; i++) {
    for (size_t j = 0; j < size; j++) source[j] = position++ % 251;
    put(source, size);
  }
  await(position);
  atomic_store(&checks, 0);
  return atomic_load(&wrong_at) == UINT64_MAX ? NULL : "a byte came out of order";
}

int main(void) {
  pthread_t thread;
#ifdef SOCKETPAIR
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
#else
  if (pipe(ends) != 0) return 1;
#endif
  if (pthread_create(&thread, NULL, reader, NULL) != 0) return 1;
  return converse();
}
