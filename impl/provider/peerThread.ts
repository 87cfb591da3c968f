/**
 * A peer on a thread of its own, for startOnThreads: it empties the shared memory in place and reports what it read.
 * To be started from the built output, because a worker cannot load TypeScript.
 */

import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { SharedApcQueue } from '../ring/sharedApcQueue.ts';
import { SharedByteRing } from '../ring/sharedByteRing.ts';

export interface PeerOptions {
  memory: SharedArrayBuffer;
  /** Bytes are checked against `position mod period`. */
  period: number;
  /** Waits so long before the first read. */
  delayMs?: number;
  /** Reads at most so much at a time. */
  chunk?: number;
  /** Leaves after so many bytes. */
  leaveAfter?: number;
  /** Where the sender's thread has its APCs, and the number of its socket. */
  apcs?: { memory: SharedArrayBuffer; context: number };
}

export interface PeerReport {
  received: number;
  /** Position of the first byte that was not what `period` says, or -1. */
  wrongAt: number;
}

/** Reads until the writer ends, or until it has enough, or until a byte is wrong. */
export const readAll = ({
  memory,
  period,
  delayMs = 0,
  chunk = 2 ** 30,
  leaveAfter = Number.POSITIVE_INFINITY,
  apcs,
}: PeerOptions): PeerReport => {
  const ring = new SharedByteRing(memory);
  if (apcs !== undefined) {
    const queue = new SharedApcQueue(apcs.memory);
    ring.whenRoomIsAsked = () => queue.push(apcs.context);
  }
  if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
  let received = 0;
  let wrongAt = -1;
  while (received < leaveAfter && wrongAt < 0 && ring.awaitBytes()) {
    const { bytes, index, first } = ring.regions();
    const length = Math.min(first, chunk);
    for (let i = 0, expected = received % period; i < length; i++) {
      if (bytes[index + i] !== expected && wrongAt < 0) wrongAt = received + i;
      expected = expected + 1 === period ? 0 : expected + 1;
    }
    ring.skip(length);
    received += length;
  }
  ring.release();
  ring.leave();
  return { received, wrongAt };
};

if (!isMainThread && parentPort !== null && workerData?.memory instanceof SharedArrayBuffer) {
  parentPort.postMessage(readAll(workerData as PeerOptions));
}
