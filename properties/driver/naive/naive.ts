/**
 * A driver of a naive stack: reads requests of trace/1, one a line, and answers with the trace of what happened. `--fault NAME` puts a fault into the
 * stack, `--room N` gives its transport another size, and `--without KIND,…` makes it answer that it cannot do those kinds of request.
 */

import { createInterface } from 'node:readline';
import { type Fault, faultNames, isFault } from './faults.ts';
import { copyOf, type Operation, type Request, type Run, Sock, sizeOf, takeFrom, type Waiting } from './stack.ts';

const optionOf = (option: string): string | undefined => {
  const at = process.argv.indexOf(option);
  return at < 0 ? undefined : process.argv[at + 1];
};
const fault = optionOf('--fault');
if (fault !== undefined && !isFault(fault)) throw new RangeError(`--fault must be one of ${faultNames.join(', ')}: ${fault}`);
const has = (name: Fault): boolean => fault === name;
const roomDefault = Number(optionOf('--room') ?? 65_536);
const without = new Set((optionOf('--without') ?? '').split(','));

const maxMessage = 65_507;
const failed = (errno: string): Returns => ({ rc: -1, errno });
const good: Returns = { rc: 0 };

interface Returns {
  readonly rc: 0 | -1;
  readonly errno?: string;
  readonly bytes?: number;
  readonly value?: unknown;
}

/** A call that has begun and waits. */
interface Blocked {
  readonly number: number;
  readonly thread: string;
  readonly waiting?: Waiting;
  readonly countless?: boolean;
  readonly operation?: Operation;
}

class Thread {
  exited = false;
  blocked: Blocked | undefined;
  apcs: Operation[] = [];
  readonly routines: Operation[] = [];
}

const sockets = new Map<string, Sock>();
const operations = new Map<string, Operation>();
const busy = new Set<string>();
const events = new Map<string, boolean>();
const counts = new Set<string>();
const threads = new Map<string, Thread>();
let lines: object[] = [];
let numbers = 0;
let sends = 0;

const threadOf = (name: string): Thread => {
  let thread = threads.get(name);
  if (thread === undefined) threads.set(name, (thread = new Thread()));
  return thread;
};
const open = (name: unknown): Sock | undefined => {
  const sock = sockets.get(String(name));
  return sock?.closed ? undefined : sock;
};

// ---- Completion ----------------------------------------------------------------------------------------------------------------

const complete = (operation: Operation, status: string, bytes: number): void => {
  if (operation.status !== undefined) return;
  operation.status = status;
  operation.bytes = bytes;
  if (has('count-late')) counts.add(operation.name);
  indicate(operation);
  for (const { blocked } of threads.values()) if (blocked?.operation === operation) end(blocked, resultOf(operation));
};

const indicate = (operation: Operation): void => {
  if (operation.calls === undefined) {
    if (operation.hasEvent) events.set(operation.name, true);
    return;
  }
  if (has('event-beside-routine') && operation.hasEvent) events.set(operation.name, true);
  if (has('routine-without-wait')) {
    runRoutine(operation, operation.thread);
    return;
  }
  if (has('routine-never') && operation.bytes > 0) return;
  const thread = threadOf(operation.thread);
  if (!thread.exited) thread.apcs.push(operation);
  if (has('routine-twice')) thread.apcs.push(operation);
};

const end = (blocked: Blocked, returns: Returns): void => {
  threadOf(blocked.thread).blocked = undefined;
  lines.push({ end: blocked.number, returns });
};

const settleWaiting = ({ operation, thread, all }: Waiting, status: string, bytes: number): void => {
  if (operation !== undefined) complete(operation, status, bytes);
  else {
    const { blocked } = threadOf(thread);
    if (blocked?.waiting?.all === all) end(blocked, status !== '0' ? failed(status) : blocked.countless ? good : { rc: 0, bytes });
  }
};

const pump = (sock: Sock): void => {
  if (sock.broken !== undefined) return;
  if (has('partial-not-resumed') || (has('blocking-never-returns') && sock.queue[0]?.operation === undefined)) return;
  for (const waiting of sock.pump()) {
    if (has('never-completes') && waiting.operation?.hasEvent === true) continue;
    settleWaiting(waiting, has('result-blames-aborted') ? 'WSA_OPERATION_ABORTED' : '0', sizeOf(waiting.all));
  }
};

