/**
 * The oracle: is a trace permitted by the page, under a profile?
 *
 * It keeps what the trace shows so far, with what it leaves open. A step that is not permitted is the verdict: its line, the clauses it
 * breaks, and what would have been permitted instead.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { RulingId } from '../clauses/rulings.ts';
import type { CompiledRule } from '../compiled/compile.ts';
import { type Tables, tablesOf } from '../compiled/tables.ts';
import { patternPeriod, type TraceHeader, type TraceStep } from '../winsock/trace.ts';
import { advance } from './advance.ts';
import { copyOf } from './copy.ts';
import type { Breach, Unjudged } from './noted.ts';
import { decidingRulings, fromHere, type UnderProfile } from './parting.ts';
import { type Permitted, permittedInstead } from './permitted.ts';
import { hearing, type Refusal } from './refusal.ts';
import { release } from './resuming.ts';
import { type Wanted, wantedFor } from './wanted.ts';
import { World } from './world.ts';

/** Why a step is not permitted, the clauses that it breaks, and what would have been permitted. */
export interface Rejection {
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /**
   * The rulings that decide, where the page alone does not: if they were read as another profile reads them, the step would be permitted,
   * or refused by another rule.
   */
  readonly rulings: readonly RulingId[];
  /** What would have had to hold for the rules to permit the step; none where no rule speaks of it, or where no rule decides it. */
  readonly wanted: readonly Wanted[];
  /**
   * Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not
   * returned.
   */
  readonly about?: string | number;
  /** A stated bound was met, so that the step may be permitted after all. */
  readonly undecided?: boolean;
}

/** What a step would lead to, and the rules that permit it. */
export interface Foreseen {
  readonly world: World;
  readonly clauses: readonly ClauseId[];
  readonly rules: readonly CompiledRule[];
}

/**
 * A trace is read anew for the rulings that decide a rejection up to this length, which is that of all that people look at: it takes some
 * forty readings. Beyond it, the step is read anew from the state that was reached.
 */
const readAnewMax = 256;

/**
 * Judges the steps of one trace, in their order: `step` returns undefined for one that is permitted. Its cost grows with the length of the
 * trace alone.
 */
export class Oracle {
  readonly profile: Profile;
  readonly #header: TraceHeader | undefined;
  /** The steps from the first on, as long as they are not too many, and the places of those that were refused. */
  #taken: TraceStep[] | undefined = [];
  readonly #refusedPlaces = new Set<number>();
  #world: World;
  readonly #permittedBy: CompiledRule[] = [];
  #refused: Refusal | undefined;

  /** `tables` are the rules: those of the profile, unless it is asked what other rules would say. */
  constructor(profile: Profile, header?: TraceHeader, tables: Tables = tablesOf(profile)) {
    this.profile = profile;
    this.#header = header;
    this.#world = new World(tables, header?.period ?? patternPeriod, header?.side === 'spi');
  }

