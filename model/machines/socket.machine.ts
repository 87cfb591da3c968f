/**
 * The lifecycle of a socket, and what WSPSend may answer in each of its states.
 *
 * Read a state from the top: its first entries move the socket on, the others are the answers of WSPSend. Two kinds of fact
 * stand in the guards. `may…` holds when the condition of an error can be true, and permits that error; `surely…` holds when the
 * condition cannot be false, and refuses success. What nobody can observe lies between the two and permits both.
 */

import type { Reading } from '../clauses/profiles.ts';
import { type SendCode, sendCodes } from '../winsock/callCodes.ts';
import { guardsOver, permits, permitsBy, type Region, type Rule, reading, refuses } from './rules.ts';

export const socketFacts = {
  // ---- what was asked
  stream: 'the socket is a stream',
  overlappedIo: 'an overlapped socket was given an OVERLAPPED',
  overlappedSocket: 'the socket was made with WSA_FLAG_OVERLAPPED',
  ignoresOverlapped: 'a nonoverlapped socket was given an OVERLAPPED',
  onlyRoutine: 'an overlapped socket was given a routine and no OVERLAPPED',
  nonblocking: 'the socket is nonblocking',
  zeroBuffers: 'dwBufferCount is 0',
  // ---- what came back
  takesAll: 'as many bytes are reported as were asked for',
  takesPart: 'some of the bytes are reported, and not all',
  takesTooMuch: 'more bytes are reported than were asked for',
  fits: 'the transport may have had the room that this answer speaks of, and nothing older waited',
  countUnwritten: 'success came without the count that it must report, or pending with one',
  // ---- the circuit and the network
  surelyBroken: 'the circuit has surely failed',
  mayBeReset: 'the peer reset the connection, or closed its socket',
  mayBeTimedOut: 'the circuit timed out',
  mayBeKeepAliveFailed: 'a keep-alive failed',
  resetReported: 'a reset was already reported on this socket',
  orderlyClosed: 'both sides have closed, and nothing else happened',
  shutDownBoth: 'both directions were shut down',
  networkMayBeDown: 'the network subsystem failed, though not surely for this socket',
  networkSurelyDown: 'the network subsystem has surely failed for this socket',
  // ---- the parameters
  mayFault: 'a pointer of the call is not valid',
  surelyFaults: 'a pointer is not valid that the call has to use',
  outOfBand: 'MSG_OOB was given',
  partialMessage: 'MSG_PARTIAL was given',
  flagUnlisted: 'a flag was given that the page does not list',
  mayBeOversize: 'the message may be larger than the maximum',
  surelyOversize: 'the message is larger than the maximum',
  broadcastForbidden: 'the address is a broadcast address and SO_BROADCAST is not set',
  // ---- what else goes on
  mayBeInProgress: "another thread's call blocks",
  insideRoutine: 'a completion routine is running',
  interrupted: 'this call was cancelled, or it waited when its socket was closed',
  mayHaveUnconsumed: 'bytes of earlier sends may still wait for the transport',
  othersOutstanding: 'some overlapped operation may be outstanding',
  closedMeanwhile: 'the socket was being closed, or was closed, while this call was under way',
  mayTimeOut: 'SO_SNDTIMEO was set',
  routeMayBeLost: 'there may be no route to the far end any more',
  seenWritable: 'the socket was seen writable, and nothing was queued since',
  surelyHasRoom: 'a send found no room, and since then all was read and a settle has passed',
} as const;
export type SocketFact = keyof typeof socketFacts;
const { all, any, no } = guardsOver<SocketFact>();

export type SocketState =
  | 'notASocket'
  | 'unbound'
  | 'bound'
  | 'connecting'
  | 'connected'
  | 'sendShutDown'
  | 'shutDownUnbound'
  | 'shutDownBound'
  | 'receiveOnly'; // one-way, and the way is the other one

export type SendOutcome = 'WSPSend.completes' | 'WSPSend.pends' | `WSPSend.${SendCode}`;
export type SocketEvent =
  | SendOutcome
  | 'WSPSocket'
  | 'WSPSocket.receiveOnly'
  | 'WSPBind'
  | 'WSPConnect'
  | 'WSPConnect.begins'
  | 'WSPShutdown.SD_RECEIVE'
  | 'WSPShutdown.send'
  | 'SIO_FLUSH'
  | 'SIO_FLUSH.WSAEOPNOTSUPP'
  | 'WSPCloseSocket'
  | 'writable'
  | 'unwritable';

