/**
 * Random short traces, valid or nearly so.
 *
 * A small provider that does anything plausible is played at random: it takes some bytes, ends an operation, lets a call wait. Each
 * outcome is what it did, and now and then another one; at last a line may be lost, moved or changed. So accepted and rejected are both common.
 */

import { lineOf, type TraceStep } from '../../model/winsock/trace.ts';

/** Numbers from 0 up to 1, the same for the same seed. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Line = Record<string, unknown>;

interface PlayedSocket {
  name: string;
  stream: boolean;
  overlapped: boolean;
  nonblocking: boolean;
  connected: boolean;
  open: boolean;
  shut: boolean;
  causes: string[];
  /** The transport says what it takes, and how much it has said. */
  tells: boolean;
  said: number;
  queue: PlayedSend[];
}

interface PlayedSend {
  socket: PlayedSocket;
  thread: string;
  fill: number;
  length: number;
  urgent: boolean;
  name: string | undefined;
  event: boolean;
  routine: boolean;
  taken: number;
  read: number;
  begin: number | undefined;
  status: string | undefined;
  signalled: boolean;
  ran: boolean;
  cancelled: boolean;
}

const codes = [
  'WSAECONNRESET',
  'WSAECONNABORTED',
  'WSAENETRESET',
  'WSAENOBUFS',
  'WSAEWOULDBLOCK',
  'WSAENOTCONN',
  'WSAESHUTDOWN',
  'WSAENOTSOCK',
  'WSAEINTR',
  'WSAEINVAL',
  'WSA_OPERATION_ABORTED',
  'WSAENETDOWN',
  'WSAEINPROGRESS',
  'WSAEMSGSIZE',
  'WSAEFAULT',
  'WSAEOPNOTSUPP',
];
const codesOfCause: Record<string, string[]> = {
  'peer.reset': ['WSAECONNRESET', 'WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET'],
  'peer.close': ['WSAECONNRESET', 'WSAECONNABORTED'],
  'keepalive.failed': ['WSAENETRESET', 'WSAECONNABORTED', 'WSAENOBUFS', 'WSAECONNRESET'],
  'circuit.timeout': ['WSAECONNABORTED'],
  'network.down': ['WSAENETDOWN', 'WSAECONNABORTED'],
};

/** The lines of the trace that a seed makes, its header first. */
export const traceOf = (seed: number): string[] => new Play(seed).lines();

class Play {
  readonly #random: () => number;
  readonly #lines: Line[] = [];
  readonly #sockets: PlayedSocket[] = [];
  readonly #names = new Map<string, { send: PlayedSend | undefined; free: boolean; set: boolean; socket: PlayedSocket }>();
  readonly #busy = new Map<string, PlayedSend>();
  readonly #exited = new Set<string>();
  #numbers = 0;
  #fill = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  lines(): string[] {
    this.#open('A', this.#chance(0.8));
    if (this.#chance(0.25)) this.#open('B', this.#chance(0.7));
    const wanted = 4 + this.#below(this.#chance(0.2) ? 18 : 9);
    for (let step = 0; step < wanted; step++) this.#step();
    if (this.#chance(0.5)) for (const send of [...this.#busy.values()]) if (send.begin !== undefined) this.#end(send);
    const header = { wspsend: 'trace/1' };
    const lines = [header, ...this.#damaged(this.#lines)];
    return lines.map((line) => lineOf(line as unknown as TraceStep));
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
  #pick<T>(members: readonly T[]): T {
    return members[this.#below(members.length)] as T;
  }
  #say(line: Line): void {
    this.#lines.push(line);
  }

  #open(name: string, stream: boolean): void {
    const overlapped = this.#chance(0.8);
    const socket: PlayedSocket = {
      name,
      stream,
      overlapped,
      nonblocking: false,
      connected: this.#chance(0.96),
      open: true,
      shut: false,
      causes: [],
      tells: stream && overlapped && this.#chance(0.12),
      said: 0,
      queue: [],
    };
    this.#sockets.push(socket);
    this.#say({
      call: 'WSPSocket',
      socket: name,
      type: stream ? 'SOCK_STREAM' : 'SOCK_DGRAM',
      ...(overlapped ? { overlapped } : {}),
      returns: { rc: 0 },
    });
    if (socket.connected) this.#say({ call: 'WSPConnect', socket: name, returns: { rc: 0 } });
    else if (this.#chance(0.5)) this.#say({ call: 'WSPBind', socket: name, returns: { rc: 0 } });
    if (this.#chance(overlapped ? 0.2 : 0.4)) {
      socket.nonblocking = true;
      this.#say({ call: 'WSPIoctl', socket: name, code: 'FIONBIO', value: 1, returns: { rc: 0 } });
    }
    if (this.#chance(0.08))
      this.#say({
        call: 'WSPSetSockOpt',
        socket: name,
        name: 'SO_LINGER',
        value: { l_onoff: 1, l_linger: this.#below(2) * 3 },
        returns: { rc: 0 },
      });
  }