  /** Judges the next step. After a rejection the oracle stays where it was. */
  step(step: TraceStep): Rejection | undefined {
    if (this.#taken !== undefined) this.#take(this.#taken, step);
    return this.#judge(step);
  }

  #take(taken: TraceStep[], step: TraceStep): void {
    // What was refused and not resumed from has not happened.
    if (this.#refused !== undefined) this.#refusedPlaces.delete(taken.length - 1) && taken.pop();
    if (taken.push(step) > readAnewMax) this.#taken = undefined;
  }

  #judge(step: TraceStep): Rejection | undefined {
    const { result: refused } = hearing(() => advance(this.#world, step), this.#permittedBy);
    this.#refused = refused;
    return refused === undefined ? undefined : this.#reject(step, refused);
  }

  /**
   * Goes on after the step that was refused last. What it touched is not judged from there: its socket, its operation, or the call or
   * operation that the rejection is about. Where that was the obligation of another call or operation, the step itself is still to be
   * judged, and what else is wrong with it comes back.
   */
  resume(step: TraceStep): Rejection | undefined {
    const refused = this.#refused;
    if (refused === undefined) throw new RangeError('Only a step that was rejected can be resumed from: the last one was not');
    const { notes, isStepOpen } = release(this.#world, step, refused);
    const rejection = isStepOpen ? this.#judge(step) : undefined;
    this.#world.notes.unshift(...notes);
    if (!isStepOpen) this.#refused = undefined;
    return rejection;
  }

  /** What the last step touched that cannot be judged. */
  get unjudged(): readonly Unjudged[] {
    return this.#world.notes;
  }

  /** The obligations of the caller that the last step showed broken. */
  get breaches(): readonly Breach[] {
    return this.#world.breaches;
  }

  /** The rules that permitted the last step, in the order in which they were asked. */
  get permittedBy(): readonly CompiledRule[] {
    return [...this.#permittedBy];
  }

  /** What this step would lead to, or undefined where it is not permitted. Nothing changes. */
  foresee(step: TraceStep): Foreseen | undefined {
    return this.foreseeAll([step]);
  }

  /** What these steps, one after the other, would lead to. Nothing changes. */
  foreseeAll(steps: readonly TraceStep[]): Foreseen | undefined {
    const world = copyOf(this.#world);
    const { result: isPermitted, rules } = hearing(() => steps.every((step) => advance(world, step) === undefined));
    return isPermitted ? { world, rules, clauses: [...new Set(rules.flatMap((rule) => rule.clauses))] } : undefined;
  }

  /** An oracle of its own in the same state. */
  copy(): Oracle {
    const copy = new Oracle(this.profile, this.#header);
    copy.#taken = undefined;
    copy.#world = copyOf(this.#world);
    return copy;
  }

  /** The same state, where the transport of a socket has room for this many bytes. */
  supposing(socket: string, room: number): Oracle {
    const copy = this.copy();
    const found = copy.#world.sockets.get(socket);
    if (found !== undefined) found.room = room;
    return copy;
  }

  /** What is known after the last step. It is the oracle's own: nobody else changes it. */
  get world(): World {
    return this.#world;
  }

  /** The step that was refused just now, as another profile meets it. */
  #underOf(step: TraceStep): UnderProfile {
    const taken = this.#taken;
    if (taken === undefined) return fromHere(this.#world, step);
    const last = taken.length - 1;
    const refusedPlaces = new Set(this.#refusedPlaces.add(last));
    return (profile) => {
      const oracle = new Oracle(profile, this.#header);
      for (let place = 0; place < last; place++) {
        const refused = oracle.step(taken[place]!) !== undefined;
        if (refused && !refusedPlaces.has(place)) return 'refused before';
        while (refused && oracle.resume(taken[place]!) !== undefined);
      }
      return oracle.step(step) === undefined ? 'permitted' : 'refused';
    };
  }

  #reject(step: TraceStep, refused: Refusal): Rejection {
    const { message, clauses, about } = refused;
    const undecided = isUndecided(this.#world, step);
    const attempt = (candidate: TraceStep): Foreseen | undefined => this.foresee(candidate);
    const world = this.#world;
    const under = this.#underOf(step);
    let permitted: readonly Permitted[] | undefined;
    let rulings: readonly RulingId[] | undefined;
    const wanted = wantedFor(refused.asked);
    return {
      message: undecided ? `undecided: more orders of the bytes were open than are kept: ${message}` : message,
      clauses,
      wanted,
      ...(about !== undefined && { about }),
      ...(undecided && { undecided }),
      // Every outcome is tried for these two, which most who ask for a verdict have no use for.
      get permitted() {
        permitted ??= permittedInstead(step, world, refused, attempt);
        return permitted;
      },
      get rulings() {
        rulings ??= decidingRulings(world.tables.profile, under, refused);
        return rulings;
      },
    };
  }
}

/** Some ways in which the bytes of its socket may have come were left out, so that one of them might permit the step. */
function isUndecided(world: World, step: TraceStep): boolean {
  const call = 'end' in step ? step.begun : step;
  const { socket: name, overlapped } = call as { socket?: string; overlapped?: string };
  const operation = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const socket = name === undefined ? operation?.socket : world.sockets.get(name);
  return socket?.stream.isUndecided ?? [...world.sockets.values()].some(({ stream }) => stream.isUndecided);
}
