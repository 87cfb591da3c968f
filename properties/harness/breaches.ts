import type { Injection } from '../conversation/requests.ts';
import { scribble } from './memory.ts';
import type { Session } from './session.ts';

/**
 * The caller breaks its own side: it writes where an operation that is outstanding still reads, or gives its OVERLAPPED again. What happens
 * to that operation from there on is judged by nobody; that everything else goes on as before still is.
 */
export const breaches = ['caller.writes.buffer', 'caller.writes.overlapped', 'caller.reuses'] as const;
export type BreachKind = (typeof breaches)[number];

export const isBreach = ({ inject }: Injection): boolean => (breaches as readonly string[]).includes(inject);

/** Whatever a provider does once the memory of its own has changed under it, its caller is to blame. */
export const mayCrash = (kind: string): boolean => kind === 'caller.writes.overlapped' || kind === 'caller.reuses';

/** Does nothing where the operation is over: its memory may be another's by now. */
export const breach = (session: Session, { inject, overlapped: name }: Injection): void => {
  if (inject === 'caller.reuses') {
    session.reusable = name;
    return;
  }
  const slot = name === undefined ? undefined : session.overlapped.of(name);
  if (slot?.last === undefined || !slot.inUse || slot.last.loan.retired) return;
  const what = inject === 'caller.writes.buffer' ? 'buffer' : 'overlapped';
  session.lines.push({ caller: 'writes', what, overlapped: slot.name });
  if (what === 'buffer') scribble(slot.last.loan);
  else {
    slot.structure.Internal = scribbled;
    slot.structure.InternalHigh = scribbled;
  }
};

const scribbled = 0xdead;
