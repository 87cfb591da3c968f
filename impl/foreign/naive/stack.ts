import type { Fault } from './faults.ts';

/**
 * Sockets in the plainest form: a queue of what waits for room, a list of what the peer has not read. They know nothing of the provider of
 * this package nor of the model; they are what a stranger might bring, and with a fault what a stranger should not.
 */

/** `length` bytes that count up from `start`, modulo 251. */
export type Run = [start: number, length: number];

export type Request = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly name: string;
  readonly socket: Sock;
  readonly thread: string;
  readonly length: number;
  readonly hasEvent: boolean;
  readonly calls: readonly Request[] | undefined;
  /** It has no routine, and its caller did not ask the port to leave it out. */
  readonly mayGivePacket: boolean;
  status: string | undefined;
  bytes: number;
}

/** A send that waits for room. */
export interface Waiting {
  runs: Run[];
  readonly all: readonly Run[];
  /** Undefined for a call that blocks. */
  readonly operation: Operation | undefined;
  readonly thread: string;
}

export const sizeOf = (runs: readonly Run[]): number => runs.reduce((sum, [, length]) => sum + length, 0);
export const copyOf = (runs: readonly Run[]): Run[] => runs.map(([start, length]) => [start, length]);

/** Takes up to `max` bytes off the front. */
export const takeFrom = (runs: Run[], max: number): Run[] => {
  const taken: Run[] = [];
  for (let left = max; left > 0 && runs.length > 0; ) {
    const [start, length] = runs[0]!;
    const count = Math.min(left, length);
    taken.push([start, count]);
    left -= count;
    if (count === length) runs.shift();
    else runs[0] = [(start + count) % 251, length - count];
  }
  return taken;
};

export class Sock {
  readonly name: string;
  readonly isStream: boolean;
  readonly overlapped: boolean;
  readonly has: (fault: Fault) => boolean;
  state: 'unbound' | 'bound' | 'connected' = 'unbound';
  nonblocking = false;
  room = 65_536;
  broadcast = false;
  mayBroadcast = false;
  lingerZero = false;
  closed = false;
  isBound = false;
  skipsPort = false;
  sendShut = false;
  /** The code with which the circuit failed. */
  broken: string | undefined;
  queue: Waiting[] = [];
  inFlight: Run[] = [];
  datagrams: Run[][] = [];
  end: 'eof' | 'WSAECONNRESET' | undefined;
  endReported = false;
  taken = 0;

  constructor(name: string, isStream: boolean, overlapped: boolean, has: (fault: Fault) => boolean) {
    this.name = name;
    this.isStream = isStream;
    this.overlapped = overlapped;
    this.has = has;
  }

  /** What has no buffer of its own still lets a byte through at a time. */
  get free(): number {
    return Math.max(0, Math.max(1, this.room) - sizeOf(this.inFlight));
  }

  /** Moves what there is room for, and gives the sends that are through. */
  pump(): Waiting[] {
    const through: Waiting[] = [];
    while (this.queue.length > 0) {
      const waiting = this.has('newest-first') ? this.queue.at(-1)! : this.queue[0]!;
      const before = sizeOf(waiting.runs);
      const taken = takeFrom(waiting.runs, this.free);
      this.inFlight.push(...taken);
      if (sizeOf(taken) > 0 && waiting.runs.length > 0) this.#spoilRest(waiting, before);
      if (waiting.runs.length > 0) break;
      this.queue.splice(this.queue.indexOf(waiting), 1);
      through.push(waiting);
      if (this.has('sends-twice') && waiting.operation !== undefined) this.inFlight.push(...copyOf(waiting.all));
    }
    return through;
  }

  #spoilRest(waiting: Waiting, before: number): void {
    if (this.has('resumes-from-start') && waiting.operation !== undefined) {
      const left = sizeOf(waiting.runs);
      waiting.runs = takeFrom(copyOf(waiting.all), left);
    }
    if (this.has('accumulated-count')) takeFrom(waiting.runs, Math.min(sizeOf(waiting.runs) - 1, before - sizeOf(waiting.runs)) >> 1);
  }

  /** What the peer reads now. */
  read(max: number | undefined): Run[][] {
    if (this.isStream) {
      const runs = takeFrom(this.inFlight, max ?? Number.POSITIVE_INFINITY);
      return runs.length > 0 ? [runs] : [];
    }
    const read: Run[][] = [];
    for (let bytes = 0; this.datagrams.length > 0 && (max === undefined || bytes < max); ) {
      const datagram = this.datagrams.shift()!;
      if (this.has('datagrams-merged') && this.datagrams.length > 0) datagram.push(...this.datagrams.shift()!);
      bytes += sizeOf(datagram);
      read.push(datagram);
    }
    return read;
  }
}
