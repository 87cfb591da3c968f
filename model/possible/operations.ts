/** What is open of an operation: how it may end, whether its event is set, and whether its routine is queued. */

import { lookup } from '../compiled/compile.ts';
import { type OperationEvent, statusCodes } from '../machines/operationWords.ts';
import { leftMax, type Observation, operationFactsOf } from '../oracle/operationFacts.ts';
import type { Operation, World } from '../oracle/world.ts';
import type { Possibility, Reason, Subject } from './possibility.ts';

/** What the rules say to one observation of the operation, in the world in which it is now. */
function asked(world: World, operation: Operation, event: OperationEvent, observed: Observation): Asked {
  const table = world.tables.operation;
  const rule = lookup(table, operation.state, table.eventIndex[event], operationFactsOf(world, operation, observed));
  return { isPermitted: rule?.permitted === true, clauses: rule?.clauses ?? [] };
}

interface Asked extends Pick<Reason, 'clauses'> {
  readonly isPermitted: boolean;
}

/** What the rules of a later world say to it. */
const later =
  (operation: Operation, event: OperationEvent, observed: Observation, says: string) =>
  (after: World): Reason => {
    const twin = after.operations.get(operation.name);
    if (twin?.id !== operation.id) return forgotten;
    const { isPermitted, clauses } = asked(after, twin, event, observed);
    if (isPermitted) return twin.state === after.tables.operation.stateIndex.unjudged ? unasked : shown;
    return { message: says, clauses };
  };
const unasked: Reason = { message: 'what becomes of the operation is not judged any more', clauses: [] };
const shown: Reason = { message: 'something showed that the operation is over', clauses: [] };
const forgotten: Reason = { message: 'the operation is over', clauses: [] };

const known = (kind: Subject['kind'], name: string, id: string, says: string): Subject => ({ kind, name, possible: [{ id, says }] });

/** Those of one OVERLAPPED of which the trace may still show something. */
export function* subjectsOfOperation(world: World, operation: Operation): Generator<Subject> {
  const { free, unjudged } = world.tables.operation.stateIndex;
  if (operation.state === free) return;
  if (operation.state === unjudged) {
    yield known('operation', operation.name, 'unjudged', 'is not judged any more');
    return;
  }
  yield endOf(world, operation);
  if (operation.hasEvent && !operation.hasRoutine) yield eventOf(world, operation);
  if (operation.hasRoutine) yield routineOf(world, operation);
}

// ---- How it ends ---------------------------------------------------------------------------------------------------------------

function endOf(world: World, operation: Operation): Subject {
  const { name, status, bytes, length } = operation;
  if (status !== undefined) {
    const count = bytes === undefined ? '' : `, ${bytes} of ${length} bytes`;
    return known('operation', name, `complete ${status}`, `is complete: ${statusText(status)}${count}`);
  }
  const possible: Possibility[] = [];
  if (operation.over === undefined) possible.push(underWay(operation));
  for (const code of statusCodes) {
    const observed = { status: code, bytes: code === '0' ? length : undefined };
    if (!asked(world, operation, `result.${code}`, observed).isPermitted) continue;
    const most = leftMax(operation);
    const count =
      code === '0' || length === 0 ? `${length} bytes` : most === 0 ? 'no byte left' : `at most ${most} of ${length} bytes left`;
    possible.push({
      id: `complete ${code}`,
      says: `is complete: ${statusText(code)}, ${count}`,
      refusedIn: later(operation, `result.${code}`, observed, 'no result may say so any more'),
    });
  }
  return { kind: 'operation', name, possible };
}

const statusText = (status: string): string => (status === '0' ? 'success' : status);

/** That it is under way ends where it is shown, or owed, that it is complete: the rule that a question for its result meets says why. */
const underWay = (operation: Operation): Possibility => ({
  id: 'under way',
  says: `is under way, with ${operation.length} bytes to send`,
  refusedIn: later(operation, 'result.incomplete', {}, 'it has to be complete by now'),
});

// ---- How it is reported --------------------------------------------------------------------------------------------------------

function eventOf(world: World, operation: Operation): Subject {
  const { name } = operation;
  const looked = (event: 'event.signalled' | 'event.unsignalled', id: string, says: string): Possibility[] =>
    asked(world, operation, event, {}).isPermitted
      ? [
          {
            id,
            says,
            refusedIn: later(operation, event, {}, id === 'set' ? 'it may not be set by now' : 'it has to be set by now'),
          },
        ]
      : [];
  const possible = [...looked('event.unsignalled', 'unset', 'is not set'), ...looked('event.signalled', 'set', 'is set')];
  return { kind: 'event', name, possible };
}

function routineOf(world: World, operation: Operation): Subject {
  const { name, thread, state } = operation;
  const { running, indicated } = world.tables.operation.stateIndex;
  if (state === running) return known('routine', name, 'running', `runs on ${thread}`);
  if (state === indicated) return known('routine', name, 'has run', 'has run');
  const queued: Possibility = { id: 'queued', says: `is queued for ${thread}, and runs in its next alertable wait` };
  const observed = { thread };
  const { isPermitted } = asked(world, operation, 'sleep.ends', observed);
  if (!isPermitted) return { kind: 'routine', name, possible: [queued] };
  const notQueued: Possibility = {
    id: 'not queued',
    says: operation.over === undefined ? 'is not queued yet' : 'need not be queued yet',
    refusedIn: later(operation, 'sleep.ends', observed, 'it has to be queued by now'),
  };
  return { kind: 'routine', name, possible: [notQueued, queued] };
}
