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
const ringbuf = inNode('ringbuf.js', file);
const bl = inNode('bl', file);
const passThrough = inNode('PassThrough', file);

/** Every way in which V8 copies bytes: what a ring must take at least. */
const copies = ['set', 'set, kept', 'copyWithin', 'DataView', 'bytes'].map((way) => inNode(`copy by ${way}`, file, way));
/** Two of them, with the positions, the room and the end of a ring: what is left between these and ours is ours alone. */
const leastRings = ['set', 'DataView'].map((way) => inNode(`least ring, copy by ${way}`, file, `least ring, ${way}`));
const byWasm = inNode("copy by WebAssembly's memory.copy", file, 'wasm');

export const byteRingRows: readonly Row[] = [
  {
    name: 'ring',
    what: 'a message is written to a ring of 256 KiB and read from it, on one thread',
    unit: 'ns',
    cases: sizeCases,
    contenders: [inPlace, copied, registered, cCopied, cInPlace, ringbuf, bl, passThrough],
    goals: [
      { contender: inPlace.name, over: [cCopied.name], atMost: [1.5, 2.5, 1.6, 1.2, 0.75, 0.55] },
      { contender: copied.name, over: [cCopied.name], atMost: [2, 5, 3, 2.2, 1.4, 1.1] },
      { contender: inPlace.name, over: [ringbuf.name], atLeast: [8, 9, 20, 40, 60, 80] },
      { contender: inPlace.name, over: [bl.name, passThrough.name], atLeast: [15, 12, 18, 16, 20, 13] },
      { contender: inPlace.name, over: [cInPlace.name] },
      { contender: registered.name, over: [cInPlace.name], atMost: 2.4 },
    ],
  },
  {
    name: 'copy',
    what: 'the same, compared with the copy alone, by each way that V8 has',
    unit: 'ns',
    cases: sizeCases,
    contenders: [inPlace, registered, ...copies, ...leastRings, byWasm],
    goals: [
      { contender: inPlace.name, over: copies.map(({ name }) => name), atMost: 1.15 },
      { contender: inPlace.name, over: leastRings.map(({ name }) => name) },
      { contender: registered.name, over: [byWasm.name], atMost: 1.15 },
    ],
  },
];
