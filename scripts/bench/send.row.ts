/** What the parameters, the flags, the socket's state and the out-parameters cost on top of the ring. */

import { inNode } from './process.ts';
import type { Row } from './row.ts';

const sendSizes = [64, 1460] as const;
const sizeOf = (place: number): number => sendSizes[place]!;
const whole = inNode('WSPSend, nonblocking', 'send.js', 'WSPSend', sizeOf);
const bare = inNode('the bare ring', 'send.js', 'ring', sizeOf);

export const sendRows: readonly Row[] = [
  {
    name: 'send',
    what: 'a nonblocking WSPSend of one buffer, whole, and the transport empties the ring in place',
    unit: 'ns',
    cases: sendSizes.map((size) => `${size} B`),
    contenders: [whole, bare],
    goals: [{ contender: whole.name, over: [bare.name], atMost: [2, 1.5] }],
  },
];
