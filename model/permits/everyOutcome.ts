/**
 * Every outcome of a step: those that are permitted, and those that are not, each with the clause that forbids it. `permits` answers with
 * the first kind alone.
 */

import type { ClauseId } from '../clauses/register.ts';

import { advance } from '../oracle/advance.ts';
import { copyOf } from '../oracle/copy.ts';
import type { Oracle } from '../oracle/oracle.ts';
import { permittedOutcomes } from '../oracle/permitted.ts';
import { hearing } from '../oracle/refusal.ts';
import { type Wanted, wantedFor } from '../oracle/wanted.ts';
import type { World } from '../oracle/world.ts';
import { sendCodes } from '../winsock/callCodes.ts';
import type { TraceStep } from '../winsock/trace.ts';

interface AnyOutcome {
  /** `returns` of a call, or the fields of another step. `bytes` may be `{"least","most"}`. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** The step with this outcome; of several counts, the least. */
  readonly step: TraceStep;
  readonly clauses: readonly ClauseId[];
}

export interface PermittedOutcome extends AnyOutcome {
  readonly isPermitted: true;
  /** The rules that permit it, by id. */
  readonly rules: readonly string[];
}

export interface ForbiddenOutcome extends AnyOutcome {
  readonly isPermitted: false;
  readonly message: string;
  readonly wanted: readonly Wanted[];
  /** The counts of bytes that were tried and that are forbidden alike. */
  readonly counts: readonly number[];
}

export type EveryOutcome = PermittedOutcome | ForbiddenOutcome;

/**
 * The outcomes of the step, whatever outcome it has itself; permitted ones first. Of the forbidden ones those are left out that no clause
 * speaks of, and codes that neither the page nor one of its siblings names for it.
 */
export function everyOutcome(step: TraceStep, oracle: Oracle): EveryOutcome[] {
  const refused: ForbiddenOutcome[] = [];
  const tried = permittedOutcomes(step, oracle.world, (candidate) => {
    const found = tryOn(oracle.world, candidate);
    if (found.refused !== undefined) refused.push(found.refused);
    return found.permitted;
  });
  const permitted = tried.map(({ shown, ...one }): PermittedOutcome => {
    const { step: first, rules, clauses } = one as unknown as Permitting;
    return { isPermitted: true, shown, step: first, clauses, rules };
  });
  return [...permitted, ...together(refused)];
}

/** The same of a step that has no other outcome. */
export function onlyOutcome(step: TraceStep, oracle: Oracle): EveryOutcome {
  const { permitted, refused } = tryOn(oracle.world, step);
  if (refused !== undefined) return refused;
  const { clauses, rules } = permitted!;
  return { isPermitted: true, shown: shownOf(step), step, clauses, rules };
}

interface Permitting {
  readonly world: World;
  readonly step: TraceStep;
  readonly clauses: readonly ClauseId[];
  readonly rules: readonly string[];
}

function tryOn(world: World, step: TraceStep): { readonly permitted?: Permitting; readonly refused?: ForbiddenOutcome } {
  const copy = copyOf(world);
  const { result, rules } = hearing(() => advance(copy, step));
  if (result === undefined) {
    const clauses = [...new Set(rules.flatMap((rule) => rule.clauses))];
    return { permitted: { world: copy, step, clauses, rules: rules.map(({ id }) => id) } };
  }
  const { message, clauses, asked } = result;
  return { refused: { isPermitted: false, shown: shownOf(step), step, clauses, message, wanted: wantedFor(asked), counts: [] } };
}

/** What a step says of its outcome. */
function shownOf(step: TraceStep): Readonly<Record<string, unknown>> {
  if ('returns' in step && step.returns !== undefined && !('upcall' in step)) return step.returns as never;
  const {
    routine: _,
    port: __,
    upcall: ___,
    poll: ____,
    overlapped: _____,
    socket: ______,
    ...fields
  } = step as unknown as Record<string, unknown>;
  return fields;
}

/** Forbidden outcomes that differ in the count of bytes alone, and are forbidden by the same clauses, are one. */
function together(refused: readonly ForbiddenOutcome[]): ForbiddenOutcome[] {
  const found = new Map<string, ForbiddenOutcome & { readonly counts: number[] }>();
  for (const outcome of refused) {
    const { bytes, ...rest } = outcome.shown as { readonly bytes?: number; readonly errno?: string };
    if (outcome.clauses.length === 0 || (rest.errno !== undefined && !spoken.has(rest.errno))) continue;
    const key = `${JSON.stringify(rest)} ${outcome.clauses.join()}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...outcome, shown: rest, counts: bytes === undefined ? [] : [bytes] });
    else if (bytes !== undefined) known.counts.push(bytes);
  }
  return [...found.values()];
}

const spoken: ReadonlySet<string> = new Set([...sendCodes, 'WSA_IO_PENDING', 'WSA_IO_INCOMPLETE']);