type SocketRule = Rule<SocketFact, SocketState>;
type Answers = { readonly [outcome in SendOutcome]?: readonly SocketRule[] };

/** A code outside the table of the page, once what causes it has happened, where a reading knows of it. */
const beyondTheTable = (cause: SocketFact, knowing: Reading = 'BeyondTheTable:with-cause'): readonly SocketRule[] => [
  { guard: all(cause, reading(knowing)), ...permits('Return:3') },
  { guard: reading(knowing), ...refuses('Return:3') },
  refuses('Return:3'),
];

/** Errors of the machine, the network and the parameters: they apply in every state. */
const anywhere: Answers = {
  'WSPSend.WSAENETDOWN': [{ guard: 'networkMayBeDown', ...permits('WSAENETDOWN:1') }, refuses('WSAENETDOWN:1')],
  'WSPSend.WSAEFAULT': [
    { guard: 'mayFault', ...permits('WSAEFAULT:1') },
    { guard: all('zeroBuffers', reading('D10:open')), ...permits('dwBufferCount:1') },
    refuses('WSAEFAULT:1'),
  ],
  'WSPSend.WSAEINPROGRESS': [
    { guard: all('insideRoutine', reading('D6:unfinished-callback')), ...permits('WSAEINPROGRESS:2') },
    { guard: 'insideRoutine', ...refuses('Nesting:1') },
    { guard: 'mayBeInProgress', ...permits('WSAEINPROGRESS:1') },
    refuses('WSAEINPROGRESS:1'),
  ],
  // A provider's shortage of buffers cannot be seen from outside.
  'WSPSend.WSAENOBUFS': [permitsBy('NoBufs:any-time', 'WSAENOBUFS:1')],
  'WSPSend.WSAEINTR': beyondTheTable('interrupted', 'InterruptedCode:interrupted'),
  'WSPSend.WSAETIMEDOUT': beyondTheTable('mayTimeOut'),
  'WSPSend.WSAENETUNREACH': beyondTheTable('routeMayBeLost'),
  'WSPSend.WSAEHOSTUNREACH': beyondTheTable('routeMayBeLost'),
  'WSPSend.WSAEADDRNOTAVAIL': beyondTheTable('routeMayBeLost'),
};

/** Errors of the call's own arguments against the kind of the socket: they apply in every state that is a socket. */
const arguments_: Answers = {
  // Nobody can see from outside whether a domain has out-of-band data and a provider partial messages.
  'WSPSend.WSAEOPNOTSUPP': [
    { guard: all('outOfBand', 'partialMessage', 'stream'), ...permits('WSAEOPNOTSUPP:2', 'WSAEOPNOTSUPP:3') },
    { guard: all('outOfBand', 'partialMessage'), ...permits('WSAEOPNOTSUPP:1', 'WSAEOPNOTSUPP:3') },
    { guard: all('outOfBand', 'stream'), ...permits('WSAEOPNOTSUPP:2') },
    { guard: 'outOfBand', ...permits('WSAEOPNOTSUPP:1') },
    { guard: all('partialMessage', 'stream'), ...permitsBy('PartialOnStream:unsupported', 'WSAEOPNOTSUPP:3') },
    { guard: 'partialMessage', ...permits('WSAEOPNOTSUPP:3') },
    { guard: 'flagUnlisted', ...permits() },
    refuses('WSAEOPNOTSUPP:1', 'WSAEOPNOTSUPP:2', 'WSAEOPNOTSUPP:3'),
  ],
  'WSPSend.WSAEMSGSIZE': [
    { guard: all('overlappedIo', reading('M2:oversize-pends')), ...refuses('WSAEMSGSIZE:1') },
    { guard: 'mayBeOversize', ...permits('WSAEMSGSIZE:1', 'MessageSize:1', 'MessageSize:4') },
    refuses('WSAEMSGSIZE:1', 'MessageSize:2'),
  ],
  'WSPSend.WSAEACCES': [
    { guard: reading('M5:never-raised'), ...refuses('WSAEACCES:1') },
    { guard: 'broadcastForbidden', ...permits('WSAEACCES:1') },
    refuses('WSAEACCES:1'),
  ],
};

