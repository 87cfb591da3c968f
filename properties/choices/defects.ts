import type { Point } from './choice.ts';
import {
  circuitCode,
  drain,
  endedBy,
  failed,
  inject,
  overlapped,
  pending,
  plain,
  plainNonblocking,
  pollEvent,
  post,
  postWithRoutine,
  refusalCode,
  reset,
  result,
  send,
  sent,
  settle,
  shutDown,
  sleep,
  unbound,
} from './scenes.ts';

/** The defects of the page, D1 to D10. */

export const defects: readonly Point[] = [
  {
    about: 'D1',
    own: {
      does: 'gives WSAEWOULDBLOCK for a nonblocking send when it cannot take one byte',
      readings: ['D1:anywhere', 'D1:no-room'],
      requests: [...plainNonblocking, inject('room', 0), send()],
      steps: [{ ...failed('WSAEWOULDBLOCK'), overlapped: undefined }],
    },
    others: [
      {
        does: 'gives it for an overlapped send while others are outstanding',
        readings: ['D1:anywhere', 'D1:too-many-outstanding'],
        by: ['refuse.wouldblock'],
        requests: [...pending, inject('refuse.wouldblock'), post({ overlapped: 'o2' })],
        steps: [{ ...failed('WSAEWOULDBLOCK'), overlapped: 'o2' }],
      },
      {
        does: 'gives it for an overlapped send while none is',
        readings: ['D1:anywhere'],
        by: ['refuse.wouldblock'],
        requests: [...overlapped, inject('refuse.wouldblock'), post()],
        steps: [{ ...failed('WSAEWOULDBLOCK'), overlapped: 'o1' }],
      },
    ],
  },
  {
    about: 'D2',
    own: {
      does: 'reports a reset by the peer as WSAECONNRESET',
      readings: ['D2:corrected-only', 'D2:literal'],
      requests: [...overlapped, reset, send()],
      steps: [failed('WSAECONNRESET')],
    },
    others: [
      {
        does: 'reports it as WSAENETRESET',
        readings: ['D2:literal'],
        by: ['circuit.code'],
        requests: [...overlapped, circuitCode('WSAENETRESET'), reset, send()],
        steps: [failed('WSAENETRESET')],
      },
    ],
  },
  {
    about: 'D3',
    own: {
      does: 'copies the WSABUF array before the call returns; the harness spoils it then',
      readings: ['D3:captured'],
      requests: [...pending, drain],
      steps: [{ peer: 'recv', runs: [[0, 10]] }],
    },
    others: [],
  },
  {
    about: 'D4',
    own: {
      does: 'calls WPUQueueApc in the process that made the call, because it is part of that process',
      because: 'a trace has no processes',
    },
    others: [],
  },
  {
    about: 'D5',
    own: {
      does: 'ignores the OVERLAPPED, whose event stays unset',
      readings: ['D5:ignored'],
      requests: [...plain, post(), pollEvent],
      steps: [{ poll: 'event', signalled: false }],
    },
    others: [
      {
        does: 'refuses the send with WSAEINVAL',
        readings: ['D5:invalid'],
        by: ['refuse.overlapped'],
        requests: [...plain, inject('refuse.overlapped'), post()],
        steps: [failed('WSAEINVAL')],
      },
      {
        does: 'fills the OVERLAPPED and signals its event before it returns',
        readings: ['D5:filled'],
        by: ['fill.overlapped'],
        requests: [...plain, inject('fill.overlapped'), post(), pollEvent],
        steps: [{ poll: 'event', signalled: true }],
      },
    ],
  },
  {
    about: 'D6',
    own: {
      does: 'lets a send run inside a completion routine',
      readings: ['D6:never-inside', 'D6:unfinished-callback'],
      requests: [...overlapped, postWithRoutine({ routine: [send()] }), sleep],
      steps: [{ ...sent(10), overlapped: undefined }],
    },
    others: [
      {
        does: 'refuses it with WSAEINPROGRESS',
        readings: ['D6:unfinished-callback'],
        by: ['refuse.inroutine'],
        requests: [...overlapped, postWithRoutine({ routine: [send()] }), inject('refuse.inroutine'), sleep],
        steps: [failed('WSAEINPROGRESS')],
      },
    ],
  },
  {
    about: 'D7',
    own: {
      does: 'treats a send with a routine and no OVERLAPPED as a synchronous one',
      readings: ['D7:synchronous', 'D7:open'],
      requests: [...overlapped, send({ routine: true }), sleep],
      steps: [sent(10)],
    },
    others: [
      {
        does: 'lets it pend; since nothing names it, nothing reports its end',
        readings: ['D7:open'],
        by: ['pend.routine'],
        requests: [...overlapped, inject('pend.routine'), send({ routine: true }), drain],
        steps: [failed('WSA_IO_PENDING')],
      },
    ],
  },
  {
    about: 'D8',
    own: {
      does: 'gives WSAEFAULT before WSAENOTCONN; the whole order stands in impl/provider/refusal.ts',
      readings: ['D8:any-applicable'],
      requests: [...unbound, send({ fault: 'lpBuffers' })],
      steps: [failed('WSAEFAULT')],
    },
    others: [
      {
        does: 'gives another of them, the one that was injected',
        readings: ['D8:any-applicable'],
        by: ['refusal.code'],
        requests: [...unbound, refusalCode('WSAENOTCONN'), send({ fault: 'lpBuffers' })],
        steps: [failed('WSAENOTCONN')],
      },
    ],
  },
  {
    about: 'D9',
    own: {
      does: 'does not wait for an operation with a routine, and gives WSAEINVAL',
      because: 'a client that waits there breaks an obligation of its own, and what it gets is not judged',
    },
    others: [],
  },
  {
    about: 'D10',
    own: {
      does: 'treats no buffers as a send of no bytes',
      readings: ['D10:zero-length'],
      requests: [...overlapped, send({ buffers: [] })],
      steps: [sent(0)],
    },
    others: [
      {
        does: 'refuses them with WSAEINVAL',
        readings: ['D10:open'],
        by: ['refuse.nobuffers'],
        requests: [...overlapped, inject('refuse.nobuffers'), send({ buffers: [] })],
        steps: [failed('WSAEINVAL')],
      },
    ],
  },
  {
    about: 'D10',
    own: {
      does: 'lets what pends at a shutdown go out before the end of the stream',
      readings: ['D10:drains'],
      requests: [...pending, shutDown, drain, settle, result],
      steps: [endedBy({ rc: 0, bytes: 10 })],
    },
    others: [
      {
        does: 'ends it with WSAESHUTDOWN',
        readings: ['D10:open'],
        by: ['shutdown.cancels'],
        requests: [...pending, inject('shutdown.cancels'), shutDown, settle, result],
        steps: [endedBy({ rc: -1, errno: 'WSAESHUTDOWN', bytes: 4 })],
      },
    ],
  },
];
