/** Explores the steps of the ring's two threads to closure, breadth first, so that the first interleaving that fails is a shortest one. */

import { capacity, type Misplacement, type RingState, start, stepsOf, type Thread } from './ringSteps.ts';

export interface Explored {
  readonly states: number;
  readonly steps: number;
  /** What is broken, and the steps that lead to it; null when nothing is. */
  readonly failure: { readonly breaks: string; readonly interleaving: readonly string[] } | null;
}

const wakes = ['wakeLook', 'wakeClear', 'wakeNotify'];
/** True while a thread has yet to look whether the other sleeps, or to wake it. */
const willWake = ({ at, then }: Thread): boolean => wakes.includes(at) || then === 'leave' || at === 'leave';

/** What a state breaks by itself. */
const brokenIn = ({ writer, reader, TAIL, HEAD, WRITER_ENDED, READER_GONE }: RingState): string | null => {
  const lap = 2 * capacity;
  if (reader.at === 'asleep' && TAIL !== reader.own && !willWake(writer)) return 'the reader sleeps beside published bytes';
  if (writer.at === 'asleep' && (writer.own - HEAD + lap) % lap < capacity && !willWake(reader)) {
    return 'the writer sleeps beside released room';
  }
  if (reader.at === 'asleep' && WRITER_ENDED === 1 && !willWake(writer)) return 'the reader sleeps though the writer has ended';
  if (writer.at === 'asleep' && READER_GONE === 1 && !willWake(reader)) return 'the writer sleeps though the reader has gone';
  if (writer.at === 'asleep' && reader.at === 'asleep') return 'both threads sleep';
  return null;
};

const keyOf = ({ writer, reader, ...shared }: RingState): string =>
  `${writer.at} ${writer.then} ${writer.own}${writer.seen}${writer.size}${writer.right} ${reader.at} ${reader.then} ${reader.own}${reader.seen}${reader.size}${reader.right} ` +
  `${shared.TAIL}${shared.HEAD}${shared.WRITER_SLEEPS}${shared.READER_SLEEPS}${shared.WRITER_ENDED}${shared.READER_GONE}${shared.bytes.join('')}`;

interface Came {
  readonly from: number;
  readonly by: string;
}

/** Every interleaving of the ring, or of one that misplaces something, up to the first that breaks a promise. */
export const exploreRing = (misplaced: Misplacement | null = null): Explored => {
  const seen = new Set<string>([keyOf(start)]);
  const came: Came[] = [{ from: -1, by: '' }];
  let steps = 0;
  let frontier: [place: number, state: RingState][] = [[0, start]];
  const way = (place: number): string[] => {
    const names: string[] = [];
    for (let at = place; at > 0; at = came[at]!.from) names.push(came[at]!.by);
    return names.reverse();
  };
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const [place, state] of frontier) {
      const possible = stepsOf(state, misplaced);
      for (const { name, to, breaks } of possible) {
        steps++;
        const broken = breaks ?? brokenIn(to);
        if (broken !== null) return { states: came.length, steps, failure: { breaks: broken, interleaving: [...way(place), name] } };
        const key = keyOf(to);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push([came.length, to]);
        came.push({ from: place, by: name });
      }
      if (possible.length === 0 && (state.writer.at !== 'done' || state.reader.at !== 'done')) {
        // A thread whose other has gone may sleep no more, and both may not sleep: brokenIn has said so before.
        return { states: came.length, steps, failure: { breaks: 'no thread can go on', interleaving: way(place) } };
      }
    }
    frontier = next;
  }
  return { states: came.length, steps, failure: null };
};

/** The failure for a message: what broke, and the steps in their order. */
export const failureText = ({ failure }: Explored): string =>
  failure === null
    ? 'every interleaving keeps the promises'
    : `${failure.breaks}, after ${failure.interleaving.length} steps:\n${failure.interleaving.map((name, i) => `${String(i + 1).padStart(4)}  ${name}`).join('\n')}`;