  #step(): void {
    const socket = this.#pick(this.#sockets);
    const kinds: [number, () => void][] = [
      [30, () => this.#send(socket)],
      [22, () => (socket.stream ? this.#receive(socket) : this.#receiveDatagram(socket))],
      [8, () => this.#settle()],
      [10, () => this.#poll()],
      [14, () => this.#result()],
      [this.#busy.size > 0 ? 14 : 0, () => this.#end(this.#pick([...this.#busy.values()]))],
      [9, () => this.#sleep()],
      [4, () => this.#cancel(socket)],
      [3, () => this.#shutdown(socket)],
      [3, () => this.#close(socket)],
      [5, () => this.#breakCircuit(socket)],
      [2, () => this.#exit()],
      [2, () => this.#interrupt()],
      [2, () => this.#flush(socket)],
      [socket.tells ? 20 : 0, () => this.#pump(socket, this.#below(8))],
      [3, () => this.#finish(socket)],
    ];
    let at = this.#random() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, act] of kinds) {
      at -= weight;
      if (at < 0) {
        act();
        return;
      }
    }
  }

  #idleThread(): string | undefined {
    const threads = ['main', 't1', 't2'].filter((thread) => !this.#busy.has(thread) && !this.#exited.has(thread));
    return threads.length === 0 ? undefined : this.#chance(0.6) ? threads[0] : this.#pick(threads);
  }

  // ---- Sends ----

  #send(socket: PlayedSocket, inside?: string): void {
    const thread = inside ?? this.#idleThread();
    if (thread === undefined) return;
    const buffers = this.#chance(0.85)
      ? [1 + this.#below(this.#chance(0.9) ? 8 : 300)]
      : this.#chance(0.5)
        ? [this.#below(4), 1 + this.#below(4)]
        : this.#chance(0.5)
          ? [0]
          : [];
    const length = buffers.reduce((sum, each) => sum + each, 0);
    const fill = this.#chance(0.7) ? this.#fill : this.#below(10);
    this.#fill = (fill + length + this.#pick([0, 0, 7, 40])) % 251;
    const given = this.#chance(socket.overlapped ? 0.65 : 0.15);
    const name = given ? this.#freeName() : undefined;
    const event = name !== undefined && this.#chance(0.5);
    const routine = name !== undefined && !event && this.#chance(0.5);
    const urgent = this.#chance(0.07) && length < 9;
    const send: PlayedSend = {
      socket,
      thread,
      fill,
      length,
      urgent,
      name,
      event,
      routine,
      taken: 0,
      read: 0,
      begin: undefined,
      status: undefined,
      signalled: false,
      ran: false,
      cancelled: false,
    };
    const call: Line = {
      call: 'WSPSend',
      socket: socket.name,
      ...(thread === 'main' ? {} : { thread }),
      buffers,
      fill,
      ...(urgent ? { flags: ['MSG_OOB'] } : {}),
      ...(name === undefined ? {} : { overlapped: name }),
      ...(event ? { event } : {}),
      ...(routine ? { routine } : {}),
    };
    if (name !== undefined) this.#names.set(name, { send, free: false, set: this.#names.get(name)?.set ?? false, socket });
    if (inside === undefined && this.#chance(thread === 'main' ? 0.15 : 0.5)) {
      send.begin = ++this.#numbers;
      this.#busy.set(thread, send);
      if (this.#chance(0.8) && this.#standing(socket) === undefined) socket.queue.push(send);
      this.#say({ begin: send.begin, ...call });
      return;
    }
    this.#say({ ...call, returns: this.#outcome(send) });
    this.#tell(socket);
  }

  #freeName(): string {
    const used = [...this.#names].filter(([, { free }]) => free).map(([name]) => name);
    return used.length > 0 && this.#chance(0.4) ? this.#pick(used) : `o${this.#names.size + 1}`;
  }

  /** What stands against a send, if anything does for certain. */
  #standing(socket: PlayedSocket): string | undefined {
    if (!socket.open) return 'WSAENOTSOCK';
    if (!socket.connected) return this.#pick(['WSAENOTCONN', 'WSAENOTCONN', 'WSAEINVAL']);
    if (socket.shut) return 'WSAESHUTDOWN';
    const cause = socket.causes.at(-1);
    if (cause !== undefined && this.#chance(cause === 'peer.close' ? 0.3 : 0.6)) return this.#pick(codesOfCause[cause] ?? codes);
    return undefined;
  }

  #outcome(send: PlayedSend): Line {
    const { socket } = send;
    const isPending = socket.overlapped && send.name !== undefined;
    const entry = send.name === undefined ? undefined : this.#names.get(send.name);
    const fail = (errno: string): Line => {
      socket.queue = socket.queue.filter((other) => other !== send || send.taken > 0);
      if (entry) Object.assign(entry, { free: true, send: undefined });
      return { rc: -1, errno };
    };
    const standing = send.taken > 0 || socket.queue.includes(send) ? undefined : this.#standing(socket);
    if (standing !== undefined) return fail(standing);
    if (this.#chance(0.03)) return fail(this.#pick(codes));
    if (!isPending && socket.nonblocking && send.taken === 0 && this.#chance(0.25)) return fail('WSAEWOULDBLOCK');
    if (!socket.queue.includes(send)) socket.queue.push(send);
    if (isPending && this.#chance(0.6)) {
      if (entry && send.event) entry.set = false;
      return { rc: -1, errno: 'WSA_IO_PENDING' };
    }
    if (!isPending && entry) Object.assign(entry, { free: true, send: undefined });
    if (!isPending && socket.nonblocking && socket.stream && send.length > 1 && this.#chance(0.25)) {
      const part = Math.max(send.taken, 1 + this.#below(send.length));
      Object.assign(send, { taken: part, length: part, status: '0' });
      return { rc: 0, bytes: part };
    }
    this.#takeUpTo(send);
    Object.assign(send, { status: '0', signalled: true });
    if (entry && send.event && isPending) entry.set = true;
    return { rc: 0, bytes: send.length };
  }

  #end(send: PlayedSend): void {
    const begin = send.begin as number;
    this.#busy.delete(send.thread);
    send.begin = undefined;
    if (send.cancelled && send.status === undefined && this.#chance(0.7)) {
      send.status = 'WSAEINTR';
      send.length = send.taken;
      this.#say({ end: begin, returns: { rc: -1, errno: 'WSAEINTR' } });
      return;
    }
    this.#say({ end: begin, returns: this.#outcome(send) });
    this.#tell(send.socket);
  }

  /** The transport takes all up to and with this send. */
  #takeUpTo(send: PlayedSend): void {
    for (const other of send.socket.queue) {
      if (other.status === undefined || other.status === '0') other.taken = other.length;
      if (other === send) return;
      if (other.status === undefined && other.name !== undefined && other.begin === undefined) other.status = '0';
    }
  }

  #pump(socket: PlayedSocket, bytes: number): void {
    let left = bytes;
    for (const send of socket.queue) {
      if (send.status !== undefined && send.status !== '0') continue;
      const count = Math.min(left, send.length - send.taken);
      send.taken += count;
      left -= count;
      if (send.taken === send.length && send.status === undefined && send.name !== undefined && send.begin === undefined) send.status = '0';
      if (send.taken < send.length) break;
    }
    this.#tell(socket);
  }

  #tell(socket: PlayedSocket): void {
    const taken = socket.queue.reduce((sum, send) => sum + send.taken, 0);
    if (socket.tells && taken > socket.said) this.#say({ env: 'transport.took', socket: socket.name, bytes: taken - socket.said });
    socket.said = taken;
  }

  #complete(send: PlayedSend): void {
    if (send.status === undefined) {
      this.#takeUpTo(send);
      this.#tell(send.socket);
      send.status = '0';
    }
    send.signalled = true;
    const entry = send.name === undefined ? undefined : this.#names.get(send.name);
    if (entry?.send === send && send.event) entry.set = true;
  }

  #abort(send: PlayedSend, code: string): void {
    if (send.status !== undefined || send.begin !== undefined) return;
    Object.assign(send, { status: code, signalled: this.#chance(0.5) });
    const entry = send.name === undefined ? undefined : this.#names.get(send.name);
    if (entry?.send === send && send.event && send.signalled) entry.set = true;
  }

  // ---- The far end ----

  #receive(socket: PlayedSocket): void {
    if (!socket.tells && this.#chance(0.6)) this.#pump(socket, this.#below(12));
    if (this.#chance(0.3)) socket.queue = this.#mixed(socket.queue);
    const runs: [number, number][] = [];
    let most = 1 + this.#below(this.#chance(0.8) ? 8 : 400);
    for (const send of socket.queue) {
      const rest = Math.min(send.taken - send.read, most);
      if (send.urgent && send.length > 0 && this.#chance(0.6) && send.taken === send.length && send.read < send.length) {
        if (runs.length > 0) break;
        this.#say({ peer: 'recv', socket: socket.name, runs: [[(send.fill + send.length - 1) % 251, 1]], oob: true });
        send.length--;
        send.taken--;
        socket.said--;
        return;
      }
      if (rest > 0) runs.push([(send.fill + send.read) % 251, rest]);
      send.read += rest;
      most -= rest;
      if (most === 0) break;
    }
    if (runs.length > 0 && this.#chance(0.04)) runs[0] = [((runs[0] as [number, number])[0] + 1) % 251, (runs[0] as [number, number])[1]];
    if (runs.length > 0) this.#say({ peer: 'recv', socket: socket.name, runs });
    else if (this.#chance(0.1)) this.#say({ peer: 'idle', socket: socket.name });
  }

  #mixed(queue: PlayedSend[]): PlayedSend[] {
    const begun = queue.filter(({ begin }) => begin !== undefined);
    return begun.length < 2 && !this.#chance(0.05) ? queue : [...queue].sort(() => this.#random() - 0.5);
  }

  #receiveDatagram(socket: PlayedSocket): void {
    const waiting = socket.queue.filter(({ read, status }) => read === 0 && (status === undefined || status === '0'));
    const send = this.#chance(0.7) ? waiting[0] : waiting[this.#below(2)];
    if (send === undefined) return;
    this.#takeUpTo(send);
    send.read = Math.max(1, send.length);
    const length = this.#chance(0.04) ? send.length + 1 : send.length;
    this.#say({ peer: 'recv', socket: socket.name, runs: length === 0 ? [] : [[send.fill % 251, length]] });
  }

  #finish(socket: PlayedSocket): void {
    if (this.#chance(0.7) && !socket.shut && socket.open) this.#shutdown(socket);
    if (this.#chance(0.6)) {
      for (const send of socket.queue) if (send.status === undefined) this.#complete(send);
      this.#takeAll(socket);
      if (socket.stream) this.#receive(socket);
    }
    if (socket.stream)
      this.#say(this.#chance(0.9) ? { peer: 'eof', socket: socket.name } : { peer: 'error', socket: socket.name, errno: 'WSAECONNRESET' });
  }

  #takeAll(socket: PlayedSocket): void {
    const runs = socket.queue
      .filter(({ taken, read }) => taken > read)
      .map((send): [number, number] => [(send.fill + send.read) % 251, send.taken - send.read]);
    for (const send of socket.queue) send.read = send.taken;
    if (runs.length > 0 && socket.stream) this.#say({ peer: 'recv', socket: socket.name, runs });
  }

  #breakCircuit(socket: PlayedSocket): void {
    const kind = this.#pick([
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
    this.#say({ env: kind, socket: socket.name });
  }

  #settle(): void {
    for (const socket of this.#sockets) {
      const cause = socket.causes.find((each) => each !== 'peer.close');
      for (const send of socket.queue) {
        if (send.begin !== undefined) continue;
        if (cause !== undefined) this.#abort(send, this.#pick(codesOfCause[cause] ?? codes));
        if (send.length > 0 && send.read >= send.length && send.status === undefined) send.status = '0';
        if (send.status !== undefined) this.#complete(send);
      }
    }
    for (const send of [...this.#busy.values()])
      if (send.socket.nonblocking || send.name !== undefined) if (this.#chance(0.9)) this.#end(send);
    this.#say({ env: 'settle' });
    for (const send of [...this.#busy.values()]) if (send.taken === send.length && this.#chance(0.8)) this.#end(send);
  }

  // ---- Indications ----

  #poll(): void {
    const name = this.#someName();
    if (name === undefined) return;
    const [key, entry] = name;
    if (entry.send !== undefined && this.#chance(0.5)) this.#complete(entry.send);
    const signalled = this.#chance(0.04) ? !entry.set : entry.set;
    if (signalled) entry.free = true;
    this.#say(
      this.#chance(0.93) || entry.send === undefined || entry.set
        ? { poll: 'event', overlapped: key, signalled }
        : { poll: 'count', overlapped: key, written: this.#chance(0.2) },
    );
  }

  #someName() {
    const names = [...this.#names];
    return names.length === 0 ? undefined : this.#pick(names);
  }

  #result(): void {
    const name = this.#someName();
    const thread = this.#idleThread();
    if (name === undefined || thread === undefined) return;
    const [key, entry] = name;
    const { send } = entry;
    if (send !== undefined && send.status === undefined && this.#chance(0.5)) this.#complete(send);
    const wait = this.#chance(0.1) && send?.event === true;
    if (wait && send !== undefined) this.#complete(send);
    let returns: Line;
    if (send === undefined) returns = this.#chance(0.5) ? { rc: 0, bytes: 0 } : { rc: -1, errno: this.#pick(codes) };
    else if (send.status === undefined) returns = { rc: -1, errno: 'WSA_IO_INCOMPLETE' };
    else if (send.status === '0') returns = { rc: 0, bytes: this.#total(key) };
    else returns = { rc: -1, errno: send.status, ...(this.#chance(0.5) ? { bytes: send.taken } : {}) };
    if (this.#chance(0.03)) returns = { rc: -1, errno: this.#pick(codes) };
    if (returns.errno !== 'WSA_IO_INCOMPLETE') entry.free = !(send?.routine === true && !send.ran);
    this.#say({
      call: 'WSPGetOverlappedResult',
      socket: entry.socket.name,
      overlapped: key,
      ...(wait ? { wait } : {}),
      ...(thread === 'main' ? {} : { thread }),
      returns,
    });
  }

  #total(name: string): number {
    const posted = this.#lines.findLast((line) => line.call === 'WSPSend' && line.overlapped === name);
    return ((posted?.buffers ?? []) as number[]).reduce((sum, each) => sum + each, 0);
  }

  #sleep(): void {
    const thread = this.#idleThread();
    if (thread === undefined) return;
    const all = this.#sockets
      .flatMap(({ queue }) => queue)
      .filter((send) => send.routine && !send.ran && send.thread === thread && send.socket.overlapped);
    for (const send of all) if (send.begin === undefined && this.#chance(0.4)) this.#complete(send);
    const due = all.filter((send) => (send.signalled && this.#chance(0.96)) || (send.status !== undefined && this.#chance(0.5)));
    const where = thread === 'main' ? {} : { thread };
    if (due.length === 0) {
      this.#say({ call: 'SleepEx', ...where, returns: { rc: 0 } });
      return;
    }
    const begin = ++this.#numbers;
    this.#say({ begin, call: 'SleepEx', ...where });
    if (this.#chance(0.3)) due.reverse();
    for (const send of due) {
      send.ran = true;
      const bytes = send.status === '0' ? this.#total(send.name as string) : send.taken;
      const entry = this.#names.get(send.name as string);
      if (entry) entry.free = true;
      this.#say({
        routine: 'enter',
        thread,
        overlapped: send.name,
        error: send.status,
        bytes: this.#chance(0.03) ? bytes + 1 : bytes,
        flags: 0,
      });
      if (this.#chance(0.2)) this.#send(send.socket, thread);
      this.#say({ routine: 'leave', thread, overlapped: send.name });
    }
    this.#say({ end: begin, returns: { rc: 0 } });
  }

  // ---- The caller's other calls ----

  #pending(socket: PlayedSocket): PlayedSend[] {
    return socket.queue.filter(
      (send) => send.status === undefined && send.name !== undefined && send.begin === undefined && socket.overlapped,
    );
  }

  #cancel(socket: PlayedSocket): void {
    const thread = this.#idleThread();
    if (!socket.open || thread === undefined) return;
    const pending = this.#pending(socket);
    const one = this.#chance(0.6) ? this.#pick(pending) : undefined;
    for (const send of one ? [one] : pending) if (this.#chance(0.7)) this.#abort(send, 'WSA_OPERATION_ABORTED');
    const found = pending.length > 0 || this.#chance(0.5);
    this.#say({
      call: 'WSPCancelIo',
      socket: socket.name,
      ...(one ? { overlapped: one.name } : {}),
      ...(thread === 'main' ? {} : { thread }),
      returns: found ? { rc: 0 } : { rc: -1, errno: '1168' },
    });
  }

  #shutdown(socket: PlayedSocket): void {
    if (!socket.open || this.#busy.has('main') || this.#exited.has('main')) return;
    const how = this.#pick(['SD_SEND', 'SD_SEND', 'SD_BOTH', 'SD_RECEIVE']);
    socket.shut ||= how !== 'SD_RECEIVE';
    this.#say({ call: 'WSPShutdown', socket: socket.name, how, returns: { rc: 0 } });
  }

  #close(socket: PlayedSocket): void {
    if (!socket.open || this.#busy.has('main') || this.#exited.has('main')) return;
    socket.open = false;
    this.#say({ call: 'WSPCloseSocket', socket: socket.name, returns: { rc: 0 } });
    for (const send of this.#pending(socket))
      if (this.#chance(0.8))
        this.#abort(
          send,
          socket.stream ? this.#pick(['WSA_OPERATION_ABORTED', 'WSA_OPERATION_ABORTED', 'WSAECONNABORTED']) : 'WSA_OPERATION_ABORTED',
        );
  }

  #exit(): void {
    const thread = this.#pick(['t1', 't2']);
    if (this.#busy.has(thread) || this.#exited.has(thread)) return;
    this.#exited.add(thread);
    this.#say({ call: 'ExitThread', thread, returns: { rc: 0 } });
    for (const socket of this.#sockets)
      for (const send of this.#pending(socket)) if (send.thread === thread && this.#chance(0.6)) this.#abort(send, 'WSA_OPERATION_ABORTED');
  }

  #interrupt(): void {
    const thread = this.#chance(0.8) && this.#busy.size > 0 ? this.#pick([...this.#busy.keys()]) : this.#pick(['main', 't1', 't2']);
    const send = this.#busy.get(thread);
    if (send !== undefined && !send.socket.nonblocking) send.cancelled = true;
    this.#say({ call: 'WSPCancelBlockingCall', thread, returns: { rc: 0 } });
    // Whether the call then has to return is open, so it does.
    if (send !== undefined) this.#end(send);
  }

  #flush(socket: PlayedSocket): void {
    if (!socket.open || this.#busy.has('main') || this.#exited.has('main')) return;
    const refused = this.#chance(0.5);
    this.#say({
      call: 'WSPIoctl',
      socket: socket.name,
      code: 'SIO_FLUSH',
      returns: refused ? { rc: -1, errno: 'WSAEOPNOTSUPP' } : { rc: 0 },
    });
    if (!refused) for (const send of this.#pending(socket)) if (this.#chance(0.8)) this.#abort(send, 'WSA_OPERATION_ABORTED');
  }

  // ---- Damage ----

  #damaged(lines: readonly Line[]): Line[] {
    const damaged = lines.map((line) => structuredClone(line));
    if (this.#chance(0.55)) return damaged;
    const first = damaged.findIndex((line) => line.call !== 'WSPSocket');
    const at = first + this.#below(damaged.length - first);
    const line = damaged[at] as Line;
    const returns = line.returns as Line | undefined;
    switch (this.#below(6)) {
      case 0:
        if (line.begin === undefined && line.end === undefined) damaged.splice(at, 1);
        break;
      case 1:
        if (at + 1 < damaged.length && line.begin === undefined) damaged.splice(at, 2, damaged[at + 1] as Line, line);
        break;
      case 2:
        if (returns?.bytes !== undefined) returns.bytes = Math.max(0, (returns.bytes as number) + this.#pick([-1, 1]));
        break;
      case 3:
        if (returns?.errno !== undefined) returns.errno = this.#pick(codes);
        break;
      case 4:
        if (line.poll === 'event') line.signalled = line.signalled !== true;
        else if (line.peer === 'recv' && (line.runs as unknown[]).length > 0)
          (line.runs as number[][])[0] = [((line.runs as number[][])[0] as number[])[0] as number, 1 + this.#below(6)];
        break;
      default:
        if (line.peer !== undefined || line.poll !== undefined || line.env !== undefined) damaged.splice(at, 0, line);
    }
    return damaged;
  }
}
