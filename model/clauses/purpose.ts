/** What the function is for. */

import { type Clause, modelled } from './clause.ts';

export const purpose = [
  {
    id: 'Purpose:1',
    source: { section: 'Purpose', paragraph: 1, sentence: 1 },
    text: 'The page is about WSPSend.',
    kind: 'informative',
    status: { is: 'informative', because: 'a title' },
  },
  {
    id: 'Purpose:2',
    source: { section: 'Purpose', paragraph: 2, sentence: 1 },
    text: 'What WSPSend accepts on a connected socket goes to the peer: those bytes and no others.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Purpose:3',
    source: { section: 'Remarks', paragraph: 1, sentence: 1 },
    text: 'One call gathers the bytes of every buffer it names, in the order of the array, into the stream of the connection.',
    kind: 'provider',
    status: modelled,
  },
  {
    id: 'Purpose:4',
    source: { section: 'Remarks', paragraph: 1, sentence: 2 },
    text: 'A connectionless socket may send too, once WSPConnect has given it a default peer.',
    kind: 'provider',
    status: modelled,
  },
] as const satisfies readonly Clause[];
