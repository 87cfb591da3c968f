/**
 * The calls of a trace that have begun and not returned, by their threads.
 *
 * A program notices that a call has returned when it looks. So it looks before every step in which it matters: before the next call,
 * poll or packet, before a settle that nothing could have released the call for, and before a step that is not permitted.
 */

import type { BegunCall, TraceStep } from '../../model/winsock/trace.ts';
import { NotInC, threadTaking } from './cStep.ts';

interface UnderWay {
  readonly begun: BegunCall;
  /** Nothing has happened since it was last looked at. */
  isLookedAt: boolean;
}

/** A routine is the null in the list of its thread. */
export class CallsUnderWay {
  readonly #threads = new Map<string, (UnderWay | null)[]>();

  /** Those to look at before the step. They are looked at then. */
  toLookAt(step: TraceStep, isPermitted: boolean): readonly BegunCall[] {
    const isSettle = 'env' in step && step.env === 'settle';
    const isLook = 'call' in step || 'poll' in step || 'port' in step;
    if (isPermitted && !isSettle && !isLook) return [];
    const found = this.#innermost(threadTaking(step), 'call' in step || 'end' in step || 'routine' in step).filter(
      ({ isLookedAt }) => !(isSettle && isPermitted && isLookedAt),
    );
    for (const one of found) one.isLookedAt = true;
    return found.map(({ begun }) => begun);
  }

  /** Those that the trace leaves under way. */
  left(): readonly BegunCall[] {
    return this.#innermost('', false).map(({ begun }) => begun);
  }

  /** The call that the thread is in, a call inside a routine before the one that the routine runs in. */
  of(thread: string): BegunCall | undefined {
    return this.#threads.get(thread)?.at(-1)?.begun;
  }

  /** Fails by NotInC where a thread would have to do two things at once. */
  take(step: TraceStep): void {
    const thread = threadTaking(step);
    const list = this.#threads.get(thread) ?? [];
    this.#threads.set(thread, list);
    const isIn = list.at(-1) !== undefined && list.at(-1) !== null;
    if ('end' in step) {
      if (list.at(-1)?.begun.begin !== step.end) throw new NotInC(`a call of thread ${thread} ends inside a routine`);
      list.pop();
    } else if ('call' in step) {
      if (isIn) throw new NotInC(`thread ${thread} calls while its call has not returned`);
      if (step.begin !== undefined) list.push({ begun: step as BegunCall, isLookedAt: false });
    } else if ('routine' in step) {
      if (step.routine === 'enter' && isIn) list.push(null);
      if (step.routine === 'leave' && list.at(-1) === null) list.pop();
    }
    const changesNothing = 'poll' in step || ('env' in step && step.env === 'settle');
    if (!changesNothing) for (const one of this.#all()) if (one !== null && one.begun.begin !== beginOf(step)) one.isLookedAt = false;
  }

  #all(): readonly (UnderWay | null)[] {
    return [...this.#threads.values()].flat();
  }

  #innermost(thread: string, isOfThread: boolean): readonly UnderWay[] {
    return [...this.#threads].flatMap(([name, list]) => {
      const last = list.at(-1);
      return last === undefined || last === null || (isOfThread && name === thread) ? [] : [last];
    });
  }
}

const beginOf = (step: TraceStep): number | undefined => ('call' in step ? step.begin : undefined);
