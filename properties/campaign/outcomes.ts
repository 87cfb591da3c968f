import type { ClauseId } from '../../model/clauses/register.ts';
import { type Facts, lookup, type Table } from '../../model/compiled/compile.ts';
import { statusCodes } from '../../model/machines/operationWords.ts';
import type { SocketEvent } from '../../model/machines/socket.machine.ts';
import { Answers } from '../../model/oracle/answers.ts';
import { askedFor, isSend, usesOverlappedIo } from '../../model/oracle/callKinds.ts';
import { operationFactsOf } from '../../model/oracle/operationFacts.ts';
import type { Answer } from '../../model/oracle/sendFacts.ts';
import type { World } from '../../model/oracle/world.ts';
import { type SendCode, sendCodes } from '../../model/winsock/callCodes.ts';
import type { TraceStep, WSPSendCall } from '../../model/winsock/trace.ts';

/**
 * Outcome coverage: at every send, and wherever an operation's end is reported, which outcomes the rules would have permitted there, and
 * which of them came. An outcome that was offered often and never came is one that the implementation does not seem to have.
 */

export interface OutcomeCoverage {
  /** `WSPSend nonoverlapped`, `WSPSend overlapped`, `completion`. */
  readonly step: string;
  /** `all bytes`, `a part`, or the name of a code. */
  readonly outcome: string;
  /** Steps at which it was permitted. */
  readonly offered: number;
  /** Steps at which it came. */
  readonly shown: number;
}

interface SendOutcome {
  readonly outcome: string;
  readonly event: SocketEvent;
  readonly answer: (asked: number) => Answer;
  /** Sends with this answer might have come to it, so that the clauses by which it is refused were put to the test. */
  readonly isTempting: (answer: Answer) => boolean;
}

const always = (): boolean => true;
const never = (): boolean => false;

const failing = (code: SendCode | 'WSA_IO_PENDING', isTempting: SendOutcome['isTempting']): SendOutcome => {
  const answer: Answer = { rc: -1, errno: code };
  return { outcome: code, event: code === 'WSA_IO_PENDING' ? 'WSPSend.pends' : `WSPSend.${code}`, answer: () => answer, isTempting };
};

const temptingOf = (code: SendCode): SendOutcome['isTempting'] => {
  if (code === 'WSAEWOULDBLOCK') return always;
  // A reason without a cause: what a call gives that failed without saying why.
  return code === 'WSAEINTR' ? ({ rc, errno }) => rc === -1 && errno !== 'WSA_IO_PENDING' : never;
};

const sendOutcomes: readonly SendOutcome[] = [
  { outcome: 'all bytes', event: 'WSPSend.completes', answer: (asked) => ({ rc: 0, bytes: asked }), isTempting: always },
  { outcome: 'a part', event: 'WSPSend.completes', answer: (asked) => ({ rc: 0, bytes: Math.floor(asked / 2) }), isTempting: never },
  failing('WSA_IO_PENDING', always),
  ...sendCodes.map((code) => failing(code, temptingOf(code))),
];

export class Outcomes {
  readonly #seen = new Map<string, { offered: number; shown: number }>();
  /** Of the step that was looked at last. */
  #offered: string[] = [];
  #shown: string | undefined;
  /** The clauses that refuse what the step might have come to in its place. */
  readonly refusing = new Set<ClauseId>();
  /** Those of them by which a send may not succeed. */
  refusingSuccess: readonly ClauseId[] = [];

