#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, CHUNK = 4096 };

typedef struct Chunk {
  struct Chunk *next;
  size_t used, size;
} Chunk;

struct JsonText {
  Chunk *chunks;
  const char *at, *end;
  const char *why;
  Json *root;
};

/* Aligned for any of the structures here. Null when memory is short. */
static void *take(JsonText *text, size_t size) {
  size = (size + 15) & ~(size_t)15;
  Chunk *chunk = text->chunks;
  if (chunk == NULL || chunk->size - chunk->used < size) {
    size_t room = size > CHUNK ? size : CHUNK;
    chunk = malloc(sizeof *chunk + 16 + room);
    if (chunk == NULL) {
      text->why = "memory is short";
      return NULL;
    }
    chunk->next = text->chunks;
    chunk->used = 0;
    chunk->size = room;
    text->chunks = chunk;
  }
  char *base = (char *)(((size_t)(chunk + 1) + 15) & ~(size_t)15);
  void *taken = base + chunk->used;
  chunk->used += size;
  return taken;
}

static void *fails(JsonText *text, const char *why) {
  if (text->why == NULL) text->why = why;
  return NULL;
}

static void skip_space(JsonText *text) {
  while (text->at < text->end && strchr(" \t\r\n", *text->at) != NULL && *text->at != 0) text->at++;
}

