/** The whole WSPSend call compared with the bare write to the ring, and operations compared with the same in numbers only. */

import { inNode, sizeCases, sizes } from './process.ts';
import type { Row } from './row.ts';

const depths = [1, 64, 4096, 65_536] as const;
const depthAt = (place: number): number => depths[place]!;

const wholeCall = inNode('WSPSend', 'send.js', 'WSPSend');
const registered = inNode('WSPSend from a registered buffer', 'send.js', 'registered');
const bareWrite = inNode('bare ring write', 'send.js', 'bare');

const atOnce = inNode('overlapped WSPSend', 'send.js', 'overlapped');
const datagram = inNode('WSPSend of a datagram', 'send.js', 'datagram');
const datagramAtOnce = inNode('overlapped WSPSend of a datagram', 'send.js', 'overlappedDatagram');

/** Buffers of a gather, each of 16 bytes. */
const counts = [1, 2, 4, 8, 16] as const;
const countAt = (place: number): number => counts[place]!;
const gathered = inNode('WSPSend, gathered', 'send.js', 'gathered', countAt);
const apart = inNode('a WSPSend for each', 'send.js', 'apart', countAt);
const writes = inNode('a bare ring write for each', 'send.js', 'writes', countAt);

const objects = inNode('operation ring', 'operations.js', 'objects', depthAt);
const numbers = inNode('numbers only', 'operations.js', 'numbers only', depthAt);
const numbersAndBytes = inNode('numbers, and the bytes copied', 'operations.js', 'numbers and bytes', depthAt);
const ways = ['event', 'routine', 'poll'] as const;
const overlapped = ways.map((way) => inNode(`overlapped WSPSend, by ${way}`, 'operations.js', way, depthAt));
const least = ways.map((way) => inNode(`the least of a send, by ${way}`, 'operations.js', `least, ${way}`, depthAt));

export const sendRows: readonly Row[] = [
  {
    name: 'send',
    what: 'one nonblocking WSPSend that is taken whole; the transport drains in place whenever half of the buffer is full',
    unit: 'ns',
    cases: sizeCases,
    contenders: [wholeCall, atOnce, registered, bareWrite],
    goals: [
      { contender: wholeCall.name, over: [bareWrite.name], atMost: sizes.map((size) => (size === 64 ? 2 : size === 1460 ? 1.5 : null)) },
      { contender: atOnce.name, over: [bareWrite.name] },
      { contender: registered.name, over: [bareWrite.name] },
    ],
  },
  {
    name: 'gather',
    what: 'one nonblocking WSPSend of buffers of 16 bytes each; drained as above',
    unit: 'ns',
    cases: counts.map((count) => (count === 1 ? '1 buffer' : `${count} buffers`)),
    contenders: [gathered, apart, writes],
    goals: [
      { contender: gathered.name, over: [writes.name], atMost: counts.map((count) => (count === 1 ? null : 2)) },
      { contender: gathered.name, over: [apart.name], atMost: counts.map((count) => (count === 1 ? null : 1)) },
    ],
  },
  {
    name: 'datagrams',
    what: 'one nonblocking WSPSend of a datagram that is taken at once; the transport takes them one by one whenever half of the buffer is full',
    unit: 'ns',
    cases: sizeCases.slice(0, -1),
    contenders: [datagram, datagramAtOnce, bareWrite],
    goals: [
      { contender: datagram.name, over: [bareWrite.name] },
      { contender: datagramAtOnce.name, over: [bareWrite.name] },
    ],
  },
  {
    name: 'operations',
    what: 'one operation is posted, the oldest completes and calls back, with a constant number outstanding',
    unit: 'ns',
    cases: depths.map((depth) => `${depth}`),
    contenders: [objects, numbers, numbersAndBytes, ...least, ...overlapped],
    goals: [
      { contender: objects.name, over: [numbers.name], atMost: 2.5 },
      ...overlapped.map(({ name }) => ({ contender: name, over: [numbers.name], atMost: 5 })),
      ...overlapped.map(({ name }, way) => ({ contender: name, over: [least[way]!.name], atMost: 1.15 })),
    ],
  },
];
