/*
 * JSON as a driver needs it: one value out of one line, with the place of every value in the source, since most answers
 * are the request's own text with something added.
 */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } JsonKind;

typedef struct Json {
  JsonKind kind;
  double number;          /* of a number */
  const char *string;     /* of a string: decoded, `length` bytes of UTF-8, which may hold zeros */
  size_t length;
  const char *from, *to;  /* the source, `to` behind the last character */
  struct Json *child;     /* first element or member */
  struct Json *next;      /* the next sibling */
  const char *key;        /* of a member: decoded, `keyLength` bytes */
  size_t keyLength;
} Json;

/* A text and everything that was read out of it. The text is copied. */
typedef struct JsonText JsonText;

/* Null when the text is no JSON value or memory is short; `*why` says where and what was expected. */
JsonText *json_read(const char *text, size_t length, const char **why);
const Json *json_root(const JsonText *text);
void json_free(JsonText *text);

/* The last member of that name, or null. */
const Json *json_get(const Json *object, const char *key);
int json_is(const Json *value, const char *string);

#endif
