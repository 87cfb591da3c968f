import type { Injection } from '../conversation/requests.ts';
import { scribble } from './memory.ts';
import type { Session } from './session.ts';

/** The caller breaks its own side. Does nothing where the operation is over: its memory may be another's by now. */
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
