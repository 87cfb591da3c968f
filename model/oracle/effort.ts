/**
 * How much the oracle looks at: rules asked, places followed, sends and operations visited.
 *
 * A doubled trace may cost twice as much and hardly more. Counts say so on a busy machine as well, where times do not.
 */

export const effort = { visits: 0 };

/** Counts each thing that a loop looks at. */
export function* visited<T>(things: Iterable<T>): Generator<T> {
  for (const thing of things) {
    effort.visits++;
    yield thing;
  }
}
