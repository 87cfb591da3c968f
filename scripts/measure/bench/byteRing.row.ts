/** The byte ring on one thread: a message is written and read. */

import { inNode, sizeCases } from './process.ts';
import type { Row } from './row.ts';
import { inC } from './system.ts';

const file = 'byteRing.js';
const inPlace = inNode('ring, in place', file, 'inPlace');
const copied = inNode('ring, copied out', file, 'copied');
const registered = inNode('ring of registered buffers, in place', file, 'registered');
const cCopied = inC('C, two memcpys', 'ring.c');
const cInPlace = inC('C, in place', 'ring.c', '-DIN_PLACE');
const set = inNode('TypedArray.set alone', file, 'set');
const ringbuf = inNode('ringbuf.js', file);
const bl = inNode('bl', file);
const passThrough = inNode('PassThrough', file);

export const byteRingRows: readonly Row[] = [
  {
    name: 'ring',
    what: 'a message is written to a ring of 256 KiB and read from it, on one thread',
    unit: 'ns',
    cases: sizeCases,
    contenders: [inPlace, copied, registered, cCopied, cInPlace, set, ringbuf, bl, passThrough],
    goals: [
      { contender: inPlace.name, over: [cCopied.name], atMost: [1.5, 2.5, 1.6, 1.2, 0.75, 0.55] },
      { contender: copied.name, over: [cCopied.name], atMost: [2, 5, 3, 2.2, 1.4, 1.1] },
      { contender: inPlace.name, over: [ringbuf.name], atLeast: [8, 9, 20, 40, 60, 80] },
      { contender: inPlace.name, over: [bl.name, passThrough.name], atLeast: [15, 12, 18, 16, 20, 13] },
      { contender: inPlace.name, over: [cInPlace.name] },
      { contender: inPlace.name, over: [set.name] },
      { contender: registered.name, over: [cInPlace.name], atMost: 2.4 },
    ],
  },
];