/** Gives up what waits. */
const fail = (sock: Sock, status: string, which: (waiting: Waiting) => boolean = () => true): number => {
  const given = sock.queue.filter(which);
  if (!has('cancelled-still-leaves')) sock.queue = sock.queue.filter((waiting) => !which(waiting));
  for (const waiting of given) {
    const bytes = has('aborted-count-absurd') ? 0xffffffff : has('aborted-count-all') ? sizeOf(waiting.all) : 0;
    settleWaiting(waiting, status, bytes);
  }
  return given.length;
};

// ---- WSPSend -------------------------------------------------------------------------------------------------------------------

interface Send {
  readonly request: Request;
  readonly sock: Sock;
  readonly runs: Run[];
  readonly length: number;
  readonly thread: string;
}

const runsOf = (buffers: readonly number[], fill: number): Run[] => {
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
const refusal = (request: Request, sock: Sock | undefined, length: number): string | undefined => {
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
  if (has('invented-code') && sends % 40 === 39) return 'WSAEALREADY';
  if (has('inprogress-always') && sends % 40 === 39) return 'WSAEINPROGRESS';
  return undefined;
};

const send = (request: Request, thread: string): Returns | 'blocks' | string => {
  sends++;
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
const forget = (name: string): void => {
  operations.delete(name);
  counts.delete(name);
};

const counted = ({ request }: Send, bytes: number): Returns =>
  request.count === false || has('count-untouched') ? good : { rc: 0, bytes };

const operationOf = (request: Request, sock: Sock, length: number, thread: string): Operation => {
  const { routine, event } = request;
  const name = String(request.overlapped);
  const calls = routine === undefined || routine === false ? undefined : Array.isArray(routine) ? (routine as Request[]) : [];
  const operation: Operation = { name, socket: sock, thread, length, hasEvent: event === true, calls, status: undefined, bytes: 0 };
  operations.set(name, operation);
  busy.add(name);
  if (calls === undefined && event === true) events.set(name, false);
  return operation;
};

const completeAtOnce = (given: Send): Returns => {
  const { request, sock, length, thread } = given;
  const operation = operationOf(request, sock, length, thread);
  if (has('no-event-at-once') && operation.hasEvent) {
    operation.status = '0';
    operation.bytes = length;
  } else complete(operation, '0', length);
  if (has('routine-inline') && operation.calls !== undefined) runRoutine(operation, thread);
  return counted(given, length);
};

const sendDatagram = (given: Send): Returns => {
  const { request, sock, runs, length } = given;
  let datagram = runs;
  if (has('datagram-cut')) datagram = takeFrom(datagram, 512);
  if (has('oversize-cut')) datagram = takeFrom(datagram, maxMessage);
  if (has('datagram-split') && sizeOf(datagram) > 512) sock.datagrams.push(takeFrom(datagram, 512));
  sock.datagrams.push(datagram);
  return request.overlapped !== undefined && sock.overlapped ? completeAtOnce(given) : counted(given, length);
};

const sendOverlapped = (given: Send): Returns => {
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

const sendNow = (given: Send): Returns | 'blocks' | string => {
  const { request, sock, runs, length, thread } = given;
  const ignored = request.overlapped !== undefined;
  if (ignored) busy.delete(String(request.overlapped));
  if (ignored && has('nonoverlapped-sends-nothing')) return counted(given, length);
  const room = sock.queue.length === 0 ? sock.free : 0;
  if (sizeOf(runs) <= room) {
    sock.inFlight.push(...runs);
    if (has('more-than-asked') && length > 0 && sends % 8 === 0) return counted(given, length + 1);
    return counted(given, has('all-told-as-part') && length > 1 ? length - 1 : length);
  }
  if (sock.nonblocking && !has('nonblocking-blocks')) {
    if (room === 0) {
      if (has('zero-tells-of-nothing')) return counted(given, 0);
      if (has('wouldblock-loses')) sock.inFlight.push(...takeFrom(runs, 1));
      return failed(has('nonblocking-pends') ? 'WSA_IO_PENDING' : 'WSAEWOULDBLOCK');
    }
    sock.inFlight.push(...takeFrom(runs, room));
    return counted(given, has('part-told-as-all') ? length : room);
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
  block({ number: ++numbers, thread, waiting, countless: request.count === false }, request);
  pump(sock);
  if (has('blocking-returns-early') && sizeOf(runs) < sizeOf(waiting.all)) end(threadOf(thread).blocked!, { rc: 0, bytes: length });
  return 'blocks';
};

const block = (blocked: Blocked, request: Request): void => {
  threadOf(blocked.thread).blocked = blocked;
  lines.push({ begin: blocked.number, ...request });
};

// ---- The other calls -----------------------------------------------------------------------------------------------------------

const resultOf = ({ status, bytes, length }: Operation): Returns => {
  if (has('complete-told-as-incomplete')) return failed('WSA_IO_INCOMPLETE');
  if (has('pending-code-told') && status !== '0') return { ...failed('WSA_IO_PENDING'), bytes };
  if (status === '0') return { rc: 0, bytes: has('result-bytes-off') && length > 0 ? bytes - 1 : bytes };
  return { ...failed(status!), bytes };
};

const result = (request: Request, thread: string): Returns | 'blocks' | string => {
  const name = String(request.overlapped);
  const operation = operations.get(name);
  if (open(request.socket) === undefined) return failed('WSAENOTSOCK');
  if (operation === undefined) return { rc: 0, bytes: 0 };
  if (operation.status === undefined) {
    if (has('incomplete-told-as-success')) return { rc: 0, bytes: operation.length };
    if (request.wait !== true) return failed('WSA_IO_INCOMPLETE');
    if (threadOf(thread).routines.length > 0) return 'a routine that blocks is more than this stack can do';
    block({ number: ++numbers, thread, operation }, request);
    return 'blocks';
  }
  if (operation.calls === undefined) busy.delete(name);
  return resultOf(operation);
};

const cancel = (request: Request): Returns => {
  const sock = open(request.socket);
  if (sock === undefined) return failed('WSAENOTSOCK');
  const isMeant = ({ operation }: Waiting): boolean =>
    operation !== undefined && (request.overlapped === undefined || has('cancels-all') || operation.name === request.overlapped);
  if (has('cancel-still-sends')) return good;
  let count = fail(sock, 'WSA_OPERATION_ABORTED', isMeant);
  if (has('cancels-others-socket'))
    for (const other of sockets.values()) count += fail(other, 'WSA_OPERATION_ABORTED', ({ operation }) => operation !== undefined);
  pump(sock);
  return count > 0 ? good : failed('1168');
};

const close = (request: Request): Returns => {
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

const shutdown = (request: Request): Returns => {
  const sock = open(request.socket);
  if (sock === undefined) return failed('WSAENOTSOCK');
  if (sock.state !== 'connected') return failed('WSAENOTCONN');
  if (request.how === 'SD_RECEIVE') return good;
  sock.sendShut = true;
  if (has('shutdown-loses')) sock.queue = [];
  if (sock.broken === undefined) sock.end ??= 'eof';
  return good;
};

const exitThread = (name: string): Returns => {
  const thread = threadOf(name);
  thread.exited = true;
  const left = thread.apcs;
  thread.apcs = [];
  if (has('routine-after-exit')) threadOf('main').apcs.push(...left);
  for (const sock of sockets.values()) fail(sock, 'WSA_OPERATION_ABORTED', ({ operation }) => operation?.thread === name);
  return good;
};

const runRoutine = (operation: Operation, on: string): void => {
  const thread = threadOf(on);
  const { name, status, bytes, calls } = operation;
  const told = has('routine-bytes-zero') ? 0 : bytes;
  lines.push({ routine: 'enter', thread: on, overlapped: name, error: status, bytes: told, flags: has('routine-flags') ? 1 : 0 });
  busy.delete(name);
  thread.routines.push(operation);
  for (const call of calls ?? []) make(on === 'main' || call.call === 'WSPCancelBlockingCall' ? call : { ...call, thread: on }, on);
  thread.routines.pop();
  lines.push({ routine: 'leave', thread: on, overlapped: name });
};

const sleep = (request: Request, on: string): void => {
  const thread = threadOf(on);
  const at = lines.length;
  const number = ++numbers;
  lines.push({ begin: number, ...request });
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
  if (lines.length === at + 1) lines[at] = { ...request, returns };
  else lines.push({ end: number, returns });
};

const other = (request: Request): Returns | string => {
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

const refuse = (request: Request, why: string): void => {
  lines.push({ ...request, returns: { unsupported: why } });
};

/** Makes a call, a request or one of a routine's, and writes its lines. */
const make = (request: Request, on: string): void => {
  const at = lines.length;
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
  else lines.splice(at, 0, { ...request, returns });
};

// ---- Requests ------------------------------------------------------------------------------------------------------------------

const call = (request: Request): void => {
  const on = request.call === 'WSPCancelBlockingCall' ? '(nobody)' : String(request.thread ?? 'main');
  const thread = threadOf(on);
  if (thread.exited) refuse(request, 'the thread has exited');
  else if (thread.blocked !== undefined) refuse(request, 'the thread is blocked');
  else {
    const cancelled = request.call === 'WSPCancelBlockingCall' ? threadOf(String(request.thread ?? 'main')).blocked : undefined;
    make(request, on);
    if (cancelled?.waiting !== undefined) end(cancelled, failed('WSAEINTR'));
  }
};

const recv = (request: Request): void => {
  const sock = sockets.get(String(request.socket));
  if (sock === undefined) {
    refuse(request, 'no such socket');
    return;
  }
  const { name: _, ...rest } = { name: 0, peer: 'recv', socket: request.socket };
  const read = sock.read(request.bytes as number | undefined);
  for (const runs of read) lines.push({ ...rest, runs });
  const drained = sock.queue.length === 0 || has('eof-too-early');
  if (read.length === 0 && !sock.endTold && !has('no-eof')) {
    if (sock.end !== undefined && drained && (sock.broken === undefined || sock.end !== 'eof')) {
      sock.endTold = true;
      lines.push(sock.end === 'eof' ? { peer: 'eof', socket: sock.name } : { peer: 'error', socket: sock.name, errno: sock.end });
    } else if (sock.broken === undefined) lines.push({ peer: 'idle', socket: sock.name });
  }
  pump(sock);
};

const codes: Readonly<Record<string, string>> = {
  'peer.reset': 'WSAECONNRESET',
  'peer.close': 'WSAECONNRESET',
  'circuit.timeout': 'WSAECONNABORTED',
  'keepalive.failed': 'WSAENETRESET',
  'network.down': 'WSAENETDOWN',
};

const change = (request: Request): void => {
  lines.push(request);
  const kind = String(request.env);
  const code = kind === 'peer.close' && has('peer-close-shutdown') ? 'WSAESHUTDOWN' : codes[kind];
  if (code === undefined) return;
  for (const sock of sockets.values()) {
    if ((request.socket !== undefined && request.socket !== sock.name) || sock.state !== 'connected') continue;
    if (!sock.isStream && kind !== 'network.down') continue;
    sock.broken ??= code;
    sock.inFlight = [];
    if (has('reset-pending-silent')) sock.queue = [];
    else fail(sock, has('reset-pending-success') ? '0' : sock.broken);
  }
};

const poll = (request: Request): void => {
  const name = String(request.overlapped);
  if (request.poll === 'count') {
    lines.push({ ...request, written: counts.has(name) });
    return;
  }
  const signalled = events.get(name) === true;
  if (signalled) busy.delete(name);
  lines.push({ ...request, signalled });
};

const answer = (request: Request): void => {
  const kind = String(request.call ?? request.env ?? request.poll ?? request.peer);
  if (without.has(kind)) refuse(request, `${kind} is more than this stack can do`);
  else if (request.call !== undefined) call(request);
  else if (request.peer !== undefined) recv(request);
  else if (request.env !== undefined) change(request);
  else poll(request);
};

const write = (written: readonly object[]): void => {
  process.stdout.write(written.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

write([{ wspsend: 'trace/1', source: 'a naive stack' }]);
for await (const text of createInterface({ input: process.stdin })) {
  lines = [];
  answer(JSON.parse(text) as Request);
  write([...lines, { done: true }]);
}