/** MSG_OOB is for streams alone. */
const surelyUnsupported = all('outOfBand', no('stream'));

/** WSAEINVAL for the missing overlapped flag, and where the page says nothing: of flags that it does not list, and of no buffers at all. */
const invalidFlag: readonly SocketRule[] = [
  { guard: 'flagUnlisted', ...permits() },
  { guard: all('ignoresOverlapped', reading('D5:invalid')), ...permits('WSAEINVAL:2') },
  { guard: all('zeroBuffers', reading('D10:open')), ...permits('dwBufferCount:1') },
];

/** WSAEINVAL on a socket that was bound and has no connection. */
const invalidThoughBound: readonly SocketRule[] = [
  { guard: reading('M4:not-connected'), ...refuses('WSAENOTCONN:1') },
  ...invalidFlag,
  refuses('WSAEINVAL:1', 'WSAENOTCONN:1'),
];

/** What success may never override. The order only decides which clause is named first. */
const forbidsSuccess: readonly SocketRule[] = [
  { guard: 'surelyFaults', ...refuses('WSAEFAULT:1') },
  { guard: 'networkSurelyDown', ...refuses('WSAENETDOWN:1') },
  { guard: surelyUnsupported, ...refuses('WSAEOPNOTSUPP:1') },
  { guard: all('broadcastForbidden', no(reading('M5:never-raised'))), ...refuses('WSAEACCES:1') },
  { guard: all('surelyBroken', no(any('mayBeReset', 'resetReported'))), ...refuses('WSAECONNABORTED:1') },
  { guard: 'surelyBroken', ...refuses('WSAECONNRESET:1', 'WSAECONNABORTED:1') },
];

/** Success at once, on a connection. */
const completes: readonly SocketRule[] = [
  ...forbidsSuccess,
  { guard: 'surelyOversize', ...refuses('WSAEMSGSIZE:1', 'MessageSize:2', 'MessageSize:4') },
  { guard: all('countUnwritten', 'overlappedIo'), ...refuses('Immediate:2', 'lpNumberOfBytesSent:1') },
  { guard: 'countUnwritten', ...refuses('lpNumberOfBytesSent:1') },
  { guard: no('fits'), ...refuses('Overlapped:3', 'Order:2') },
  { guard: all('overlappedIo', 'takesAll'), target: 'connected', ...permits('Return:1', 'Overlapped:1', 'Immediate:2') },
  { guard: all('overlappedIo', 'takesPart'), ...refuses('Overlapped:3', 'lpNumberOfBytesSent:1') },
  { guard: 'overlappedIo', ...refuses('lpNumberOfBytesSent:1', 'Overlapped:3') },
  { guard: all('takesAll', 'ignoresOverlapped'), target: 'connected', ...permits('Return:1', 'Nonoverlapped:1') },
  { guard: all('takesAll', 'onlyRoutine'), target: 'connected', ...permitsBy('D7:synchronous', 'Return:1') },
  { guard: all('takesAll', 'overlappedSocket'), target: 'connected', ...permits('Return:1', 'Overlapped:2') },
  { guard: 'takesAll', target: 'connected', ...permits('Return:1', 'Nonoverlapped:2') },
  { guard: all('takesPart', 'stream', 'nonblocking', reading('M1:takes-all')), ...refuses('Nonoverlapped:4') },
  { guard: all('takesPart', 'ignoresOverlapped', reading('M7:blocks')), ...refuses('Nonoverlapped:1') },
  { guard: all('takesPart', 'stream', 'nonblocking'), target: 'connected', ...permits('Nonoverlapped:4', 'lpNumberOfBytesSent:1') },
  { guard: all('takesPart', 'stream'), ...refuses('Nonoverlapped:5') },
  { guard: 'takesPart', ...refuses('Purpose:2', 'MessageSize:4') },
  { guard: all('stream', 'nonblocking', 'takesTooMuch'), ...refuses('lpNumberOfBytesSent:1', 'Nonoverlapped:4') },
  { guard: all('stream', 'nonblocking'), ...refuses('Nonoverlapped:4', 'lpNumberOfBytesSent:1') },
  refuses('lpNumberOfBytesSent:1', 'Nonoverlapped:5'),
];

