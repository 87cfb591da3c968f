import { codeName } from '../../model/winsock/codes.ts';
import type { SOCKET } from '../../model/winsock/spi.ts';
import type { CallRequest } from '../../model/winsock/trace.ts';
import { type OverlappedName, unknownName } from './names.ts';
import type { Session } from './session.ts';
import type { StackFrame, Thread } from './threads.ts';

/** What the provider hands to a completion routine. */
interface Indication {
  readonly overlapped: OverlappedName | undefined;
  readonly error: number;
  readonly bytes: number;
  readonly flags: number;
}

/** What the caller gave with the send: whose routine it is and what it does. */
export interface RoutineOfSend {
  readonly socket: SOCKET;
  readonly calls: readonly CallRequest[];
}

/** A routine that is entered, makes its calls one after the other and is left. */
export class RoutineFrame implements StackFrame {
  readonly awaitsApc = false;
  readonly socket: SOCKET;
  /** The routine's function has returned to the provider and the routine is not over. */
  isDetached = false;
  readonly #session: Session;
  readonly #thread: Thread;
  readonly #indication: Indication;
  readonly #calls: readonly CallRequest[];
  #next = -1;

  constructor(session: Session, thread: Thread, send: RoutineOfSend, indication: Indication) {
    this.socket = send.socket;
    this.#session = session;
    this.#thread = thread;
    this.#indication = indication;
    this.#calls = send.calls;
  }

  get isEntered(): boolean {
    return this.#next >= 0;
  }

  advance(): boolean {
    const { lines } = this.#session;
    const thread = this.#thread;
    const overlapped = this.#indication.overlapped?.name ?? unknownName;
    const next = this.#next++;
    if (next === -1) {
      thread.routinesEntered++;
      const { error, bytes, flags } = this.#indication;
      lines.push({ routine: 'enter', thread: thread.name, overlapped, error: codeName(error), bytes, flags });
      if (this.#indication.overlapped !== undefined) this.#indication.overlapped.inUse = false;
    } else if (next < this.#calls.length) {
      this.#session.play(thread, this.#calls[next]!);
    } else {
      lines.push({ routine: 'leave', thread: thread.name, overlapped });
      thread.frames.pop();
    }
    return true;
  }
}

/** Frames on one thread that no caller would stack; beyond it the provider enters routines inside routines without end. */
const framesMax = 1000;

/** The provider calls a client's routine. It runs here and now, on the thread on which the provider runs, right or wrong. */
export const callRoutine = (session: Session, send: RoutineOfSend, indication: Indication): void => {
  const { thread, base } = session.visit ?? { thread: session.threads.provider, base: undefined };
  // The provider's code after the exit of its thread never runs; only here it cannot be stopped.
  if (!thread.alive) return;
  if (thread.frames.length > framesMax) throw new RangeError(`routines may be entered inside each other at most ${framesMax} deep`);
  const frame = new RoutineFrame(session, thread, send, indication);
  thread.frames.splice(placeOf(thread, base, send.socket), 0, frame);
  if (thread.top === frame) thread.run(base);
  frame.isDetached = thread.frames.includes(frame);
};

/**
 * A routine that blocks has returned to the provider all the same, since a function cannot wait; the thread is still inside it. The
 * provider may then call the next routine, or find no reason to hold one of the same socket back. Such a routine waits here beneath
 * the blocked one, as it would have waited on a thread that really stops.
 */
const placeOf = (thread: Thread, base: StackFrame | undefined, socket: SOCKET): number => {
  const { frames } = thread;
  const above = base === undefined ? 0 : frames.indexOf(base) + 1;
  const detached = frames.findIndex((frame) => frame instanceof RoutineFrame && frame.isDetached && frame.socket === socket);
  if (detached < 0 || detached >= above) return above;
  let place = detached;
  // Those that wait already go first, so this one goes beneath them.
  for (let below = frames[place - 1]; below instanceof RoutineFrame && !below.isEntered; below = frames[place - 1]) place--;
  return place;
};
