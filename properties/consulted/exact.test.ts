import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { type ClauseId, clause } from '../../model/clauses/register.ts';
import type { Oracle } from '../../model/oracle/oracle.ts';
import { permittedResults, permittedReturns } from '../../model/permits/permits.ts';
import { lineOf, type TraceStep, type WSPSendCall } from '../../model/winsock/trace.ts';
import { vectorPlans } from '../vectors/generate.ts';
import type { VectorFile } from '../vectors/vector.ts';
import { lists, outcomesOf, withThe } from './outcomes.ts';
import { callsIn, kindOfSituation, type Reached, situationsOn, type Way, waysOf } from './situations.ts';

/**
 * One situation of each kind: what the rules ask of it is the same as in all others of that kind. By WSPSEND_LONG=1 the kinds of every
 * slice, with every call; else those on the kept vectors, with some of the calls in turn.
 */
const isLong = process.env.WSPSEND_LONG === '1';

function* keptWays(): Generator<Way> {
  const { vectors } = JSON.parse(readFileSync(new URL('../../generated/vectors.json', import.meta.url), 'utf8')) as VectorFile;
  for (const { steps, side } of vectors) yield { steps, side };
}

function* everyWay(): Generator<Way> {
  for (const plan of vectorPlans) yield* waysOf(plan);
}

/** What is asked, and where; every n-th of the calls of a situation, so that the next one is asked others. */
function* asked(profile: Profile, every: number): Generator<{ readonly situation: Reached; readonly step: TraceStep }> {
  const kinds = new Set<string>();
  for (const situation of situationsOn(isLong ? everyWay() : keptWays(), profile)) {
    const kind = kindOfSituation(situation);
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    for (const [at, step] of callsIn(situation).entries()) if (isLong || (at + kinds.size) % every === 0) yield { situation, step };
  }
}

// ExactAnswer
// What:  what `ask` lists is what `check` accepts as the next line, no more and no less.
// How:   in every situation every call is given every outcome that Winsock has a name for, with every count of its few bytes.
// Kills: an answer that leaves out a code, a count between two that it tries, or that lists more than was asked for.
test.each(profiles)('an answer lists exactly what the judge accepts as the next line, profile %s', (profile) => {
  const wrong: string[] = [];
  // A code that no rule names is as good as any other such; where the answer is a new one, all that Winsock has are tried all the same.
  const answers = new Set<string>();
  let questions = 0;
  for (const { situation, step } of asked(profile, 9)) {
    const { oracle, steps } = situation;
    const permitted = permittedReturns(step, oracle);
    const fail = (what: string): unknown => wrong.push(`${steps.map((line) => JSON.stringify(line)).join('\n')}\n${lineOf(step)} ${what}`);
    const answer = JSON.stringify([step, permitted]);
    const isWhole = isLong && !answers.has(answer);
    answers.add(answer);
    for (const outcome of outcomesOf(step, oracle.world, isWhole)) {
      const accepted = oracle.copy().step(withThe(step, outcome)) === undefined;
      if (accepted === lists(permitted, outcome)) continue;
      fail(`${JSON.stringify(outcome)}: ${accepted ? 'accepted and not listed' : 'listed and not accepted'}`);
    }
    if (permitted.includes('blocks') !== waits(oracle, step)) fail('blocks');
    questions++;
  }
  expect(questions).toBeGreaterThan(100);
  expect(wrong.slice(0, 3)).toEqual([]);
});

/** The call has not returned by two settles, and may still end in success. */
function waits(oracle: Oracle, step: TraceStep): boolean {
  if (!('call' in step) || step.call !== 'WSPSend') return false;
  const { returns: _, ...call } = step;
  const begun = { ...call, begin: 99 } as TraceStep;
  const copy = oracle.copy();
  const asked = step.buffers.reduce((sum, length) => sum + length, 0);
  const end = { end: 99, begun, returns: { rc: 0, bytes: asked } } as unknown as TraceStep;
  return [begun, { env: 'settle' } as const, { env: 'settle' } as const, end].every((one) => copy.step(one) === undefined);
}

// BearingClauses
// What:  every clause that an answer cites is about the call, the socket and the operation that was asked about.
// How:   in the same situations, by what each clause speaks of: a routine, an event, a way of shutting down, a flag, a kind of socket.
// Kills: a rule that names the clauses of several cases at once.
test.each(profiles)('an answer cites only clauses that bear on the state, profile %s', (profile) => {
  const wrong = new Set<string>();
  for (const { situation, step } of asked(profile, 12)) {
    for (const { returns, clauses, then, rulings, silent } of permittedResults(step, situation.oracle)) {
      if (returns === 'anything') continue;
      const fail = (what: string): unknown => wrong.add(`${lineOf(step)} ${JSON.stringify(returns)}: ${what}`);
      for (const id of [...clauses, ...(then?.clauses ?? [])]) if (!bears(id, situation, step)) fail(`${id} ${clause(id).text}`);
      if ((clauses.length + rulings.length === 0) !== (silent === true)) fail('is not said to be silent');
    }
  }
  expect([...wrong].slice(0, 5)).toEqual([]);
});

const aboutRoutines = /^(?:Return:2|Overlapped:4|Routine:|QueueApc:|Prototype:|Order:1|lpCompletionRoutine:|lpThreadId:)/;
const aboutEvents = /^Event:1$/;

function bears(id: ClauseId, { oracle: { world } }: Reached, step: TraceStep): boolean {
  const call = ('end' in step ? step.begun : step) as Partial<WSPSendCall>;
  const socket = world.sockets.get('A');
  const operation = call.call === 'WSPSend' && !('end' in step) ? undefined : world.operations.get(call.overlapped ?? '');
  const hasRoutine = operation === undefined ? call.routine === true : operation.hasRoutine;
  const hasEvent = operation === undefined ? call.event === true : operation.hasEvent;
  if (aboutRoutines.test(id)) return hasRoutine;
  if (aboutEvents.test(id)) return hasEvent && !hasRoutine;
  switch (id) {
    case 'WSAESHUTDOWN:1':
      return socket?.shutDownBoth !== true;
    case 'WSAESHUTDOWN:2':
      return socket?.shutDownBoth === true;
    case 'WSAEOPNOTSUPP:1':
    case 'WSAEOPNOTSUPP:2':
      return (call.flags ?? operation?.flags ?? []).includes('MSG_OOB') && (id === 'WSAEOPNOTSUPP:2') === (socket?.isStream === true);
    case 'WSAEOPNOTSUPP:3':
      return (call.flags ?? operation?.flags ?? []).includes('MSG_PARTIAL');
    case 'Overlapped:2':
      return socket?.overlapped === true && call.overlapped === undefined && !hasRoutine;
    case 'Nonoverlapped:1':
      return socket?.overlapped === false;
    case 'WSAEMSGSIZE:1':
    case 'MessageSize:1':
    case 'MessageSize:4':
    case 'WSAEACCES:1':
      return socket?.isStream === false;
    case 'Nonoverlapped:4':
      return socket?.nonblocking === true && socket.isStream;
    default:
      return true;
  }
}
