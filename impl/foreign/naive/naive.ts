/**
 * A driver of a naive stack: reads requests of trace/1, one a line, and answers with the trace of what happened. `--fault NAME,…` puts
 * faults into the stack, `--room N` gives its transport another size, and `--without KIND,…` makes it answer that it cannot do those kinds
 * of request.
 */

import { createInterface } from 'node:readline';
import { make, refuse } from './calls.ts';
import { has, without } from './options.ts';
import { takePacket } from './packets.ts';
import type { Request } from './stack.ts';
import { busy, counts, end, events, fail, failed, operations, pump, sockets, threadOf, trace } from './state.ts';

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
  for (const runs of read) trace.lines.push({ ...rest, runs });
  const drained = sock.queue.length === 0 || has('eof-too-early');
  if ((read.length === 0 || has('eof-too-early')) && !sock.endReported && !has('no-eof')) {
    if (sock.end !== undefined && drained && (sock.broken === undefined || sock.end !== 'eof')) {
      sock.endReported = true;
      trace.lines.push(sock.end === 'eof' ? { peer: 'eof', socket: sock.name } : { peer: 'error', socket: sock.name, errno: sock.end });
    } else if (sock.broken === undefined) trace.lines.push({ peer: 'idle', socket: sock.name });
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
  trace.lines.push(request);
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
  if (request.poll === 'writable') {
    refuse(request, 'this stack says nothing of the room that there is');
    return;
  }
  if (request.poll === 'count') {
    trace.lines.push({ ...request, written: counts.has(name) });
    return;
  }
  const signalled = events.get(name) === true;
  if (signalled) busy.delete(name);
  trace.lines.push({ ...request, signalled });
};

const lookAtPort = (request: Request): void => {
  if (sockets.get(String(request.socket))?.isBound !== true) {
    refuse(request, 'the socket is bound to no completion port');
    return;
  }
  const packet = takePacket();
  if (packet === undefined) {
    trace.lines.push({ port: 'empty', socket: request.socket });
    return;
  }
  const { operation, line } = packet;
  if (operations.get(operation.name) === operation) busy.delete(operation.name);
  trace.lines.push(line);
};

const answer = (request: Request): void => {
  const kind = String(request.call ?? request.env ?? request.poll ?? request.peer ?? request.port);
  if (without.has(kind)) refuse(request, `${kind} is more than this stack can do`);
  else if (request.call !== undefined) call(request);
  else if (request.peer !== undefined) recv(request);
  else if (request.port !== undefined) lookAtPort(request);
  else if (request.env !== undefined) change(request);
  else poll(request);
};

const write = (written: readonly object[]): void => {
  process.stdout.write(written.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

write([{ wspsend: 'trace/1', source: 'a naive stack' }]);
for await (const text of createInterface({ input: process.stdin })) {
  trace.lines = [];
  answer(JSON.parse(text) as Request);
  write([...trace.lines, { done: true }]);
}
