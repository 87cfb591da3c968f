/** What may come next: every request that makes sense where somebody stands, each with its outcomes, the permitted and the forbidden. */

import { askedFor } from '../../../model/oracle/callKinds.ts';
import { endOf } from '../../../model/oracle/operations.ts';
import type { Oracle } from '../../../model/oracle/oracle.ts';
import type { Operation, Socket } from '../../../model/oracle/world.ts';
import { type EveryOutcome, everyOutcome, onlyOutcome } from '../../../model/permits/everyOutcome.ts';
import type { SendFlag } from '../../../model/winsock/codes.ts';
import { type CallStep, lineOf, type TraceStep, type WSPSendCall } from '../../../model/winsock/trace.ts';
import { readable, takes } from './eager.ts';

/** How a send is made. */
export interface SendChoice {
  readonly socket: string;
  readonly bytes: number;
  readonly indication: 'none' | 'event' | 'routine' | 'result';
  readonly flags: readonly SendFlag[];
  /** It begins on a thread of its own, and returns in a step of its own: so it may block. */
  readonly begins: boolean;
}

export interface MenuEntry {
  readonly id: string;
  /** Without what comes of it. */
  readonly step: TraceStep;
  readonly title: string;
  readonly outcomes: readonly EveryOutcome[];
}

export interface MenuGroup {
  readonly title: string;
  readonly entries: readonly MenuEntry[];
}

const done = { rc: 0 } as const;

export function menuAt(oracle: Oracle, steps: readonly TraceStep[], send: SendChoice): MenuGroup[] {
  const menu = new Menu(oracle, steps);
  return [
    { title: 'The caller sends', entries: menu.sends(send) },
    { title: 'Calls that return', entries: menu.returning() },
    { title: 'The provider reports', entries: menu.indications() },
    { title: 'The caller looks', entries: menu.looks() },
    { title: 'The far end and the transport', entries: menu.farEnd() },
    { title: 'Other calls', entries: menu.otherCalls() },
    { title: 'Something breaks', entries: menu.breaks() },
  ].filter(({ entries }) => entries.length > 0);
}

class Menu {
  readonly #oracle: Oracle;
  readonly #steps: readonly TraceStep[];

  constructor(oracle: Oracle, steps: readonly TraceStep[]) {
    this.#oracle = oracle;
    this.#steps = steps;
  }

  get #sockets(): Socket[] {
    return [...this.#oracle.world.sockets.values()].filter(({ closed }) => !closed);
  }

  get #operations(): Operation[] {
    return [...this.#oracle.world.operations.values()].sort((a, b) => a.id - b.id);
  }

