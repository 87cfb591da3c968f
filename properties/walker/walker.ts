/**
 * A walker of the bounded model: it does whatever a profile permits, anything at any moment, and what it does is written down as a trace.
 * No judge may reject that trace. Every judge has to reject a step that no state permits which agrees with the trace so far.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { type Bounds, isHidden, type Label } from '../../model/product/labels.ts';
import { labelText } from '../../model/product/labelText.ts';
import { type SliceName, sliceNamed } from '../../model/product/slices.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import type { Below } from '../catalogue/scenes.ts';
import { type Concrete, openingLines, type WrittenLine, written } from '../vectors/concrete.ts';
import { Knowledge, type Known } from '../vectors/known.ts';

export interface WalkPlan {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  readonly excused?: true;
}

/**
 * Every slice, with what is asked of it.
 *
 * `excused`: the model keeps no moment of the end of an operation, so that in some slices it permits a status whose cause came after that
 * end; nor does it keep which byte is the urgent one, so that its peer may read that twice, nor whether a part of a call has left, which
 * is then short of no buffers. What the oracle rejects there is no false alarm if a second judge rejects the same line. So what that does
 * not decide is left out.
 *
 * `spare`: what waits in the model never waits for a reader, because a trace does not show how much room there was.
 */
export const walkPlans: readonly WalkPlan[] = [
  { slice: 'sync', bounds: { operations: 2, units: 3, length: 3, spare: 12 }, excused: true },
  { slice: 'nonoverlapped', bounds: { operations: 1, units: 2, length: 2, spare: 13 } },
  { slice: 'smallest', bounds: { operations: 3, units: 2, length: 2, spare: 12 } },
  { slice: 'calls', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'nesting', bounds: { operations: 2, units: 1, length: 1, spare: 14 } },
  { slice: 'spi', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'receiveOnly', bounds: { operations: 1, units: 1, length: 1, spare: 14 } },
  { slice: 'linger', bounds: { operations: 1, units: 2, length: 2, spare: 13 }, excused: true },
  { slice: 'overlapped', bounds: { operations: 2, units: 2, length: 2, spare: 12 }, excused: true },
  { slice: 'datagram', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'circuit', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'threads', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'stream', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
  { slice: 'all', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, excused: true },
];

/** A trace that was walked. */
export interface WalkedTrace {
  readonly side?: 'spi';
  readonly lines: readonly WrittenLine[];
  /** What the model did, for people. */
  readonly path: readonly string[];
}

/** The same with a step behind it that nothing permits, on its last line. */
export interface Strayed extends WalkedTrace {
  readonly wrong: string;
}

interface Place {
  readonly known: Known;
  readonly concrete: Concrete;
  readonly lines: readonly WrittenLine[];
  readonly path: readonly string[];
}

/** The second judge does not decide whether a stream had ended in order before its circuit failed, or before an event was set. */
const leavesEndOpen = ({ env, signalled }: WrittenLine): boolean => (env !== undefined && env !== 'settle') || signalled === true;

/** How many steps are tried where most are not possible. */
const triesMax = 60;

export class Walker {
  readonly #plan: WalkPlan;
  readonly #profile: Profile;
  readonly #below: Below;
  readonly #knowledge: Knowledge;
  /** By the kind of step, so that a kind of many codes comes no more often than one of none. */
  readonly #kinds: readonly (readonly number[])[];

  constructor(plan: WalkPlan, profile: Profile, below: Below) {
    this.#plan = plan;
    this.#profile = profile;
    this.#below = below;
    this.#knowledge = new Knowledge(sliceNamed(plan.slice), plan.bounds);
    const { datagram } = sliceNamed(plan.slice);
    const kinds = new Map<string, number[]>();
    for (const [index, label] of this.#knowledge.labels.entries()) {
      // Nobody sees that a message of no bytes was taken. In the model it takes no room, and is taken.
      if (datagram && label.type === 'send.pends' && label.length === 0) continue;
      const isUndecided =
        label.type === 'caller' ||
        (label.type === 'flush' && !label.refused) ||
        label.type === 'result.other' ||
        ('waits' in label && label.waits === true);
      if (!isHidden(label) && !(plan.excused && isUndecided)) kinds.set(label.type, [...(kinds.get(label.type) ?? []), index]);
    }
    this.#kinds = [...kinds.values()];
  }

  /** Walks so many steps, or until it finds none. With `strays`, a step follows that is not permitted, where one is found. */
  walk(steps: number, strays = false): WalkedTrace | Strayed {
    const slice = sliceNamed(this.#plan.slice);
    const { concrete, lines } = openingLines(slice);
    let place: Place = { known: this.#only(this.#knowledge.initial), concrete, lines, path: [] };
    for (let step = 0; step < steps; step++) {
      const next = this.#next(place, true);
      if (next === undefined) break;
      place = next;
    }
    const walked: WalkedTrace = { ...(slice.spi && { side: 'spi' as const }), lines: place.lines, path: place.path };
    const wrong = strays ? this.#next(place, false) : undefined;
    return wrong === undefined ? walked : { ...walked, lines: wrong.lines, wrong: wrong.path.at(-1)! };
  }

  /** Of what is known under the profile alone. */
  #only(known: Known): Known {
    return Object.fromEntries(profiles.map((profile) => [profile, profile === this.#profile ? known[profile] : undefined])) as Known;
  }

  /** A step that is permitted, or one that is not. */
  #next(place: Place, isLegal: boolean): Place | undefined {
    for (let tries = 0; tries < triesMax; tries++) {
      const kind = this.#kinds[this.#below(this.#kinds.length)]!;
      const index = kind[this.#below(kind.length)]!;
      const step = this.#knowledge.after(place.known, index);
      if (step === undefined || (step.known[this.#profile] !== undefined) !== isLegal) continue;
      const label: Label = this.#knowledge.labels[index]!;
      if (label.type === 'peer.eof' && this.#plan.excused && place.lines.some(leavesEndOpen)) continue;
      const next = written(place.concrete, label);
      if (next === undefined) continue;
      return {
        known: step.known,
        concrete: next.concrete,
        lines: [...place.lines, ...next.lines],
        path: [...place.path, labelText(label)],
      };
    }
    return undefined;
  }
}

/** As a trace is read. */
export const readWalk = ({ side, lines }: Pick<WalkedTrace, 'side' | 'lines'>): ReturnType<typeof readTrace> =>
  readTrace([{ wspsend: traceVersion, ...(side && { side }) }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
