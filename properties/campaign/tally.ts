import { type ClauseId, register } from '../../model/clauses/register.ts';
import { type CompiledRule, type Facts, lookup, noFacts, type Table } from '../../model/compiled/compile.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import { statusCodes } from '../../model/machines/operation.machine.ts';
import { deliveryFactsOf } from '../../model/oracle/circuitFacts.ts';
import { callFactsOf, operationFactsOf } from '../../model/oracle/operationFacts.ts';
import { type Answer, socketFactsOf } from '../../model/oracle/sendFacts.ts';
import { askedFor, isResult, isSend, type Operation, type World } from '../../model/oracle/world.ts';
import { type CallStep, type TraceStep, threadOf, type WSPSendCall } from '../../model/winsock/trace.ts';
import { Outcomes } from './outcomes.ts';

/**
 * Counts the steps, which rules decided the steps that were permitted, and which clauses were put to the test by them: those that the
 * deciding rules stand on, and those by which another outcome of the same step would have been refused.
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
    const found = new Found();
    found.goesOn = this.#goesOn(step);
    lookAt(world, step, found);
    return found;
  }

  #goesOn(step: TraceStep): boolean {
    const isPiece = 'peer' in step && step.peer === 'recv';
    const goesOn = isPiece && this.#lastPiece === step.socket;
    this.#lastPiece = isPiece ? step.socket : undefined;
    return goesOn;
  }

  keep(found: Found): void {
    if (!found.goesOn) this.steps++;
    for (const id of found.clauses) this.clauses.set(id, (this.clauses.get(id) ?? 0) + 1);
    this.outcomes.keep();
  }
}

class Found {
  readonly clauses = new Set<ClauseId>();
  isPermitted = true;
  /** The step before it was a piece of the same stream. */
  goesOn = false;

  /** The rule that decides the observed outcome. */
  observed(table: Table, state: number, event: string, facts: Facts): void {
    const rule = this.#lookup(table, state, event, facts);
    if (rule?.permitted !== true) {
      this.isPermitted = false;
      return;
    }
    // What the caller broke was counted when it broke it, and what comes of it shows nothing.
    if (isUnjudged(table, state)) return;
    for (const id of rule.clauses) this.clauses.add(id);
    // Unsupported that stood before it were asked, and did not hold.
    for (const other of table.rules[state]![table.eventIndex[event]!]!) {
      if (other === rule) break;
      if (!other.permitted) for (const id of other.clauses) if (refusedOnly.has(id)) this.clauses.add(id);
    }
  }

  /** Another outcome of the same step: the clauses that would have refused it were put to the test. */
  alternative(table: Table, state: number, event: string, facts: Facts): void {
    const rule = this.#lookup(table, state, event, facts);
    if (rule !== undefined && !rule.permitted) for (const id of rule.clauses) this.clauses.add(id);
  }

  #lookup(table: Table, state: number, event: string, facts: Facts): CompiledRule | undefined {
    const index = table.eventIndex[event];
    return index === undefined ? undefined : lookup(table, state, index, facts);
  }
}

const isUnjudged = (table: Table, state: number): boolean => table.states[state] === 'unjudged';

/** Clauses that no rule gives as its reason to permit anything: they can only be kept, never used. */
const refusedOnly: ReadonlySet<ClauseId> = (() => {
  const { socket, operation, call, circuit } = tablesOf('page');
  const rules = [socket, operation, call, circuit].flatMap((table) => (table.rules as Table['rules']).flat(2));
  const permitting = new Set(rules.filter(({ permitted }) => permitted).flatMap(({ clauses }) => clauses));
  return new Set(rules.flatMap(({ clauses }) => clauses).filter((id) => !permitting.has(id)));
})();

const known: ReadonlySet<string> = new Set(statusCodes);
const named = (what: string, status: string): string => `${what}.${known.has(status) ? status : 'other'}`;

