/** The provider that random traces are played by: its sockets and sends, and what its transport has taken of them. */

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

export type PlayedLine = Record<string, unknown>;

export interface PlayedSocket {
  name: string;
  stream: boolean;
  overlapped: boolean;
  nonblocking: boolean;
  connected: boolean;
  open: boolean;
  shut: boolean;
  causes: string[];
  queue: PlayedSend[];
}

export interface PlayedSend {
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

export const codes = [
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
export const codesOfCause: Record<string, string[]> = {
  'peer.reset': ['WSAECONNRESET', 'WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET'],
  'peer.close': ['WSAECONNRESET', 'WSAECONNABORTED'],
  'keepalive.failed': ['WSAENETRESET', 'WSAECONNABORTED', 'WSAENOBUFS', 'WSAECONNRESET'],
  'circuit.timeout': ['WSAECONNABORTED'],
  'network.down': ['WSAENETDOWN', 'WSAECONNABORTED'],
};

export class PlayedProvider {
  protected readonly random: () => number;
  protected readonly lines: PlayedLine[] = [];
  protected readonly sockets: PlayedSocket[] = [];
  protected readonly names = new Map<string, { send: PlayedSend | undefined; free: boolean; set: boolean; socket: PlayedSocket }>();
  protected readonly busy = new Map<string, PlayedSend>();
  protected readonly exited = new Set<string>();
  protected numbers = 0;
  protected fill = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  protected chance(probability: number): boolean {
    return this.random() < probability;
  }
  protected below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
  protected pick<T>(members: readonly T[]): T {
    return members[this.below(members.length)] as T;
  }
  protected say(line: PlayedLine): void {
    this.lines.push(line);
  }

  protected open(name: string, stream: boolean): void {
    const overlapped = this.chance(0.8);
    const socket: PlayedSocket = {
      name,
      stream,
      overlapped,
      nonblocking: false,
      connected: this.chance(0.96),
      open: true,
      shut: false,
      causes: [],
      queue: [],
    };
    this.sockets.push(socket);
    this.say({
      call: 'WSPSocket',
      socket: name,
      type: stream ? 'SOCK_STREAM' : 'SOCK_DGRAM',
      ...(overlapped ? { overlapped } : {}),
      returns: { rc: 0 },
    });
    if (socket.connected) this.say({ call: 'WSPConnect', socket: name, returns: { rc: 0 } });
    else if (this.chance(0.5)) this.say({ call: 'WSPBind', socket: name, returns: { rc: 0 } });
    if (this.chance(overlapped ? 0.2 : 0.4)) {
      socket.nonblocking = true;
      this.say({ call: 'WSPIoctl', socket: name, code: 'FIONBIO', value: 1, returns: { rc: 0 } });
    }
    if (this.chance(0.08))
      this.say({
        call: 'WSPSetSockOpt',
        socket: name,
        name: 'SO_LINGER',
        value: { l_onoff: 1, l_linger: this.below(2) * 3 },
        returns: { rc: 0 },
      });
  }

  protected idleThread(): string | undefined {
    const threads = ['main', 't1', 't2'].filter((thread) => !this.busy.has(thread) && !this.exited.has(thread));
    return threads.length === 0 ? undefined : this.chance(0.6) ? threads[0] : this.pick(threads);
  }

  // ---- Sends ----

  protected send(socket: PlayedSocket, inside?: string): void {
    const thread = inside ?? this.idleThread();
    if (thread === undefined) return;
    const buffers = this.chance(0.85)
      ? [1 + this.below(this.chance(0.9) ? 8 : 300)]
      : this.chance(0.5)
        ? [this.below(4), 1 + this.below(4)]
        : this.chance(0.5)
          ? [0]
          : [];
    const length = buffers.reduce((sum, each) => sum + each, 0);
    const fill = this.chance(0.7) ? this.fill : this.below(10);
    this.fill = (fill + length + this.pick([0, 0, 7, 40])) % 251;
    const given = this.chance(socket.overlapped ? 0.65 : 0.15);
    const name = given ? this.freeName() : undefined;
    const event = name !== undefined && this.chance(0.5);
    const routine = name !== undefined && !event && this.chance(0.5);
    const urgent = this.chance(0.07) && length < 9;
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
    const call: PlayedLine = {
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
    if (name !== undefined) this.names.set(name, { send, free: false, set: this.names.get(name)?.set ?? false, socket });
    if (inside === undefined && this.chance(thread === 'main' ? 0.15 : 0.5)) {
      send.begin = ++this.numbers;
      this.busy.set(thread, send);
      if (this.chance(0.8) && this.standing(socket) === undefined) socket.queue.push(send);
      this.say({ begin: send.begin, ...call });
      return;
    }
    this.say({ ...call, returns: this.outcome(send) });
  }

  protected freeName(): string {
    const used = [...this.names].filter(([, { free }]) => free).map(([name]) => name);
    return used.length > 0 && this.chance(0.4) ? this.pick(used) : `o${this.names.size + 1}`;
  }

  /** What stands against a send, if anything does for certain. */
  protected standing(socket: PlayedSocket): string | undefined {
    if (!socket.open) return 'WSAENOTSOCK';
    if (!socket.connected) return this.pick(['WSAENOTCONN', 'WSAENOTCONN', 'WSAEINVAL']);
    if (socket.shut) return 'WSAESHUTDOWN';
    const cause = socket.causes.at(-1);
    if (cause !== undefined && this.chance(cause === 'peer.close' ? 0.3 : 0.6)) return this.pick(codesOfCause[cause] ?? codes);
    return undefined;
  }

  protected outcome(send: PlayedSend): PlayedLine {
    const { socket } = send;
    const isPending = socket.overlapped && send.name !== undefined;
    const entry = send.name === undefined ? undefined : this.names.get(send.name);
    const fail = (errno: string): PlayedLine => {
      socket.queue = socket.queue.filter((other) => other !== send || send.taken > 0);
      if (entry) Object.assign(entry, { free: true, send: undefined });
      return { rc: -1, errno };
    };
    const standing = send.taken > 0 || socket.queue.includes(send) ? undefined : this.standing(socket);
    if (standing !== undefined) return fail(standing);
    if (this.chance(0.03)) return fail(this.pick(codes));
    if (!isPending && socket.nonblocking && send.taken === 0 && this.chance(0.25)) return fail('WSAEWOULDBLOCK');
    if (!socket.queue.includes(send)) socket.queue.push(send);
    if (isPending && this.chance(0.6)) {
      if (entry && send.event) entry.set = false;
      return { rc: -1, errno: 'WSA_IO_PENDING' };
    }
    if (!isPending && entry) Object.assign(entry, { free: true, send: undefined });
    if (!isPending && socket.nonblocking && socket.stream && send.length > 1 && this.chance(0.25)) {
      const part = Math.max(send.taken, 1 + this.below(send.length));
      Object.assign(send, { taken: part, length: part, status: '0' });
      return { rc: 0, bytes: part };
    }
    this.takeUpTo(send);
    Object.assign(send, { status: '0', signalled: true });
    if (entry && send.event && isPending) entry.set = true;
    return { rc: 0, bytes: send.length };
  }

  protected end(send: PlayedSend): void {
    const begin = send.begin as number;
    this.busy.delete(send.thread);
    send.begin = undefined;
    if (send.cancelled && send.status === undefined && this.chance(0.7)) {
      send.status = 'WSAEINTR';
      send.length = send.taken;
      this.say({ end: begin, returns: { rc: -1, errno: 'WSAEINTR' } });
      return;
    }
    this.say({ end: begin, returns: this.outcome(send) });
  }

  /** The transport takes all up to and with this send. */
  protected takeUpTo(send: PlayedSend): void {
    for (const other of send.socket.queue) {
      if (other.status === undefined || other.status === '0') other.taken = other.length;
      if (other === send) return;
      if (other.status === undefined && other.name !== undefined && other.begin === undefined) other.status = '0';
    }
  }

  protected pump(socket: PlayedSocket, bytes: number): void {
    let left = bytes;
    for (const send of socket.queue) {
      if (send.status !== undefined && send.status !== '0') continue;
      const count = Math.min(left, send.length - send.taken);
      send.taken += count;
      left -= count;
      if (send.taken === send.length && send.status === undefined && send.name !== undefined && send.begin === undefined) send.status = '0';
      if (send.taken < send.length) break;
    }
  }

  protected complete(send: PlayedSend): void {
    if (send.status === undefined) {
      this.takeUpTo(send);
      send.status = '0';
    }
    send.signalled = true;
    const entry = send.name === undefined ? undefined : this.names.get(send.name);
    if (entry?.send === send && send.event) entry.set = true;
  }

  protected abort(send: PlayedSend, code: string): void {
    if (send.status !== undefined || send.begin !== undefined) return;
    Object.assign(send, { status: code, signalled: this.chance(0.5) });
    const entry = send.name === undefined ? undefined : this.names.get(send.name);
    if (entry?.send === send && send.event && send.signalled) entry.set = true;
  }
}
