/** What the call returns. */

import { type Clause, modelled } from './clause.ts';

export const results = [
  {
    id: 'Return:1',
    source: { section: 'Return', paragraph: 1, sentence: 1 },
    text: 'Zero means success: nothing failed and the send is already complete.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:2',
    source: { section: 'Return', paragraph: 1, sentence: 2 },
    text: 'When an overlapped send returns zero, its routine, if it has one, is already queued.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:3',
    source: { section: 'Return', paragraph: 1, sentence: 3 },
    text: 'A send that is not an immediate success returns SOCKET_ERROR and puts its reason into lpErrno.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:4',
    source: { section: 'Return', paragraph: 1, sentence: 4 },
    text: 'WSA_IO_PENDING is no failure: the overlapped operation has begun.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:5',
    source: { section: 'Return', paragraph: 1, sentence: 4 },
    text: 'After a send has returned WSA_IO_PENDING, its completion must be indicated.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:6',
    source: { section: 'Return', paragraph: 1, sentence: 5 },
    text: 'After any code but WSA_IO_PENDING there is no operation: none of its bytes leave.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Return:7',
    source: { section: 'Return', paragraph: 1, sentence: 5 },
    text: 'After any code but WSA_IO_PENDING no routine is queued and no event is set.',
    kind: 'provider',
    status: modelled,
  },
] as const satisfies readonly Clause[];
