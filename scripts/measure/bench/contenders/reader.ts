/** The reading thread of threads.ts and roundTrip.ts. */

import { createServer } from 'node:net';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SharedByteRing } from '../../../../impl/ring/sharedByteRing.ts';
import { patternAt } from '../serve.ts';

/** Words that both threads know. A number of bytes is kept modulo 2^32. */
export const READ = 0;
/** Not 0: bytes are compared with the pattern, whose position 0 is where this was set. */
export const CHECKS = 1;
/** Position of the first byte that was not what the pattern says, or -1. */
export const WRONG_AT = 2;
/** Of a round trip: whose turn it is. */
export const TURN = 3;

export type ReaderTask =
  | { readonly kind: 'ring'; readonly memory: SharedArrayBuffer; readonly words: Int32Array }
  | { readonly kind: 'port' | 'net' | 'bare' | 'echo'; readonly words: Int32Array };

const start = (reading: ReaderTask, port: MessagePort): void => {
  const { words } = reading;
  let position = 0;
  let looks = 0;
  /** Sees bytes: the first and the last of them, or each, when they are to be checked. */
  const see = (bytes: Uint8Array, from: number, length: number): void => {
    if (Atomics.load(words, CHECKS) === 0) {
      looks += bytes[from]! + bytes[from + length - 1]!;
      position = 0;
      return;
    }
    for (let i = 0; i < length; i++) {
      if (bytes[from + i] !== patternAt(position + i) && words[WRONG_AT] === -1) Atomics.store(words, WRONG_AT, position + i);
    }
    position += length;
  };
  if (reading.kind === 'ring') {
    const ring = new SharedByteRing(reading.memory);
    port.postMessage('ready');
    while (ring.awaitBytes()) {
      const { bytes, index, first, second } = ring.regions();
      see(bytes, index, first);
      if (second > 0) see(bytes, 0, second);
      ring.skip(first + second);
    }
  } else if (reading.kind === 'port') {
    port.on('message', (message: Uint8Array) => {
      see(message, 0, message.length);
      Atomics.add(words, READ, message.length);
      Atomics.notify(words, READ);
    });
    port.postMessage('ready');
  } else if (reading.kind === 'net') {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        see(chunk, 0, chunk.length);
        Atomics.add(words, READ, chunk.length);
      });
    });
    server.listen(0, '127.0.0.1', () => port.postMessage((server.address() as { port: number }).port));
  } else if (reading.kind === 'bare') {
    port.postMessage('ready');
    for (;;) {
      while (Atomics.load(words, TURN) === 0) Atomics.wait(words, TURN, 0);
      Atomics.store(words, TURN, 0);
      Atomics.notify(words, TURN);
    }
  } else {
    port.on('message', (message: unknown) => port.postMessage(message));
    port.postMessage('ready');
  }
  // Whatever is never used might not be computed.
  if (looks < 0) process.exitCode = 1;
};

if (parentPort !== null && workerData?.words instanceof Int32Array) start(workerData as ReaderTask, parentPort as unknown as MessagePort);
