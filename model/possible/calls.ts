/** What is open of a call that has begun and not returned: that it waits, and what it may return. */

import { lookup } from '../compiled/compile.ts';
import { advance } from '../oracle/advance.ts';
import { isSend } from '../oracle/callKinds.ts';
import { copyOf } from '../oracle/copy.ts';
import { callFactsOf } from '../oracle/operationFacts.ts';
import { permittedOutcomes } from '../oracle/permitted.ts';
import { hearing, isPermitted } from '../oracle/refusal.ts';
import type { Answer } from '../oracle/sendFacts.ts';
import { judgeAnswer } from '../oracle/sends.ts';
import type { BegunRecord, World } from '../oracle/world.ts';
import type { TraceStep } from '../winsock/trace.ts';
import type { Possibility, Reason, Subject } from './possibility.ts';

export function callOf(world: World, record: BegunRecord): Subject {
  const { number, call, unjudged } = record;
  const name = `#${number}`;
  if (unjudged) return { kind: 'call', name, possible: [{ id: 'unjudged', says: 'is not judged any more' }] };
  const possible: Possibility[] = [];
  if (mayWait(world, record))
    possible.push({ id: 'waits', says: `${call.call} need not have returned yet`, refusedIn: hasToReturn(number) });
  const step: TraceStep = { end: number, begun: call, returns: { rc: 0 } };
  // What a wait for a result may return, its operation says; of the others their own pages.
  if (!isSend(call)) possible.push({ id: 'returns', says: `${call.call} returns` });
  else {
    for (const { shown } of permittedOutcomes(step, world, (candidate) => triedIn(world, record, candidate))) {
      const { rc, errno, bytes } = shown as { rc: 0 | -1; errno?: string; bytes?: number | { least: number; most: number } };
      const count =
        bytes === undefined ? '' : typeof bytes === 'number' ? ` with ${bytes} bytes` : ` with ${bytes.least} to ${bytes.most} bytes`;
      possible.push({
        id: `returns ${rc === 0 ? 'success' : errno}${count}`,
        says: `returns ${rc === 0 ? 'success' : errno}${count}`,
        refusedIn: (after) =>
          refusedEnd(after, { ...step, returns: { ...shown, ...(typeof bytes === 'object' && { bytes: bytes.most }) } } as TraceStep),
      });
    }
  }
  return { kind: 'call', name, possible };
}

/** By the next request it may still be out. */
const mayWait = (world: World, record: BegunRecord): boolean => {
  const table = world.tables.call;
  return isPermitted(table, record.state, 'request', callFactsOf(world, record));
};

const hasToReturn =
  (number: number) =>
  (after: World): Reason => {
    const record = after.begun.get(number);
    if (record === undefined) return { message: 'it has returned', clauses: [] };
    const table = after.tables.call;
    const rule = lookup(table, record.state, table.eventIndex.request, callFactsOf(after, record));
    return { message: 'what it waited for has happened', clauses: rule?.clauses ?? [] };
  };

function triedIn(world: World, record: BegunRecord, step: TraceStep) {
  const { socket, call } = record;
  const { returns } = step as { readonly returns: Answer };
  // Most answers are refused by the rules, which needs no copy of the world to see.
  const isJudged = socket?.unjudged === undefined && isSend(call);
  if (isJudged && judgeAnswer(world, socket, call, returns, record) !== undefined) return undefined;
  const copy = copyOf(world);
  const { result: refused, rules } = hearing(() => advance(copy, step));
  return refused === undefined ? { world: copy, clauses: [...new Set(rules.flatMap(({ clauses }) => clauses))] } : undefined;
}

function refusedEnd(after: World, step: TraceStep): Reason {
  if (!('end' in step) || !after.begun.has(step.end)) return { message: 'it has returned', clauses: [] };
  return advance(copyOf(after), step) ?? { message: '', clauses: [] };
}
