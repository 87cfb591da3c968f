#include "winsock.h"

#include "vocabulary.h"

#include <stdio.h>

#ifndef SIO_FLUSH
#define SIO_FLUSH 0x28000004
#endif
#ifndef SO_MAX_MSG_SIZE
#define SO_MAX_MSG_SIZE 0x2003
#endif

#define NAMED(name) {#name, (unsigned long)(name)}
#define END {0, 0}

const Word errorWords[] = {
    NAMED(WSA_IO_INCOMPLETE), NAMED(WSA_IO_PENDING), NAMED(WSA_OPERATION_ABORTED), NAMED(WSAEINTR),       NAMED(WSAEACCES),
    NAMED(WSAEFAULT),         NAMED(WSAEINVAL),      NAMED(WSAEWOULDBLOCK),        NAMED(WSAEINPROGRESS), NAMED(WSAENOTSOCK),
    NAMED(WSAEMSGSIZE),       NAMED(WSAENOPROTOOPT), NAMED(WSAEOPNOTSUPP),         NAMED(WSAENETDOWN),    NAMED(WSAENETRESET),
    NAMED(WSAECONNABORTED),   NAMED(WSAECONNRESET),  NAMED(WSAENOBUFS),            NAMED(WSAEISCONN),     NAMED(WSAENOTCONN),
    NAMED(WSAESHUTDOWN),      END};

#ifndef MSG_PARTIAL
#define MSG_PARTIAL 0x8000
#endif
const Word flagWords[] = {NAMED(MSG_OOB), NAMED(MSG_DONTROUTE), NAMED(MSG_PARTIAL), END};
const Word typeWords[] = {NAMED(SOCK_STREAM), NAMED(SOCK_DGRAM), END};
const Word optionWords[] = {NAMED(SO_SNDBUF),    NAMED(SO_RCVBUF),    NAMED(SO_BROADCAST),    NAMED(SO_LINGER),
                            NAMED(SO_DONTROUTE), NAMED(SO_KEEPALIVE), NAMED(SO_MAX_MSG_SIZE), END};
const Word ioctlWords[] = {NAMED(FIONBIO), NAMED(SIO_FLUSH), END};
const Word shutdownWords[] = {NAMED(SD_RECEIVE), NAMED(SD_SEND), NAMED(SD_BOTH), END};

const Word *word_of(const Word *words, const Json *said) {
  for (; words->name != NULL; words++)
    if (json_is(said, words->name)) return words;
  return NULL;
}

const char *code_name(unsigned long code, char number[16]) {
  for (const Word *word = errorWords; word->name != NULL; word++)
    if (word->number == code) return word->name;
  snprintf(number, 16, "%lu", code);
  return number;
}
