/** WSPSend of the naive stack. */

import { has } from './options.ts';
import { givePacket } from './packets.ts';
import { copyOf, type Operation, type Request, type Run, type Sock, sizeOf, takeFrom, type Waiting } from './stack.ts';
import {
  type Blocked,
  busy,
  complete,
  counts,
  end,
  events,
  failed,
  good,
  maxMessage,
  open,
  operations,
  pump,
  type Returns,
  routines,
  settleWaiting,
  sockets,
  threadOf,
  trace,
} from './state.ts';

export interface Send {
  readonly request: Request;
  readonly sock: Sock;
  readonly runs: Run[];
  readonly length: number;
  readonly thread: string;
}

export const runsOf = (buffers: readonly number[], fill: number): Run[] => {
  let start = fill % 251;
  let runs = buffers.map((length): Run => {
    const run: Run = [start, length];
    start = (start + length) % 251;
    return run;
  });
  if (has('first-buffer-only')) runs = runs.slice(0, 1);
  if (has('last-buffer-dropped') && runs.length > 1) runs.pop();
  if (has('buffers-reversed')) runs.reverse();
  if (has('empty-buffer-ends') && runs.some(([, length]) => length === 0))
    runs = runs.slice(
      0,
      runs.findIndex(([, length]) => length === 0),
    );
  runs = runs.filter(([, length]) => length > 0);
  if (has('beyond-32768-swapped') && sizeOf(runs) > 32_768) {
    const front = takeFrom(runs, 32_768);
    runs = [...runs, ...front];
  }
  if (has('beyond-65536-lost')) runs = takeFrom(runs, 65_536);
  if (has('sends-one-more') && runs.length > 0) runs.push([start, 1]);
  return runs;
};

/** Why the call fails at once, whatever the transport has room for. */
export const refusal = (request: Request, sock: Sock | undefined, length: number): string | undefined => {
  const faults = [request.fault ?? []].flat() as string[];
  const flags = (request.flags ?? []) as string[];
  if (sock === undefined) return has('notsock-code') ? 'WSAEINVAL' : 'WSAENOTSOCK';
  if (!has('fault-accepts') && (faults.length > 0 || (request.count === false && request.overlapped === undefined))) return 'WSAEFAULT';
  if (sock.state !== 'connected' && !has('notconn-accepts')) return has('notconn-code') ? 'WSAENOTSOCK' : 'WSAENOTCONN';
  if (sock.sendShut && !has('send-after-shutdown')) return has('shutdown-code') ? 'WSAENOTCONN' : 'WSAESHUTDOWN';
  if (sock.broken !== undefined && !has('reset-unnoticed')) {
    if (has('reset-code') && sock.broken === 'WSAECONNRESET') return 'WSAESHUTDOWN';
    return has('timeout-code') && sock.broken === 'WSAECONNABORTED' ? 'WSAECONNRESET' : sock.broken;
  }
  if (flags.includes('MSG_PARTIAL') || (flags.includes('MSG_OOB') && !has('oob-datagram-accepts'))) return 'WSAEOPNOTSUPP';
  if (sock.broadcast && !sock.mayBroadcast && !has('broadcast-accepts')) return 'WSAEACCES';
  if (!sock.isStream && length > maxMessage && !has('oversize-accepts') && !has('oversize-cut')) return 'WSAEMSGSIZE';
  if (has('invented-code') && trace.sends % 40 === 39) return 'WSAEALREADY';
  if (has('inprogress-always') && trace.sends % 40 === 39) return 'WSAEINPROGRESS';
  return undefined;
};

export const send = (request: Request, thread: string): Returns | 'blocks' | string => {
  trace.sends++;
  const buffers = request.buffers as number[];
  const length = buffers.reduce((sum, size) => sum + size, 0);
  const sock = has('send-after-close') ? sockets.get(String(request.socket)) : open(request.socket);
  const runs = runsOf(buffers, Number(request.fill ?? 0));
  const overlapped = request.overlapped as string | undefined;
  if (overlapped !== undefined) forget(overlapped);
  const code = refusal(request, sock, length);
  if (has('routine-send-fails') && threadOf(thread).routines.length > 0) return failed('WSAEINVAL');
  if (code !== undefined) {
    if (has('fault-sends-part') && code === 'WSAEFAULT' && sock?.state === 'connected') sock.inFlight.push(...runs.slice(0, 1));
    if (has('failure-signals') && overlapped !== undefined && sock !== undefined)
      complete(operationOf(request, sock, length, thread), code, 0);
    if (overlapped !== undefined) busy.delete(overlapped);
    return failed(code);
  }
  const given: Send = { request, sock: sock!, runs, length, thread };
  if (!sock!.isStream) return sendDatagram(given);
  return overlapped !== undefined && (sock!.overlapped || has('nonoverlapped-pends')) ? sendOverlapped(given) : sendNow(given);
};

/** The OVERLAPPED is zeroed, and stands for nothing until an operation begins. */
export const forget = (name: string): void => {
  operations.delete(name);
  counts.delete(name);
};

export const counted = ({ request }: Send, bytes: number): Returns =>
  request.count === false || has('count-untouched') ? good : { rc: 0, bytes };