function lookAt(world: World, step: TraceStep, found: Found): void {
  const { operation: operations } = world.tables;
  const of = (name: string): Operation | undefined => world.operations.get(name);
  if ('end' in step) {
    const record = world.begun.get(step.end);
    if (record === undefined) return;
    found.observed(world.tables.call, record.state, 'returns', callFactsOf(world, record));
    if (isSend(record.call)) lookAtSend(world, record.call, step.returns as Answer, record, found);
    else if (isResult(record.call)) lookAtResult(world, of(record.call.overlapped), step.returns as Answer, true, found);
  } else if ('call' in step) {
    if (step.begin !== undefined) return;
    lookAtCall(world, step, found);
  } else if ('poll' in step) {
    // Readiness is not asked for yet.
    if (step.poll === 'writable') return;
    const operation = of(step.overlapped);
    if (operation === undefined) return;
    const facts = operationFactsOf(world, operation, {});
    const [yes, no] = step.poll === 'event' ? ['event.signalled', 'event.unsignalled'] : ['count.written', 'count.unwritten'];
    const wasSeen = step.poll === 'event' ? step.signalled : step.written;
    found.observed(operations, operation.state, wasSeen ? yes! : no!, facts);
    found.alternative(operations, operation.state, wasSeen ? no! : yes!, facts);
  } else if ('routine' in step) {
    const operation = of(step.overlapped);
    if (operation === undefined) return;
    const isEnter = step.routine === 'enter';
    const observed = isEnter ? { status: step.error, bytes: step.bytes, flags: step.flags, thread: threadOf(step) } : {};
    found.observed(
      operations,
      operation.state,
      isEnter ? named('routine', step.error) : 'routine.leave',
      operationFactsOf(world, operation, observed),
    );
    if (isEnter) for (const id of ['QueueApc:9', 'QueueApc:10'] as const) found.clauses.add(id);
  } else if ('upcall' in step) {
    const operation = of(step.overlapped);
    if (operation === undefined) return;
    const isApc = step.upcall === 'WPUQueueApc';
    const observed = isApc ? { thread: threadOf(step) } : { status: step.error, bytes: step.bytes };
    found.observed(
      operations,
      operation.state,
      isApc ? 'upcall.WPUQueueApc' : named('upcall', step.error),
      operationFactsOf(world, operation, observed),
    );
  } else if ('caller' in step) {
    if (of(step.overlapped) !== undefined) found.clauses.add(step.what === 'buffer' ? 'lpBuffers:3' : 'OverlappedLifetime:1');
  } else if ('peer' in step) lookAtPeer(world, step, found);
  else if ('env' in step) {
    if (step.env === 'settle') lookAtSettle(world, found);
  } else if ('port' in step || 'foreign' in step) {
    // Neither is asked for yet.
  } else step satisfies never;
}

function lookAtCall(world: World, call: CallStep, found: Found): void {
  switch (call.call) {
    case 'WSPSend':
      lookAtSend(world, call, call.returns as Answer, undefined, found);
      break;
    case 'WSPGetOverlappedResult':
      lookAtResult(world, world.operations.get(call.overlapped), call.returns as Answer, call.wait === true, found);
      break;
    // What these give, no clause of the page speaks of.
    case 'WSPSocket':
    case 'WSPBind':
    case 'WSPConnect':
    case 'WSPIoctl':
    case 'WSPSetSockOpt':
    case 'WSPGetSockOpt':
    case 'WSPRecv':
    case 'WSPCancelIo':
    case 'WSPCancelBlockingCall':
    case 'WSPShutdown':
    case 'WSPCloseSocket':
    case 'WSACleanup':
    case 'CreateIoCompletionPort':
    case 'SetFileCompletionNotificationModes':
    case 'SleepEx':
    case 'ExitThread':
      break;
    default:
      call satisfies never;
  }
}