/** WSA_IO_PENDING, on a connection. */
const pends: readonly SocketRule[] = [
  ...forbidsSuccess,
  { guard: all('surelyOversize', no(reading('M2:oversize-pends'))), ...refuses('WSAEMSGSIZE:1', 'MessageSize:4') },
  { guard: 'countUnwritten', ...refuses('Immediate:4') },
  { guard: 'overlappedIo', target: 'connected', ...permits('Return:4', 'Overlapped:1') },
  { guard: all('onlyRoutine', reading('D7:open')), target: 'connected', ...permits('Overlapped:1') },
  { guard: 'ignoresOverlapped', ...refuses('Nonoverlapped:1', 'Nonoverlapped:2') },
  // It says that an overlapped operation has begun, and without an OVERLAPPED there can be none.
  { guard: 'onlyRoutine', ...refuses('Overlapped:2', 'Return:4') },
  refuses('Overlapped:2', 'Nonoverlapped:2', 'Return:4'),
];

/** It is overlapped, or may be read so. */
const mayOverlap = any('overlappedIo', all('onlyRoutine', reading('D7:open')));

/** Room, or the lack of it. The row has no meaning on the page (ruling D1). */
const wouldBlock: readonly SocketRule[] = [
  { guard: any('surelyBroken', all('stream', 'networkSurelyDown')), ...refuses('WSAEWOULDBLOCK:1') },
  // No room, and too many outstanding, may hold together with any other error, and errors have no order (ruling D8).
  { guard: all(mayOverlap, 'othersOutstanding'), ...permits('WSAEWOULDBLOCK:1') },
  {
    guard: all(mayOverlap, reading('D1:anywhere'), no(any('surelyFaults', 'networkSurelyDown', surelyUnsupported, 'surelyOversize'))),
    ...permits('WSAEWOULDBLOCK:1'),
  },
  { guard: 'overlappedIo', ...refuses('WSAEWOULDBLOCK:1') },
  { guard: all('ignoresOverlapped', reading('M7:blocks')), ...refuses('WSAEWOULDBLOCK:1') },
  { guard: all('seenWritable', reading('Readiness:binding')), ...refuses('WSAEWOULDBLOCK:1') },
  { guard: all('stream', 'nonblocking', reading('M1:takes-all'), no('mayHaveUnconsumed')), ...refuses('WSAEWOULDBLOCK:1') },
  { guard: all('nonblocking', no('fits'), no(reading('D1:anywhere'))), ...refuses('WSAEWOULDBLOCK:1', 'Nonoverlapped:4') },
  { guard: 'nonblocking', ...permits('WSAEWOULDBLOCK:1') },
  refuses('Nonoverlapped:5', 'WSAEWOULDBLOCK:1'),
];

const mayHaveFailed = any('mayBeTimedOut', 'mayBeKeepAliveFailed', 'networkMayBeDown', 'mayBeReset', 'resetReported', 'closedMeanwhile');

/** What the failure of a circuit may show as. */
const circuitErrors: Answers = {
  'WSPSend.WSAECONNRESET': [
    { guard: all('orderlyClosed', reading('OrderlyClose:no-failure')), ...refuses('WSAECONNRESET:1') },
    { guard: any('mayBeReset', 'resetReported'), ...permits('WSAECONNRESET:1') },
    { guard: all('mayBeKeepAliveFailed', reading('M9:reset-or-aborted')), ...permits('WSAECONNRESET:1') },
    refuses('WSAECONNRESET:1'),
  ],
  'WSPSend.WSAECONNABORTED': [
    { guard: all('orderlyClosed', 'shutDownBoth', reading('M10:aborted-too')), ...permits('WSAECONNABORTED:1') },
    { guard: all('orderlyClosed', reading('OrderlyClose:no-failure')), ...refuses('WSAECONNABORTED:1') },
    // A time-out or other failure: whatever may have broken the circuit.
    { guard: mayHaveFailed, ...permits('WSAECONNABORTED:1') },
    refuses('WSAECONNABORTED:1'),
  ],
  'WSPSend.WSAENETRESET': [
    { guard: reading('M9:reset-or-aborted'), ...refuses('WSAENETRESET:1') },
    { guard: 'mayBeKeepAliveFailed', ...permits('WSAENETRESET:1') },
    { guard: all(any('mayBeReset', 'resetReported'), reading('D2:literal')), ...permits('WSAENETRESET:1') },
    refuses('WSAENETRESET:1'),
  ],
};