static int hex4(const char *from, const char *end, unsigned *code) {
  *code = 0;
  if (end - from < 4) return 0;
  for (int i = 0; i < 4; i++) {
    char c = from[i];
    unsigned digit;
    if (c >= '0' && c <= '9') digit = (unsigned)(c - '0');
    else if (c >= 'a' && c <= 'f') digit = (unsigned)(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F') digit = (unsigned)(c - 'A') + 10;
    else return 0;
    *code = *code * 16 + digit;
  }
  return 1;
}

static char *put_utf8(char *to, unsigned code) {
  if (code < 0x80) *to++ = (char)code;
  else if (code < 0x800) {
    *to++ = (char)(0xC0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *to++ = (char)(0xE0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  } else {
    *to++ = (char)(0xF0 | code >> 18);
    *to++ = (char)(0x80 | (code >> 12 & 0x3F));
    *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  }
  return to;
}

/* `at` stands on the quotation mark. */
static int read_string(JsonText *text, const char **string, size_t *length) {
  const char *close = text->at + 1;
  while (close < text->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= text->end) return fails(text, "a string must be closed"), 0;
  char *to = take(text, (size_t)(close - text->at) + 1);
  if (to == NULL) return 0;
  *string = to;
  for (const char *from = text->at + 1; from < close;) {
    unsigned code;
    if ((unsigned char)*from < 0x20) return fails(text, "a control character must be escaped"), 0;
    if (*from != '\\') {
      *to++ = *from++;
      continue;
    }
    char escape = from[1];
    from += 2;
    static const char plain[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *found = strchr(plain, escape);
    if (found != NULL && escape != 0) *to++ = meant[found - plain];
    else if (escape == 'u' && hex4(from, close, &code)) {
      unsigned low;
      from += 4;
      if (code >= 0xD800 && code < 0xDC00 && close - from >= 6 && from[0] == '\\' && from[1] == 'u' && hex4(from + 2, close, &low) &&
          low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        from += 6;
      }
      to = put_utf8(to, code);
    } else return fails(text, "an escape must be one of JSON's"), 0;
  }
  *length = (size_t)(to - *string);
  *to = 0;
  text->at = close + 1;
  return 1;
}

static Json *read_value(JsonText *text, int depth);

/* What stands between the brackets; `at` stands on the opening one. */
static int read_members(JsonText *text, Json *parent, int depth) {
  const char close = parent->kind == JSON_OBJECT ? '}' : ']';
  Json **tail = &parent->child;
  text->at++;
  skip_space(text);
  if (text->at < text->end && *text->at == close) return text->at++, 1;
  for (;;) {
    const char *key = NULL;
    size_t keyLength = 0;
    skip_space(text);
    if (close == '}') {
      if (text->at >= text->end || *text->at != '"') return fails(text, "a member must begin with its name"), 0;
      if (!read_string(text, &key, &keyLength)) return 0;
      skip_space(text);
      if (text->at >= text->end || *text->at++ != ':') return fails(text, "a colon must follow a name"), 0;
    }
    Json *child = read_value(text, depth + 1);
    if (child == NULL) return 0;
    child->key = key;
    child->keyLength = keyLength;
    *tail = child;
    tail = &child->next;
    skip_space(text);
    if (text->at >= text->end) return fails(text, "an array or object must be closed"), 0;
    char after = *text->at++;
    if (after == close) return 1;
    if (after != ',') return fails(text, "a comma must stand between values"), 0;
  }
}

static int read_number(JsonText *text, Json *value) {
  const char *at = text->at;
  char copy[64];
  while (at < text->end && strchr("+-.0123456789eE", *at) != NULL && *at != 0) at++;
  size_t length = (size_t)(at - text->at);
  if (length == 0 || length >= sizeof copy) return fails(text, "a value must be a string, number, array, object, true, false or null"), 0;
  memcpy(copy, text->at, length);
  copy[length] = 0;
  char *end;
  value->number = strtod(copy, &end);
  if (*end != 0 || copy[0] == '+' || copy[0] == '.') return fails(text, "a number must be one of JSON's"), 0;
  text->at = at;
  return 1;
}

static int read_word(JsonText *text, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(text->end - text->at) < length || memcmp(text->at, word, length) != 0) return 0;
  text->at += length;
  return 1;
}

static Json *read_value(JsonText *text, int depth) {
  if (depth > DEPTH_MAX) return fails(text, "arrays and objects must not be nested deeper than 64");
  skip_space(text);
  if (text->at >= text->end) return fails(text, "a value must stand here");
  Json *value = take(text, sizeof *value);
  if (value == NULL) return NULL;
  memset(value, 0, sizeof *value);
  value->from = text->at;
  int ok;
  switch (*text->at) {
    case '{': value->kind = JSON_OBJECT; ok = read_members(text, value, depth); break;
    case '[': value->kind = JSON_ARRAY; ok = read_members(text, value, depth); break;
    case '"': value->kind = JSON_STRING; ok = read_string(text, &value->string, &value->length); break;
    default:
      if (read_word(text, "true")) value->kind = JSON_TRUE, ok = 1;
      else if (read_word(text, "false")) value->kind = JSON_FALSE, ok = 1;
      else if (read_word(text, "null")) value->kind = JSON_NULL, ok = 1;
      else value->kind = JSON_NUMBER, ok = read_number(text, value);
  }
  value->to = text->at;
  return ok ? value : NULL;
}

JsonText *json_read(const char *source, size_t length, const char **why) {
  JsonText *text = calloc(1, sizeof *text);
  char *copy = text == NULL ? NULL : take(text, length + 1);
  if (copy == NULL) {
    *why = "memory is short";
    free(text);
    return NULL;
  }
  memcpy(copy, source, length);
  copy[length] = 0;
  text->at = copy;
  text->end = copy + length;
  text->root = read_value(text, 0);
  if (text->root != NULL) {
    skip_space(text);
    if (text->at == text->end) return text;
    text->why = "nothing may follow the value";
  }
  *why = text->why;
  json_free(text);
  return NULL;
}

const Json *json_root(const JsonText *text) { return text->root; }

void json_free(JsonText *text) {
  for (Chunk *chunk = text->chunks, *next; chunk != NULL; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  free(text);
}

const Json *json_get(const Json *object, const char *key) {
  const Json *found = NULL;
  size_t length = strlen(key);
  if (object->kind != JSON_OBJECT) return NULL;
  for (const Json *member = object->child; member != NULL; member = member->next)
    if (member->keyLength == length && memcmp(member->key, key, length) == 0) found = member;
  return found;
}

int json_is(const Json *value, const char *string) {
  return value != NULL && value->kind == JSON_STRING && value->length == strlen(string) && memcmp(value->string, string, value->length) == 0;
}
