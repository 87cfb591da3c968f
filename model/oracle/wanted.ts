/**
 * What would have had to hold for a refused step: for each rule that permits such a step in this state, the facts that it asks for and that
 * do not hold. It is read off the tables, so that it says what the rules say.
 */

import type { ClauseId } from '../clauses/register.ts';
import type { CompiledGuard, CompiledRule, Facts } from '../compiled/compile.ts';
import { callFacts } from '../machines/call.machine.ts';
import { circuitFacts } from '../machines/circuit.machine.ts';
import { deliveryFacts } from '../machines/delivery.machine.ts';
import { operationFacts } from '../machines/operationWords.ts';
import { socketFacts } from '../machines/socket.machine.ts';
import type { RuleQuestion } from './refusal.ts';

/** What a rule would have needed to permit a step, for a person. */
export interface Wanted {
  /** The clauses of the rule by which the step would be permitted; none where the page is silent. */
  readonly clauses: readonly ClauseId[];
  /** What does not hold and would have to, in words. Each is needed. */
  readonly needs: readonly string[];
}

const factsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  socket: socketFacts,
  circuit: circuitFacts,
  operation: operationFacts,
  call: callFacts,
  delivery: deliveryFacts,
};

/** Empty where no rule of the state permits such a step, whatever holds. It asks the facts again: the world must not have changed since. */
export function wantedFor(asked: RuleQuestion | undefined): readonly Wanted[] {
  if (asked?.event === undefined) return [];
  const { table, state, event, facts } = asked;
  const said = factsOf[table.id]!;
  const rules = table.rules.at(state, event);
  const found = new Map<string, Wanted>();
  for (const [at, rule] of rules.entries()) {
    if (!rule.permitted) continue;
    const lacking = lackingFor(rules.slice(0, at), rule, facts);
    if (lacking === undefined) continue;
    const needs = lacking.map((need) => textOf(need, (fact) => said[table.facts[fact]!]!));
    const key = `${rule.clauses.join()}|${needs.join('|')}`;
    if (!found.has(key)) found.set(key, { clauses: rule.clauses, needs });
  }
  return [...found.values()];
}

/** What the rule lacks: its own guard, and that none of the refusing rules before it applies. Undefined where that contradicts itself. */
function lackingFor(before: readonly CompiledRule[], rule: CompiledRule, facts: Facts): readonly CompiledGuard[] | undefined {
  const lacking = [...missing(rule.guard, true, facts)];
  for (const { guard, permitted } of before) if (!permitted) lacking.push(...missing(guard, false, facts));
  const wants = new Map<number, boolean>();
  for (const need of lacking) {
    if (need.kind === 'constant') return undefined;
    if (need.kind !== 'fact') continue;
    if (wants.get(need.fact) === !need.holds) return undefined;
    wants.set(need.fact, need.holds);
  }
  const seen = new Set<string>();
  return lacking.filter((need) => {
    const key = JSON.stringify(need);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** The parts of a guard that keep it from being as it is wanted: each has to change. */
function missing(guard: CompiledGuard, wanted: boolean, facts: Facts): readonly CompiledGuard[] {
  switch (guard.kind) {
    case 'constant':
      return guard.holds === wanted ? [] : [guard];
    case 'fact':
      return (facts.holds(guard.fact) === guard.holds) === wanted ? [] : [{ ...guard, holds: guard.holds === wanted }];
    default: {
      const parts = guard.of.map((part) => missing(part, wanted, facts));
      if ((guard.kind === 'all') === wanted) return parts.flat();
      if (parts.some((part) => part.length === 0)) return [];
      const ways = parts.map((part): CompiledGuard => (part.length === 1 ? part[0]! : { kind: 'all', of: part }));
      return ways.length === 1 ? ways : [{ kind: 'any', of: ways }];
    }
  }
}

function textOf(guard: CompiledGuard, said: (fact: number) => string): string {
  switch (guard.kind) {
    case 'constant':
      return String(guard.holds);
    case 'fact':
      return guard.holds ? said(guard.fact) : `not that ${said(guard.fact)}`;
    default:
      return guard.of.map((part) => textOf(part, said)).join(guard.kind === 'all' ? ' and ' : ', or ');
  }
}
