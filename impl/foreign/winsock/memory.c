/* The caller's buffers: byte j of them all holds (fill + j) mod 251, and what the peer got is written as runs of that pattern. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD = 251, GAP = 16, NO_PATTERN = 253 };

/* Whole periods, so that a copy may start anywhere in the first. */
static unsigned char table[PERIOD * 257];

static void write_pattern(char *to, unsigned from, size_t count) {
  if (table[1] == 0)
    for (size_t i = 0; i < sizeof table; i++) table[i] = (unsigned char)(i % PERIOD);
  while (count > 0) {
    size_t piece = sizeof table - from < count ? sizeof table - from : count;
    memcpy(to, table + from, piece);
    to += piece;
    count -= piece;
    from = (unsigned)((from + piece) % PERIOD);
  }
}

/* Bytes that are no part of the pattern follow every buffer, so that a stack which reads on is seen. */
char *lend(const Json *buffers, unsigned fill, WSABUF *wsabufs, size_t *size) {
  *size = GAP;
  for (const Json *length = buffers->child; length != NULL; length = length->next) *size += (size_t)length->number + GAP;
  char *block = malloc(*size);
  if (block == NULL) return NULL;
  char *at = block;
  for (const Json *length = buffers->child; length != NULL; length = length->next, wsabufs++) {
    size_t count = (size_t)length->number;
    write_pattern(at, fill, count);
    wsabufs->buf = at;
    wsabufs->len = (ULONG)count;
    fill = (unsigned)((fill + count) % PERIOD);
    at += count;
    memset(at, NO_PATTERN, GAP);
    at += GAP;
  }
  return block;
}

static void close_run(Runs *runs) {
  if (runs->count == 0) return;
  if (runs->capacity - runs->length < 40) {
    runs->capacity = 2 * runs->capacity + 128;
    runs->text = realloc(runs->text, runs->capacity);
    if (runs->text == NULL) abort();
  }
  runs->length += (size_t)snprintf(runs->text + runs->length, 40, "%s[%u,%u]", runs->length == 0 ? "" : ",", runs->start, runs->count);
  runs->count = 0;
}

void add_bytes(Runs *runs, const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (runs->count > 0 && bytes[i] == runs->next) runs->count++;
    else {
      close_run(runs);
      runs->start = bytes[i];
      runs->count = 1;
    }
    runs->next = bytes[i] >= PERIOD ? 256 : (bytes[i] + 1u) % PERIOD;
  }
}

const char *runs_text(Runs *runs) {
  close_run(runs);
  return runs->text == NULL ? "" : runs->text;
}

char *no_access(void) {
  static char *range;
  if (range == NULL) range = VirtualAlloc(NULL, (SIZE_T)1 << 28, MEM_RESERVE, PAGE_NOACCESS);
  return range;
}
