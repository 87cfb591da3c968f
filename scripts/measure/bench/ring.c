/*
 * A byte ring as it is written in C: positions that grow, a mask, memcpy. One thread writes a message and reads it.
 * With -DIN_PLACE the reader looks at the bytes where they lie; else it copies them out.
 */
#include "contest.h"

#define CAPACITY (1u << 18)
#define MASK (CAPACITY - 1)

struct ring {
  uint32_t head, tail;
  uint8_t bytes[CAPACITY] __attribute__((aligned(4096)));
};

static struct ring ring;
static uint8_t target[1 << 20];
static volatile uint32_t seen;

/* A ring is called as a library is: the caller's loop does not get to see its length as a constant. */
static __attribute__((noinline)) size_t ring_write(struct ring *r, const uint8_t *source, size_t length) {
  uint32_t room = CAPACITY - (r->tail - r->head);
  if (length > room) length = room;
  uint32_t index = r->tail & MASK, first = CAPACITY - index;
  if (length <= first) memcpy(r->bytes + index, source, length);
  else {
    memcpy(r->bytes + index, source, first);
    memcpy(r->bytes, source + first, length - first);
  }
  r->tail += length;
  return length;
}

#ifdef IN_PLACE
static __attribute__((noinline)) size_t ring_drain(struct ring *r, size_t length) {
  uint32_t used = r->tail - r->head;
  if (length > used) length = used;
  uint32_t index = r->head & MASK;
  seen += r->bytes[index];
  seen += r->bytes[(index + length - 1) & MASK];
  r->head += length;
  return length;
}
#else
static __attribute__((noinline)) size_t ring_drain(struct ring *r, size_t length) {
  uint32_t used = r->tail - r->head;
  if (length > used) length = used;
  uint32_t index = r->head & MASK, first = CAPACITY - index;
  if (length <= first) memcpy(target, r->bytes + index, length);
  else {
    memcpy(target, r->bytes + index, first);
    memcpy(target + first, r->bytes, length - first);
  }
  r->head += length;
  return length;
}
#endif

static void run(const uint8_t *source, size_t size, long times) {
  for (long i = 0; i < times; i++) {
    ring_write(&ring, source, size);
    ring_drain(&ring, size);
  }
}

static const char *verify(size_t size) {
  static uint8_t source[1 << 20];
  static char wrong[80];
  uint64_t position = 0, expected = 0;
  for (int i = 0; i < 1000; i++) {
    for (size_t j = 0; j < size; j++) source[j] = position++ % 251;
    if (ring_write(&ring, source, size) != size) return "the ring must take the whole message";
    uint32_t index = ring.head & MASK;
    (void)index;
    if (ring_drain(&ring, size) != size) return "the ring must give the whole message back";
    for (size_t j = 0; j < size; j++, expected++) {
#ifdef IN_PLACE
      uint8_t byte = ring.bytes[(index + j) & MASK];
#else
      uint8_t byte = target[j];
#endif
      if (byte != expected % 251) {
        snprintf(wrong, sizeof wrong, "byte %llu must be %llu: %d", (unsigned long long)expected, (unsigned long long)expected % 251, byte);
        return wrong;
      }
    }
  }
  return NULL;
}

int main(void) { return converse(); }
