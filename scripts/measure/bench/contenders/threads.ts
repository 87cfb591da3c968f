/** Messages from this thread to another one. A run ends when the other has read all of them. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { startOnThreads } from '../../../../impl/provider/threads.ts';
import { SharedByteRing } from '../../../../impl/ring/sharedByteRing.ts';
import { AF_INET, socketTypes } from '../../../../model/winsock/codes.ts';
import type { Cell, WSABUF } from '../../../../model/winsock/spi.ts';
import { type Contest, fillPattern, serve } from '../serve.ts';
import { CHECKS, READ, type ReaderTask, WRONG_AT } from './reader.ts';

const capacity = 2 ** 18;
const messagesToVerify = 500;

const sharedWords = (): Int32Array => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  words[WRONG_AT] = -1;
  return words;
};

const startReader = async (reading: ReaderTask): Promise<{ worker: Worker; said: unknown }> => {
  const worker = new Worker(new URL('./reader.js', import.meta.url), { workerData: reading });
  const [said] = (await once(worker, 'message')) as [unknown];
  return { worker, said };
};

/** Sends messages of the pattern, each from an array of its own, and asks the reader what it saw. */
const verifyBy =
  (words: Int32Array, send: (message: Uint8Array) => void | Promise<void>, settle: () => void | Promise<void>) =>
  async (size: number): Promise<void> => {
    await settle();
    Atomics.store(words, CHECKS, 1);
    for (let i = 0; i < messagesToVerify; i++) {
      const message = new Uint8Array(size);
      fillPattern(message, i * size);
      await send(message);
    }
    await settle();
    Atomics.store(words, CHECKS, 0);
    const wrongAt = Atomics.load(words, WRONG_AT);
    if (wrongAt !== -1) throw new Error(`byte ${wrongAt} arrived wrong`);
    // The next look of the reader, at one message that is not checked, sets its position to 0 again.
    await send(new Uint8Array(size));
    await settle();
  };

/** A moment without work for the processor, which the other thread may need. */
const pause = (): void => {
  Atomics.wait(idle, 0, 0, 0.02);
};
const idle = new Int32Array(new SharedArrayBuffer(4));

/** A way over shared memory. `sendOn` gives what sends a message and what publishes the last of them. */
const overRing = async (sendOn: (memory: SharedArrayBuffer) => { send(message: Uint8Array): void; publish(): void }): Promise<Contest> => {
  const memory = SharedByteRing.allocate(capacity);
  const words = sharedWords();
  await startReader({ kind: 'ring', memory, words });
  const { send, publish } = sendOn(memory);
  const settle = (): void => {
    publish();
    // A ring that is wrapped now knows what has been published until now.
    const observer = new SharedByteRing(memory);
    while (observer.used > 0) pause();
  };
  return {
    run(source, times) {
      for (let i = 0; i < times; i++) send(source);
      settle();
    },
    verify: verifyBy(words, send, settle),
  };
};

/** A way on which the reader counts the bytes it has read. So many bytes may be under way at most. */
const counted = (words: Int32Array) => {
  const underWayMax = 2 ** 22;
  let sent = 0;
  const underWay = (): number => (sent - Atomics.load(words, READ)) | 0;
  return {
    add(length: number): void {
      sent = (sent + length) | 0;
    },
    isFull: () => underWay() > underWayMax,
    isIdle: () => underWay() === 0,
  };
};

await serve({
  // Published every 4 KiB, as a transport that batches does.
  ring: () =>
    overRing((memory) => {
      const ring = new SharedByteRing(memory, 4096);
      return {
        send(message) {
          const { length } = message;
          if (ring.offer(message, length)) return;
          for (let sent = 0; sent < length; ) {
            const wrote = ring.write(message, sent, length - sent);
            sent += wrote;
            if (wrote === 0) ring.awaitRoom();
          }
        },
        publish: () => ring.publish(),
      };
    }),

  // A blocking socket; every send publishes.
  WSPSend: () =>
    overRing((memory) => {
      const spi = startOnThreads(
        { WPUQueueApc: () => -1, WPUCompleteOverlappedRequest: () => -1, WPUResetEvent: () => true },
        () => memory,
      );
      const lpErrno: Cell = { value: undefined };
      const sent: Cell = { value: undefined };
      const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, 0, lpErrno);
      spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
      const buffer: WSABUF = { len: 0, buf: null };
      const buffers = [buffer];
      return {
        send(message) {
          buffer.len = message.length;
          buffer.buf = message;
          const result = spi.WSPSend(s, buffers, 1, sent, 0, null, null, null, lpErrno);
          if (result !== 0) throw new Error(`WSPSend must give 0: errno ${lpErrno.value}`);
        },
        publish() {},
      };
    }),

  async MessagePort() {
    const words = sharedWords();
    const { worker } = await startReader({ kind: 'port', words });
    const count = counted(words);
    const send = (message: Uint8Array): void => {
      worker.postMessage(message);
      count.add(message.length);
      while (count.isFull()) pause();
    };
    const settle = (): void => {
      while (!count.isIdle()) pause();
    };
    return {
      run(source, times) {
        // Of a view the whole buffer would be cloned with every message.
        const message = source.slice();
        for (let i = 0; i < times; i++) send(message);
        settle();
      },
      verify: verifyBy(words, send, settle),
    };
  },

  async 'node:net'() {
    const words = sharedWords();
    const { said } = await startReader({ kind: 'net', words });
    const socket = connect(said as number, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    const count = counted(words);
    const settle = async (): Promise<void> => {
      while (!count.isIdle()) await new Promise(setImmediate);
    };
    const send = async (message: Uint8Array): Promise<void> => {
      count.add(message.length);
      if (!socket.write(message)) await once(socket, 'drain');
    };
    return {
      async run(source, times) {
        for (let i = 0; i < times; i++) {
          count.add(source.length);
          if (!socket.write(source)) await once(socket, 'drain');
        }
        await settle();
      },
      verify: verifyBy(words, send, settle),
    };
  },
});
