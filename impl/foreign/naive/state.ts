/** What the naive stack knows, and how what it waits for ends. */

import { has } from './options.ts';
import { givePacket } from './packets.ts';
import { type Operation, type Sock, sizeOf, type Waiting } from './stack.ts';

export const maxMessage = 65_507;
export const failed = (errno: string): Returns => ({ rc: -1, errno });
export const good: Returns = { rc: 0 };

export interface Returns {
  readonly rc: 0 | -1;
  readonly errno?: string;
  readonly bytes?: number;
  readonly value?: unknown;
}

/** A call that has begun and waits. */
export interface Blocked {
  readonly number: number;
  readonly thread: string;
  readonly waiting?: Waiting;
  readonly countless?: boolean;
  readonly operation?: Operation;
}

export class Thread {
  exited = false;
  blocked: Blocked | undefined;
  apcs: Operation[] = [];
  readonly routines: Operation[] = [];
}

export const sockets = new Map<string, Sock>();
export const operations = new Map<string, Operation>();
export const busy = new Set<string>();
export const events = new Map<string, boolean>();
export const counts = new Set<string>();
export const threads = new Map<string, Thread>();
/** What is written once the request is answered, and the numbers given so far. */
export const trace = { lines: [] as object[], numbers: 0, sends: 0 };

export const threadOf = (name: string): Thread => {
  let thread = threads.get(name);
  if (thread === undefined) threads.set(name, (thread = new Thread()));
  return thread;
};
export const open = (name: unknown): Sock | undefined => {
  const sock = sockets.get(String(name));
  return sock?.closed ? undefined : sock;
};

export const resultOf = ({ status, bytes, length }: Operation): Returns => {
  if (has('complete-reported-as-incomplete')) return failed('WSA_IO_INCOMPLETE');
  if (has('pending-code-as-status') && status !== '0') return { ...failed('WSA_IO_PENDING'), bytes };
  if (status === '0') return { rc: 0, bytes: has('result-bytes-off') && length > 0 ? bytes - 1 : bytes };
  return { ...failed(status!), bytes };
};

/** A routine makes calls, and with some faults a call runs a routine: who makes the calls says here how a routine runs. */
export const routines = {
  run: (operation: Operation, on: string): void => {
    throw new Error(`calls.ts must be loaded before a routine runs: that of ${operation.name} was to run on ${on}`);
  },
};

export const complete = (operation: Operation, status: string, bytes: number, isAtOnce = false): void => {
  if (operation.status !== undefined) return;
  operation.status = status;
  operation.bytes = bytes;
  if (has('count-late')) counts.add(operation.name);
  givePacket(operation, isAtOnce);
  indicate(operation);
  for (const { blocked } of threads.values()) if (blocked?.operation === operation) end(blocked, resultOf(operation));
};

export const indicate = (operation: Operation): void => {
  if (operation.calls === undefined) {
    if (operation.hasEvent) events.set(operation.name, true);
    return;
  }
  if (has('event-with-routine') && operation.hasEvent) events.set(operation.name, true);
  if (has('routine-without-wait')) {
    routines.run(operation, operation.thread);
    return;
  }
  if (has('routine-never') && operation.bytes > 0) return;
  const thread = threadOf(operation.thread);
  if (!thread.exited) thread.apcs.push(operation);
  if (has('routine-twice')) thread.apcs.push(operation);
};

export const end = (blocked: Blocked, returns: Returns): void => {
  threadOf(blocked.thread).blocked = undefined;
  trace.lines.push({ end: blocked.number, returns });
};

export const settleWaiting = ({ operation, thread, all }: Waiting, status: string, bytes: number): void => {
  if (operation !== undefined) complete(operation, status, bytes);
  else {
    const { blocked } = threadOf(thread);
    if (blocked?.waiting?.all === all) end(blocked, status !== '0' ? failed(status) : blocked.countless ? good : { rc: 0, bytes });
  }
};

export const pump = (sock: Sock): void => {
  if (sock.broken !== undefined) return;
  if (has('partial-not-resumed') || (has('blocking-never-returns') && sock.queue[0]?.operation === undefined)) return;
  for (const waiting of sock.pump()) {
    if (has('never-completes') && waiting.operation?.hasEvent === true) continue;
    settleWaiting(waiting, has('result-blames-aborted') ? 'WSA_OPERATION_ABORTED' : '0', sizeOf(waiting.all));
  }
};

/** Gives up what waits. */
export const fail = (sock: Sock, status: string, which: (waiting: Waiting) => boolean = () => true): number => {
  const given = sock.queue.filter(which);
  sock.queue = sock.queue.filter((waiting) => !which(waiting));
  for (const waiting of given) {
    const bytes = has('aborted-count-absurd') ? 0xffffffff : has('aborted-count-all') ? sizeOf(waiting.all) : 0;
    settleWaiting(waiting, status, bytes);
  }
  return given.length;
};
