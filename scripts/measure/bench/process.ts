/**
 * Contenders that are processes. Each has one to itself, so that what V8 records about one contender's types and what one leaves in the
 * heap concerns no other, and programs in C are asked in the same words: see contest.h.
 */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender, Running, Sampling } from './row.ts';

/** Sizes of messages, in bytes. */
export const sizes = [16, 64, 512, 1460, 4096, 65_536] as const;
export const sizeCases = sizes.map((size) => (size < 4096 ? `${size} B` : `${size / 1024} KiB`));

/** A process that answers line by line. It says `ready` first. */
export const converse = async (command: string, words: readonly string[], sizeOf: (place: number) => number): Promise<Running> => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`A contender must answer every request: ${command} ${words.join(' ')} ended`);
    return value;
  };
  const ask = (request: string): Promise<string> => {
    child.stdin.write(`${request}\n`);
    return answer();
  };
  const first = await answer();
  if (first !== 'ready') throw new Error(`A contender must say ready first: ${first}`);
  return {
    async sample(place, { ms, offset }: Sampling) {
      const text = await ask(`sample ${sizeOf(place)} ${ms} ${offset}`);
      const cost = Number(text);
      if (!(cost > 0)) throw new Error(`A sample must be a cost above 0: ${text}`);
      return cost;
    },
    async verify(place) {
      const text = await ask(`verify ${sizeOf(place)}`);
      if (text !== 'ok') throw new Error(text);
    },
    stop: () => child.kill(),
  };
};

const sizeAt = (place: number): number => sizes[place]!;

/** A contender of the module `contenders/FILE`, in a Node of its own, for the cases of `sizeCases` unless others are given. */
export const inNode = (name: string, file: string, contest = name, sizeOf = sizeAt): Contender => ({
  name,
  start: () => converse(process.execPath, [fileURLToPath(new URL(`./contenders/${file}`, import.meta.url)), contest], sizeOf),
});
