/** Where the function exists. */

import type { Clause } from './clause.ts';

export const requirements = [
  {
    id: 'Requirements:1',
    source: { section: 'Requirements', paragraph: 1, sentence: 1 },
    text: 'The oldest client system is Windows 2000 Professional.',
    kind: 'informative',
    status: { is: 'informative', because: 'about the platform' },
  },
  {
    id: 'Requirements:2',
    source: { section: 'Requirements', paragraph: 2, sentence: 1 },
    text: 'The oldest server system is Windows 2000 Server.',
    kind: 'informative',
    status: { is: 'informative', because: 'about the platform' },
  },
  {
    id: 'Requirements:3',
    source: { section: 'Requirements', paragraph: 3, sentence: 1 },
    text: 'The declarations are in Ws2spi.h.',
    kind: 'informative',
    status: { is: 'informative', because: 'about the platform' },
  },
] as const satisfies readonly Clause[];
