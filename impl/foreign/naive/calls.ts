/** The other calls of the naive stack, and how each is written to the trace. */

import { has, roomDefault } from './options.ts';
import { block, send } from './sends.ts';
import { type Operation, type Request, Sock, type Waiting } from './stack.ts';
import {
  busy,
  fail,
  failed,
  good,
  maxMessage,
  open,
  operations,
  pump,
  type Returns,
  resultOf,
  routines,
  sockets,
  threadOf,
  threads,
  trace,
} from './state.ts';

export const result = (request: Request, thread: string): Returns | 'blocks' | string => {
  const name = String(request.overlapped);
  const operation = operations.get(name);
  if (open(request.socket) === undefined) return failed('WSAENOTSOCK');
  if (operation === undefined) return { rc: 0, bytes: 0 };
  if (operation.status === undefined) {
    if (has('incomplete-reported-as-success')) return { rc: 0, bytes: operation.length };
    if (request.wait !== true) return failed('WSA_IO_INCOMPLETE');
    if (threadOf(thread).routines.length > 0) return 'a routine that blocks is more than this stack can do';
    block({ number: ++trace.numbers, thread, operation }, request);
    return 'blocks';
  }
  if (operation.calls === undefined) busy.delete(name);
  return resultOf(operation);
};

export const cancel = (request: Request): Returns => {
  const sock = open(request.socket);
  if (sock === undefined) return failed('WSAENOTSOCK');
  const isMeant = ({ operation }: Waiting): boolean =>
    operation !== undefined && (request.overlapped === undefined || has('cancels-all') || operation.name === request.overlapped);
  let count = fail(sock, 'WSA_OPERATION_ABORTED', isMeant);
  if (has('cancels-others-socket'))
    for (const other of sockets.values()) count += fail(other, 'WSA_OPERATION_ABORTED', ({ operation }) => operation !== undefined);
  pump(sock);
  return count > 0 ? good : failed('1168');
};

export const close = (request: Request): Returns => {
  const sock = open(request.socket);
  if (sock === undefined) return failed('WSAENOTSOCK');
  sock.closed = true;
  if (has('close-silent')) sock.queue = sock.queue.filter(({ operation }) => operation === undefined);
  fail(sock, has('close-code') ? 'WSAENOTSOCK' : 'WSA_OPERATION_ABORTED');
  if (sock.lingerZero || has('close-loses')) sock.inFlight = [];
  if (sock.lingerZero) sock.broken ??= 'WSAECONNRESET';
  if (sock.state === 'connected') sock.end ??= sock.lingerZero ? 'WSAECONNRESET' : 'eof';
  return good;
};

export const shutdown = (request: Request): Returns => {
  const sock = open(request.socket);
  if (sock === undefined) return failed('WSAENOTSOCK');
  if (sock.state !== 'connected') return failed('WSAENOTCONN');
  if (request.how === 'SD_RECEIVE') return good;
  sock.sendShut = true;
  if (has('shutdown-loses')) sock.queue = [];
  if (sock.broken === undefined) sock.end ??= 'eof';
  return good;
};

export const exitThread = (name: string): Returns => {
  const thread = threadOf(name);
  thread.exited = true;
  const left = thread.apcs;
  thread.apcs = [];
  if (has('routine-after-exit')) threadOf('main').apcs.push(...left);
  // What gives a packet outlives its thread.
  const isLost = ({ operation }: Waiting): boolean => operation?.thread === name && !(operation.socket.isBound && operation.mayGivePacket);
  for (const sock of sockets.values()) fail(sock, 'WSA_OPERATION_ABORTED', isLost);
  return good;
};

const runRoutine = (operation: Operation, on: string): void => {
  const thread = threadOf(on);
  const { name, status, bytes, calls } = operation;
  const reported = has('routine-bytes-zero') ? 0 : bytes;
  trace.lines.push({ routine: 'enter', thread: on, overlapped: name, error: status, bytes: reported, flags: has('routine-flags') ? 1 : 0 });
  busy.delete(name);
  thread.routines.push(operation);
  for (const call of calls ?? []) make(on === 'main' || call.call === 'WSPCancelBlockingCall' ? call : { ...call, thread: on }, on);
  thread.routines.pop();
  trace.lines.push({ routine: 'leave', thread: on, overlapped: name });
};
routines.run = runRoutine;

