/**
 * What may a call give, in a state, under a profile? Every outcome that the vocabulary has is tried on the oracle. Each that it
 * permits is listed with what permits it and with what follows. No order among errors is invented: of those that apply at once, each is
 * permitted.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { type RulingId, rulings } from '../clauses/rulings.ts';
import type { CompiledRule } from '../compiled/compile.ts';
import { askedFor } from '../oracle/callKinds.ts';
import type { Oracle } from '../oracle/oracle.ts';
import { permittingRulings } from '../oracle/parting.ts';
import { type Outcome, permittedOutcomes, permittedWithCode } from '../oracle/permitted.ts';
import type { World } from '../oracle/world.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { callInWords, type ForeseenFrom, foreseenIn, oracleIn, stepOf, supposeRoom } from './asking.ts';
import { type Answered, blocked, type Consequence, consequenceOfResult, consequenceOfSend, notJudged } from './consequence.ts';
import { supposedFor } from './supposing.ts';

/** A call, and the state of the socket in which it is made. */
export interface Question {
  readonly state: unknown;
  /**
   * A call of trace/1 without `returns`, `{"end":N}` of a call that the trace began, or a poll. Absent arguments: a send of 1000 bytes on
   * A.
   */
  readonly call: unknown;
  readonly profile: Profile;
}

/** A ruling by which a result is permitted. */
export interface PermittingRuling {
  readonly id: RulingId;
  readonly question: string;
}

/** A result that is permitted, with the clauses or the rulings that permit it. */
export interface PermittedResult {
  /**
   * As in a trace; `bytes` may be a range of counts, `{"least","most"}`, both included, and `errno` may be `"any other code"`. `"blocks"`:
   * the call need not have returned yet. `"anything"`: nobody judges what it returns.
   */
  readonly returns: Readonly<Record<string, unknown>> | 'blocks' | 'anything';
  /** The clauses that permit it. Where several say the same, only those about this state. */
  readonly clauses: readonly ClauseId[];
  /** The rulings that permit it: read as another profile reads them, it would be refused, or no clause says it. */
  readonly rulings: readonly PermittingRuling[];
  /** Neither a clause nor a ruling speaks of it: what the page does not forbid is permitted. */
  readonly silent?: true;
  /** What has to be so for it, where the state does not say so. Absent: the state is known to bring it. */
  readonly supposes?: string;
  readonly then?: Consequence;
}

/** Every result that is permitted to the call in the state. */
export interface Answer {
  readonly profile: Profile;
  readonly state: unknown;
  readonly call: unknown;
  /** What the state is known to bring comes first. */
  readonly permitted: readonly PermittedResult[];
}

/** Fails by UnanswerableQuestion. */
export function permits({ state, call, profile }: Question): Answer {
  const oracle = oracleIn(state, profile);
  const step = stepOf(call, oracle);
  const supposed = supposeRoom(oracle, state, step);
  return { profile, state, call: callInWords(step), permitted: permittedResults(step, oracle, supposed) };
}

/** The same of a step that an oracle is about to take. */
export function permittedResults(step: TraceStep, oracle: Oracle, supposed: readonly Oracle[] = [oracle]): readonly PermittedResult[] {
  const outcomes = outcomesIn(step, supposed);
  if ('returns' in outcomes) return [outcomes];
  const permitted = outcomes.map((outcome) => explained(step, outcome));
  const waiting = blocks(step, oracle, supposed);
  if (waiting !== undefined) permitted.push(waiting);
  return [...permitted.filter(({ supposes }) => supposes === undefined), ...permitted.filter(({ supposes }) => supposes !== undefined)];
}

/** What it may return, and nothing of why. */
export function permittedReturns(step: TraceStep, oracle: Oracle): readonly PermittedResult['returns'][] {
  const outcomes = outcomesIn(step, [oracle]);
  if ('returns' in outcomes) return [outcomes.returns];
  const waiting = blocks(step, oracle, [oracle]);
  return [...outcomes.map(({ shown }) => shown), ...(waiting === undefined ? [] : [waiting.returns])];
}

/** What is permitted by some rule, or that nothing is judged. */
function outcomesIn(step: TraceStep, supposed: readonly Oracle[]): readonly Outcome<ForeseenFrom>[] | PermittedResult {
  const attempt = (candidate: TraceStep): ForeseenFrom | undefined => foreseenIn(supposed, candidate);
  const { world } = supposed[0]!;
  return anything(step, world, attempt) ?? withoutOthers(step, world, permittedOutcomes(step, world, attempt), attempt);
}

function explained(step: TraceStep, { shown, clauses, rules, world, from }: Outcome<ForeseenFrom>): PermittedResult {
  const one = oneOf(shown);
  const then = consequenceOf(step, shown, world);
  const by = rulingsOf(rules, permittingRulings(from, withOutcome(step, one)));
  const supposes = supposedFor(from, step, one);
  return {
    returns: shown,
    clauses,
    rulings: by,
    ...(clauses.length === 0 && by.length === 0 && { silent: true as const }),
    ...(supposes !== undefined && { supposes }),
    ...(then !== undefined && { then }),
  };
}