export const operationOf = (request: Request, sock: Sock, length: number, thread: string): Operation => {
  const { routine, event } = request;
  const name = String(request.overlapped);
  const calls = routine === undefined || routine === false ? undefined : Array.isArray(routine) ? (routine as Request[]) : [];
  const mayGivePacket = calls === undefined && request.port !== false;
  const operation: Operation = {
    name,
    socket: sock,
    thread,
    length,
    hasEvent: event === true,
    calls,
    mayGivePacket,
    status: undefined,
    bytes: 0,
  };
  operations.set(name, operation);
  busy.add(name);
  if (calls === undefined && event === true) events.set(name, false);
  return operation;
};

export const completeAtOnce = (given: Send): Returns => {
  const { request, sock, length, thread } = given;
  const operation = operationOf(request, sock, length, thread);
  if (has('no-event-at-once') && operation.hasEvent) {
    operation.status = '0';
    operation.bytes = length;
    givePacket(operation, true);
  } else complete(operation, '0', length, true);
  if (has('routine-inline') && operation.calls !== undefined) routines.run(operation, thread);
  return counted(given, length);
};

export const sendDatagram = (given: Send): Returns => {
  const { request, sock, runs, length } = given;
  let datagram = runs;
  if (has('datagram-cut')) datagram = takeFrom(datagram, 512);
  if (has('oversize-cut')) datagram = takeFrom(datagram, maxMessage);
  if (has('datagram-split') && sizeOf(datagram) > 512) sock.datagrams.push(takeFrom(datagram, 512));
  sock.datagrams.push(datagram);
  return request.overlapped !== undefined && sock.overlapped ? completeAtOnce(given) : counted(given, length);
};

export const sendOverlapped = (given: Send): Returns => {
  const { request, sock, runs, length, thread } = given;
  if (has('nothing-sent') && request.event === true) return completeAtOnce(given);
  if (sock.queue.length === 0 && sizeOf(runs) <= sock.free && !(has('nonoverlapped-pends') && !sock.overlapped)) {
    sock.inFlight.push(...runs);
    return completeAtOnce(given);
  }
  const operation = operationOf(request, sock, length, thread);
  const waiting: Waiting = { runs, all: copyOf(runs), operation, thread };
  if (has('overtakes') && length < 64) sock.queue.unshift(waiting);
  else sock.queue.push(waiting);
  const before = sizeOf(runs);
  for (const waiting of sock.pump()) settleWaiting(waiting, '0', sizeOf(waiting.all));
  if (has('completes-early') && sizeOf(runs) < before) complete(operation, '0', length);
  if (has('event-before-drain') && operation.hasEvent && operation.calls === undefined) events.set(operation.name, true);
  return { ...failed('WSA_IO_PENDING'), ...(has('count-when-pending') && { bytes: before - sizeOf(runs) }) };
};

export const sendNow = (given: Send): Returns | 'blocks' | string => {
  const { request, sock, runs, length, thread } = given;
  const ignored = request.overlapped !== undefined;
  if (ignored) busy.delete(String(request.overlapped));
  if (ignored && has('nonoverlapped-sends-nothing')) return counted(given, length);
  const room = sock.queue.length === 0 ? sock.free : 0;
  if (sizeOf(runs) <= room) {
    sock.inFlight.push(...runs);
    if (has('more-than-asked') && length > 0 && trace.sends % 8 === 0) return counted(given, length + 1);
    return counted(given, has('all-reported-as-part') && length > 1 ? length - 1 : length);
  }
  if (sock.nonblocking && !has('nonblocking-blocks')) {
    if (room === 0) {
      if (has('no-room-reported-as-zero')) return counted(given, 0);
      if (has('wouldblock-loses')) sock.inFlight.push(...takeFrom(runs, 1));
      return failed(has('nonblocking-pends') ? 'WSA_IO_PENDING' : 'WSAEWOULDBLOCK');
    }
    sock.inFlight.push(...takeFrom(runs, room));
    return counted(given, has('part-reported-as-all') ? length : room);
  }
  if (has('overlapped-pends-without') && sock.overlapped) return failed('WSA_IO_PENDING');
  if (has('blocking-wouldblock')) return failed('WSAEWOULDBLOCK');
  if (has('blocking-takes-part') && room > 0) {
    sock.inFlight.push(...takeFrom(runs, room));
    return counted(given, room);
  }
  if (threadOf(thread).routines.length > 0) return 'a routine that blocks is more than this stack can do';
  const waiting: Waiting = { runs, all: copyOf(runs), operation: undefined, thread };
  sock.queue.push(waiting);
  block({ number: ++trace.numbers, thread, waiting, countless: request.count === false }, request);
  pump(sock);
  if (has('blocking-returns-early') && sizeOf(runs) < sizeOf(waiting.all)) end(threadOf(thread).blocked!, { rc: 0, bytes: length });
  return 'blocks';
};

export const block = (blocked: Blocked, request: Request): void => {
  threadOf(blocked.thread).blocked = blocked;
  trace.lines.push({ begin: blocked.number, ...request });
};