export const sleep = (request: Request, on: string): void => {
  const thread = threadOf(on);
  const at = trace.lines.length;
  const number = ++trace.numbers;
  trace.lines.push({ begin: number, ...request });
  const inside = new Set(thread.routines.map(({ socket }) => socket));
  let ran = 0;
  for (;;) {
    const from = has('routine-on-wrong-thread') ? ([...threads.values()].find(({ apcs }) => apcs.length > 0) ?? thread) : thread;
    const next = from.apcs.findIndex(({ socket }) => !inside.has(socket) || has('routine-nested'));
    if (next < 0) break;
    const [operation] = from.apcs.splice(next, 1);
    runRoutine(operation!, on);
    ran++;
  }
  const returns = ran > 0 ? { rc: 0, value: 'WAIT_IO_COMPLETION' } : { rc: 0 };
  if (trace.lines.length === at + 1) trace.lines[at] = { ...request, returns };
  else trace.lines.push({ end: number, returns });
};

export const other = (request: Request): Returns | string => {
  const sock = open(request.socket);
  switch (request.call) {
    case 'WSPSocket':
      if (sock !== undefined) return 'the name is that of an open socket';
      sockets.set(
        String(request.socket),
        new Sock(String(request.socket), request.type === 'SOCK_STREAM', request.overlapped === true, has),
      );
      sockets.get(String(request.socket))!.room = roomDefault;
      return good;
    case 'WSPCancelBlockingCall': {
      const { blocked } = threadOf(String(request.thread ?? 'main'));
      if (blocked?.waiting !== undefined) {
        for (const { queue } of sockets.values()) {
          const at = queue.indexOf(blocked.waiting);
          if (at >= 0) queue.splice(at, 1);
        }
        queueMicrotask(() => {});
        return good;
      }
      return good;
    }
    default:
  }
  if (sock === undefined) return failed('WSAENOTSOCK');
  switch (request.call) {
    case 'WSPBind':
      if (sock.state !== 'unbound') return failed('WSAEINVAL');
      sock.state = 'bound';
      return good;
    case 'WSPConnect':
      if (sock.state === 'connected' && sock.isStream) return failed('WSAEISCONN');
      sock.state = 'connected';
      sock.broadcast = request.to === 'broadcast';
      return good;
    case 'CreateIoCompletionPort':
      if (sock.isBound) return 'the socket is bound to a completion port';
      sock.isBound = true;
      return good;
    case 'SetFileCompletionNotificationModes':
      sock.skipsPort = (request.modes as string[]).includes('FILE_SKIP_COMPLETION_PORT_ON_SUCCESS');
      return good;
    case 'WSPIoctl':
      if (request.code !== 'FIONBIO') return failed('WSAEOPNOTSUPP');
      sock.nonblocking = Number(request.value) !== 0;
      return good;
    case 'WSPSetSockOpt':
      if (request.name === 'SO_SNDBUF') {
        sock.room = Number(request.value);
        pump(sock);
      }
      if (request.name === 'SO_BROADCAST') sock.mayBroadcast = Number(request.value) !== 0;
      if (request.name === 'SO_LINGER') {
        const { l_onoff, l_linger } = request.value as { l_onoff: number; l_linger: number };
        sock.lingerZero = l_onoff !== 0 && l_linger === 0;
      }
      return good;
    case 'WSPGetSockOpt':
      return request.name === 'SO_MAX_MSG_SIZE' && !sock.isStream ? { rc: 0, value: maxMessage } : failed('WSAENOPROTOOPT');
    default:
      return `${String(request.call)} is unknown here`;
  }
};

export const refuse = (request: Request, why: string): void => {
  trace.lines.push({ ...request, returns: { unsupported: why } });
};

/** Makes a call, a request or one of a routine's, and writes its lines. */
export const make = (request: Request, on: string): void => {
  const at = trace.lines.length;
  const returns = ((): Returns | string => {
    switch (request.call) {
      case 'WSPSend':
        if (request.overlapped !== undefined && busy.has(String(request.overlapped))) return 'the OVERLAPPED is in use';
        return send(request, on);
      case 'WSPGetOverlappedResult':
        return result(request, on);
      case 'WSPCancelIo':
        return cancel(request);
      case 'WSPCloseSocket':
        return close(request);
      case 'WSPShutdown':
        return shutdown(request);
      case 'ExitThread':
        return exitThread(on);
      case 'SleepEx':
        sleep(request, on);
        return 'blocks';
      default:
        return other(request);
    }
  })();
  if (returns === 'blocks') return;
  if (typeof returns === 'string') refuse(request, returns);
  else trace.lines.splice(at, 0, { ...request, returns });
};
