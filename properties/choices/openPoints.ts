import type { Point } from './choice.ts';
import {
  circuitCode,
  close,
  drain,
  endedBy,
  everywhere,
  failed,
  inject,
  overlapped,
  peerCloses,
  pending,
  plain,
  plainNonblocking,
  post,
  reset,
  result,
  send,
  sent,
  settle,
  shutDown,
} from './scenes.ts';

/** Other points on which the page is silent: the codes of a call, and what becomes of the circuit. */

const lingerZero = { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_LINGER', value: { l_onoff: 1, l_linger: 0 } } as const;
const sendTimeout = { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_SNDTIMEO', value: 100 } as const;
const partial = { flags: ['MSG_PARTIAL'] } as const;
/** A blocking send on a second thread, which waits for room. */
const blocking = [...plain, inject('room', 0), send({ thread: 't2' })];
const cancelBlocking = { call: 'WSPCancelBlockingCall', thread: 't2' } as const;
/** As A, by the name B. */
const second = overlapped.map((request) => ({ ...request, socket: 'B' }) as typeof request);

export const openPoints: readonly Point[] = [
  {
    about: 'EmptyPart',
    own: {
      does: 'gives WSAEWOULDBLOCK where no byte fits, and never a success of none',
      readings: ['EmptyPart:no-part'],
      requests: [...plainNonblocking, send(), inject('room', 0), send()],
      steps: [failed('WSAEWOULDBLOCK')],
    },
    others: [],
  },
  {
    about: 'CloseDelivers',
    own: {
      does: 'delivers what was accepted before a close',
      readings: ['CloseDelivers:binding', 'CloseDelivers:open'],
      requests: [...overlapped, send(), close, settle, drain],
      steps: [{ peer: 'recv', runs: [[0, 10]] }],
    },
    others: [
      {
        does: 'loses it',
        readings: ['CloseDelivers:open'],
        by: ['close.loses'],
        requests: [...overlapped, send(), inject('close.loses'), close, settle, drain],
        steps: [{ peer: 'eof' }],
      },
    ],
  },
  {
    about: 'LingerZero',
    own: {
      does: 'resets the circuit at a close with SO_LINGER on and a time of 0',
      readings: ['LingerZero:binding', 'LingerZero:open'],
      requests: [...overlapped, send(), lingerZero, close, settle, drain],
      steps: [{ peer: 'error', errno: 'WSAECONNRESET' }],
    },
    others: [
      {
        does: 'ends as any other close',
        readings: ['LingerZero:open'],
        by: ['linger.delivers'],
        requests: [...overlapped, send(), inject('linger.delivers'), lingerZero, close, settle, drain, drain],
        steps: [{ peer: 'eof' }],
      },
    ],
  },
  {
    about: 'InterruptedCode',
    own: {
      does: 'ends a blocking send by WSPCancelBlockingCall with WSAEINTR; under page that call is not made',
      readings: ['InterruptedCode:interrupted'],
      requests: [...blocking, cancelBlocking],
      steps: [{ end: 1, returns: { rc: -1, errno: 'WSAEINTR' } }],
    },
    others: [
      {
        does: 'cancels nothing, and fails',
        readings: 'every profile',
        by: ['refuse.cancelcall'],
        requests: [...blocking, inject('refuse.cancelcall'), cancelBlocking, drain, settle],
        steps: [{ call: 'WSPCancelBlockingCall', returns: { rc: -1 } }],
      },
    ],
  },
  {
    about: 'NoBufs',
    own: {
      does: 'has buffers at all times',
      readings: ['NoBufs:any-time'],
      requests: [...overlapped, send()],
      steps: [sent(10)],
    },
    others: [
      {
        does: 'refuses a send with WSAENOBUFS',
        readings: ['NoBufs:any-time'],
        by: ['fail.nobufs'],
        requests: [...overlapped, inject('fail.nobufs'), send()],
        steps: [failed('WSAENOBUFS')],
      },
      {
        does: 'ends an operation that pends with it',
        readings: ['NoBufs:any-time'],
        by: ['complete.nobufs'],
        requests: [...pending, inject('complete.nobufs'), result],
        steps: [endedBy({ rc: -1, errno: 'WSAENOBUFS', bytes: 4 })],
      },
    ],
  },
  {
    about: 'ErrorOwed',
    own: {
      does: 'refuses what certainly has a fault, and begins nothing',
      readings: ['ErrorOwed:fails'],
      requests: [...overlapped, post({ fault: 'buffer' }), settle, drain],
      steps: [{ peer: 'idle' }],
    },
    others: [],
  },
  {
    about: 'NeverOwed',
    own: {
      does: 'lets a send do its work while another call blocks',
      readings: ['NeverOwed:may-succeed'],
      requests: [...blocking, ...second, send({ socket: 'B' })],
      steps: [{ ...sent(10), socket: 'B' }],
    },
    others: [
      {
        does: 'refuses it with WSAEINPROGRESS',
        readings: ['NeverOwed:may-succeed'],
        by: ['refuse.inprogress'],
        requests: [...blocking, ...second, everywhere('refuse.inprogress'), send({ socket: 'B' })],
        steps: [{ ...failed('WSAEINPROGRESS'), socket: 'B' }],
      },
    ],
  },
  {
    about: 'CallOnlyCodes',
    own: {
      does: 'ends operations with none of them: the call itself reports a bad buffer',
      readings: ['CallOnlyCodes:never-status'],
      requests: [...overlapped, post({ fault: 'buffer' })],
      steps: [failed('WSAEFAULT')],
    },
    others: [],
  },
  {
    about: 'TimeoutCode',
    own: {
      does: 'reports a time-out as WSAECONNABORTED',
      readings: ['TimeoutCode:aborted-only'],
      requests: [...overlapped, { env: 'circuit.timeout', socket: 'A' }, send()],
      steps: [failed('WSAECONNABORTED')],
    },
    others: [],
  },
  {
    about: 'BeyondTheTable',
    own: {
      does: 'gives no code that the table lacks, and takes no SO_SNDTIMEO, which would be a cause of one',
      readings: ['BeyondTheTable:never', 'BeyondTheTable:with-cause'],
      requests: [...overlapped, sendTimeout, { env: 'circuit.timeout', socket: 'A' }, send()],
      steps: [{ call: 'WSPSetSockOpt', returns: { rc: -1 } }, failed('WSAECONNABORTED')],
    },
    others: [],
  },
  {
    about: 'Readiness',
    own: { does: 'shows no readiness', because: 'the table has no call that asks for it' },
    others: [],
  },
  {
    about: 'AfterReset',
    own: {
      does: 'reports WSAECONNRESET again',
      readings: ['AfterReset:lost-connection'],
      requests: [...overlapped, reset, send(), post({ overlapped: 'o2' })],
      steps: [{ ...failed('WSAECONNRESET'), overlapped: 'o2' }],
    },
    others: (['WSAENOTCONN', 'WSAECONNABORTED'] as const).map((name) => ({
      does: `gives ${name} from then on`,
      readings: ['AfterReset:lost-connection'],
      by: ['circuit.code'],
      requests: [...overlapped, reset, send(), circuitCode(name), send()],
      steps: [failed(name)],
    })),
  },
  {
    about: 'FaultOfCount',
    own: {
      does: 'gives WSAEFAULT for a null count without an OVERLAPPED',
      readings: ['FaultOfCount:binding', 'FaultOfCount:open'],
      requests: [...overlapped, send({ count: false })],
      steps: [failed('WSAEFAULT')],
    },
    others: [
      {
        does: 'sends without counting',
        readings: ['FaultOfCount:open'],
        by: ['allow.nocount'],
        requests: [...overlapped, inject('allow.nocount'), send({ count: false })],
        steps: [{ call: 'WSPSend', returns: { rc: 0 } }],
      },
    ],
  },
  {
    about: 'OrderlyClose',
    own: {
      does: 'gives WSAESHUTDOWN after the end of its own side and the close of the peer',
      readings: ['OrderlyClose:no-failure', 'OrderlyClose:open'],
      requests: [...overlapped, peerCloses, shutDown, settle, send()],
      steps: [failed('WSAESHUTDOWN')],
    },
    others: [
      {
        does: 'gives WSAECONNRESET',
        readings: ['OrderlyClose:open'],
        by: ['circuit.code'],
        requests: [...overlapped, peerCloses, circuitCode('WSAECONNRESET'), shutDown, settle, shutDown, send()],
        steps: [failed('WSAECONNRESET')],
      },
    ],
  },
  {
    about: 'PartialOnStream',
    own: {
      does: 'sends with MSG_PARTIAL as without',
      readings: ['PartialOnStream:supported'],
      requests: [...overlapped, send(partial)],
      steps: [sent(10)],
    },
    others: [
      {
        does: 'gives WSAEOPNOTSUPP',
        readings: ['PartialOnStream:unsupported'],
        by: ['refuse.partial'],
        requests: [...overlapped, inject('refuse.partial'), send(partial)],
        steps: [failed('WSAEOPNOTSUPP')],
      },
      {
        does: 'lets an overlapped send pend, and ends it with WSAEOPNOTSUPP',
        readings: ['PartialOnStream:unsupported'],
        by: ['refuse.partial', 'pend.unsupported'],
        requests: [...overlapped, inject('refuse.partial'), inject('pend.unsupported'), post(partial), result],
        steps: [endedBy({ rc: -1, errno: 'WSAEOPNOTSUPP', bytes: 0 })],
      },
    ],
  },
];
