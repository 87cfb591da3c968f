/** A thread waits until another one has answered, which waits in between. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startOnThreads } from '../../../../impl/provider/threads.ts';
import { SharedByteRing } from '../../../../impl/ring/sharedByteRing.ts';
import { AF_INET, socketTypes } from '../../../../model/winsock/codes.ts';
import type { Cell } from '../../../../model/winsock/spi.ts';
import { type Contest, patternAt, serve } from '../serve.ts';
import { CHECKS, type ReaderTask, TURN, WRONG_AT } from './reader.ts';

const startReader = async (reading: ReaderTask): Promise<Worker> => {
  const worker = new Worker(new URL('./reader.js', import.meta.url), { workerData: reading });
  await once(worker, 'message');
  return worker;
};

const sharedWords = (): Int32Array => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  words[WRONG_AT] = -1;
  return words;
};

/** A contest of round trips, and one of them. */
interface Trips {
  readonly contest: Contest;
  trip(): void;
}

/** A send buffer of one byte: a send waits until the peer has read the byte before, and the peer waits for the next. */
async function sends(): Promise<Trips> {
  const memory = SharedByteRing.allocate(1);
  const words = sharedWords();
  await startReader({ kind: 'ring', memory, words });
  const spi = startOnThreads({ WPUQueueApc: () => -1, WPUCompleteOverlappedRequest: () => -1, WPUResetEvent: () => true }, () => memory);
  const lpErrno: Cell = { value: undefined };
  const sent: Cell = { value: undefined };
  const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, 0, lpErrno);
  spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
  const data = new Uint8Array(1);
  const buffers = [{ len: 1, buf: data }];
  const send = (): void => {
    const result = spi.WSPSend(s, buffers, 1, sent, 0, null, null, null, lpErrno);
    if (result !== 0 || sent.value !== 1) throw new Error(`WSPSend must send 1 byte: ${sent.value}, errno ${lpErrno.value}`);
  };
  const settle = (): void => {
    const observer = new SharedByteRing(memory);
    while (observer.used > 0) Atomics.wait(words, TURN, 0, 0.02);
  };
  const verify = (): void => {
    settle();
    Atomics.store(words, CHECKS, 1);
    for (let i = 0; i < 1000; i++) {
      data[0] = patternAt(i);
      send();
    }
    settle();
    Atomics.store(words, CHECKS, 0);
    const wrongAt = Atomics.load(words, WRONG_AT);
    if (wrongAt !== -1) throw new Error(`byte ${wrongAt} arrived wrong`);
  };
  return {
    contest: {
      run(_source, times) {
        for (let i = 0; i < times; i++) send();
      },
      verify,
    },
    // The first finds the buffer empty and wakes the peer; the second returns when the peer has read it.
    trip() {
      send();
      send();
    },
  };
}

/** `wakesAgain`: the peer has parked again by the end of the trip, and is woken for what comes next, as by the byte of the second send. */
async function bareTrips(wakesAgain = false): Promise<Trips> {
  const words = sharedWords();
  await startReader({ kind: 'bare', words });
  const trip = (): void => {
    Atomics.store(words, TURN, 1);
    Atomics.notify(words, TURN);
    while (Atomics.load(words, TURN) === 1) Atomics.wait(words, TURN, 1);
    if (wakesAgain) Atomics.notify(words, TURN);
  };
  return {
    contest: {
      run(_source, times) {
        for (let i = 0; i < times; i++) trip();
      },
      verify: trip,
    },
    trip,
  };
}

/** How long the other thread is given to park: it looks for some time first. */
const parkedAfterMs = 0.3;

/**
 * The same where the other thread has parked before each round trip. The time of the trips alone counts, and of them the median: one in
 * which a thread had to wait for a core takes a hundred times as long.
 */
function afterParking({ contest, trip }: Trips): Contest {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  return {
    run(_source, times) {
      const trips = new Float64Array(times);
      for (let i = 0; i < times; i++) {
        Atomics.wait(nobody, 0, 0, parkedAfterMs);
        const started = performance.now();
        trip();
        trips[i] = performance.now() - started;
      }
      return trips.sort()[times >> 1]! * 1e6 * times;
    },
    verify: contest.verify,
  };
}

await serve({
  WSPSend: async () => (await sends()).contest,
  WSPSendParked: async () => afterParking(await sends()),
  bare: async () => (await bareTrips()).contest,
  bareParked: async () => afterParking(await bareTrips()),
  bareParkedTwice: async () => afterParking(await bareTrips(true)),

  async postMessage() {
    const worker = await startReader({ kind: 'echo', words: sharedWords() });
    let answered: (message: number) => void = () => {};
    worker.on('message', (message: number) => answered(message));
    const trip = (message: number): Promise<number> => {
      worker.postMessage(message);
      return new Promise((resolve) => {
        answered = resolve;
      });
    };
    return {
      async run(_source, times) {
        for (let i = 0; i < times; i++) await trip(i);
      },
      async verify() {
        for (let i = 0; i < 100; i++) {
          const answer = await trip(i);
          if (answer !== i) throw new Error(`the answer to ${i} must be ${i}: ${answer}`);
        }
      },
    };
  },
});
