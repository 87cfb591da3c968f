import type { Profile } from '../../model/clauses/profiles.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import { type CompiledRule, lookup, noFacts, type Table } from '../../model/compiled/compile.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import { isSend } from '../../model/oracle/callKinds.ts';
import type { Answer } from '../../model/oracle/sendFacts.ts';
import type { World } from '../../model/oracle/world.ts';
import type { TraceStep, WSPSendCall } from '../../model/winsock/trace.ts';
import { Outcomes } from './outcomes.ts';

/**
 * Counts the steps, and which clauses were put to the test by those that were permitted: those of the rules by which the oracle permitted
 * the step, those that can only refuse and stood before these rules, so that they were asked and did not hold, and at a send or a result
 * those that refuse what it might have come to in its place.
 */
export class Tally {
  readonly clauses = new Map<ClauseId, number>();
  readonly outcomes = new Outcomes();
  /** Those that were permitted. What a peer receives in pieces, line upon line, is one step: how small the pieces are says nothing. */
  steps = 0;
  #lastPiece: string | undefined;

  /** Looks at the state before the step, so it is called before the step is judged; `keep` counts what `look` found. */
  look(world: World, step: TraceStep): Found {
    this.outcomes.look(world, step);
    const found: Found = { profile: world.tables.profile, clauses: new Set(this.outcomes.refusing), goesOn: this.#goesOn(step) };
    lookAt(world, step, found.clauses);
    return found;
  }

  #goesOn(step: TraceStep): boolean {
    const isPiece = 'peer' in step && step.peer === 'recv';
    const goesOn = isPiece && this.#lastPiece === step.socket;
    this.#lastPiece = isPiece ? step.socket : undefined;
    return goesOn;
  }

  /** The step was permitted, by these rules. Whether it counts as a step of its own. */
  keep({ profile, clauses, goesOn }: Found, permittedBy: readonly CompiledRule[]): boolean {
    if (!goesOn) this.steps++;
    const tested = testedUnder(profile);
    for (const rule of permittedBy) for (const id of tested.get(rule) ?? []) clauses.add(id);
    for (const id of clauses) this.clauses.set(id, (this.clauses.get(id) ?? 0) + 1);
    this.outcomes.keep();
    return !goesOn;
  }
}

interface Found {
  readonly profile: Profile;
  readonly clauses: Set<ClauseId>;
  /** The step before it was a piece of the same stream. */
  readonly goesOn: boolean;
}

// ---- What a rule that permits puts to the test ---------------------------------------------------------------------------------

type Tested = ReadonlyMap<CompiledRule, readonly ClauseId[]>;
const tested = new Map<Profile, Tested>();

function testedUnder(profile: Profile): Tested {
  let found = tested.get(profile);
  if (found === undefined) tested.set(profile, (found = new Map(machinesOf(profile).flatMap(testedIn))));
  return found;
}

const machinesOf = (profile: Profile): readonly Table[] => {
  const { socket, operation, call, circuit, delivery } = tablesOf(profile);
  return [socket, operation, call, circuit, delivery] as unknown as readonly Table[];
};

function testedIn(table: Table): (readonly [CompiledRule, readonly ClauseId[]])[] {
  return table.states.flatMap((name, state) => {
    // What the caller broke was counted when it broke it, and its consequences show nothing.
    if (name === 'unjudged') return [];
    return table.events.flatMap((_, event) => {
      const before = new Set<ClauseId>();
      return table.rules.at(state, event).flatMap((rule) => {
        if (rule.permitted) return [[rule, [...rule.clauses, ...before]] as const];
        for (const id of rule.clauses) if (refusedOnly.has(id)) before.add(id);
        return [];
      });
    });
  });
}

