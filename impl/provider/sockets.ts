/** A socket and its way to the peer, and the table that finds a socket by its number. */

import { socketTypes } from '../../model/winsock/codes.ts';
import type { SOCKET } from '../../model/winsock/spi.ts';
import { ByteRing } from '../ring/byteRing.ts';
import type { LengthRing } from '../ring/lengthRing.ts';
import { OperationPool, OperationRing } from '../ring/operationRing.ts';
import { type Link, sendBufferDefault } from './link.ts';
import { noOperation, Operation } from './operation.ts';
import { isOwn, Switches } from './switches.ts';

/** What a send needs of the transport's buffer; the rings of one thread and of two both have it. */
export interface SendBuffer {
  limit: number;
  /** Bytes that may still be written. */
  readonly room: number;
  readonly used: number;
  /** True when all of `length` bytes can be written now. */
  fits(length: number): boolean;
  offer(source: Uint8Array, length: number): boolean;
  write(source: Uint8Array, offset: number, length: number): number;
  gather(buffers: readonly { len: number; buf: Uint8Array | null }[], count: number, length: number): number;
}

/** What SO_SNDBUF is cut down to. */
export const sendBufferMax = 1 << 24;
/** The largest payload of a UDP datagram over IPv4. */
export const messageDefault = 65507;

/** How many of the next sends a tester has refused, by the code; see environment.ts. */
export class Armed {
  nobufs = 0;
  wouldBlock = 0;
  inProgress = 0;
  /** As `inProgress`, while a routine runs. */
  inRoutine = 0;

  get isEmpty(): boolean {
    return this.nobufs + this.wouldBlock + this.inProgress + this.inRoutine === 0;
  }
}

export class Socket {
  readonly handle: SOCKET;
  readonly isDatagram: boolean;
  readonly isOverlapped: boolean;
  /**
   * True when nothing about the socket speaks against a send without flags, so that WSPSend need not ask what does.
   * Code that changes a field below on which this or the next depends calls `refresh`.
   */
  isClear = false;
  /**
   * 1: the same for a stream that flows, where only the room is left to ask: its sends that wait go on as soon as there is room, and their
   * ends are indicated at once. A number, which is tested in one instruction. No operation of a socket that does not flow is plain.
   */
  ready = 0;
  isOpen = true;
  isBound = false;
  isConnected = false;
  isNonblocking = false;
  isReceiveOnly = false;
  /** Bound to a completion port. */
  isPortBound = false;
  isSendShutDown = false;
  /** Connected to a broadcast address. */
  isToBroadcast = false;
  /** 0, or the code that every send gives since the circuit broke. */
  failure = 0;
  /** 0, or the code of a break that has happened and has yet to reach this end. */
  arriving = 0;
  /** Whether it reaches this end only when the world settles; otherwise the next call finds it too. */
  arrivesLate = false;
  /** The peer closed its socket: it takes nothing any more, and data that reach it are answered with a reset. */
  isPeerClosed = false;
  /** What the peer's next look ends with: nothing special, the orderly end, an error, or nothing ever again. */
  peerSees: 'data' | 'reset' | 'nothing' = 'data';

  /** Where sends are written to. */
  buffer: SendBuffer;
  /** The way to a simulated peer; null before the connection, and where the peer is on another thread. */
  link: Link | null = null;
  /** Lengths of the datagrams in the buffer, the oldest first; null where the way to the peer knows of none. */
  datagrams: LengthRing | null = null;
  /** Sends that wait for room, in the order of their calls. */
  readonly pending: OperationRing<Operation>;

  // Options.
  /** The limit of the send buffer that was asked for, by SO_SNDBUF or by the tester. */
  limitAsked = sendBufferDefault;
  allowsBroadcast = false;
  lingers = false;
  lingerSeconds = 0;
  messageMax = messageDefault;
  readonly others = new Map<number, number>();

