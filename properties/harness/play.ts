import {
  type CallRequest,
  type CallStep,
  mainThread,
  type PollRequest,
  type Request,
  type Returns,
  type TraceStep,
  threadOf,
} from '../../model/winsock/trace.ts';
import { isHere, makeCall, notHere, type ProviderCall, whyNotCall } from './calls.ts';
import type { Opening } from './lines.ts';
import { callPort, isPortCall } from './portCalls.ts';
import { RoutineFrame } from './routines.ts';
import type { Session } from './session.ts';
import type { StackFrame, Thread } from './threads.ts';

/** A call is made on a thread: its frame stands until the call has returned. */

/** Makes one call: a request, or an entry in the list of a routine. What cannot be done is answered and nothing happens. */
export const play = (session: Session, thread: Thread, request: CallRequest): void => {
  const call = onThread(request, thread);
  const why = whyNot(session, thread, call);
  if (why !== undefined) session.lines.unsupported(call, why);
  else if (!isHere(call)) session.lines.unsupported(call, notHere[call.call]);
  else if (call.call === 'ExitThread') exitThread(session, thread, call);
  else if (call.call === 'SleepEx') start(thread, new SleepFrame(session, thread, call));
  else if (isPortCall(call)) session.lines.push({ ...call, returns: callPort(session, call) } as CallStep);
  else callProvider(session, thread, call);
};

const whyNot = (session: Session, thread: Thread, call: CallRequest): string | undefined => {
  // Where a routine runs on nobody's thread, its calls do too; a name that differs asks for what a routine cannot do.
  if (call.call !== 'WSPCancelBlockingCall' && threadOf(call) !== thread.name) {
    return `a call inside a routine is made on its thread, ${thread.name}`;
  }
  const why = whyNotCall(session, call);
  // An alertable wait and a completion port are the operating system's alone.
  if (why !== undefined || call.call === 'SleepEx' || isPortCall(call)) return why;
  const isOfTable = isHere(call) && call.call !== 'ExitThread';
  return isOfTable && typeof session.spi[call.call] !== 'function' ? `the provider has no ${call.call}` : providerLacks(session, call);
};

/** Why the provider cannot be asked for it, by its own word or because it lacks the function. */
export const providerLacks = (session: Session, request: Request): string | undefined => {
  const { world } = session;
  if ('env' in request && request.env !== 'settle' && typeof world.env !== 'function') return 'the world of the provider has no env';
  if (typeof world.supports !== 'function') return undefined;
  const answer = session.enter(request, undefined, () => world.supports!(request as TraceStep));
  return answer === true ? undefined : String(answer);
};

/** What select would say. */
export const askWritable = (session: Session, request: PollRequest & { poll: 'writable' }): void => {
  const { world, sockets, lines } = session;
  const socket = sockets.find(request.socket);
  if (socket?.open !== true) lines.unsupported(request, `no open socket has the name ${request.socket}`);
  else if (typeof world.writable !== 'function') lines.unsupported(request, 'the provider has no readiness');
  else {
    const why = providerLacks(session, request);
    if (why !== undefined) lines.unsupported(request, why);
    else lines.push({ ...request, ready: session.enter(request, undefined, () => world.writable!(socket.handle)) === true });
  }
};

const start = (thread: Thread, frame: StackFrame): void => {
  const base = thread.top;
  thread.frames.push(frame);
  thread.run(base);
};

const callProvider = (session: Session, thread: Thread, call: ProviderCall): void => {
  const frame = new CallFrame(session, thread, call);
  const base = thread.top;
  thread.frames.push(frame);
  const result = session.enter(call, thread, () => makeCall(session, thread, call));
  if (result instanceof Promise) {
    session.outstanding++;
    result.then(
      (returns) => {
        session.outstanding--;
        session.resolved++;
        frame.returns = returns;
        resume(session, thread);
      },
      (error: unknown) => {
        session.outstanding--;
        session.resolved++;
        session.crashed(call, error);
      },
    );
    return;
  }
  frame.returns = result;
  thread.run(base);
};

