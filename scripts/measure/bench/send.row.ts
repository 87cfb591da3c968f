/** The whole WSPSend call beside the bare write to the ring, and operations beside the same in numbers only. */

import { inNode, sizeCases, sizes } from './process.ts';
import type { Row } from './row.ts';

const depths = [1, 64, 4096, 65_536] as const;
const depthAt = (place: number): number => depths[place]!;

const wholeCall = inNode('WSPSend', 'send.js', 'WSPSend');
const gathered = inNode('WSPSend, two buffers', 'send.js', 'gathered');
const registered = inNode('WSPSend from a registered buffer', 'send.js', 'registered');
const bareWrite = inNode('bare ring write', 'send.js', 'bare');

const objects = inNode('operation ring', 'operations.js', 'objects', depthAt);
const numbers = inNode('numbers only', 'operations.js', 'numbers only', depthAt);
const overlapped = inNode('overlapped WSPSend', 'operations.js', 'WSPSend', depthAt);

export const sendRows: readonly Row[] = [
  {
    name: 'send',
    what: 'one nonblocking WSPSend that is taken whole; the transport drains in place whenever half of the buffer is full',
    unit: 'ns',
    cases: sizeCases,
    contenders: [wholeCall, gathered, registered, bareWrite],
    goals: [
      { contender: wholeCall.name, over: [bareWrite.name], atMost: sizes.map((size) => (size === 64 ? 2 : size === 1460 ? 1.5 : null)) },
      { contender: gathered.name, over: [bareWrite.name] },
      { contender: registered.name, over: [bareWrite.name] },
    ],
  },
  {
    name: 'operations',
    what: 'one operation is posted, the oldest completes and calls back, with a constant number outstanding',
    unit: 'ns',
    cases: depths.map((depth) => `${depth}`),
    contenders: [objects, numbers, overlapped],
    goals: [
      { contender: objects.name, over: [numbers.name], atMost: 2.5 },
      { contender: overlapped.name, over: [numbers.name] },
    ],
  },
];