/** The clause is that of the way in which the sending side was shut down. */
const isShutDown: readonly SocketRule[] = [{ guard: 'shutDownBoth', ...permits('WSAESHUTDOWN:2') }, permits('WSAESHUTDOWN:1')];

/** A send that nobody can receive: with or without an OVERLAPPED, it may not succeed. */
const neverInitiated: readonly SocketRule[] = [{ guard: 'surelyFaults', ...refuses('WSAEFAULT:1') }, refuses('WSAENOTCONN:1')];
const notConnected: Answers = {
  'WSPSend.completes': neverInitiated,
  'WSPSend.pends': neverInitiated,
  'WSPSend.WSAENOTCONN': [permits('WSAENOTCONN:1')],
  'WSPSend.WSAESHUTDOWN': [refuses('WSAENOTCONN:1', 'WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
  'WSPSend.WSAEWOULDBLOCK': [refuses('WSAENOTCONN:1')],
  'WSPSend.WSAECONNRESET': [refuses('WSAENOTCONN:1', 'WSAECONNRESET:1')],
  'WSPSend.WSAECONNABORTED': [refuses('WSAENOTCONN:1', 'WSAECONNABORTED:1')],
  'WSPSend.WSAEINVAL': [{ guard: reading('M4:not-connected'), ...refuses('WSAENOTCONN:1') }, permits('WSAEINVAL:1')],
};

export const socketRegion: Region<SocketFact, SocketState, SocketEvent> = {
  id: 'socket',
  facts: socketFacts,
  initial: 'notASocket',
  // Errors of the machine, the network and the parameters: they apply in every state.
  on: anywhere,
  states: {
    notASocket: {
      on: {
        WSPSocket: [{ target: 'unbound', ...permits() }],
        'WSPSocket.receiveOnly': [{ target: 'receiveOnly', ...permits() }],
        ...Object.fromEntries(
          sendCodes.flatMap((code) => (`WSPSend.${code}` in anywhere ? [] : [[`WSPSend.${code}`, [refuses('WSAENOTSOCK:1')]]])),
        ),
        'WSPSend.completes': [refuses('WSAENOTSOCK:1')],
        'WSPSend.pends': [refuses('WSAENOTSOCK:1')],
        'WSPSend.WSAENOTSOCK': [permits('WSAENOTSOCK:1')],
        'WSPSend.WSA_OPERATION_ABORTED': [{ guard: 'closedMeanwhile', ...permits('WSA_OPERATION_ABORTED:1') }, refuses('WSAENOTSOCK:1')],
        'WSPSend.WSAECONNABORTED': [{ guard: 'closedMeanwhile', ...permits('WSAECONNABORTED:1') }, refuses('WSAENOTSOCK:1')],
      },
    },

    // What holds for every socket, whatever state it is in: the receive side does not matter to sends, and any socket may be closed.
    aSocket: {
      on: {
        'WSPShutdown.SD_RECEIVE': [permits()],
        WSPCloseSocket: [{ target: 'notASocket', ...permits() }],
        SIO_FLUSH: [{ guard: reading('M8:not-supported'), ...refuses('WSA_OPERATION_ABORTED:2') }, permits('WSA_OPERATION_ABORTED:2')],
        'SIO_FLUSH.WSAEOPNOTSUPP': [permits()],
        writable: [permits()],
        // A close that another thread has begun may have taken the descriptor away.
        'WSPSend.WSAENOTSOCK': [{ guard: 'closedMeanwhile', ...permits('WSAENOTSOCK:1') }, refuses('WSAENOTSOCK:1')],
        'WSPSend.WSA_OPERATION_ABORTED': [
          { guard: 'closedMeanwhile', ...permits('WSA_OPERATION_ABORTED:1') },
          refuses('WSA_OPERATION_ABORTED:1'),
        ],
        unwritable: [{ guard: all('surelyHasRoom', reading('Readiness:binding')), ...refuses('WSAEWOULDBLOCK:1') }, permits()],
        ...arguments_,
      },
      states: {
        withoutPeer: {
          on: notConnected,
          states: {
            fresh: {
              on: {
                WSPConnect: [{ target: 'connected', ...permits() }],
                'WSPConnect.begins': [{ target: 'connecting', ...permits() }],
              },
              states: {
                unbound: {
                  on: { WSPBind: [{ target: 'bound', ...permits() }], 'WSPShutdown.send': [{ target: 'shutDownUnbound', ...permits() }] },
                },
                bound: { on: { 'WSPShutdown.send': [{ target: 'shutDownBound', ...permits() }], 'WSPSend.WSAEINVAL': invalidThoughBound } },
              },
            },

            withoutSendSide: {
              on: {
                'WSPConnect.begins': [permits()],
                'WSPShutdown.send': [permits()],
                'WSPSend.WSAESHUTDOWN': isShutDown,
              },
              states: {
                // WSPShutdown on a socket that never had a connection: both conditions hold, and the page ranks no errors.
                shutDownUnbound: {
                  on: { WSPBind: [{ target: 'shutDownBound', ...permits() }], WSPConnect: [{ target: 'sendShutDown', ...permits() }] },
                },
                shutDownBound: {
                  on: { WSPConnect: [{ target: 'sendShutDown', ...permits() }], 'WSPSend.WSAEINVAL': invalidThoughBound },
                },
                // Whatever else is wrong with a send here applies at once with this, so that nothing is taken back by where the socket
                // has come.
                receiveOnly: {
                  on: {
                    WSPConnect: [permits()],
                    WSPBind: [permits()],
                    'WSPSend.completes': [refuses('WSAEOPNOTSUPP:4')],
                    'WSPSend.pends': [refuses('WSAEOPNOTSUPP:4')],
                    'WSPSend.WSAEWOULDBLOCK': [refuses('WSAEOPNOTSUPP:4')],
                    'WSPSend.WSAEOPNOTSUPP': [permits('WSAEOPNOTSUPP:4')],
                  },
                },
              },
            },
          },
        },

        withPeer: {
          on: { 'WSPConnect.begins': [permits()], ...circuitErrors },
          states: {
            mayBeConnected: {
              on: {
                // A datagram socket may change its default peer.
                WSPConnect: [{ target: 'connected', ...permits() }],
                'WSPSend.completes': completes,
                'WSPSend.pends': pends,
                'WSPSend.WSAEWOULDBLOCK': wouldBlock,
                'WSPSend.WSAEINVAL': [...invalidFlag, refuses('WSAEINVAL:1', 'WSAEINVAL:2')],
              },
              states: {
                // A nonblocking WSPConnect is under way: nobody can see whether the circuit is there already.
                connecting: {
                  on: {
                    'WSPShutdown.send': [{ target: 'sendShutDown', ...permits() }],
                    'WSPSend.WSAENOTCONN': [permits('WSAENOTCONN:1')],
                  },
                },
                connected: {
                  on: {
                    // The send side closes; what was accepted must still reach the peer, so this is a change of state and no cancellation.
                    'WSPShutdown.send': [{ target: 'sendShutDown', ...permits('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2') }],
                    'WSPSend.WSAENOTCONN': [
                      { guard: 'resetReported', ...permitsBy('AfterReset:lost-connection', 'WSAENOTCONN:1') },
                      refuses('WSAENOTCONN:1'),
                    ],
                    'WSPSend.WSAESHUTDOWN': [refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
                  },
                },
              },
            },

            sendShutDown: {
              on: {
                WSPConnect: [permits()],
                'WSPShutdown.send': [permits()],
                'WSPSend.completes': [refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
                'WSPSend.pends': [refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
                'WSPSend.WSAEWOULDBLOCK': [refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
                'WSPSend.WSAENOTCONN': [
                  { guard: 'resetReported', ...permitsBy('AfterReset:lost-connection', 'WSAENOTCONN:1') },
                  refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2'),
                ],
                'WSPSend.WSAEINVAL': [...invalidFlag, refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2')],
                'WSPSend.WSAESHUTDOWN': isShutDown,
              },
            },
          },
        },
      },
    },
  },
};