  /** Counts what the last look found. */
  keep(): void {
    for (const key of this.#offered) this.#at(key).offered++;
    if (this.#shown === undefined) return;
    const counts = this.#at(this.#shown);
    counts.shown++;
    // What came although no rule of a table offered it was open for another reason: a call that had begun earlier.
    counts.offered = Math.max(counts.offered, counts.shown);
  }

  /** Looks at a step in a state before it; it counts once it is known to be permitted. */
  look(world: World, step: TraceStep): void {
    this.#offered = [];
    this.#shown = undefined;
    this.refusing.clear();
    this.refusingSuccess = [];
    if ('end' in step) {
      if (isSend(step.begun)) this.#shownSend(world, step.begun, step.returns as Answer);
    } else if ('call' in step) {
      if (step.begin !== undefined) return;
      if (step.call === 'WSPSend') this.#send(world, step, step.returns as Answer);
      else if (step.call === 'WSPGetOverlappedResult') this.#completion(world, step.overlapped, 'result', statusOf(step.returns as Answer));
    } else if ('routine' in step && step.routine === 'enter') this.#completion(world, step.overlapped, 'routine', step.error);
  }

  get coverage(): readonly OutcomeCoverage[] {
    return [...this.#seen].map(([key, counts]) => {
      const [step, outcome] = key.split(' = ') as [string, string];
      return { step, outcome, ...counts };
    });
  }

  #send(world: World, call: WSPSendCall, answer: Answer): void {
    const { socket: table, circuit: circuits } = world.tables;
    const named = world.sockets.get(call.socket);
    const socket = named?.closed ? undefined : named;
    const state = socket?.state ?? table.initial;
    // Whether its count is reported is a separate question from whether an outcome may come at all.
    const counted = call.count === false ? { ...call, count: true } : call;
    const answers = new Answers(world, socket, counted, { circuit: socket?.circuit ?? circuits.initial, record: undefined });
    const step = stepOf(world, call);
    for (const { outcome, event, answer: would, isTempting } of sendOutcomes) {
      if (outcome === 'a part' && answers.asked < 2) continue;
      const rule = lookup(table, state, table.eventIndex[event], answers.about(would(answers.asked)));
      if (outcome === 'all bytes') {
        // What no socket permits is looked up as on a connected one: in another state the state itself refuses first.
        const connected = lookup(table, table.stateIndex.connected, table.eventIndex[event], answers.about(would(answers.asked)));
        this.refusingSuccess = [rule, connected].flatMap((found) => (found?.permitted === false ? found.clauses : []));
      }
      if (rule?.permitted === true) this.#offered.push(`${step} = ${outcome}`);
      else if (isTempting(answer)) for (const id of rule?.clauses ?? []) this.refusing.add(id);
    }
    this.#shownSend(world, call, answer);
  }

  #shownSend(world: World, call: WSPSendCall, answer: Answer): void {
    const asked = askedFor(call);
    const outcome = answer.rc === 0 ? (answer.bytes === undefined || answer.bytes === asked ? 'all bytes' : 'a part') : answer.errno!;
    this.#shown = `${stepOf(world, call)} = ${outcome}`;
  }

  #completion(world: World, name: string, how: 'result' | 'routine', shown: string | undefined): void {
    const operation = world.operations.get(name);
    if (operation === undefined || shown === undefined) return;
    const { operation: table } = world.tables;
    if (how === 'result') {
      const denied = lookup(table, operation.state, table.eventIndex['result.incomplete'], operationFactsOf(world, operation, {}));
      if (denied?.permitted === false) for (const id of denied.clauses) this.refusing.add(id);
    }
    for (const status of statusCodes) {
      const facts = operationFactsOf(world, operation, {
        status,
        bytes: status === '0' ? operation.length : 0,
        flags: 0,
        thread: operation.thread,
      });
      if (status === shown || isPermitted(world.tables.operation, operation.state, `${how}.${status}`, facts)) {
        const key = `completion = ${status === '0' ? 'success' : status}`;
        this.#offered.push(key);
        if (status === shown) this.#shown = key;
      }
    }
  }

  #at(key: string): { offered: number; shown: number } {
    let counts = this.#seen.get(key);
    if (counts === undefined) this.#seen.set(key, (counts = { offered: 0, shown: 0 }));
    return counts;
  }
}

const stepOf = (world: World, call: WSPSendCall): string => {
  const socket = world.sockets.get(call.socket);
  const kind = socket === undefined ? '' : socket.isStream ? ' on a stream' : ' of a datagram';
  return `WSPSend ${usesOverlappedIo(call, socket) ? 'overlapped' : socket?.nonblocking ? 'nonblocking' : 'blocking'}${kind}`;
};

const isPermitted = (table: Table, state: number, event: string, facts: Facts): boolean => {
  const index = table.eventIndex[event];
  return index !== undefined && lookup(table, state, index, facts)?.permitted === true;
};

const statusOf = (answer: Answer): string | undefined => {
  const status = answer.rc === 0 ? '0' : answer.errno!;
  return status === 'WSA_IO_INCOMPLETE' || status === 'WSAENOTSOCK' ? undefined : status;
};
