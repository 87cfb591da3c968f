/** From one thread to another: messages one after the other, and a round trip. */

import { inNode, sizeCases } from './process.ts';
import type { Row } from './row.ts';
import { inC } from './system.ts';

const ring = inNode('shared ring', 'threads.js', 'ring');
const whole = inNode('WSPSend', 'threads.js', 'WSPSend');
const port = inNode('MessagePort', 'threads.js');
const net = inNode('node:net', 'threads.js');
const pipe = inC('C pipe', 'stream.c');
const socketpair = inC('C socketpair', 'stream.c', '-DSOCKETPAIR');

const sendTrip = inNode('blocking WSPSend', 'roundTrip.js', 'WSPSend', () => 1);
const bareTrip = inNode('Atomics.wait/notify', 'roundTrip.js', 'bare', () => 1);
const sendParked = inNode('blocking WSPSend to a parked peer', 'roundTrip.js', 'WSPSendParked', () => 1);
const bareParked = inNode('Atomics.wait/notify of a parked peer', 'roundTrip.js', 'bareParked', () => 1);
const bareParkedTwice = inNode('Atomics.wait/notify of a parked peer, woken again', 'roundTrip.js', 'bareParkedTwice', () => 1);
const portTrip = inNode('postMessage', 'roundTrip.js', 'postMessage', () => 1);

export const threadRows: readonly Row[] = [
  {
    name: 'threads',
    what: 'a message is written by one thread and read by another, which looks at it in place; until all have been read',
    unit: 'ns',
    cases: sizeCases,
    cores: 2,
    contenders: [ring, whole, port, pipe, socketpair, net],
    goals: [
      { contender: ring.name, over: [port.name], atLeast: [25, 30, 9, 12, 12, 8] },
      { contender: ring.name, over: [pipe.name], atLeast: [9, 9, 4, 3, 4, 5] },
      { contender: ring.name, over: [socketpair.name] },
      { contender: ring.name, over: [net.name] },
      { contender: whole.name, over: [ring.name] },
    ],
  },
  {
    name: 'round trip',
    what: 'a thread parks until the other one has answered, and the other parks in between',
    unit: 'ns',
    cases: ['1 B'],
    cores: 2,
    contenders: [sendTrip, bareTrip, portTrip],
    goals: [
      { contender: sendTrip.name, over: [bareTrip.name], atMost: 1.2 },
      { contender: sendTrip.name, over: [portTrip.name] },
    ],
  },
  {
    name: 'round trip, parked',
    what: 'the same with the peer parked before: a send wakes it, the next one waits until it has read, and wakes it again',
    unit: 'ns',
    cases: ['1 B'],
    cores: 2,
    contenders: [sendParked, bareParked, bareParkedTwice],
    goals: [
      { contender: sendParked.name, over: [bareParked.name], atMost: 1.2 },
      { contender: sendParked.name, over: [bareParkedTwice.name], atMost: 1.2 },
    ],
  },
];
