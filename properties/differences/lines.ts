/** Lines that could come next in a trace, of every kind and with every outcome that the vocabulary has. */

import { codes, codesOfCause, type PlayedLine, randomFrom } from './provider.ts';
import type { SeenTrace, ShownSend, ShownSocket } from './shown.ts';

const statuses = ['0', 'WSA_OPERATION_ABORTED', 'WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET', 'WSAENOBUFS', 'WSAENETDOWN'];
const rareCodes = [...codes, 'WSANOTINITIALISED', 'WSAEACCES', 'WSAETIMEDOUT', 'WSAENETUNREACH', '0', '64', '10054'];
const faults = ['lpBuffers', 'buffer', 'lpNumberOfBytesSent', ['buffer', 'lpNumberOfBytesSent']];
const succeeds = { rc: 0 };

export class LineDrawer {
  readonly #random: () => number;
  readonly #seen: SeenTrace;
  readonly #kinds: readonly (readonly [weight: number, draw: () => PlayedLine | undefined])[];

  constructor(seed: number, seen: SeenTrace, isSpi: boolean) {
    this.#random = randomFrom(seed);
    this.#seen = seen;
    this.#kinds = [
      [26, () => this.#send()],
      [10, () => this.#begins(() => this.#send())],
      [20, () => this.#ends()],
      [22, () => this.#recv()],
      [5, () => this.#far()],
      [8, () => ({ env: 'settle' })],
      [5, () => this.#happens()],
      [10, () => this.#poll()],
      [12, () => this.#result()],
      [2, () => this.#begins(() => this.#result(true))],
      [14, () => this.#routine()],
      [isSpi ? 16 : 1, () => this.#upcall()],
      [5, () => this.#begins(() => this.#sleep())],
      [2, () => this.#sleep()],
      [9, () => this.#sibling()],
      [3, () => this.#begins(() => this.#sibling())],
      [6, () => this.#port()],
      [3, () => ({ poll: 'writable', socket: this.#socket.name, ready: this.chance(0.7) })],
    ];
  }

  /** Whether a thing of this likelihood happens. */
  chance(likelihood: number): boolean {
    return this.#random() < likelihood;
  }
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
  #pick<T>(members: readonly T[]): T | undefined {
    return members[this.below(members.length)];
  }

  /** The lines that make a socket. */
  opening(name: string): PlayedLine[] {
    const stream = this.chance(0.8);
    const socket = { socket: name };
    const type = { type: stream ? 'SOCK_STREAM' : 'SOCK_DGRAM', ...(this.chance(0.75) && { overlapped: true }) };
    const connect = { call: 'WSPConnect', ...socket, ...(!stream && this.chance(0.2) && { to: 'broadcast' }) };
    const options: [number, PlayedLine][] = [
      [0.03, { call: 'WSPBind', ...socket, returns: succeeds }],
      [0.03, { ...connect, returns: { rc: -1, errno: 'WSAEWOULDBLOCK' } }],
      [0.94, { ...connect, returns: succeeds }],
      [0.25, { call: 'WSPIoctl', ...socket, code: 'FIONBIO', value: 1, returns: succeeds }],
      [0.06, this.#option(name)],
      [0.12, { call: 'CreateIoCompletionPort', ...socket, returns: succeeds }],
      [0.06, this.#modes(name)],
      [stream ? 0 : 0.5, { call: 'WSPGetSockOpt', ...socket, name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 4 } }],
    ];
    const receiveOnly = this.chance(0.01) && { receiveOnly: true };
    return [
      { call: 'WSPSocket', ...socket, ...type, ...receiveOnly, returns: succeeds },
      ...options.filter(([likelihood]) => this.chance(likelihood)).map(([, line]) => line),
    ];
  }

  /** A line that could come next. */
  next(): PlayedLine {
    for (;;) {
      let at = this.#random() * this.#kinds.reduce((sum, [weight]) => sum + weight, 0);
      const draw = this.#kinds.find(([weight]) => (at -= weight) < 0)?.[1];
      const line = draw?.();
      if (line !== undefined) return line;
    }
  }

  // ---- Calls ----

  get #socket(): ShownSocket {
    return this.#pick(this.#seen.sockets) as ShownSocket;
  }

  #by(): PlayedLine | undefined {
    const callers = this.#seen.callers;
    const thread = this.chance(0.6) ? callers[0] : this.#pick(callers);
    return thread === undefined ? undefined : thread === 'main' ? {} : { thread };
  }

  #begins(draw: () => PlayedLine | undefined): PlayedLine | undefined {
    const { returns: _, ...line } = draw() ?? {};
    return line.call === undefined ? undefined : { begin: this.#seen.begins + 1, ...line };
  }

  #send(): PlayedLine | undefined {
    const by = this.#by();
    const socket = this.#socket;
    if (by === undefined) return undefined;
    const isUrgent = this.chance(0.08);
    const buffers = this.chance(0.8)
      ? [isUrgent && this.chance(0.8) ? 1 : 1 + this.below(7)]
      : (this.#pick([[0], [], [2, 3], [0, 2]]) as number[]);
    const length = buffers.reduce((sum, each) => sum + each, 0);
    const given = this.chance(socket.overlapped ? 0.65 : 0.15);
    const name = given ? this.#freeName() : undefined;
    const flags = [
      ...(isUrgent ? ['MSG_OOB'] : []),
      ...(this.chance(0.03) ? ['MSG_PARTIAL'] : []),
      ...(this.chance(0.02) ? ['MSG_DONTROUTE'] : []),
    ];
    const line = {
      ...{ call: 'WSPSend', socket: this.chance(0.995) ? socket.name : 'C', ...by, buffers, fill: this.below(4) * 50 },
      ...(flags.length > 0 && { flags }),
      ...(name !== undefined && { overlapped: name }),
      ...(name !== undefined && this.chance(0.4) ? { event: true } : this.chance(name === undefined ? 0.02 : 0.4) && { routine: true }),
      ...(this.chance(0.03) && { fault: this.#pick(faults) }),
      ...(this.chance(0.02) && { count: false }),
      ...(this.chance(0.02) && { port: true }),
    };
    return { ...line, returns: this.#outcome(socket, length, name !== undefined && socket.overlapped) };
  }

  #freeName(): string {
    const free = [...this.#seen.names].filter(([, { outstanding }]) => !outstanding).map(([name]) => name);
    return (this.chance(0.4) ? this.#pick(free) : undefined) ?? `o${this.#seen.names.size + 1}`;
  }

  #outcome(socket: ShownSocket, length: number, pends: boolean): PlayedLine {
    if (this.chance(pends ? 0.5 : 0.01)) return { rc: -1, errno: 'WSA_IO_PENDING' };
    if (this.chance(0.6)) return { rc: 0, bytes: this.chance(0.9) ? length : this.below(length + 2) };
    if (socket.nonblocking && this.chance(0.5)) return { rc: -1, errno: 'WSAEWOULDBLOCK' };
    return { rc: -1, errno: this.#code(socket), ...(this.chance(0.08) && { bytes: this.below(length + 1) }) };
  }

  /** A code that has its cause, as a rule. */
  #code(socket: ShownSocket): string {
    const cause = this.#pick(socket.causes);
    const caused = cause === undefined ? [] : (codesOfCause[cause] ?? []);
    return this.#pick(caused.length > 0 && this.chance(0.6) ? caused : rareCodes) as string;
  }

  #ends(): PlayedLine | undefined {
    const frame = this.#pick(this.#seen.begun);
    if (frame === undefined) return undefined;
    const { line, send, begin } = frame;
    if (send !== undefined) {
      const pends = send.name !== undefined && send.socket.overlapped;
      return { end: begin, returns: this.#outcome(send.socket, send.length, pends) };
    }
    const returns =
      line.call === 'WSPGetOverlappedResult'
        ? this.#found(this.#seen.names.get(line.overlapped as string))
        : line.call === 'WSPRecv'
          ? this.#received()
          : this.#answered();
    return { end: begin, returns };
  }

  #answered(): PlayedLine {
    return this.chance(0.93) ? succeeds : { rc: -1, errno: this.#pick(['WSAENOTSOCK', '1168', 'WSAEINVAL', 'WSAENOTCONN']) };
  }

  #sleep(): PlayedLine | undefined {
    const by = this.#by();
    return by && { call: 'SleepEx', ...by, returns: succeeds };
  }

  #option(socket: string): PlayedLine {
    const [name, value] = this.#pick<[string, unknown]>([
      ['SO_LINGER', { l_onoff: 1, l_linger: 0 }],
      ['SO_LINGER', { l_onoff: 1, l_linger: 3 }],
      ['SO_LINGER', { l_onoff: 0, l_linger: 0 }],
      ['SO_BROADCAST', this.below(2)],
      ['SO_SNDTIMEO', 5],
      ['SO_KEEPALIVE', 1],
    ]) as [string, unknown];
    return { call: 'WSPSetSockOpt', socket, name, value, returns: succeeds };
  }

  #received(): PlayedLine {
    if (this.chance(0.5)) return { rc: 0, bytes: this.below(2) };
    return { rc: -1, errno: this.#pick(['WSAECONNRESET', 'WSAECONNABORTED', 'WSAETIMEDOUT', 'WSAENETDOWN', 'WSAEWOULDBLOCK']) };
  }

  /** A call that is no send, no result and no sleep. */
  #sibling(): PlayedLine | undefined {
    const by = this.#by();
    const socket = { socket: this.#socket.name, ...by };
    const outstanding = this.#outstanding();
    const one = outstanding !== undefined && this.chance(0.6) && { overlapped: outstanding.name };
    const scope = one === false && this.chance(0.4) && { scope: 'thread' };
    const refused = { rc: -1, errno: 'WSAEOPNOTSUPP' };
    const missed = { rc: -1, errno: this.chance(0.9) ? '1168' : 'WSAENOTSOCK' };
    const drawn = this.#pick<PlayedLine>([
      { call: 'WSPCancelIo', ...socket, ...one, ...scope, returns: this.chance(0.8) ? succeeds : missed },
      { call: 'WSPCancelIo', ...socket, ...one, ...scope, returns: this.chance(0.8) ? succeeds : missed },
      { call: 'WSPShutdown', ...socket, how: this.#pick(['SD_SEND', 'SD_SEND', 'SD_BOTH', 'SD_RECEIVE']), returns: this.#answered() },
      { call: 'WSPShutdown', ...socket, how: 'SD_SEND', returns: succeeds },
      { call: 'WSPCloseSocket', ...socket, returns: succeeds },
      { call: 'WSPCloseSocket', ...socket, returns: succeeds },
      { call: 'WSPIoctl', ...socket, code: 'FIONBIO', value: this.below(2), returns: succeeds },
      { call: 'WSPIoctl', ...socket, code: 'SIO_FLUSH', returns: this.chance(0.9) ? refused : succeeds },
      { call: 'WSPConnect', ...socket, returns: this.#answered() },
      { ...this.#option(this.#socket.name), ...by },
      { call: 'ExitThread', ...by, returns: succeeds },
      { call: 'WSPCancelBlockingCall', thread: this.#pick(this.#seen.begun)?.line.thread ?? 'main', returns: succeeds },
      { call: 'WSPCancelBlockingCall', thread: this.#pick(['main', 't1', 't2']), returns: succeeds },
      { call: 'WSPBind', ...socket, returns: this.#answered() },
      { call: 'WSPRecv', ...socket, returns: this.#received() },
      { call: 'CreateIoCompletionPort', ...socket, returns: succeeds },
      this.#modes(socket.socket),
    ]);
    return by === undefined && drawn?.call !== 'WSPCancelBlockingCall' ? undefined : drawn;
  }

  #modes(socket: string): PlayedLine {
    const modes = this.chance(0.7) ? ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'] : [];
    return { call: 'SetFileCompletionNotificationModes', socket, modes, returns: succeeds };
  }

  // ---- What is seen of an operation ----

  #outstanding(): ShownSend | undefined {
    return this.#pick([...this.#seen.names.values()].filter(({ outstanding }) => outstanding));
  }

  #named(): ShownSend | undefined {
    const outstanding = this.chance(0.6) ? this.#outstanding() : undefined;
    return outstanding ?? this.#pick([...this.#seen.names.values()]);
  }

  #poll(): PlayedLine | undefined {
    const send = this.#named();
    if (send === undefined) return undefined;
    if (this.chance(0.15)) return { poll: 'count', overlapped: send.name, written: this.chance(0.1) };
    return { poll: 'event', overlapped: this.chance(0.99) ? send.name : 'none', signalled: this.chance(0.6) };
  }

  #result(waits = this.chance(0.1)): PlayedLine | undefined {
    const send = this.#named();
    const by = this.#by();
    if (send === undefined || by === undefined) return undefined;
    const overlapped = this.chance(0.99) ? send.name : 'none';
    const wait = waits && send.event && { wait: true };
    return { call: 'WSPGetOverlappedResult', socket: send.socket.name, overlapped, ...by, ...wait, returns: this.#found(send) };
  }

  #found(send: ShownSend | undefined): PlayedLine {
    if (this.chance(0.3)) return { rc: -1, errno: 'WSA_IO_INCOMPLETE', ...(this.chance(0.05) && { bytes: 0 }) };
    const { error, bytes } = this.#ending(send);
    return error === '0' ? { rc: 0, bytes } : { rc: -1, errno: error, ...(this.chance(0.5) && { bytes }) };
  }

  /** How it may have ended. */
  #ending(send: ShownSend | undefined): { error: string; bytes: number } {
    const length = send?.length ?? 0;
    if (this.chance(0.5)) return { error: '0', bytes: this.chance(0.93) ? length : this.below(length + 2) };
    const isCaused = send !== undefined && send.socket.causes.length > 0 && this.chance(0.5);
    const error = isCaused ? this.#code(send.socket) : this.#pick(this.chance(0.9) ? statuses : rareCodes);
    return { error: error as string, bytes: this.chance(0.6) ? (send?.read ?? 0) : this.below(length + 2) };
  }

  #port(): PlayedLine | undefined {
    const send = this.#named();
    if (send === undefined || this.chance(0.15)) return { port: 'empty', socket: this.#socket.name };
    return { port: 'packet', socket: send.socket.name, overlapped: send.name, ...this.#ending(send) };
  }

  #routine(): PlayedLine | undefined {
    const running = [...this.#seen.stacks].filter(([, stack]) => stack.at(-1)?.begin === 0);
    const [thread, stack] = this.#pick(running) ?? [];
    if (stack !== undefined && this.chance(0.6)) return { routine: 'leave', thread, overlapped: stack.at(-1)?.line.overlapped };
    const send = this.#pick([...this.#seen.names.values()].filter(({ routine }) => routine));
    if (send === undefined || (this.chance(0.9) && this.#seen.frameOf(send.thread) === undefined)) return undefined;
    const where = this.chance(0.97) ? send.thread : 't2';
    return { routine: 'enter', thread: where, overlapped: send.name, ...this.#ending(send), flags: this.chance(0.99) ? 0 : 1 };
  }

  #upcall(): PlayedLine | undefined {
    const send = this.#outstanding();
    if (send === undefined) return undefined;
    if (send.routine ? this.chance(0.05) : this.chance(0.95))
      return { upcall: 'WPUCompleteOverlappedRequest', overlapped: send.name, ...this.#ending(send) };
    const returns = this.chance(0.95) ? succeeds : { rc: -1, errno: 'WSAEFAULT' };
    return { upcall: 'WPUQueueApc', thread: this.chance(0.97) ? send.thread : 't2', overlapped: send.name, returns };
  }

  // ---- The far end and the world ----

  #recv(): PlayedLine | undefined {
    const socket = this.#socket;
    const peer = { peer: 'recv', socket: socket.name };
    const unread = socket.sends.filter(({ read, length }) => read < length);
    if (!socket.stream) {
      const datagram = this.chance(0.7) ? socket.sends.find(({ read }) => read === 0) : this.#pick(socket.sends);
      return datagram && { ...peer, runs: datagram.length === 0 ? [] : [[datagram.fill, datagram.length]] };
    }
    const send = this.chance(0.75) ? unread[0] : this.#pick(unread);
    if (send === undefined) return undefined;
    const { fill, read, length } = send;
    if (send.urgent && this.chance(0.5)) return { ...peer, runs: [[fill + length - 1, 1]], oob: true };
    const part = this.chance(0.7) ? length - read : 1 + this.below(length - read + 1);
    const next = this.chance(0.3) ? this.#pick(unread.filter((each) => each !== send)) : undefined;
    return {
      ...peer,
      runs: [[fill + read, part], ...(next === undefined ? [] : [[next.fill + next.read, 1 + this.below(next.length - next.read)]])],
    };
  }

  #far(): PlayedLine {
    const socket = { socket: this.#socket.name };
    const [eof, idle] = [
      { peer: 'eof', ...socket },
      { peer: 'idle', ...socket },
    ];
    return this.chance(0.7) ? eof : this.chance(0.4) ? idle : { peer: 'error', ...socket, errno: 'WSAECONNRESET' };
  }

  #happens(): PlayedLine {
    if (this.chance(0.03)) return { call: 'WSACleanup', returns: succeeds };
    if (this.chance(0.04)) return { env: 'peer.unseen', socket: this.#socket.name };
    const env = this.#pick(['peer.reset', 'peer.close', 'keepalive.failed', 'circuit.timeout', 'network.down', 'peer.shutdown']);
    return { env, ...(!(env === 'network.down' && this.chance(0.5)) && { socket: this.#socket.name }) };
  }
}