function lookAtSend(
  world: World,
  call: WSPSendCall,
  answer: Answer,
  record: Parameters<typeof callFactsOf>[1] | undefined,
  found: Found,
): void {
  const { socket: table, circuit: circuits, operation: operations } = world.tables;
  const now = world.sockets.get(call.socket);
  const socket = record === undefined ? (now?.closed ? undefined : now) : record.socket;
  const event = answer.rc === 0 ? 'completes' : answer.errno === 'WSA_IO_PENDING' ? 'pends' : answer.errno!;
  const asked = askedFor(call);
  const judge = (state: number, circuit: number): void => {
    found.observed(table, state, `WSPSend.${event}`, socketFactsOf(world, socket, call, answer, { circuit, record }));
    const others: (readonly [string, Answer])[] = [
      ['completes', { rc: 0, bytes: asked }],
      ['pends', { rc: -1, errno: 'WSA_IO_PENDING' }],
      ['WSAEWOULDBLOCK', { rc: -1, errno: 'WSAEWOULDBLOCK' }],
      // A reason that nothing caused: what a call gives that failed without saying why.
      ...(answer.rc === -1 && event !== 'pends' ? ([['WSAEINTR', { rc: -1, errno: 'WSAEINTR' }]] as const) : []),
    ];
    for (const [other, would] of others) {
      if (other !== event)
        found.alternative(table, state, `WSPSend.${other}`, socketFactsOf(world, socket, call, would, { circuit, record }));
    }
  };
  judge(socket?.state ?? table.initial, socket?.circuit ?? circuits.initial);
  if (record !== undefined && !found.isPermitted) {
    found.isPermitted = true;
    judge(record.stateAtBegin, record.circuitAtBegin);
  }
  if (call.overlapped === undefined || socket?.overlapped !== true) return;
  if (record === undefined && world.operations.get(call.overlapped)?.nameFree === false) found.clauses.add('OverlappedLifetime:2');
  const change = answer.rc === 0 ? 'WSPSend.completes' : event === 'pends' ? 'WSPSend.pends' : 'WSPSend.fails';
  const facts = record?.operation === undefined ? noFacts : operationFactsOf(world, record.operation, {});
  const rule = lookup(operations as Table, operations.stateIndex.begun, operations.eventIndex[change]!, facts);
  for (const id of rule?.permitted ? rule.clauses : []) found.clauses.add(id);
}

function lookAtResult(world: World, operation: Operation | undefined, answer: Answer, waits: boolean, found: Found): void {
  if (operation === undefined) return;
  const { operation: table } = world.tables;
  const status = answer.rc === 0 ? '0' : answer.errno!;
  const event = status === 'WSA_IO_INCOMPLETE' ? 'incomplete' : status === 'WSAENOTSOCK' ? status : known.has(status) ? status : 'other';
  found.observed(table, operation.state, `result.${event}`, operationFactsOf(world, operation, { status, bytes: answer.bytes, waits }));
  if (event !== 'incomplete') found.alternative(table, operation.state, 'result.incomplete', operationFactsOf(world, operation, { waits }));
}

function lookAtPeer(world: World, step: Extract<TraceStep, { peer: string }>, found: Found): void {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) return;
  const { delivery } = world.tables;
  if (step.peer === 'recv' && socket.isStream && step.oob === true)
    found.observed(delivery, socket.delivery, 'recv.urgent', deliveryFactsOf(world, socket, true));
  else if (step.peer === 'recv') {
    if (!socket.isStream && socket.datagrams.skips(step.runs)) found.clauses.add('Delivery:1');
    const clauses = socket.isStream ? streamClauses : datagramClauses;
    for (const id of clauses) found.clauses.add(id);
  } else if (step.peer === 'eof') {
    for (const id of ['Purpose:2', 'WSAESHUTDOWN:1', 'Order:2'] as const) found.clauses.add(id);
    if (socket.lossy) found.clauses.add('Delivery:1');
  } else if (step.peer === 'error') found.observed(delivery, socket.delivery, 'error', deliveryFactsOf(world, socket, false));
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

function lookAtSettle(world: World, found: Found): void {
  const { call, operation: operations } = world.tables;
  for (const record of world.begun.values()) found.observed(call, record.state, 'settle', callFactsOf(world, record));
  for (const operation of world.live) found.observed(operations, operation.state, 'settle', operationFactsOf(world, operation, {}));
}

/** The clauses that a campaign can judge at all. */
export const judgedClauses: readonly ClauseId[] = register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id);
