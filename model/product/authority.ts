/**
 * The product machine on many states: XState is asked once for a step in the same states of its regions with the same facts, and what it
 * says then holds in every state that is alike. It is what the compiled kernel is compared with.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { Condition } from './condition.ts';
import type { Description } from './description.ts';
import type { Layout } from './layout.ts';
import { entriesRefuse, follow, type Product, permittedAtBegin, turnsOn, valuation } from './questions.ts';
import { holdsIn, perform, type Values } from './values.ts';
import { decided, isAsked, productStep, regionStates, snapshotAt } from './wspsend.machine.ts';

type Moves = ReturnType<typeof decided>;

interface Asked {
  readonly step: Description;
  /** The facts of the regions that it asks, as far as they are not the same in every state. */
  readonly conditions: readonly Condition[];
  readonly answers: Map<number | string, Moves>;
}

export class Authority {
  readonly #profile: Profile;
  readonly #layout: Layout;
  readonly #asked: readonly Asked[];
  /** How often the machine was asked. */
  calls = 0;

  constructor(profile: Profile, layout: Layout, steps: readonly Description[]) {
    this.#profile = profile;
    this.#layout = layout;
    this.#asked = steps.map((step) => ({
      step,
      conditions: step.asks.filter(isAsked).flatMap(({ question }) => turnsOn(question)),
      answers: new Map(),
    }));
  }

  /** The values after a step, or undefined where it is impossible or refused. */
  step(values: Values, index: number): Values | undefined {
    const { step, conditions, answers } = this.#asked[index]!;
    if (!holdsIn(step.possible, values)) return undefined;
    const product: Product = { profile: this.#profile, layout: this.#layout, values };
    const guards = (entriesRefuse(product, step) ? 2 : 0) + (permittedAtBegin(product, step) ? 1 : 0);
    const key = valuation(conditions, values, regionStates(this.#layout, values) * 4 + guards);
    let moves = answers.get(key);
    if (moves === undefined && !answers.has(key)) {
      moves = this.#ask(values, step);
      answers.set(key, moves);
    }
    return moves && this.#moved(values, step, moves);
  }

  /** Runs the machine. What it does by itself must be what is done here in its place from then on. */
  #ask(values: Values, step: Description): Moves {
    this.calls++;
    const snapshot = snapshotAt(this.#profile, this.#layout, values);
    const moves = decided(snapshot, step);
    const there = productStep(snapshot, step)?.context.values;
    const here = moves && this.#moved(values, step, moves);
    if (String(there) !== String(here))
      throw new Error(`the product machine must change the values as its step says: ${JSON.stringify(step.label)}: ${there}, ${here}`);
    return moves;
  }

  #moved(values: Values, step: Description, moves: NonNullable<Moves>): Values {
    const next = values.slice();
    for (const [place, value] of moves) next[place] = value;
    const product: Product = { profile: this.#profile, layout: this.#layout, values: next };
    perform(step.then, next, this.#layout, ({ question }) => follow(product, question));
    return next;
  }
}
