import type { Point } from './choice.ts';
import {
  datagram,
  drain,
  endedBy,
  everywhere,
  failed,
  inject,
  overlapped,
  pending,
  post,
  postWithRoutine,
  result,
  send,
  sent,
  settle,
  sleep,
} from './scenes.ts';

/** What a clause permits one way or another, the same in every profile. */

/** A datagram is read whole, however little is asked for. */
const readOne = { peer: 'recv', socket: 'A', bytes: 1 } as const;
const outOfBand = { flags: ['MSG_OOB'] } as const;

export const ofClauses: readonly Point[] = [
  {
    about: 'Return:4',
    own: {
      does: 'completes an overlapped send at once where there is room for it',
      readings: 'every profile',
      requests: [...overlapped, post()],
      steps: [sent(10)],
    },
    others: [
      {
        does: 'lets it pend all the same',
        readings: 'every profile',
        by: ['pend.always'],
        requests: [...overlapped, inject('pend.always'), post()],
        steps: [failed('WSA_IO_PENDING')],
      },
      {
        does: 'lets a send of no bytes pend behind others',
        readings: 'every profile',
        by: ['pend.always'],
        requests: [...pending, inject('pend.always'), post({ length: 0, overlapped: 'o2' })],
        steps: [{ ...failed('WSA_IO_PENDING'), overlapped: 'o2' }],
      },
    ],
  },
  {
    about: 'Return:5',
    own: {
      does: 'reports a completion as soon as the transport has the last byte',
      readings: 'every profile',
      requests: [...pending, { peer: 'recv', socket: 'A', bytes: 7 }, result],
      steps: [endedBy({ rc: 0, bytes: 10 })],
    },
    others: [
      {
        does: 'reports it when the world settles',
        readings: 'every profile',
        by: ['completion.delay'],
        requests: [...pending, inject('completion.delay'), { peer: 'recv', socket: 'A', bytes: 7 }, result],
        steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE' })],
      },
    ],
  },
  {
    about: 'Order:1',
    own: {
      does: 'queues routines in the order in which their sends completed',
      readings: 'every profile',
      requests: twoRoutines(),
      steps: [
        { upcall: 'WPUQueueApc', overlapped: 'o1' },
        { upcall: 'WPUQueueApc', overlapped: 'o2' },
      ],
    },
    others: [
      {
        does: 'queues what it held back in the reverse order',
        readings: 'every profile',
        by: ['completion.delay', 'completion.reversed'],
        requests: [everywhere('completion.reversed'), ...twoRoutines()],
        steps: [
          { upcall: 'WPUQueueApc', overlapped: 'o2' },
          { upcall: 'WPUQueueApc', overlapped: 'o1' },
        ],
      },
    ],
  },
  {
    about: 'WSAECONNRESET:1',
    own: {
      does: 'notices a reset with the next call',
      readings: 'every profile',
      requests: [...overlapped, { env: 'peer.reset', socket: 'A' }, send()],
      steps: [failed('WSAECONNRESET')],
    },
    others: [
      {
        does: 'notices it when the world settles',
        readings: 'every profile',
        by: ['arrival.delay'],
        requests: [...overlapped, inject('arrival.delay'), { env: 'peer.reset', socket: 'A' }, send()],
        steps: [sent(10)],
      },
    ],
  },
  {
    about: 'WSAECONNRESET:1',
    own: {
      does: 'ignores a reset on a datagram socket, which has no circuit',
      readings: 'every profile',
      requests: [...datagram, { env: 'peer.reset', socket: 'A' }, send()],
      steps: [sent(10)],
    },
    others: [
      {
        does: 'reports it there too',
        readings: 'every profile',
        by: ['break.datagrams'],
        requests: [...datagram, inject('break.datagrams'), { env: 'peer.reset', socket: 'A' }, send()],
        steps: [failed('WSAECONNRESET')],
      },
    ],
  },
  {
    about: 'WSAEOPNOTSUPP:2',
    own: {
      does: 'sends out-of-band data in their place among the others',
      readings: 'every profile',
      requests: [...overlapped, send(outOfBand), drain],
      steps: [{ peer: 'recv', runs: [[0, 10]] }],
    },
    others: [
      {
        does: 'sends the last byte apart from the stream',
        readings: 'every profile',
        by: ['oob.apart'],
        requests: [...overlapped, inject('oob.apart'), send(outOfBand), drain],
        steps: [
          { peer: 'recv', runs: [[9, 1]], oob: true },
          { peer: 'recv', runs: [[0, 9]] },
        ],
      },
      {
        does: 'does not support them',
        readings: 'every profile',
        by: ['refuse.oob'],
        requests: [...overlapped, inject('refuse.oob'), send(outOfBand)],
        steps: [failed('WSAEOPNOTSUPP')],
      },
      {
        does: 'reports that by the status of an overlapped send',
        readings: 'every profile',
        by: ['refuse.oob', 'pend.unsupported'],
        requests: [...overlapped, inject('refuse.oob'), inject('pend.unsupported'), post(outOfBand), result],
        steps: [endedBy({ rc: -1, errno: 'WSAEOPNOTSUPP', bytes: 0 })],
      },
    ],
  },
  {
    about: 'WSAEMSGSIZE:1',
    own: {
      does: 'refuses a datagram that is too long, although the caller has not asked for SO_MAX_MSG_SIZE',
      readings: 'every profile',
      requests: [...datagram, inject('message.max', 100), send({ length: 101 })],
      steps: [failed('WSAEMSGSIZE')],
    },
    others: [
      {
        does: 'lets an overlapped one pend, and ends it with WSAEMSGSIZE',
        readings: 'every profile',
        by: ['pend.oversize'],
        requests: [...datagram, inject('message.max', 100), inject('pend.oversize'), post({ length: 101 }), result],
        steps: [endedBy({ rc: -1, errno: 'WSAEMSGSIZE', bytes: 0 })],
      },
    ],
  },
  {
    about: 'Delivery:1',
    own: {
      does: 'brings every datagram to its peer',
      readings: 'every profile',
      requests: [...datagram, send(), send({ fill: 10 }), readOne],
      steps: [{ peer: 'recv', runs: [[0, 10]] }],
    },
    others: [
      {
        does: 'loses one',
        readings: 'every profile',
        by: ['datagram.lost'],
        requests: [...datagram, send(), send({ fill: 10 }), inject('datagram.lost'), readOne],
        steps: [{ peer: 'recv', runs: [[10, 10]] }],
      },
    ],
  },
  {
    about: 'MSG_DONTROUTE:1',
    own: {
      does: 'sends with the flag as without',
      because: 'no trace shows which way the data take',
    },
    others: [],
  },
];

function twoRoutines() {
  return [
    ...overlapped,
    inject('room', 0),
    inject('completion.delay'),
    postWithRoutine({ length: 1 }),
    postWithRoutine({ length: 1, overlapped: 'o2', fill: 1 }),
    drain,
    settle,
    sleep,
  ];
}
