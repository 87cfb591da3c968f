/** From a state in words to a trace that leads there, so that the rules of the oracle are the only ones. */

import type { CallStep, TraceStep } from '../winsock/trace.ts';
import type { SocketSituation } from './state.ts';

/** The socket that a state speaks of. */
export const askedSocket = 'A';
const elsewhere = 'other';
const otherThread = 'another thread';
/** Numbers of the calls under way; a question may not use them for its own. */
const blockingNumber = 1;
const sleepNumber = 2;

const done = { rc: 0 } as const;
const call = <C extends CallStep['call']>(name: C, fields: object): TraceStep => ({ call: name, ...fields }) as unknown as TraceStep;
const onSocket = (name: CallStep['call'], fields: object = {}): TraceStep => call(name, { socket: askedSocket, ...fields, returns: done });

/** Fails by RangeError where the fields contradict each other. */
export function stepsTo(state: SocketSituation): TraceStep[] {
  demand(state);
  return [...around(state), ...ofSocket(state)];
}

function* around(state: SocketSituation): Generator<TraceStep> {
  if (state.blockingCall) {
    const socket = `${elsewhere} blocking`;
    yield call('WSPSocket', { socket, type: 'SOCK_STREAM', returns: done });
    yield call('WSPConnect', { socket, returns: done });
    yield call('WSPSend', { begin: blockingNumber, thread: otherThread, socket, buffers: [1] });
    yield { env: 'settle' };
  }
  if (state.insideRoutine) {
    const socket = `${elsewhere} overlapped`;
    yield call('WSPSocket', { socket, type: 'SOCK_STREAM', overlapped: true, returns: done });
    yield call('WSPConnect', { socket, returns: done });
    yield call('WSPSend', { socket, buffers: [1], overlapped: elsewhere, routine: true, returns: { rc: 0, bytes: 1 } });
    yield call('SleepEx', { begin: sleepNumber });
    yield { routine: 'enter', overlapped: elsewhere, error: '0', bytes: 1, flags: 0 };
  }
}

function* ofSocket(state: SocketSituation): Generator<TraceStep> {
  const { socket = 'open', type = 'SOCK_STREAM', overlapped = false } = state;
  if (socket !== 'none') {
    yield onSocket('WSPSocket', { type, overlapped });
    if (state.bound) yield onSocket('WSPBind');
    if (state.broadcast) yield onSocket('WSPSetSockOpt', { name: 'SO_BROADCAST', value: 1 });
    if (state.connecting) {
      yield onSocket('WSPIoctl', { code: 'FIONBIO', value: 1 });
      yield call('WSPConnect', { socket: askedSocket, returns: { rc: -1, errno: 'WSAEWOULDBLOCK' } });
    } else if (state.connected) yield onSocket('WSPConnect', state.to === undefined ? {} : { to: state.to });
    if (state.maxMessage !== undefined) {
      yield call('WSPGetSockOpt', { socket: askedSocket, name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: state.maxMessage } });
    }
    yield* sent(state);
    const nonblocking = state.nonblocking ?? false;
    if (nonblocking !== (state.connecting ?? false)) yield onSocket('WSPIoctl', { code: 'FIONBIO', value: nonblocking ? 1 : 0 });
  }
  yield* happened(state);
  if (socket === 'closed') yield onSocket('WSPCloseSocket');
}

function* sent({ unread = 0, outstanding = [] }: SocketSituation): Generator<TraceStep> {
  if (unread > 0) yield call('WSPSend', { socket: askedSocket, buffers: [unread], returns: { rc: 0, bytes: unread } });
  for (const { length = 1000, ...operation } of outstanding) {
    yield call('WSPSend', { socket: askedSocket, buffers: [length], ...operation, returns: { rc: -1, errno: 'WSA_IO_PENDING' } });
  }
}

const circuitEnv = {
  reset: 'peer.reset',
  timedOut: 'circuit.timeout',
  keepAliveFailed: 'keepalive.failed',
  networkDown: 'network.down',
} as const;

function* happened(state: SocketSituation): Generator<TraceStep> {
  const { circuit = 'up', peer = 'open', network = 'up', arrived = true, shutdown = [], reported } = state;
  if (peer !== 'open') yield { env: peer === 'closed' ? 'peer.close' : 'peer.shutdown', socket: askedSocket };
  for (const how of shutdown) yield onSocket('WSPShutdown', { how });
  if (circuit !== 'up') yield { env: circuitEnv[circuit], socket: askedSocket };
  if (network === 'down') yield { env: 'network.down' };
  if (arrived && (circuit !== 'up' || peer !== 'open' || network === 'down')) yield { env: 'settle' };
  if (reported !== undefined) yield call('WSPSend', { socket: askedSocket, buffers: [1], returns: { rc: -1, errno: reported } });
}

function demand(state: SocketSituation): void {
  const needs = (field: keyof SocketSituation, required: string, holds: boolean): void => {
    if (state[field] !== undefined && state[field] !== false && !holds) {
      throw new RangeError(`state.${field} needs ${required}: ${JSON.stringify(state[field])}`);
    }
  };
  const stream = state.type !== 'SOCK_DGRAM';
  const connected = state.connected === true || state.connecting === true;
  needs('connecting', 'connected to be absent or false, and a SOCK_STREAM', state.connected !== true && stream);
  if (state.to === 'broadcast') needs('to', 'connected to be true, and a SOCK_DGRAM', state.connected === true && !stream);
  needs('maxMessage', 'a socket that is not "none"', state.socket !== 'none');
  if ((state.unread ?? 0) > 0) needs('unread', 'connected to be true', state.connected === true);
  if ((state.outstanding ?? []).length > 0)
    needs('outstanding', 'overlapped and connected to be true', state.overlapped === true && state.connected === true);
  if ((state.circuit ?? 'up') !== 'up') needs('circuit', 'connected to be true, and a SOCK_STREAM', connected && stream);
  if ((state.peer ?? 'open') !== 'open') needs('peer', 'connected to be true, and a SOCK_STREAM', connected && stream);
  needs('reported', 'circuit or peer to say what happened', (state.circuit ?? 'up') !== 'up' || state.peer === 'closed');
}