  #any(title: string, step: TraceStep): MenuEntry {
    return { id: `${title} ${lineOf(step)}`, title, step, outcomes: everyOutcome(step, this.#oracle) };
  }

  #one(title: string, step: TraceStep): MenuEntry {
    return { id: `${title} ${lineOf(step)}`, title, step, outcomes: [onlyOutcome(step, this.#oracle)] };
  }

  sends(choice: SendChoice): MenuEntry[] {
    const socket = this.#oracle.world.sockets.get(choice.socket);
    const { bytes, indication, flags, begins } = choice;
    const call: WSPSendCall = {
      call: 'WSPSend',
      socket: choice.socket,
      buffers: [bytes],
      ...(this.#nextFill > 0 && { fill: this.#nextFill }),
      ...(flags.length > 0 && { flags: [...flags] }),
      ...(indication !== 'none' && { overlapped: this.#nextOverlapped }),
      ...(indication === 'event' && { event: true }),
      ...(indication === 'routine' && { routine: true }),
    };
    if (begins)
      return [
        this.#one('WSPSend begins, and has not returned', { ...call, thread: this.#nextThread, begin: this.#nextNumber } as TraceStep),
      ];
    return [this.#any(socket === undefined ? 'WSPSend on what is no socket' : 'WSPSend', { ...call, returns: done })];
  }

  returning(): MenuEntry[] {
    return [...this.#oracle.world.begun.values()].map(({ number, call }) => {
      const step: TraceStep = { end: number, begun: call, returns: done };
      const title = `${call.call} #${number} returns`;
      return call.call === 'WSPSend' || call.call === 'WSPGetOverlappedResult' ? this.#any(title, step) : this.#one(title, step);
    });
  }

  indications(): MenuEntry[] {
    const { indicated, free } = this.#oracle.world.tables.operation.stateIndex;
    const running = [...this.#oracle.world.threads.values()].flatMap(({ name, stack }) => {
      const top = stack.at(-1);
      if (top?.kind !== 'routine') return [];
      return [
        this.#one(`the routine of ${top.operation.name} returns`, { ...endOf(top), ...(name !== 'main' && { thread: name }) } as never),
      ];
    });
    const waiting = this.#operations.filter(({ hasRoutine, state }) => hasRoutine && state !== indicated && state !== free);
    return [
      ...running,
      ...waiting.map(({ name, thread }) => {
        const step = { routine: 'enter', overlapped: name, error: '0', bytes: 0, flags: 0, ...(thread !== 'main' && { thread }) } as const;
        return this.#any(`the routine of ${name} runs`, step);
      }),
    ];
  }

  looks(): MenuEntry[] {
    return this.#operations.flatMap(({ name, socket, hasEvent }) => {
      if (socket === undefined) return [];
      const result: CallStep = { call: 'WSPGetOverlappedResult', socket: socket.name, overlapped: name, returns: done };
      const polled = { poll: 'event', overlapped: name, signalled: true } as const;
      return [
        ...(hasEvent ? [this.#any(`the event of ${name} is looked at`, polled)] : []),
        this.#any(`WSPGetOverlappedResult of ${name}`, result),
      ];
    });
  }

  farEnd(): MenuEntry[] {
    const settle: TraceStep = { env: 'settle' };
    const took = takes(this.#oracle);
    return [
      ...this.#sockets.flatMap(({ name }) => this.#reads(name)),
      ...(took === undefined ? [] : [this.#one(`the transport takes ${'bytes' in took ? took.bytes : ''} bytes`, took)]),
      this.#one('time passes: what was caused arrives', settle),
    ];
  }

  /** What the peer may read, a byte that it may not, and the end of the stream. */
  #reads(name: string): MenuEntry[] {
    const socket = this.#oracle.world.sockets.get(name)!;
    if (!socket.wasConnected) return [];
    const next = readable(this.#oracle, name);
    const outcomes = next.map((step) => onlyOutcome(step, this.#oracle));
    const [first] = next;
    const value = first !== undefined && 'runs' in first ? (first.runs[0]?.[0] ?? 0) : 0;
    const wrong: TraceStep = { peer: 'recv', socket: name, runs: [[(value + 100) % this.#oracle.world.period, 1]] };
    const one = first !== undefined && socket.isStream && 'runs' in first ? part(first.runs[0]!) : undefined;
    const some = one === undefined ? [] : [onlyOutcome({ peer: 'recv', socket: name, runs: [one] }, this.#oracle)];
    const reads: MenuEntry = {
      id: `the peer of ${name} reads`,
      title: `the peer of ${name} reads`,
      step: first ?? wrong,
      outcomes: [...outcomes, ...some, onlyOutcome(wrong, this.#oracle)],
    };
    return socket.isStream ? [reads, this.#one(`the peer of ${name} finds the end of the stream`, { peer: 'eof', socket: name })] : [reads];
  }

  otherCalls(): MenuEntry[] {
    const { connected, unbound, bound } = this.#oracle.world.tables.socket.stateIndex;
    const sleeping = [...this.#oracle.world.begun.values()].some(({ call, thread }) => call.call === 'SleepEx' && thread === 'main');
    const blocked = [...this.#oracle.world.begun.values()].filter(({ call }) => call.call === 'WSPSend');
    return [
      ...(sleeping
        ? []
        : [this.#one('SleepEx begins: an alertable wait of main', { call: 'SleepEx', begin: this.#nextNumber } as TraceStep)]),
      ...blocked.map(({ thread }) =>
        this.#one(`WSPCancelBlockingCall of ${thread}`, { call: 'WSPCancelBlockingCall', thread, returns: done }),
      ),
      ...this.#sockets.flatMap(({ name, state, nonblocking, operations }) => [
        ...(state === unbound ? [this.#one('WSPBind', { call: 'WSPBind', socket: name, returns: done })] : []),
        ...(state === unbound || state === bound ? [this.#one('WSPConnect', { call: 'WSPConnect', socket: name, returns: done })] : []),
        ...(operations.size > 0 ? [this.#any('WSPCancelIo, all of the socket', { call: 'WSPCancelIo', socket: name, returns: done })] : []),
        ...(state === connected
          ? (['SD_SEND', 'SD_BOTH', 'SD_RECEIVE'] as const).map((how) =>
              this.#one(`WSPShutdown ${how}`, { call: 'WSPShutdown', socket: name, how, returns: done }),
            )
          : []),
        this.#one(nonblocking ? 'WSPIoctl FIONBIO: blocking again' : 'WSPIoctl FIONBIO: nonblocking', {
          call: 'WSPIoctl',
          socket: name,
          code: 'FIONBIO',
          value: nonblocking ? 0 : 1,
          returns: done,
        }),
        this.#one('WSPIoctl SIO_FLUSH', { call: 'WSPIoctl', socket: name, code: 'SIO_FLUSH', returns: done }),
        this.#one('WSPCloseSocket', { call: 'WSPCloseSocket', socket: name, returns: done }),
      ]),
    ];
  }

  breaks(): MenuEntry[] {
    const kinds = [
      ['peer.reset', 'the peer resets the connection'],
      ['peer.close', 'the peer closes its socket'],
      ['keepalive.failed', 'a keep-alive fails'],
      ['circuit.timeout', 'the circuit times out'],
    ] as const;
    const streams = this.#sockets.filter(({ isStream, wasConnected }) => isStream && wasConnected);
    return [
      ...streams.flatMap(({ name }) => kinds.map(([env, title]) => this.#one(title, { env, socket: name }))),
      this.#one('the network fails', { env: 'network.down' }),
    ];
  }

  // ---- Names that are free -------------------------------------------------------------------------------------------------------

  get #sent(): WSPSendCall[] {
    return this.#steps.filter((step): step is WSPSendCall => 'call' in step && step.call === 'WSPSend');
  }

  /** Bytes are numbered on, so that those of one send differ from those of another. */
  get #nextFill(): number {
    return this.#sent.reduce((sum, call) => sum + askedFor(call), 0) % this.#oracle.world.period;
  }

  get #nextOverlapped(): string {
    const used = new Set(this.#sent.map(({ overlapped }) => overlapped));
    for (let i = 1; ; i++) if (!used.has(`o${i}`)) return `o${i}`;
  }

  get #nextNumber(): number {
    return this.#steps.reduce((most, step) => Math.max(most, 'begin' in step ? (step.begin ?? 0) : 0), 0) + 1;
  }

  get #nextThread(): string {
    const busy = new Set([...this.#oracle.world.begun.values()].map(({ thread }) => thread));
    for (let i = 2; ; i++) if (!busy.has(`t${i}`)) return `t${i}`;
  }
}

/** Less than all of a run, where it has more than one byte. */
const part = ([start, length]: readonly [number, number]): [number, number] | undefined =>
  length > 1 ? [start, Math.floor(length / 2)] : undefined;

/** The first steps of a session: a socket as somebody wants it. */
export interface SocketChoice {
  readonly type: 'SOCK_STREAM' | 'SOCK_DGRAM';
  readonly overlapped: boolean;
  readonly nonblocking: boolean;
  readonly connected: boolean;
}

export function socketSteps({ type, overlapped, nonblocking, connected }: SocketChoice): TraceStep[] {
  const socket = 'A';
  return [
    { call: 'WSPSocket', socket, type, ...(overlapped && { overlapped }), returns: done },
    ...(type === 'SOCK_DGRAM'
      ? [{ call: 'WSPGetSockOpt', socket, name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 1000 } } as const]
      : []),
    ...(connected ? [{ call: 'WSPConnect', socket, returns: done } as const] : []),
    ...(nonblocking ? [{ call: 'WSPIoctl', socket, code: 'FIONBIO', value: 1, returns: done } as const] : []),
  ];
}
