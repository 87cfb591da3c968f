/* Winsock's names and numbers. */
#ifndef VOCABULARY_H
#define VOCABULARY_H

#include "json.h"

typedef struct {
  const char *name;
  unsigned long number;
} Word;

extern const Word errorWords[], flagWords[], typeWords[], optionWords[], ioctlWords[], shutdownWords[], modeWords[];

/* The word that a JSON string says, or null. */
const Word *word_of(const Word *words, const Json *said);
/* A code's name; its decimal number where it has none, written to `number`. */
const char *code_name(unsigned long code, char number[16]);

#endif
