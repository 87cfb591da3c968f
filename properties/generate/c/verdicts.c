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