// ---- What permits it -----------------------------------------------------------------------------------------------------------

function rulingsOf(rules: readonly CompiledRule[], parting: readonly RulingId[]): readonly PermittingRuling[] {
  const named = rules.flatMap(({ by }) => (by === undefined ? [] : [by.slice(0, by.indexOf(':')) as RulingId]));
  return [...new Set([...named, ...parting])].map((id) => ({ id, question: rulings.find((one) => one.id === id)!.question }));
}

/** One of the outcomes that it stands for: of several counts the least, of all other codes one without a name. */
function oneOf(shown: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { bytes, errno } = shown as { bytes?: number | { least: number }; errno?: string };
  if (errno === anyOther) return { ...shown, errno: namelessCode };
  return typeof bytes === 'object' ? { ...shown, bytes: bytes.least } : shown;
}

const withOutcome = (step: TraceStep, outcome: Readonly<Record<string, unknown>>): TraceStep =>
  ('call' in step || 'end' in step ? { ...step, returns: outcome } : { ...step, ...outcome }) as TraceStep;

// ---- What is not distinguished -------------------------------------------------------------------------------------------------

const anyOther = 'any other code';
/** A number that is no code of Winsock's, for which no rule has a name. */
const namelessCode = '59999';

/** Where codes are permitted that no rule has a name for, these stand for all of them. */
function withoutOthers(
  step: TraceStep,
  world: World,
  outcomes: readonly Outcome<ForeseenFrom>[],
  attempt: (step: TraceStep) => ForeseenFrom | undefined,
): readonly Outcome<ForeseenFrom>[] {
  if (!('call' in step || 'end' in step)) return outcomes;
  const nameless = permittedWithCode(step, world, namelessCode, attempt);
  const ids = new Set(nameless.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const named = nameless.length === 0 ? outcomes : outcomes.filter(({ rules }) => !rules.some(({ id }) => ids.has(id)));
  return [...named, ...nameless.map((outcome) => ({ ...outcome, shown: { ...outcome.shown, errno: anyOther } }))];
}

/** An outcome that is impossible is permitted where nothing is judged any more, and there alone. */
function anything(step: TraceStep, world: World, attempt: (step: TraceStep) => ForeseenFrom | undefined): PermittedResult | undefined {
  const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
  const asked =
    call?.call === 'WSPSend'
      ? askedFor(call)
      : call?.call === 'WSPGetOverlappedResult'
        ? world.operations.get(call.overlapped)?.length
        : undefined;
  if (asked === undefined) return undefined;
  const found = attempt({ ...step, returns: { rc: 0, bytes: asked + 1 } } as TraceStep);
  if (found === undefined) return undefined;
  const { breaches, notes } = found.world;
  const clauses = [...new Set(breaches.flatMap((breach) => breach.clauses))];
  const then = notJudged([...breaches.map(({ message }) => message), ...notes.map(({ why }) => why)][0]);
  return { returns: 'anything', clauses: clauses.length > 0 ? clauses : found.clauses, rulings: [], then };
}

// ---- What follows --------------------------------------------------------------------------------------------------------------

function consequenceOf(step: TraceStep, shown: Readonly<Record<string, unknown>>, world: World): Consequence | undefined {
  const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
  const answer = shown as unknown as Answered;
  if (call?.call === 'WSPSend') return consequenceOfSend(call.overlapped, askedFor(call), answer, world);
  return call?.call === 'WSPGetOverlappedResult' ? consequenceOfResult(answer) : undefined;
}

/** A number that no trace has: it stands for the call that is asked about. */
const askedNumber = -1;

/** A send that may wait: it has not returned by a settle, and success is still open to it. */
function blocks(step: TraceStep, oracle: Oracle, supposed: readonly Oracle[]): PermittedResult | undefined {
  if (!('call' in step) || step.call !== 'WSPSend') return undefined;
  const { returns: _, ...call } = step;
  const begun = { ...call, begin: askedNumber } as TraceStep;
  const waiting = oracle.foreseeAll([begun, { env: 'settle' }]);
  const asked = askedFor(step);
  const record = waiting?.world.begun.get(askedNumber);
  if (record === undefined || record.state !== waiting!.world.tables.call.stateIndex.blocked) return undefined;
  if (supposed.every(({ world }) => (world.sockets.get(step.socket)?.room ?? -1) >= asked)) return undefined;
  const later = { end: askedNumber, begun: begun as never, returns: { rc: 0, bytes: asked } } as TraceStep;
  if (oracle.foreseeAll([begun, { env: 'settle' }, later]) === undefined) return undefined;
  const supposes = supposedFor(oracle.world, step, 'blocks');
  return {
    returns: 'blocks',
    clauses: ['Nonoverlapped:5'],
    rulings: [],
    ...(supposes !== undefined && { supposes }),
    then: blocked(asked),
  };
}
