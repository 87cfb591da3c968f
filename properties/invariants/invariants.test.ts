import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { CallStep, TraceStep } from '../../model/winsock/trace.ts';
import { drawsOf } from '../campaign/draws.ts';
import { runCase } from '../campaign/runCase.ts';
import { isBreach } from '../conversation/breaches.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { mutate } from '../mutants/mutant.ts';
import { mutants } from '../mutants/mutants.ts';
import { properties } from '../properties.ts';
import { ArrayCaptured, BlockingBlocks, ByteOrder, type Invariant, NotNested, ProperThread } from './streams.ts';

/**
 * Invariants that are read off a trace without the model, over cases whose requests the campaign chooses among those that are enabled.
 * They say less than the oracle, and say it a second time by other means; each names a fault that it must notice.
 */

const sendOf = (
  step: TraceStep,
): { call: Extract<CallStep, { call: 'WSPSend' }>; returns: NonNullable<CallStep['returns']> } | undefined => {
  const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
  const returns = 'end' in step ? step.returns : 'call' in step ? step.returns : undefined;
  return call?.call === 'WSPSend' && returns !== undefined ? { call, returns } : undefined;
};
const asked = (call: { buffers: readonly number[] }): number => call.buffers.reduce((sum, length) => sum + length, 0);

// ByteConservation
// What:  the peers receive no more bytes than were asked for in sends that were not refused.
// How:   both are summed over a trace; a send that has begun counts as soon as it began.
// Kills: sent-twice.
const ByteConservation: Invariant = (trace) => {
  let offered = 0;
  let received = 0;
  for (const step of trace) {
    if ('call' in step && step.call === 'WSPSend') offered += asked(step);
    if ('peer' in step && step.peer === 'recv') received += step.runs.reduce((sum, [, length]) => sum + length, 0);
    if (received > offered) return false;
  }
  return true;
};

// CountUntouched
// What:  a send that pends reports no count, then or later, and a success never reports more than was asked for.
// How:   every answer of WSPSend is looked at by itself, and every poll of a count.
// Kills: writes-count-of-pending, writes-count-at-completion, reports-more-than-asked.
const CountUntouched: Invariant = (trace) =>
  trace.every((step) => {
    if ('poll' in step && step.poll === 'count') return !step.written;
    const send = sendOf(step);
    if (send === undefined) return true;
    const bytes = (send.returns as { bytes?: number }).bytes;
    return send.returns.rc === 0 ? (bytes ?? 0) <= asked(send.call) : send.returns.errno !== 'WSA_IO_PENDING' || bytes === undefined;
  });

// SingleIndication
// What:  the provider indicates an operation once at most: one upcall between two posts of its OVERLAPPED.
// How:   upcalls are counted by name, from one begin of a send to the next.
// Kills: completes-twice, queues-apc-twice.
const SingleIndication: Invariant = (trace) => {
  const indicated = new Map<string, number>();
  for (const step of trace) {
    if ('call' in step && step.call === 'WSPSend' && step.overlapped !== undefined) indicated.set(step.overlapped, 0);
    if (!('upcall' in step)) continue;
    const count = (indicated.get(step.overlapped) ?? 0) + 1;
    if (count > 1) return false;
    indicated.set(step.overlapped, count);
  }
  return true;
};

// AlertableOnly
// What:  a routine begins only while its thread is in SleepEx, and not while one of the same socket runs there.
// How:   a stack of calls and routines for each thread.
// Kills: runs-routine-inline, runs-apc-instead-of-queueing.
const AlertableOnly: Invariant = (trace) => {
  const stacks = new Map<string, string[]>();
  const stackOf = (thread = 'main'): string[] => stacks.get(thread) ?? stacks.set(thread, []).get(thread)!;
  for (const step of trace) {
    if ('routine' in step && !('call' in step)) {
      const stack = stackOf(step.thread);
      if (step.routine === 'leave') stack.pop();
      else if (stack.at(-1) !== 'SleepEx') return false;
      else stack.push('routine');
    } else if ('end' in step) stackOf(step.begun.thread).pop();
    else if ('call' in step && step.begin !== undefined) stackOf(step.thread).push(step.call);
  }
  return true;
};

const invariants = {
  ByteConservation,
  CountUntouched,
  SingleIndication,
  AlertableOnly,
  ProperThread,
  NotNested,
  ByteOrder,
  ArrayCaptured,
  BlockingBlocks,
};
type Name = keyof typeof invariants;
const kills = properties.flatMap(({ name, kills }) => kills.map((fault): readonly [Name, string] => [name, fault]));

const traceBy = async (implementation: Implementation, seed: number) =>
  (await runCase(implementation, { profile: 'page', draws: drawsOf(seed, 0) })).trace;

/** What a caller may expect who broke its own side, only the model says. */
const underAKeptContract: Implementation = (({ injections, ...implementation }) => ({
  ...implementation,
  injections: injections.filter((inject) => !isBreach({ inject })),
}))(providerImplementation(provider));

test('every invariant is in the register, and the other way round', () => {
  expect(properties.map(({ name }) => name).sort()).toEqual(Object.keys(invariants).sort());
});

test('all of them hold for the provider', async () => {
  const names = Object.keys(invariants) as Name[];
  const hold = fc.asyncProperty(fc.nat(), async (seed) => {
    const trace = await traceBy(underAKeptContract, seed);
    expect(names.filter((name) => !invariants[name](trace))).toEqual([]);
  });
  await fc.assert(hold, { numRuns: 100, seed: 1 });
});

test.each(kills)('%s notices %s', async (name, fault) => {
  const mutant = mutants.find((candidate) => candidate.name === fault)!;
  const faulty = { ...providerImplementation(mutate(provider, mutant)), injections: [] };
  const holds = fc.asyncProperty(fc.nat(), async (seed) => invariants[name](await traceBy(faulty, seed)));
  expect((await fc.check(holds, { numRuns: 200, seed: 1, endOnFailure: true })).failed).toBe(true);
});
