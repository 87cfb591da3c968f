/** Explores the steps of several threads to closure, breadth first, so that the first interleaving that fails is a shortest one. */

export interface ThreadStep<State> {
  readonly name: string;
  readonly to: State;
  /** The promise that this step breaks. */
  readonly breaks?: string;
}

/** Threads as a model: every access to shared memory is one step. */
export interface Race<State> {
  readonly start: State;
  /** Every step that one of the threads can take. */
  stepsOf(state: State): readonly ThreadStep<State>[];
  /** Two states with one key are one state. */
  keyOf(state: State): string;
  /** What a state breaks by itself. */
  brokenIn(state: State): string | null;
  /** No thread has to go on from here. */
  isOver(state: State): boolean;
}

export interface ExploredRace {
  readonly states: number;
  readonly steps: number;
  /** What is broken, and the steps that lead to it; null when nothing is. */
  readonly failure: { readonly breaks: string; readonly interleaving: readonly string[] } | null;
}

interface Came {
  readonly from: number;
  readonly by: string;
}

/** Every interleaving, up to the first that breaks a promise. */
export const exploreRace = <State>({ start, stepsOf, keyOf, brokenIn, isOver }: Race<State>): ExploredRace => {
  const seen = new Set<string>([keyOf(start)]);
  const came: Came[] = [{ from: -1, by: '' }];
  let steps = 0;
  let frontier: [place: number, state: State][] = [[0, start]];
  const way = (place: number): string[] => {
    const names: string[] = [];
    for (let at = place; at > 0; at = came[at]!.from) names.push(came[at]!.by);
    return names.reverse();
  };
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const [place, state] of frontier) {
      const possible = stepsOf(state);
      for (const { name, to, breaks } of possible) {
        steps++;
        const broken = breaks ?? brokenIn(to);
        if (broken !== null) return { states: came.length, steps, failure: { breaks: broken, interleaving: [...way(place), name] } };
        const key = keyOf(to);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push([came.length, to]);
        came.push({ from: place, by: name });
      }
      if (possible.length === 0 && !isOver(state)) {
        return { states: came.length, steps, failure: { breaks: 'no thread can go on', interleaving: way(place) } };
      }
    }
    frontier = next;
  }
  return { states: came.length, steps, failure: null };
};

/** The failure for a message: what broke, and the steps in their order. */
export const failureText = ({ failure }: ExploredRace): string =>
  failure === null
    ? 'every interleaving keeps the promises'
    : `${failure.breaks}, after ${failure.interleaving.length} steps:\n${failure.interleaving.map((name, i) => `${String(i + 1).padStart(4)}  ${name}`).join('\n')}`;
