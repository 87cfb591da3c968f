import type { Socket } from '../../model/oracle/world.ts';
import type { SendFlag } from '../../model/winsock/codes.ts';
import { type CallRequest, mainThread, patternPeriod, type WSPSendRequest } from '../../model/winsock/trace.ts';
import type { Draws } from './draws.ts';
import { buffersNear, lengthNear, spread } from './sizes.ts';
import type { View } from './view.ts';

/** Sends of every kind: how long, in how many buffers, how the end is to be reported. */

/** Room of a socket on which no SO_SNDBUF was set, as far as anyone can guess. */
export const roomDefault = 65536;
const oversize = 65508;
/** So many times the room is as much as a send asks for: the rest would come in pieces of the same kind, each a line of the trace. */
const fillingsMax = 256;

export type Mode = 'sync' | 'event' | 'routine' | 'neither' | 'both';

export interface Wishes {
  readonly mode?: Mode;
  readonly length?: number;
  readonly routine?: boolean | CallRequest[];
  readonly thread?: string;
}

/** The odd choice at which each flag is tried; those of the choice 2 also fail on a datagram socket. */
const triedAt: { readonly [flag in SendFlag]: 2 | 3 } = { MSG_OOB: 2, MSG_PARTIAL: 2, MSG_DONTROUTE: 3 };
const flagNames = Object.keys(triedAt) as SendFlag[];

const flagsOf = (choices: Draws, odd: 2 | 3): SendFlag[] => {
  const flag = choices.pick(flagNames.filter((name) => triedAt[name] === odd));
  return flag === undefined ? [] : [flag];
};

export class Sends {
  readonly #draws: Draws;
  #count = 0;
  /** What was last asked of SO_SNDBUF, by socket. */
  readonly #room = new Map<string, number>();

  /** Whether routines of this case wait alertably or send with routines; in one another they would leave open what runs when. */
  readonly #sleepsInside: boolean;

  constructor(draws: Draws) {
    this.#draws = draws;
    this.#sleepsInside = draws.chance(50);
  }

  roomOf(socket: string): number {
    return this.#room.get(socket) ?? roomDefault;
  }

  /** Without a buffer a socket may still hold something on its way. */
  setRoom(socket: string, asked: number): void {
    this.#room.set(socket, Math.max(1, asked));
  }

  length(socket: Socket | undefined): number {
    const draws = this.#draws;
    const room = socket === undefined ? roomDefault : this.roomOf(socket.name);
    if (socket?.isStream === false) return this.#messageLength(socket);
    const kind = draws.below(16);
    if (kind === 0) return 0;
    if (kind === 1) return 1;
    if (kind <= 4) return draws.between(2, 16);
    if (kind <= 7) return draws.between(17, 300);
    if (kind <= 10) return Math.max(0, room + draws.between(-3, 3));
    if (kind <= 12) return room + draws.between(1, Math.min(room, 300));
    const most = room * fillingsMax;
    if (kind === 13) return Math.min(most, draws.between(4000, 5000));
    if (kind === 14) return Math.min(most, draws.between(32_000, 70_000));
    return draws.chance(25) ? Math.min(most, draws.between(100_000, 160_000)) : lengthNear(draws, most);
  }

