import type { Point } from './choice.ts';
import {
  broadcast,
  circuitCode,
  close,
  datagram,
  drain,
  endedBy,
  failed,
  inject,
  overlapped,
  peerCloses,
  pending,
  plainNonblocking,
  post,
  postWithRoutine,
  refusalCode,
  result,
  send,
  sent,
  settle,
  sleep,
  unbound,
} from './scenes.ts';

/** How Windows' own provider differs, M1 to M10. */

const keepAlive = { env: 'keepalive.failed', socket: 'A' } as const;
const maximum = { call: 'WSPGetSockOpt', socket: 'A', name: 'SO_MAX_MSG_SIZE' } as const;

export const ofWindows: readonly Point[] = [
  {
    about: 'M1',
    own: {
      does: 'takes the part of a nonblocking send that fits',
      readings: ['M1:part'],
      requests: [...plainNonblocking, inject('room', 4), send()],
      steps: [sent(4)],
    },
    others: [
      {
        does: 'takes all of it, and gives WSAEWOULDBLOCK for the next one as long as anything is queued',
        // No trace shows how much room there is.
        readings: 'every profile',
        by: ['take.whole'],
        requests: [...plainNonblocking, inject('take.whole'), inject('room', 0), send(), send({ fill: 10 }), drain],
        steps: [sent(10), failed('WSAEWOULDBLOCK')],
      },
    ],
  },
  {
    about: 'M2',
    own: {
      does: 'refuses an overlapped datagram that is too long with WSAEMSGSIZE',
      readings: ['M2:at-once'],
      requests: [...datagram, inject('message.max', 100), maximum, post({ length: 101 })],
      steps: [failed('WSAEMSGSIZE')],
    },
    others: [
      {
        does: 'lets it pend, and ends it with WSAEMSGSIZE and no bytes',
        readings: ['M2:oversize-pends'],
        by: ['pend.oversize'],
        requests: [...datagram, inject('message.max', 100), maximum, inject('pend.oversize'), post({ length: 101 }), result],
        steps: [endedBy({ rc: -1, errno: 'WSAEMSGSIZE', bytes: 0 })],
      },
    ],
  },
  {
    about: 'M3',
    own: {
      does: 'ends what pends at a close with WSA_OPERATION_ABORTED',
      readings: ['M3:operation-aborted'],
      requests: [...overlapped, inject('room', 4), postWithRoutine(), close, settle, sleep],
      steps: [{ routine: 'enter', error: 'WSA_OPERATION_ABORTED' }],
    },
    others: [
      {
        does: 'ends it with WSAECONNABORTED',
        readings: ['M3:connection-aborted'],
        by: ['close.aborts'],
        requests: [...overlapped, inject('room', 4), postWithRoutine(), inject('close.aborts'), close, settle, sleep],
        steps: [{ routine: 'enter', error: 'WSAECONNABORTED' }],
      },
    ],
  },
  {
    about: 'M4',
    own: {
      does: 'gives WSAENOTCONN on an unbound socket',
      readings: ['M4:either', 'M4:not-connected'],
      requests: [...unbound, send()],
      steps: [failed('WSAENOTCONN')],
    },
    others: [
      {
        does: 'gives WSAEINVAL',
        readings: ['M4:either'],
        by: ['refusal.code'],
        requests: [...unbound, refusalCode('WSAEINVAL'), send()],
        steps: [failed('WSAEINVAL')],
      },
    ],
  },
  {
    about: 'M5',
    own: {
      does: 'gives WSAEACCES for a broadcast that SO_BROADCAST does not allow',
      readings: ['M5:checked'],
      requests: [...broadcast, send()],
      steps: [failed('WSAEACCES')],
    },
    others: [
      {
        does: 'sends it',
        readings: ['M5:never-raised'],
        by: ['allow.broadcast'],
        requests: [...broadcast, inject('allow.broadcast'), send()],
        steps: [sent(10)],
      },
    ],
  },
  {
    about: 'M6',
    own: {
      does: 'treats an operation without event and routine like any other at the exit of its thread',
      because: 'it has no completion ports',
    },
    others: [],
  },
  {
    about: 'M7',
    own: {
      does: 'takes a part of a nonblocking send although an OVERLAPPED was given to a socket without the flag',
      readings: ['M7:plain-send'],
      requests: [...plainNonblocking, inject('room', 4), post()],
      steps: [sent(4)],
    },
    others: [
      {
        does: 'blocks in nonblocking mode too',
        readings: ['M7:blocks'],
        by: ['fill.overlapped'],
        requests: [...plainNonblocking, inject('room', 4), inject('fill.overlapped'), post(), settle, drain, settle],
        steps: [{ end: 1, returns: { rc: 0, bytes: 10 } }],
      },
    ],
  },
  {
    about: 'M8',
    own: {
      does: 'cancels by SIO_FLUSH what is queued',
      readings: ['M8:optional'],
      requests: [...pending, { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH' }, settle, result],
      steps: [endedBy({ rc: -1, errno: 'WSA_OPERATION_ABORTED', bytes: 4 })],
    },
    others: [
      {
        does: 'does not know the command',
        readings: ['M8:optional', 'M8:not-supported'],
        by: ['refuse.flush'],
        requests: [...pending, inject('refuse.flush'), { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH' }],
        steps: [{ call: 'WSPIoctl', returns: { rc: -1, errno: 'WSAEOPNOTSUPP' } }],
      },
    ],
  },
  {
    about: 'M9',
    own: {
      does: 'reports a keep-alive failure as WSAENETRESET',
      readings: ['M9:net-reset'],
      requests: [...overlapped, keepAlive, send()],
      steps: [failed('WSAENETRESET')],
    },
    others: [
      {
        does: 'reports it as WSAECONNABORTED',
        readings: ['M9:net-reset', 'M9:reset-or-aborted'],
        by: ['circuit.code'],
        requests: [...overlapped, circuitCode('WSAECONNABORTED'), keepAlive, send()],
        steps: [failed('WSAECONNABORTED')],
      },
      {
        does: 'reports it as WSAENOBUFS, which ruling NoBufs permits everywhere',
        readings: 'every profile',
        by: ['circuit.code'],
        requests: [...overlapped, circuitCode('WSAENOBUFS'), keepAlive, send()],
        steps: [failed('WSAENOBUFS')],
      },
      {
        does: 'reports it as WSAECONNRESET',
        readings: ['M9:reset-or-aborted'],
        by: ['circuit.code'],
        requests: [...overlapped, circuitCode('WSAECONNRESET'), keepAlive, send()],
        steps: [failed('WSAECONNRESET')],
      },
    ],
  },
  {
    about: 'M10',
    own: {
      does: 'gives WSAESHUTDOWN after both sides have closed',
      readings: ['M10:shut-down'],
      requests: [...overlapped, peerCloses, { call: 'WSPShutdown', socket: 'A', how: 'SD_BOTH' }, settle, send()],
      steps: [failed('WSAESHUTDOWN')],
    },
    others: [
      {
        does: 'gives WSAECONNABORTED',
        readings: ['M10:aborted-too'],
        by: ['circuit.code'],
        requests: [
          ...overlapped,
          peerCloses,
          circuitCode('WSAECONNABORTED'),
          { call: 'WSPShutdown', socket: 'A', how: 'SD_BOTH' },
          settle,
          send(),
        ],
        steps: [failed('WSAECONNABORTED')],
      },
    ],
  },
];
