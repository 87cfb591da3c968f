/**
 * The oracle's way of computing facts: from what the trace shows, with `may` and `surely` for what it does not. The bounded model computes
 * the same facts from a few units of room (model/product); the rules that read them are the same.
 */

import type { Facts } from '../compiled/compile.ts';
import type { FactRecord, NotDerived } from '../machines/rules.ts';
import { causes, type Socket, type World } from './world.ts';

/** How the oracle computes each fact of a region from a moment, or why it cannot. */
type Column<F extends string, Moment> = { readonly [fact in F]: ((moment: Moment) => boolean) | NotDerived };

class Traced<F extends string, Moment> implements Facts<F> {
  readonly #column: readonly ((moment: Moment) => boolean)[];
  readonly #moment: Moment;

  constructor(column: readonly ((moment: Moment) => boolean)[], moment: Moment) {
    this.#column = column;
    this.#moment = moment;
  }

  holds(fact: number): boolean {
    return this.#column[fact]!(this.#moment);
  }
}

/** The facts of a moment, by the column of their region. */
export function tracedBy<F extends string, Moment>(facts: FactRecord<F>, column: Column<F, Moment>): (moment: Moment) => Facts<F> {
  const placed = (Object.keys(facts) as F[]).map((fact): ((moment: Moment) => boolean) => {
    const traced: ((moment: Moment) => boolean) | NotDerived = column[fact];
    return typeof traced === 'function' ? traced : () => traced.holds;
  });
  return (moment) => new Traced(placed, moment);
}

/** Whether one of these causes has happened. */
export const hasCause = (happened: { readonly causes: number } | undefined, cause: number): boolean =>
  ((happened?.causes ?? 0) & cause) !== 0;

/** What the bytes of the socket go through. */
export const wayOf = ({ isStream, stream, datagrams }: Socket): Socket['stream' | 'datagrams'] => (isStream ? stream : datagrams);

/** The network has surely failed for the socket: for all of them, or for it alone, and a settle has passed. */
export function networkGone(world: World, socket: Socket | undefined, circuit: number): boolean {
  if (world.networkDown === 'surely' && socket?.reachesNetwork !== true) return true;
  return hasCause(socket, causes.networkGone) && circuit === world.tables.circuit.stateIndex.broken;
}

export function isBroken(world: World, circuit: number): boolean {
  const { broken, resetReported } = world.tables.circuit.stateIndex;
  return circuit === broken || circuit === resetReported;
}
