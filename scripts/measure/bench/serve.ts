/** The other side of process.ts: what the process of a contender runs. */

import { createInterface } from 'node:readline';
import type { Regions } from '../../../impl/ring/byteRing.ts';

export interface Contest {
  /**
   * Does the operation so many times with `source`, whose length is the size of a message. What it returns is awaited, and timed. Where not
   * all of it counts, it gives the nanoseconds that do.
   */
  run(source: Uint8Array, times: number): number | void | Promise<void>;
  /** Throws unless messages of this size arrive whole and in order. */
  verify(size: number): void | Promise<void>;
}

/** The byte at each position of the stream that `verify` sends. */
export const patternAt = (position: number): number => position % 251;

export const fillPattern = (target: Uint8Array, position: number): void => {
  for (let i = 0; i < target.length; i++) target[i] = patternAt(position + i);
};

type See = (bytes: Uint8Array, from: number, length: number) => void;

/** What a ring holds is seen in place, and its room given back. */
export const seeAll = (ring: { regions(): Regions; skip(length: number): void }, see: See): void => {
  const { bytes, index, first, second } = ring.regions();
  see(bytes, index, first);
  see(bytes, 0, second);
  ring.skip(first + second);
};

/** Sends messages of the pattern and compares what comes out. One message is under way at a time. */
export const verifyMessages = (size: number, exchange: (message: Uint8Array, see: See) => void): void => {
  let sent = 0;
  let seen = 0;
  const see: See = (bytes, from, length) => {
    for (let i = from; i < from + length; i++, seen++) {
      if (bytes[i] !== patternAt(seen)) throw new Error(`byte ${seen} must be ${patternAt(seen)}: ${bytes[i]}`);
    }
  };
  // A fresh array for each: what arrives must not be what was sent before.
  for (let i = 0; i < 1000; i++) {
    const message = new Uint8Array(size);
    fillPattern(message, sent);
    sent += size;
    exchange(message, see);
    if (seen !== sent) throw new Error(`${sent} bytes must have arrived: ${seen}`);
  }
};

const arena = new ArrayBuffer((1 << 20) + 8192);

const timed = async (contest: Contest, source: Uint8Array, times: number): Promise<number> => {
  const started = process.hrtime.bigint();
  const running = contest.run(source, times);
  if (typeof running === 'number') return running;
  if (running !== undefined) await running;
  return Number(process.hrtime.bigint() - started);
};

const sample = async (contest: Contest, size: number, ms: number, offset: number): Promise<number> => {
  const source = new Uint8Array(arena, offset, size);
  let times = 1;
  let ns = await timed(contest, source, times);
  while (ns < (ms * 1e6) / 8) {
    times *= 2;
    ns = await timed(contest, source, times);
  }
  if (ns >= ms * 1e6) return ns / times;
  times = Math.ceil((ms * 1e6) / (ns / times));
  return (await timed(contest, source, times)) / times;
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Answers until standard input ends. The one argument of the process names the contest. */
export const serve = async (contests: Readonly<Record<string, () => Contest | Promise<Contest>>>): Promise<void> => {
  const name = process.argv[2] ?? '';
  const make = contests[name];
  if (make === undefined) throw new Error(`The contest must be one of ${Object.keys(contests).join(', ')}: ${name}`);
  const contest = await make();
  say('ready');
  for await (const line of createInterface(process.stdin)) {
    const [verb, size, ms, offset] = line.split(' ');
    if (verb === 'sample') say((await sample(contest, Number(size), Number(ms), Number(offset))).toFixed(3));
    else {
      try {
        await contest.verify(Number(size));
        say('ok');
      } catch (error) {
        say((error as Error).message);
      }
    }
  }
  process.exit(0);
};