/** Clauses that no rule gives as its reason to permit anything: they can only be kept, never used. */
const refusedOnly: ReadonlySet<ClauseId> = (() => {
  const rules = machinesOf('page').flatMap((table) => [...table.rules]);
  const permitting = new Set(rules.filter(({ permitted }) => permitted).flatMap(({ clauses }) => clauses));
  return new Set(rules.flatMap(({ clauses }) => clauses).filter((id) => !permitting.has(id)));
})();

// ---- What is put to the test where no rule is asked ----------------------------------------------------------------------------

function lookAt(world: World, step: TraceStep, found: Set<ClauseId>): void {
  if ('end' in step) {
    if (isSend(step.begun)) lookAtAnswer(world, step.begun, step.returns as Answer, found);
  } else if ('call' in step) {
    if (step.call !== 'WSPSend' || step.begin !== undefined) return;
    lookAtAnswer(world, step, step.returns!, found);
    lookAtSend(world, step, step.returns!, found);
  } else if ('routine' in step) {
    if (step.routine === 'enter') for (const id of ['QueueApc:9', 'QueueApc:10'] as const) found.add(id);
  } else if ('caller' in step) {
    if (world.operations.has(step.overlapped)) found.add(step.what === 'buffer' ? 'lpBuffers:3' : 'OverlappedLifetime:1');
  } else if ('peer' in step) lookAtPeer(world, step, found);
}

/** A count that is reported can be wrong, and so can the way of data that were to be sent out of band. */
function lookAtAnswer(world: World, { socket, flags = [] }: WSPSendCall, { rc, errno, bytes }: Answer, found: Set<ClauseId>): void {
  if (rc === 0 && bytes !== undefined) found.add('lpNumberOfBytesSent:1');
  const isAccepted = rc === 0 || errno === 'WSA_IO_PENDING';
  if (isAccepted && flags.includes('MSG_OOB') && world.sockets.get(socket)?.isStream === true) found.add('MSG_OOB:1');
}

/** An operation that begins and goes on in one step: nobody can see it in between. */
function lookAtSend(world: World, { socket, overlapped }: WSPSendCall, { rc, errno }: Answer, found: Set<ClauseId>): void {
  const named = world.sockets.get(socket);
  if (overlapped === undefined || named?.overlapped !== true || named.closed) return;
  if (world.operations.get(overlapped)?.nameFree === false) found.add('OverlappedLifetime:2');
  const { operation: table } = world.tables;
  const event = rc === 0 ? 'WSPSend.completes' : errno === 'WSA_IO_PENDING' ? 'WSPSend.pends' : 'WSPSend.fails';
  for (const id of lookup(table, table.stateIndex.begun, table.eventIndex[event], noFacts)?.clauses ?? []) found.add(id);
}

function lookAtPeer(world: World, step: Extract<TraceStep, { peer: string }>, found: Set<ClauseId>): void {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) return;
  if (step.peer === 'recv') {
    if (socket.isStream && step.oob === true) return;
    if (!socket.isStream && socket.datagrams.skips(step.runs)) found.add('Delivery:1');
    const clauses = socket.isStream ? streamClauses : datagramClauses;
    for (const id of clauses) found.add(id);
  } else if (step.peer === 'eof') {
    for (const id of ['Purpose:2', 'WSAESHUTDOWN:1', 'Order:2'] as const) found.add(id);
    if (socket.lossy) found.add('Delivery:1');
  }
}
const streamClauses = [
  'Order:2',
  'Purpose:2',
  'Purpose:3',
  'Capture:2',
  'Nonoverlapped:3',
  'lpBuffers:2',
  'dwBufferCount:1',
] as const satisfies readonly ClauseId[];
const datagramClauses = [
  'Order:2',
  'Purpose:2',
  'Purpose:3',
  'Purpose:4',
  'Capture:2',
  'lpBuffers:2',
  'dwBufferCount:1',
] as const satisfies readonly ClauseId[];

/** The clauses that a campaign can judge at all. */
export const judgedClauses: readonly ClauseId[] = register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id);