  // The tester's.
  readonly armed = new Armed();
  readonly switches = new Switches();
  /** False once a switch was turned. */
  choosesFreely = true;
  isStalled = false;
  delaysCompletions = false;
  delaysArrivals = false;

  constructor(handle: SOCKET, type: number, isOverlapped: boolean, buffer: SendBuffer, pool: OperationPool<Operation>) {
    this.handle = handle;
    this.isDatagram = type === socketTypes.SOCK_DGRAM;
    this.isOverlapped = isOverlapped;
    this.buffer = buffer;
    this.pending = new OperationRing(pool, noOperation);
  }

  /** Lets the way to a simulated peer hold at most `limit` bytes from now on. */
  restrict(limit: number): void {
    if (this.link?.restrict(limit)) this.buffer = this.link.ring;
  }

  /** Turns these switches. */
  choose(choices: Partial<Switches>): void {
    Object.assign(this.switches, choices);
    this.choosesFreely = isOwn(this.switches);
    this.refresh();
  }

  refresh(): void {
    this.isClear =
      this.isOpen &&
      this.isConnected &&
      (!this.isToBroadcast || this.allowsBroadcast) &&
      !this.isReceiveOnly &&
      !this.isSendShutDown &&
      this.failure === 0 &&
      (this.arriving === 0 || this.arrivesLate) &&
      !this.isPeerClosed &&
      this.armed.isEmpty &&
      this.choosesFreely;
    const flows = this.isOpen && !this.isSendShutDown && !this.isDatagram && !this.isStalled && !this.delaysCompletions;
    this.ready = Number(this.isClear && flows);
    if (!flows) for (let age = 0; age < this.pending.length; age++) this.pending.at(age).complicate();
  }
}

/** The buffer of a socket that is not connected, and of one that is gone. */
export const noBuffer: SendBuffer = Object.seal(new ByteRing(1));
noBuffer.limit = 0;

/** Stands in every free place of the table: it has no number that a caller can name. */
const nobody = new Socket(-1, socketTypes.SOCK_STREAM, false, noBuffer, new OperationPool((context) => new Operation(context)));

/** Low bits of a SOCKET are its place in the table, the others count how often the place was given away. */
const placeBits = 16;
/** Shifted, not raised to a power: V8 keeps a power as a double, and each SOCKET would be one. */
const placeMax = 1 << placeBits;
const usesMax = 1 << 14;

export class SocketTable {
  /** Public for WSPSend's first look: `places[s & mask].handle === s` holds for a socket that is open, and perhaps for -1, never ready. */
  places: Socket[] = new Array<Socket>(64).fill(nobody);
  mask = 63;
  private readonly uses: number[] = [];
  /** Freed places, the longest free first: with the count of uses, a number comes back only after a long time. */
  private readonly freed: number[] = [];
  private fresh = 0;

  /** The new socket, or null when all places are taken. */
  add(make: (handle: SOCKET) => Socket): Socket | null {
    const place = this.fresh < this.places.length ? this.fresh++ : (this.freed.shift() ?? this.freshAfterGrowing());
    if (place === placeMax) return null;
    const use = ((this.uses[place] ?? 0) % usesMax) + 1;
    this.uses[place] = use;
    const socket = make(use * placeMax + place);
    this.places[place] = socket;
    return socket;
  }

  find(s: SOCKET): Socket | null {
    const socket = this.places[s & this.mask]!;
    return socket.handle === s && s >= 0 ? socket : null;
  }

  remove(socket: Socket): void {
    const place = socket.handle % placeMax;
    this.places[place] = nobody;
    this.freed.push(place);
  }

  *[Symbol.iterator](): IterableIterator<Socket> {
    for (const socket of this.places) if (socket !== nobody) yield socket;
  }

  private freshAfterGrowing(): number {
    if (this.places.length === placeMax) return placeMax;
    this.places = this.places.concat(new Array<Socket>(this.places.length).fill(nobody));
    this.mask = this.places.length - 1;
    return this.fresh++;
  }
}
