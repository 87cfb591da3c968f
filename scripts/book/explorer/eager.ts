/**
 * Hidden steps. Nobody sees what the transport and the world do by themselves: it stays open until something shows it. Where a kind of
 * hidden step is *eager* it happens at once, as a step of its own, and nothing of it stays open.
 */

import type { Oracle } from '../../../model/oracle/oracle.ts';
import { expectedIn } from '../../../model/oracle/reading.ts';
import { subjectsIn } from '../../../model/possible/account.ts';
import type { TraceStep } from '../../../model/winsock/trace.ts';

export interface Eager {
  /** The transport takes each byte as soon as it can. */
  readonly takes: boolean;
  /** What was caused arrives at once. */
  readonly arrives: boolean;
  /** The peer reads what there is. */
  readonly reads: boolean;
}
export const nothingEager: Eager = { takes: false, arrives: false, reads: false };

export const eagerKinds: readonly { readonly kind: keyof Eager; readonly title: string; readonly says: string }[] = [
  {
    kind: 'takes',
    title: 'The transport takes bytes at once',
    says: 'Off: whether it has taken them stays open until something shows it.',
  },
  { kind: 'reads', title: 'The peer reads at once', says: 'Off: bytes wait until you let it read.' },
  { kind: 'arrives', title: 'Effects arrive at once', says: 'Off: a reset or a completion may or may not have arrived yet.' },
];

/** The next step that happens by itself, if any does. */
export function nextOfItself(oracle: Oracle, eager: Eager): TraceStep | undefined {
  return (
    (eager.takes ? takes(oracle) : undefined) ?? (eager.reads ? reads(oracle) : undefined) ?? (eager.arrives ? arrives(oracle) : undefined)
  );
}

/** All that the transport of some socket can take. */
export function takes(oracle: Oracle): TraceStep | undefined {
  for (const { name, closed, isStream, stream, datagrams } of oracle.world.sockets.values()) {
    if (closed) continue;
    let sum = 0;
    for (const { size } of isStream ? stream.reading.segments : datagrams.waiting) sum += size;
    const bytes = greatest(sum, (count) => oracle.foresee({ env: 'transport.took', socket: name, bytes: count }) !== undefined);
    if (bytes > 0) return { env: 'transport.took', socket: name, bytes };
  }
  return undefined;
}

/** The greatest number up to a most for which something holds, where it holds for all below. */
function greatest(most: number, holds: (count: number) => boolean): number {
  let [from, to] = [0, most];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (holds(middle)) from = middle;
    else to = middle - 1;
  }
  return from;
}

/** What the peer of a socket may read next, one for each way in which the bytes may have come. */
export function readable(oracle: Oracle, name: string): TraceStep[] {
  const { world } = oracle;
  const socket = world.sockets.get(name);
  if (socket === undefined) return [];
  const expected = socket.isStream
    ? expectedIn(socket.stream.reading, world.period).filter((runs) => runs.length > 0)
    : socket.datagrams.expected();
  const steps = expected.map((runs): TraceStep => ({ peer: 'recv', socket: name, runs }));
  return steps.filter((step) => oracle.foresee(step) !== undefined);
}

function reads(oracle: Oracle): TraceStep | undefined {
  for (const { name } of oracle.world.sockets.values()) {
    const [only, other] = readable(oracle, name);
    if (only !== undefined && other === undefined) return only;
  }
  return undefined;
}

/** A settle, where it ends some doubt. */
function arrives(oracle: Oracle): TraceStep | undefined {
  const settle = { env: 'settle' } as const;
  const settled = oracle.foresee(settle);
  if (settled === undefined) return undefined;
  const isOpen = (world: Oracle['world']): string => JSON.stringify(subjectsIn(world).map(({ possible }) => possible.map(({ id }) => id)));
  return isOpen(settled.world) === isOpen(oracle.world) ? undefined : settle;
}
