/** The way from one socket to its simulated peer, and the buffers that such ways share one after the other. */

import { ByteRing } from '../ring/byteRing.ts';
import { LengthRing } from '../ring/lengthRing.ts';

export const sendBufferDefault = 65536;

export class Link {
  ring: ByteRing;
  /** Bytes behind the transport that the peer has not read. */
  arrived: ByteRing | null = null;
  /** Lengths of the datagrams in the ring, the oldest first. */
  readonly datagrams = new LengthRing();
  /** Urgent bytes that the peer has not read, the oldest first. They take no room of the stream's. */
  readonly urgent: number[] = [];

  constructor(ring: ByteRing) {
    this.ring = ring;
  }

  get unread(): number {
    return this.ring.used + (this.arrived === null ? 0 : this.arrived.used);
  }

  /** Moves bytes behind the transport, where they take no room of the sender's. */
  take(length: number): void {
    const arrived = withRoom(this.arrived ?? new ByteRing(1024), length);
    const { bytes, index, first, second } = this.ring.regions();
    const fromFirst = Math.min(first, length);
    arrived.write(bytes, index, fromFirst);
    arrived.write(bytes, 0, Math.min(second, length - fromFirst));
    this.ring.skip(length);
    this.arrived = arrived;
  }

  /** Copies the next bytes to the peer's array: those behind the transport first. */
  read(target: Uint8Array, offset: number, length: number): number {
    const early = this.arrived === null ? 0 : this.arrived.read(target, offset, length);
    return early + this.ring.read(target, offset + early, length - early);
  }

  /** What the peer has not read is gone. */
  lose(): void {
    this.ring.skip(this.ring.used);
    this.arrived = null;
    this.datagrams.clear();
    this.urgent.length = 0;
  }

  /** The oldest datagram is lost on its way. */
  loseDatagram(): void {
    const length = this.datagrams.shift();
    if (length >= 0) this.ring.skip(length);
  }

  /** Nothing will be sent any more: what is unread moves to where it fits closely, and the buffer is free for another socket. */
  compact(): void {
    this.take(this.ring.used);
    recycle(this.ring);
    this.ring = nothing;
  }

  /** Lets at most `limit` bytes be held from now on. True when that took a larger ring, which is `ring` then. */
  restrict(limit: number): boolean {
    const isTooSmall = limit > this.ring.capacity;
    if (isTooSmall) this.ring = withRoom(this.ring, limit - this.ring.used);
    this.ring.limit = limit;
    return isTooSmall;
  }
}

/** The ring itself if it can hold that much more, else a larger one with the same bytes. */
const withRoom = (ring: ByteRing, more: number): ByteRing => {
  if (ring.capacity - ring.used >= more) return ring;
  let { capacity } = ring;
  while (capacity - ring.used < more) capacity *= 2;
  const larger = new ByteRing(capacity);
  const { bytes, index, first, second } = ring.regions();
  larger.write(bytes, index, first);
  larger.write(bytes, 0, second);
  return larger;
};

const nothing = new ByteRing(1);

/** Buffers of closed circuits, for the next ones: a new one costs the clearing of its memory. */
const spare: ByteRing[] = [];
const spareMax = 64;

/** A ring of the default size, empty. */
export const freshRing = (): ByteRing => spare.pop() ?? new ByteRing(sendBufferDefault);

export const recycle = (ring: ByteRing): void => {
  if (ring.capacity !== sendBufferDefault || spare.length === spareMax) return;
  ring.clear();
  ring.limit = sendBufferDefault;
  spare.push(ring);
};
