/**
 * How quiet the machine is: a spin, which is work of a known length, takes longer whenever something else has the core.
 *
 * 1 is a core for this program alone, one half is a core shared with one other program. A figure that was taken while the machine was not
 * quiet proves nothing, and the bench does not call a goal missed by it.
 */

import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** Below this it was not quiet. */
export const quietMin = 0.9;

/** So many at a time: a scheduler takes the core away for milliseconds at once, and less would fall between two of them. */
const spins = 64;
/** Some tenths of a millisecond. */
const turns = 300_000;

/** Nanoseconds of the shortest of some spins. */
const shortest = (times: number): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) least = Math.min(least, spin());
  return least;
};

let sink = 1;
const spin = (): number => {
  const started = process.hrtime.bigint();
  let value = sink;
  for (let i = 0; i < turns; i++) value = (Math.imul(value, 1103515245) + 12345) | 0;
  sink = value;
  return Number(process.hrtime.bigint() - started);
};

/** Nanoseconds of all of some spins, one after the other, for each of them. */
const mean = (): number => {
  let sum = 0;
  for (let i = 0; i < spins; i++) sum += spin();
  return sum / spins;
};

const ASKED = 0;
const ANSWERED = 1;

/** Spins on as many cores as are asked for at once. */
export class Quiet {
  private readonly workers: { readonly worker: Worker; readonly words: Int32Array; readonly answer: Float64Array }[] = [];
  /** What a spin takes on a core of its own: the shortest that was ever seen. */
  private least = shortest(300);

  /** The share of a core that this program has now; on several cores, the least of them. */
  now(cores = 1): number {
    while (this.workers.length < cores - 1) this.workers.push(this.spawn());
    const others = this.workers.slice(0, cores - 1);
    for (const { words } of others) {
      Atomics.add(words, ASKED, 1);
      Atomics.notify(words, ASKED);
    }
    let longest = mean();
    for (const { words, answer } of others) {
      while (Atomics.load(words, ANSWERED) !== Atomics.load(words, ASKED)) Atomics.wait(words, ANSWERED, Atomics.load(words, ANSWERED), 10);
      longest = Math.max(longest, answer[0]!);
    }
    this.least = Math.min(this.least, longest);
    return this.least / longest;
  }

  private spawn() {
    const words = new Int32Array(new SharedArrayBuffer(8));
    const answer = new Float64Array(new SharedArrayBuffer(8));
    const worker = new Worker(new URL(import.meta.url), { workerData: { spins: { words, answer } } });
    worker.unref();
    return { worker, words, answer };
  }

  stop(): void {
    for (const { worker } of this.workers.splice(0)) void worker.terminate();
  }
}

const serveSpins = ({ words, answer }: { words: Int32Array; answer: Float64Array }): void => {
  for (let answered = 0; ; answered++) {
    while (Atomics.load(words, ASKED) === answered) Atomics.wait(words, ASKED, answered);
    answer[0] = mean();
    Atomics.store(words, ANSWERED, answered + 1);
    Atomics.notify(words, ANSWERED);
  }
};

if (!isMainThread && workerData?.spins !== undefined) serveSpins(workerData.spins);
