/**
 * Every rule of a region decides something: in some profile, in some state where it stands, there are facts by which it is the first
 * that applies. A rule that decides nothing says nothing either, and misleads its reader.
 *
 * Facts are treated as independent of each other: the rules do not know that one excludes another.
 */

import { profiles } from '../clauses/profiles.ts';
import { guardText, leavesOf, type Region } from '../machines/rules.ts';
import { always, type CompiledGuard, combined, compiledGuard, idOf, never } from './compile.ts';

/** Throws a RangeError that names the first rule that can decide nothing, and the one that it stands behind. */
export function requireDeciding<F extends string, S extends string, E extends string>(region: Region<F, S, E>): void {
  const places = new Map<string, number>(Object.keys(region.facts).map((fact, place) => [fact, place]));
  const idle = new Map<string, string>();
  const deciding = new Set<string>();
  for (const rules of leavesOf(region).values()) {
    for (const [event, standing] of rules) {
      const ids = standing.map((rule) => idOf(rule, event));
      for (const profile of profiles) {
        const guards = standing.map(({ rule }) => compiledGuard(rule.guard, places, profile));
        for (const [i, id] of ids.entries()) {
          if (deciding.has(id) && ids.indexOf(id) === i) continue;
          const before = hiddenBehind(guards, i);
          if (before === undefined) deciding.add(id);
          else idle.set(id, before < 0 ? `${guardText(standing[i]!.rule.guard)} holds in no profile` : `it stands behind ${ids[before]}`);
          if (ids.indexOf(id) !== i) throw new RangeError(`A rule must stand once in a state: rule=${id}`);
        }
      }
    }
  }
  for (const [id, why] of idle) {
    if (!deciding.has(id)) throw new RangeError(`A rule must be able to decide something: rule=${id}, but ${why}`);
  }
}

/** The place of the rule before which the i-th could still decide and behind which it cannot; -1 where its own guard cannot hold. */
function hiddenBehind(guards: readonly CompiledGuard[], i: number): number | undefined {
  let open = guards[i]!;
  if (!maybe(open)) return -1;
  // Most rules are first, or stand behind rules of other facts.
  const all = guards.slice(0, i).reduce((left, guard) => combined('all', [left, negated(guard)]), open);
  if (maybe(all)) return undefined;
  for (let before = 0; before < i; before++) {
    open = combined('all', [open, negated(guards[before]!)]);
    if (!maybe(open)) return before;
  }
  return undefined;
}

const negated = (guard: CompiledGuard): CompiledGuard => {
  switch (guard.kind) {
    case 'constant':
      return guard.holds ? never : always;
    case 'fact':
      return { ...guard, holds: !guard.holds };
    default:
      return { kind: guard.kind === 'all' ? 'any' : 'all', of: guard.of.map(negated) };
  }
};

/** Are there facts by which the guard holds? */
function maybe(guard: CompiledGuard): boolean {
  if (guard.kind === 'constant') return guard.holds;
  if (guard.kind === 'fact') return true;
  if (guard.kind === 'any') return guard.of.some(maybe);
  const literal = guard.of.find((part) => part.kind === 'fact');
  if (literal?.kind === 'fact')
    return maybe(
      combined(
        'all',
        guard.of.filter((part) => part !== literal).map((part) => assumed(part, literal.fact, literal.holds)),
      ),
    );
  const fact = firstFact(guard);
  return maybe(assumed(guard, fact, true)) || maybe(assumed(guard, fact, false));
}

function assumed(guard: CompiledGuard, fact: number, holds: boolean): CompiledGuard {
  if (guard.kind === 'constant') return guard;
  if (guard.kind === 'fact') return guard.fact !== fact ? guard : guard.holds === holds ? always : never;
  return combined(
    guard.kind,
    guard.of.map((part) => assumed(part, fact, holds)),
  );
}

const firstFact = (guard: CompiledGuard): number =>
  guard.kind === 'fact' ? guard.fact : guard.kind === 'constant' ? -1 : firstFact(guard.of[0]!);
