/*
 * The same conversation that process.ts has with every contender, for those in C. A contender fills in `run` and `verify`;
 * lines of standard input ask for one of them, each is answered by one line of standard output.
 *
 *   sample SIZE MS OFFSET   ->  nanoseconds for one operation of SIZE bytes, over about MS milliseconds, the source OFFSET bytes into its page
 *   verify SIZE             ->  ok, or what was wrong
 */
#ifndef CONTEST_H
#define CONTEST_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Does the operation so many times. `source` holds `size` bytes. */
static void run(const uint8_t *source, size_t size, long times);
/* NULL when every byte arrived in order, else what was wrong. */
static const char *verify(size_t size);

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static double timed(const uint8_t *source, size_t size, long times) {
  double started = now_ns();
  run(source, size, times);
  return now_ns() - started;
}

static int converse(void) {
  static uint8_t arena[(1 << 20) + 8192] __attribute__((aligned(4096)));
  char line[128];
  unsigned long size, offset;
  double ms;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("ready");
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "sample %lu %lf %lu", &size, &ms, &offset) == 3) {
      const uint8_t *source = arena + offset;
      long times = 1;
      double ns = timed(source, size, times);
      while (ns < ms * 1e6 / 8 && times < 1L << 40) ns = timed(source, size, times *= 2);
      times = (long)(ms * 1e6 / (ns / times)) + 1;
      printf("%.3f\n", timed(source, size, times) / times);
    } else if (sscanf(line, "verify %lu", &size) == 1) {
      const char *wrong = verify(size);
      puts(wrong == NULL ? "ok" : wrong);
    } else {
      printf("a request must be `sample SIZE MS OFFSET` or `verify SIZE`: %s", line);
    }
  }
  return 0;
}

#endif
