/**
 * Random short traces, valid or nearly so.
 *
 * A small provider that does anything plausible is played at random: it takes some bytes, ends an operation, lets a call wait. Each
 * outcome is what it did, and now and then another one; at last a line may be lost, moved or changed. So both verdicts are common.
 */

import { lineOf, type TraceStep } from '../../model/winsock/trace.ts';

import { codes, codesOfCause, type PlayedLine, PlayedProvider, type PlayedSend, type PlayedSocket } from './provider.ts';

/** The lines of the trace that a seed makes, its header first. */
export const randomTrace = (seed: number): string[] => new Play(seed).play();

class Play extends PlayedProvider {
  play(): string[] {
    this.open('A', this.chance(0.8));
    if (this.chance(0.25)) this.open('B', this.chance(0.7));
    const wanted = 4 + this.below(this.chance(0.2) ? 18 : 9);
    for (let step = 0; step < wanted; step++) this.step();
    if (this.chance(0.5)) for (const send of [...this.busy.values()]) if (send.begin !== undefined) this.end(send);
    const header = { wspsend: 'trace/1' };
    const lines = [header, ...this.damaged(this.lines)];
    return lines.map((line) => lineOf(line as unknown as TraceStep));
  }

  protected step(): void {
    const socket = this.pick(this.sockets);
    const kinds: [number, () => void][] = [
      [30, () => this.send(socket)],
      [22, () => (socket.stream ? this.receive(socket) : this.receiveDatagram(socket))],
      [8, () => this.settle()],
      [10, () => this.poll()],
      [14, () => this.result()],
      [this.busy.size > 0 ? 14 : 0, () => this.end(this.pick([...this.busy.values()]))],
      [9, () => this.sleep()],
      [4, () => this.cancel(socket)],
      [3, () => this.shutdown(socket)],
      [3, () => this.close(socket)],
      [5, () => this.breakCircuit(socket)],
      [2, () => this.exit()],
      [2, () => this.interrupt()],
      [2, () => this.flush(socket)],
      [3, () => this.finish(socket)],
    ];
    let at = this.random() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, act] of kinds) {
      at -= weight;
      if (at < 0) {
        act();
        return;
      }
    }
  }

  // ---- The far end ----

  protected receive(socket: PlayedSocket): void {
    if (this.chance(0.6)) this.pump(socket, this.below(12));
    if (this.chance(0.3)) socket.queue = this.mixed(socket.queue);
    const runs: [number, number][] = [];
    let most = 1 + this.below(this.chance(0.8) ? 8 : 400);
    for (const send of socket.queue) {
      const rest = Math.min(send.taken - send.read, most);
      if (send.urgent && send.length > 0 && this.chance(0.6) && send.taken === send.length && send.read < send.length) {
        if (runs.length > 0) break;
        this.say({ peer: 'recv', socket: socket.name, runs: [[(send.fill + send.length - 1) % 251, 1]], oob: true });
        send.length--;
        send.taken--;
        return;
      }
      if (rest > 0) runs.push([(send.fill + send.read) % 251, rest]);
      send.read += rest;
      most -= rest;
      if (most === 0) break;
    }
    if (runs.length > 0 && this.chance(0.04)) runs[0] = [((runs[0] as [number, number])[0] + 1) % 251, (runs[0] as [number, number])[1]];
    if (runs.length > 0) this.say({ peer: 'recv', socket: socket.name, runs });
    else if (this.chance(0.1)) this.say({ peer: 'idle', socket: socket.name });
  }

  protected mixed(queue: PlayedSend[]): PlayedSend[] {
    const begun = queue.filter(({ begin }) => begin !== undefined);
    return begun.length < 2 && !this.chance(0.05) ? queue : [...queue].sort(() => this.random() - 0.5);
  }

  protected receiveDatagram(socket: PlayedSocket): void {
    const waiting = socket.queue.filter(({ read, status }) => read === 0 && (status === undefined || status === '0'));
    const send = this.chance(0.7) ? waiting[0] : waiting[this.below(2)];
    if (send === undefined) return;
    this.takeUpTo(send);
    send.read = Math.max(1, send.length);
    const length = this.chance(0.04) ? send.length + 1 : send.length;
    this.say({ peer: 'recv', socket: socket.name, runs: length === 0 ? [] : [[send.fill % 251, length]] });
  }

  protected finish(socket: PlayedSocket): void {
    if (this.chance(0.7) && !socket.shut && socket.open) this.shutdown(socket);
    if (this.chance(0.6)) {
      for (const send of socket.queue) if (send.status === undefined) this.complete(send);
      this.takeAll(socket);
      if (socket.stream) this.receive(socket);
    }
    if (socket.stream)
      this.say(this.chance(0.9) ? { peer: 'eof', socket: socket.name } : { peer: 'error', socket: socket.name, errno: 'WSAECONNRESET' });
  }

  protected takeAll(socket: PlayedSocket): void {
    const runs = socket.queue
      .filter(({ taken, read }) => taken > read)
      .map((send): [number, number] => [(send.fill + send.read) % 251, send.taken - send.read]);
    for (const send of socket.queue) send.read = send.taken;
    if (runs.length > 0 && socket.stream) this.say({ peer: 'recv', socket: socket.name, runs });
  }

  protected breakCircuit(socket: PlayedSocket): void {
    const kind = this.pick([
      'peer.reset',
      'peer.reset',
      'peer.close',
      'peer.close',
      'keepalive.failed',
      'circuit.timeout',
      'network.down',
      'peer.shutdown',
    ]);
    if (!socket.stream && kind !== 'network.down') return;
    if (kind !== 'peer.shutdown') socket.causes.push(kind);
    this.say({ env: kind, socket: socket.name });
  }

  protected settle(): void {
    for (const socket of this.sockets) {
      const cause = socket.causes.find((each) => each !== 'peer.close');
      for (const send of socket.queue) {
        if (send.begin !== undefined) continue;
        if (cause !== undefined) this.abort(send, this.pick(codesOfCause[cause] ?? codes));
        if (send.length > 0 && send.read >= send.length && send.status === undefined) send.status = '0';
        if (send.status !== undefined) this.complete(send);
      }
    }
    for (const send of [...this.busy.values()])
      if (send.socket.nonblocking || send.name !== undefined) if (this.chance(0.9)) this.end(send);
    this.say({ env: 'settle' });
    for (const send of [...this.busy.values()]) if (send.taken === send.length && this.chance(0.8)) this.end(send);
  }

  // ---- Indications ----

  protected poll(): void {
    const name = this.someName();
    if (name === undefined) return;
    const [key, entry] = name;
    if (entry.send !== undefined && this.chance(0.5)) this.complete(entry.send);
    const signalled = this.chance(0.04) ? !entry.set : entry.set;
    if (signalled) entry.free = true;
    this.say(
      this.chance(0.93) || entry.send === undefined || entry.set
        ? { poll: 'event', overlapped: key, signalled }
        : { poll: 'count', overlapped: key, written: this.chance(0.2) },
    );
  }

  protected someName() {
    const names = [...this.names];
    return names.length === 0 ? undefined : this.pick(names);
  }

  protected result(): void {
    const name = this.someName();
    const thread = this.idleThread();
    if (name === undefined || thread === undefined) return;
    const [key, entry] = name;
    const { send } = entry;
    if (send !== undefined && send.status === undefined && this.chance(0.5)) this.complete(send);
    const wait = this.chance(0.1) && send?.event === true;
    if (wait && send !== undefined) this.complete(send);
    let returns: PlayedLine;
    if (send === undefined) returns = this.chance(0.5) ? { rc: 0, bytes: 0 } : { rc: -1, errno: this.pick(codes) };
    else if (send.status === undefined) returns = { rc: -1, errno: 'WSA_IO_INCOMPLETE' };
    else if (send.status === '0') returns = { rc: 0, bytes: this.total(key) };
    else returns = { rc: -1, errno: send.status, ...(this.chance(0.5) ? { bytes: send.taken } : {}) };
    if (this.chance(0.03)) returns = { rc: -1, errno: this.pick(codes) };
    if (returns.errno !== 'WSA_IO_INCOMPLETE') entry.free = !(send?.routine === true && !send.ran);
    this.say({
      call: 'WSPGetOverlappedResult',
      socket: entry.socket.name,
      overlapped: key,
      ...(wait ? { wait } : {}),
      ...(thread === 'main' ? {} : { thread }),
      returns,
    });
  }

  protected total(name: string): number {
    const posted = this.lines.findLast((line) => line.call === 'WSPSend' && line.overlapped === name);
    return ((posted?.buffers ?? []) as number[]).reduce((sum, each) => sum + each, 0);
  }

  protected sleep(): void {
    const thread = this.idleThread();
    if (thread === undefined) return;
    const all = this.sockets
      .flatMap(({ queue }) => queue)
      .filter((send) => send.routine && !send.ran && send.thread === thread && send.socket.overlapped);
    for (const send of all) if (send.begin === undefined && this.chance(0.4)) this.complete(send);
    const due = all.filter((send) => (send.signalled && this.chance(0.96)) || (send.status !== undefined && this.chance(0.5)));
    const where = thread === 'main' ? {} : { thread };
    if (due.length === 0) {
      this.say({ call: 'SleepEx', ...where, returns: { rc: 0 } });
      return;
    }
    const begin = ++this.numbers;
    this.say({ begin, call: 'SleepEx', ...where });
    if (this.chance(0.3)) due.reverse();
    for (const send of due) {
      send.ran = true;
      const bytes = send.status === '0' ? this.total(send.name as string) : send.taken;
      const entry = this.names.get(send.name as string);
      if (entry) entry.free = true;
      this.say({
        routine: 'enter',
        thread,
        overlapped: send.name,
        error: send.status,
        bytes: this.chance(0.03) ? bytes + 1 : bytes,
        flags: 0,
      });
      if (this.chance(0.2)) this.send(send.socket, thread);
      this.say({ routine: 'leave', thread, overlapped: send.name });
    }
    this.say({ end: begin, returns: { rc: 0 } });
  }

  // ---- The caller's other calls ----

  protected pending(socket: PlayedSocket): PlayedSend[] {
    return socket.queue.filter(
      (send) => send.status === undefined && send.name !== undefined && send.begin === undefined && socket.overlapped,
    );
  }

  protected cancel(socket: PlayedSocket): void {
    const thread = this.idleThread();
    if (!socket.open || thread === undefined) return;
    const pending = this.pending(socket);
    const one = this.chance(0.6) ? this.pick(pending) : undefined;
    for (const send of one ? [one] : pending) if (this.chance(0.7)) this.abort(send, 'WSA_OPERATION_ABORTED');
    const found = pending.length > 0 || this.chance(0.5);
    this.say({
      call: 'WSPCancelIo',
      socket: socket.name,
      ...(one ? { overlapped: one.name } : {}),
      ...(thread === 'main' ? {} : { thread }),
      returns: found ? { rc: 0 } : { rc: -1, errno: '1168' },
    });
  }

  protected shutdown(socket: PlayedSocket): void {
    if (!socket.open || this.busy.has('main') || this.exited.has('main')) return;
    const how = this.pick(['SD_SEND', 'SD_SEND', 'SD_BOTH', 'SD_RECEIVE']);
    socket.shut ||= how !== 'SD_RECEIVE';
    this.say({ call: 'WSPShutdown', socket: socket.name, how, returns: { rc: 0 } });
  }

  protected close(socket: PlayedSocket): void {
    if (!socket.open || this.busy.has('main') || this.exited.has('main')) return;
    socket.open = false;
    this.say({ call: 'WSPCloseSocket', socket: socket.name, returns: { rc: 0 } });
    for (const send of this.pending(socket))
      if (this.chance(0.8))
        this.abort(
          send,
          socket.stream ? this.pick(['WSA_OPERATION_ABORTED', 'WSA_OPERATION_ABORTED', 'WSAECONNABORTED']) : 'WSA_OPERATION_ABORTED',
        );
  }

  protected exit(): void {
    const thread = this.pick(['t1', 't2']);
    if (this.busy.has(thread) || this.exited.has(thread)) return;
    this.exited.add(thread);
    this.say({ call: 'ExitThread', thread, returns: { rc: 0 } });
    for (const socket of this.sockets)
      for (const send of this.pending(socket)) if (send.thread === thread && this.chance(0.6)) this.abort(send, 'WSA_OPERATION_ABORTED');
  }

  protected interrupt(): void {
    const thread = this.chance(0.8) && this.busy.size > 0 ? this.pick([...this.busy.keys()]) : this.pick(['main', 't1', 't2']);
    const send = this.busy.get(thread);
    if (send !== undefined && !send.socket.nonblocking) send.cancelled = true;
    this.say({ call: 'WSPCancelBlockingCall', thread, returns: { rc: 0 } });
    // Whether the call then has to return is open, so it does.
    if (send !== undefined) this.end(send);
  }

  protected flush(socket: PlayedSocket): void {
    if (!socket.open || this.busy.has('main') || this.exited.has('main')) return;
    const refused = this.chance(0.5);
    this.say({
      call: 'WSPIoctl',
      socket: socket.name,
      code: 'SIO_FLUSH',
      returns: refused ? { rc: -1, errno: 'WSAEOPNOTSUPP' } : { rc: 0 },
    });
    if (!refused) for (const send of this.pending(socket)) if (this.chance(0.8)) this.abort(send, 'WSA_OPERATION_ABORTED');
  }

  // ---- Damage ----

  protected damaged(lines: readonly PlayedLine[]): PlayedLine[] {
    const damaged = lines.map((line) => structuredClone(line));
    const first = damaged.findIndex((line) => line.call !== 'WSPSocket');
    if (first < 0 || this.chance(0.55)) return damaged;
    const at = first + this.below(damaged.length - first);
    const line = damaged[at] as PlayedLine;
    const returns = line.returns as PlayedLine | undefined;
    switch (this.below(6)) {
      case 0:
        if (line.begin === undefined && line.end === undefined) damaged.splice(at, 1);
        break;
      case 1:
        if (at + 1 < damaged.length && line.begin === undefined) damaged.splice(at, 2, damaged[at + 1] as PlayedLine, line);
        break;
      case 2:
        if (returns?.bytes !== undefined) returns.bytes = Math.max(0, (returns.bytes as number) + this.pick([-1, 1]));
        break;
      case 3:
        if (returns?.errno !== undefined) returns.errno = this.pick(codes);
        break;
      case 4:
        if (line.poll === 'event') line.signalled = line.signalled !== true;
        else if (line.peer === 'recv' && (line.runs as unknown[]).length > 0)
          (line.runs as number[][])[0] = [((line.runs as number[][])[0] as number[])[0] as number, 1 + this.below(6)];
        break;
      default:
        if (line.peer !== undefined || line.poll !== undefined || line.env !== undefined) damaged.splice(at, 0, line);
    }
    return damaged;
  }
}