  #messageLength({ maxMessage }: Socket): number {
    const draws = this.#draws;
    const kind = draws.below(16);
    // Only messages of exactly that length separate the bound itself from what lies beyond it.
    if (kind < 3 && maxMessage !== undefined && maxMessage < 2 ** 20) return Math.max(0, maxMessage + draws.between(-1, 2));
    if (kind === 3) return oversize + draws.below(40_000);
    return draws.pick([0, 1, draws.between(2, 600), lengthNear(draws, Math.min(maxMessage ?? 2048, 65_507)), draws.between(1000, 5000)]);
  }

  /** A length longer than what the socket has room for, whatever it holds. */
  longerThanRoom(socket: string): number {
    return this.roomOf(socket) + this.#draws.between(1, 200);
  }

  make(view: View, socket: Socket | undefined, name: string, wishes: Wishes = {}): WSPSendRequest {
    const mode = wishes.mode ?? this.mode(socket);
    const length = wishes.length ?? this.length(socket);
    const thread = wishes.thread ?? this.#threadOf(view, socket, mode, length);
    const buffers = this.#buffers(length);
    const request: WSPSendRequest = {
      call: 'WSPSend',
      ...(thread !== mainThread && { thread }),
      socket: name,
      buffers,
      fill: this.#fill(),
    };
    // A nonoverlapped socket ignores the structure, so a name of its own keeps what is said of it apart.
    if (mode !== 'sync') request.overlapped = socket?.overlapped === false ? `x${++this.#count}` : this.freeOverlapped(view);
    if (mode === 'event' || mode === 'both') request.event = true;
    if (mode === 'routine' || mode === 'both') request.routine = wishes.routine ?? this.#routine(view, socket, thread, 0);
    if (wishes.mode === undefined) this.#oddities(request, socket, buffers);
    return request;
  }

  mode(socket: Socket | undefined): Mode {
    const isOverlapped = socket === undefined || socket.overlapped;
    if (!isOverlapped) return this.#draws.chance(80) ? 'sync' : this.#draws.pick(['event', 'routine', 'neither']);
    return this.#draws.pick(['sync', 'sync', 'event', 'event', 'event', 'routine', 'routine', 'routine', 'neither', 'both']);
  }

  /** The name of an OVERLAPPED that nobody uses: an old one or a new one. */
  freeOverlapped(view: View, taken: readonly string[] = []): string {
    const free = view.operations.filter(({ name, nameFree }) => nameFree && !taken.includes(name));
    const old = this.#draws.chance(50) ? this.#draws.pick(free) : undefined;
    if (old !== undefined) return old.name;
    for (let number = 1; ; number++) {
      const name = `o${number}`;
      if (!view.world.operations.has(name) && !taken.includes(name)) return name;
    }
  }

  /** Differs from that of the sends before, so that bytes out of place are seen. */
  #fill(): number {
    return (++this.#count * 59 + this.#draws.below(8)) % patternPeriod;
  }

  #buffers(length: number): number[] {
    const draws = this.#draws;
    if (length === 0 && draws.chance(40)) return [];
    const shape = draws.below(8);
    if (shape === 7 && draws.chance(30)) return spread(length, buffersNear(draws));
    const count = shape < 4 ? 1 : shape < 7 ? draws.between(2, 4) : draws.between(5, 16);
    const buffers: number[] = [];
    let left = length;
    for (let rest = count; rest > 1; rest--) {
      const part = draws.chance(15) ? 0 : Math.min(left, draws.below(Math.ceil((2 * left) / rest) + 1));
      buffers.push(part);
      left -= part;
    }
    return [...buffers, left];
  }

  #threadOf(view: View, socket: Socket | undefined, mode: Mode, length: number): string {
    const others = view.idle.filter((name) => name !== mainThread);
    const mayBlock = mode === 'sync' && length > 16 && socket !== undefined && !socket.nonblocking;
    const preferred = this.#draws.chance(mayBlock ? 75 : 20) ? this.#draws.pick(others) : undefined;
    return preferred ?? view.idle[0] ?? mainThread;
  }

  /** What the routine does. Calls inside it are made whatever has become of the socket by then. */
  #routine(view: View, socket: Socket | undefined, thread: string, depth: number): boolean | CallRequest[] {
    const draws = this.#draws;
    if (socket === undefined || !draws.chance(40)) return true;
    const calls: CallRequest[] = [];
    const on = thread === mainThread ? {} : { thread };
    for (let count = draws.between(1, 3); count > 0; count--) {
      const kind = draws.below(4);
      if (this.#sleepsInside && kind <= 1) calls.push({ call: 'SleepEx', ...on });
      else {
        const send: WSPSendRequest = { call: 'WSPSend', ...on, socket: socket.name, buffers: [draws.between(1, 40)], fill: this.#fill() };
        // Only names that no operation ever had: those of the past may be taken when the routine runs.
        if (socket.overlapped && kind >= 2 && !this.#sleepsInside) {
          const overlapped = `r${++this.#count}`;
          send.overlapped = overlapped;
          send.routine = depth < 1 && draws.chance(50) ? this.#routine(view, socket, thread, depth + 1) : true;
        }
        // A routine that blocks is the caller's own fault, so it only sends what cannot block for long.
        if (send.overlapped !== undefined || socket.nonblocking) calls.push(send);
      }
    }
    return calls.length === 0 ? true : calls;
  }

  #oddities(request: WSPSendRequest, socket: Socket | undefined, buffers: readonly number[]): void {
    const draws = this.#draws;
    // Both flags fail on a datagram socket, and few sockets are one.
    if (socket?.isStream === false && draws.chance(6)) request.flags = flagsOf(draws, 2);
    const odd = draws.below(64);
    if (odd === 0 && buffers.length > 0) request.fault = 'buffer';
    else if (odd === 1) request.fault = 'lpBuffers';
    else if (odd === 2 || odd === 3) request.flags = flagsOf(draws, odd);
    else if (odd <= 9 && request.overlapped !== undefined) request.count = false;
    else if (odd === 10) request.count = false;
    else if (odd === 11) request.fault = 'lpNumberOfBytesSent';
    else if (odd <= 20 && socket?.portBound === true && request.event === true) request.port = false;
  }
}