/** Goes on with a thread outside any request, where nobody above could catch. A crash is kept already. */
const resume = (session: Session, thread: Thread): void => {
  if (session.crash !== undefined) return;
  try {
    thread.run();
  } catch (error) {
    if (session.crash === undefined) throw error;
  }
};

const exitThread = (session: Session, thread: Thread, call: CallRequest): void => {
  // It never returns: the line stands first, and what the exit cancels follows it.
  thread.exit();
  session.lines.push({ ...call, returns: { rc: 0 } } as CallStep);
  session.enter(call, undefined, () => session.world.exitThread?.({ ThreadHandle: thread.handle, Reserved: 0 }));
};

/** A call of a routine's list as it is made: on the routine's thread, which its line then names. */
const onThread = (call: CallRequest, thread: Thread): CallRequest =>
  call.thread !== undefined || thread.name === mainThread || call.call === 'WSPCancelBlockingCall'
    ? call
    : { ...call, thread: thread.name };

class CallFrame implements StackFrame {
  readonly awaitsApc = false;
  returns: Returns | undefined;
  readonly #session: Session;
  readonly #thread: Thread;
  readonly #call: CallRequest;
  readonly #opening: Opening;

  constructor(session: Session, thread: Thread, call: CallRequest) {
    this.#session = session;
    this.#thread = thread;
    this.#call = call;
    this.#opening = session.lines.open(call);
  }

  advance(): boolean {
    if (this.returns === undefined) return false;
    this.#session.lines.close(this.#opening, this.#call, this.returns);
    this.#thread.frames.pop();
    return true;
  }
}

const INFINITE = 0xffffffff;
/** Routines that one SleepEx runs; beyond it the provider queues its APC again and again. */
const apcsMax = 100_000;

/**
 * An alertable wait runs what is queued until nothing is. A provider may hold a routine back by queueing its APC again, which would
 * keep a wait inside another routine busy until that one is left, that is for ever: there the wait ends after a round of everything
 * that was queued in which no routine was entered.
 */
class SleepFrame implements StackFrame {
  readonly awaitsApc = true;
  readonly #session: Session;
  readonly #thread: Thread;
  readonly #call: CallRequest & { call: 'SleepEx' };
  readonly #opening: Opening;
  readonly #isNested: boolean;
  #runs = 0;
  /** APCs that are left of this round, and how many routines the thread had entered when it began. */
  #leftOfRound = 0;
  #enteredBefore = -1;

  constructor(session: Session, thread: Thread, call: CallRequest & { call: 'SleepEx' }) {
    this.#session = session;
    this.#thread = thread;
    this.#call = call;
    this.#opening = session.lines.open(call);
    this.#isNested = thread.frames.some((frame) => frame instanceof RoutineFrame);
  }

  #mayRunMore(): boolean {
    if (!this.#isNested || this.#leftOfRound > 0) return true;
    const { routinesEntered, apcs } = this.#thread;
    if (this.#runs > 0 && routinesEntered === this.#enteredBefore) return false;
    this.#leftOfRound = apcs.length;
    this.#enteredBefore = routinesEntered;
    return true;
  }

  advance(): boolean {
    const apc = this.#mayRunMore() ? this.#thread.apcs.shift() : undefined;
    if (apc !== undefined) {
      this.#leftOfRound--;
      if (++this.#runs === apcsMax) throw this.#session.crashed(this.#call, new RangeError(`SleepEx runs at most ${apcsMax} APCs`));
      this.#session.enter(this.#call, this.#thread, () => apc.function(apc.context));
      return true;
    }
    if (this.#runs === 0 && this.#call.timeout === INFINITE) return false;
    const returns: Returns = this.#runs > 0 ? { rc: 0, value: 'WAIT_IO_COMPLETION' } : { rc: 0 };
    this.#session.lines.close(this.#opening, this.#call, returns);
    this.#thread.frames.pop();
    return true;
  }
}
