import { type Facts, lookup, type Table } from '../../model/compiled/compile.ts';
import { statusCodes } from '../../model/machines/operation.machine.ts';
import { sendCodes } from '../../model/machines/socket.machine.ts';
import { operationFactsOf } from '../../model/oracle/operationFacts.ts';
import { type Answer, socketFactsOf } from '../../model/oracle/sendFacts.ts';
import { askedFor, isSend, usesOverlappedIo, type World } from '../../model/oracle/world.ts';
import type { TraceStep, WSPSendCall } from '../../model/winsock/trace.ts';

/**
 * Outcome coverage: at every send, and wherever an operation's end is told, which outcomes the rules would have permitted there, and which
 * of them came. An outcome that was offered often and never came is one that the implementation does not seem to have.
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

type Outcome = readonly [outcome: string, event: string, answer: (asked: number) => Answer];

const sendOutcomes: readonly Outcome[] = [
  ['all bytes', 'completes', (asked) => ({ rc: 0, bytes: asked })],
  ['a part', 'completes', (asked) => ({ rc: 0, bytes: Math.floor(asked / 2) })],
  ['WSA_IO_PENDING', 'pends', () => ({ rc: -1, errno: 'WSA_IO_PENDING' })],
  ...sendCodes.map((code): Outcome => [code, code, () => ({ rc: -1, errno: code })]),
];

export class Outcomes {
  readonly #seen = new Map<string, { offered: number; shown: number }>();
  /** Of the step that was looked at last. */
  #offered: string[] = [];
  #shown: string | undefined;

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
    const moment = { circuit: socket?.circuit ?? circuits.initial, record: undefined };
    const asked = askedFor(call);
    const step = stepOf(world, call);
    for (const [outcome, event, would] of sendOutcomes) {
      if (outcome === 'a part' && asked < 2) continue;
      const wanted = would(asked);
      // Whether its count is told is another matter than whether it may come at all.
      const facts = socketFactsOf(world, socket, call.count === false ? { ...call, count: true } : call, wanted, moment);
      if (isPermitted(table, state, `WSPSend.${event}`, facts)) this.#offered.push(`${step} = ${outcome}`);
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
