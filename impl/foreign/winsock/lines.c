/*
 * What is written, and in which order. Lines of the request that is being done go straight into its answer. What other threads
 * observe meanwhile waits and stands behind the request's own lines, before its `done`; what they observed before it stands before it.
 */
#include "driver.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CRITICAL_SECTION lock;

typedef struct {
  char *bytes;
  size_t length, capacity;
} Text;

static Text answer, aside;
static int isAnswering;
static long numbers;

static void append(Text *text, const char *bytes, size_t length) {
  if (text->length + length > text->capacity) {
    text->capacity = 2 * (text->length + length) + 4096;
    text->bytes = realloc(text->bytes, text->capacity);
    if (text->bytes == NULL) abort();
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

static void flush(Text *text) {
  HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  size_t written = 0;
  DWORD count;
  while (written < text->length) {
    if (!WriteFile(output, text->bytes + written, (DWORD)(text->length - written), &count, NULL)) ExitProcess(0);
    written += count;
  }
  text->length = 0;
}

static Text *place_of(const Worker *by) { return isAnswering && by != NULL && !by->isServing ? &aside : &answer; }

static void append_format(Text *text, const char *format, va_list arguments) {
  va_list copy;
  va_copy(copy, arguments);
  char small[512];
  int length = vsnprintf(small, sizeof small, format, arguments);
  if (length >= 0 && (size_t)length < sizeof small) append(text, small, (size_t)length);
  else if (length >= 0) {
    char *large = malloc((size_t)length + 1);
    if (large == NULL) abort();
    vsnprintf(large, (size_t)length + 1, format, copy);
    append(text, large, (size_t)length);
    free(large);
  }
  va_end(copy);
}

/* The source of an object up to its closing brace, and a comma where something follows. */
static void append_said(Text *text, const Json *said) {
  if (said == NULL || said->child == NULL) {
    append(text, "{", 1);
    return;
  }
  append(text, said->from, (size_t)(said->to - said->from) - 1);
  append(text, ",", 1);
}

static void end_line(Text *text) {
  append(text, "}\n", 2);
  if (!isAnswering) flush(text);
}

void write_header(const char *source) {
  write_line(NULL, NULL, "\"wspsend\":\"trace/1\",\"source\":\"%s\"", source);
}

void take_up(void) { isAnswering = 1; }

void let_others_speak(void) {
  append(&answer, aside.bytes, aside.length);
  aside.length = 0;
}

int others_have_said(void) { return aside.length > 0; }

void write_done(void) {
  let_others_speak();
  append(&answer, "{\"done\":true}\n", 14);
  flush(&answer);
  isAnswering = 0;
}

void write_line(Worker *by, const Json *said, const char *format, ...) {
  if (by != NULL) write_begins(by);
  Text *text = place_of(by);
  va_list arguments;
  append_said(text, said);
  va_start(arguments, format);
  append_format(text, format, arguments);
  va_end(arguments);
  end_line(text);
}

void write_refusal(Worker *by, const Json *request, const char *why) {
  write_line(by, request, "\"returns\":{\"unsupported\":\"%s\"}", why);
}

/* A call inside a routine is made on the routine's thread, which its line then names. */
static void append_thread(Text *text, const Worker *by, const Json *call) {
  if (json_get(call, "thread") != NULL || strcmp(by->name.bytes, "main") == 0) return;
  append(text, "\"thread\":", 9);
  append(text, by->name.quoted, strlen(by->name.quoted));
  append(text, ",", 1);
}

void open_call(Worker *by, Opening *opening, const Json *call) {
  opening->call = call;
  opening->number = 0;
  opening->outer = by->top;
  by->top = opening;
}

static void write_begin(Worker *by, Opening *opening) {
  if (opening == NULL || opening->number != 0) return;
  write_begin(by, opening->outer);
  opening->number = ++numbers;
  Text *text = place_of(by);
  append_said(text, opening->call);
  append_thread(text, by, opening->call);
  char number[40];
  append(text, number, (size_t)snprintf(number, sizeof number, "\"begin\":%ld", opening->number));
  end_line(text);
}

void write_begins(Worker *by) { write_begin(by, by->top); }

/* If nothing was observed inside it the call is one line, else an end follows its begin. */
void close_call(Worker *by, Opening *opening, const char *format, ...) {
  by->top = opening->outer;
  if (opening->number == 0) write_begins(by);
  Text *text = place_of(by);
  va_list arguments;
  if (opening->number == 0) {
    append_said(text, opening->call);
    append_thread(text, by, opening->call);
  } else {
    char number[40];
    append(text, number, (size_t)snprintf(number, sizeof number, "{\"end\":%ld,", opening->number));
  }
  append(text, "\"returns\":{", 11);
  va_start(arguments, format);
  append_format(text, format, arguments);
  va_end(arguments);
  append(text, "}", 1);
  end_line(text);
}
