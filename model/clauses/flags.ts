/** dwFlags and its values. */

import { type Clause, modelled } from './clause.ts';

export const flags = [
  {
    id: 'Flags:1',
    source: { section: 'Remarks', paragraph: 7, sentence: 1 },
    text: 'dwFlags changes a call in ways that the socket options do not reach.',
    kind: 'definition',
    status: { is: 'informative', because: 'says what flags are for; what each of them does has its own clauses' },
  },
  {
    id: 'Flags:2',
    source: { section: 'Remarks', paragraph: 7, sentence: 2 },
    text: 'Socket options and dwFlags together decide what the call does.',
    kind: 'definition',
    status: { is: 'restates', clause: 'Flags:1' },
  },
  {
    id: 'Flags:3',
    source: { section: 'Remarks', paragraph: 7, sentence: 3 },
    text: 'dwFlags is the union of the bits that the table lists.',
    kind: 'definition',
    status: { is: 'informative', because: 'the values have clauses of their own, and a union of them adds nothing to those' },
  },
  {
    id: 'MSG_DONTROUTE:1',
    source: { section: 'MSG_DONTROUTE', paragraph: 1, sentence: 1 },
    text: 'MSG_DONTROUTE asks for the data to bypass routing.',
    kind: 'definition',
    status: { is: 'informative', because: 'which route data take cannot be seen at this boundary' },
  },
  {
    id: 'MSG_DONTROUTE:2',
    source: { section: 'MSG_DONTROUTE', paragraph: 1, sentence: 2 },
    text: 'A provider is free to do nothing about MSG_DONTROUTE.',
    kind: 'permission',
    status: {
      is: 'informative',
      because: 'obeyed or ignored, the flag changes nothing that can be observed here; it is no reason for an error either',
    },
  },
  {
    id: 'MSG_OOB:1',
    source: { section: 'MSG_OOB', paragraph: 1, sentence: 1 },
    text: 'MSG_OOB sends the data out of band.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'MSG_OOB:2',
    source: { section: 'MSG_OOB', paragraph: 1, sentence: 1 },
    text: 'MSG_OOB is for stream-style sockets alone.',
    kind: 'caller',
    status: { is: 'restates', clause: 'WSAEOPNOTSUPP:1' },
  },
  {
    id: 'MSG_PARTIAL:1',
    source: { section: 'MSG_PARTIAL', paragraph: 1, sentence: 1 },
    text: 'MSG_PARTIAL marks the data as one piece of a message that goes on.',
    kind: 'definition',
    status: {
      is: 'informative',
      because: 'of what a message consists, no trace shows; that a provider may not have such pieces is WSAEOPNOTSUPP:3',
    },
  },
  {
    id: 'MSG_PARTIAL:2',
    source: { section: 'MSG_PARTIAL', paragraph: 1, sentence: 2 },
    text: 'MSG_PARTIAL gives WSAEOPNOTSUPP where messages cannot be sent in pieces.',
    kind: 'provider',
    status: { is: 'restates', clause: 'WSAEOPNOTSUPP:3' },
  },
] as const satisfies readonly Clause[];
