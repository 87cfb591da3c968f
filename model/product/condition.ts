/**
 * Conditions over variables of a few values each: the guards of the product's steps, in a form that can be simplified, evaluated,
 * and printed in another language.
 *
 * The one kind of atom says which values a variable may have, as a mask: bit v stands for value v. So a negation is another mask,
 * two atoms over one variable become one, and what is known of a variable shortens whatever else is said of it.
 */

/** A variable of the state. `at` is the place of the entry that it belongs to, or -1. */
export interface Variable {
  readonly name: string;
  readonly at: number;
  /** Its place among the variables of its layout. */
  readonly place: number;
  /** How many values it has: 0 … values - 1, at most 16. */
  readonly values: number;
  /** What its values are called, where they have names. */
  readonly called?: readonly string[];
}

export type Condition =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'among'; readonly variable: Variable; readonly values: number }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[] };

export const always: Condition = { kind: 'constant', holds: true };
export const never: Condition = { kind: 'constant', holds: false };

export const allValues = (variable: Variable): number => (1 << variable.values) - 1;

export const constant = (holds: boolean): Condition => (holds ? always : never);

/** The variable has one of the values of the mask. */
export function among(variable: Variable, mask: number): Condition {
  const values = mask & allValues(variable);
  if (values === 0) return never;
  return values === allValues(variable) ? always : { kind: 'among', variable, values };
}

export const is = (variable: Variable, ...values: number[]): Condition =>
  among(
    variable,
    values.reduce((mask, value) => mask | (1 << value), 0),
  );
export const isNot = (variable: Variable, value: number): Condition => among(variable, ~(1 << value));
export const atLeast = (variable: Variable, value: number): Condition => among(variable, value > 15 ? 0 : ~((1 << value) - 1));
export const atMost = (variable: Variable, value: number): Condition => among(variable, value < 0 ? 0 : (2 << Math.min(value, 15)) - 1);

export function no(condition: Condition): Condition {
  switch (condition.kind) {
    case 'constant':
      return constant(!condition.holds);
    case 'among':
      return among(condition.variable, ~condition.values);
    case 'all':
      return any(...condition.parts.map(no));
    case 'any':
      return all(...condition.parts.map(no));
  }
}

export const all = (...parts: readonly Condition[]): Condition => joined('all', parts);
export const any = (...parts: readonly Condition[]): Condition => joined('any', parts);

/** The condition, given that the variable has one of the values of the mask. */
export function assume(condition: Condition, variable: Variable, mask: number): Condition {
  switch (condition.kind) {
    case 'constant':
      return condition;
    case 'among': {
      if (condition.variable !== variable) return condition;
      const left = condition.values & mask;
      if (left === 0) return never;
      return left === mask ? always : condition;
    }
    default: {
      // Most conditions do not mention the variable: nothing is allocated for those.
      const { parts } = condition;
      let shortened: Condition[] | undefined;
      for (let i = 0; i < parts.length; i++) {
        const short = assume(parts[i]!, variable, mask);
        if (short !== parts[i]) shortened ??= parts.slice(0, i);
        shortened?.push(short);
      }
      return shortened === undefined ? condition : joined(condition.kind, shortened);
    }
  }
}

/** The condition, given that another holds. Only what that says of single variables is used. */
export function given(condition: Condition, known: Condition): Condition {
  if (known.kind === 'among') return assume(condition, known.variable, known.values);
  return known.kind === 'all' ? known.parts.reduce(given, condition) : condition;
}

export const holds = (condition: Condition, valueIn: (variable: Variable) => number): boolean => {
  switch (condition.kind) {
    case 'constant':
      return condition.holds;
    case 'among':
      return ((condition.values >>> valueIn(condition.variable)) & 1) === 1;
    case 'all':
      return condition.parts.every((part) => holds(part, valueIn));
    case 'any':
      return condition.parts.some((part) => holds(part, valueIn));
  }
};

/** False when the condition cannot hold, given the values that each variable may have. What one variable says of another is not used. */
export const mayHold = (condition: Condition, valuesOf: (variable: Variable) => number): boolean => {
  switch (condition.kind) {
    case 'constant':
      return condition.holds;
    case 'among':
      return (condition.values & valuesOf(condition.variable)) !== 0;
    case 'all':
      return condition.parts.every((part) => mayHold(part, valuesOf));
    case 'any':
      return condition.parts.some((part) => mayHold(part, valuesOf));
  }
};

/** The same text for the same condition. */
export function textOf(condition: Condition): string {
  switch (condition.kind) {
    case 'constant':
      return String(condition.holds);
    case 'among':
      return `${condition.variable.name}${condition.variable.at < 0 ? '' : `[${condition.variable.at}]`}:${condition.values.toString(2)}`;
    default:
      return `${condition.kind}(${condition.parts.map(textOf).join(' ')})`;
  }
}

// ---- Simplifying ---------------------------------------------------------------------------------------------------------------

/**
 * Conjunction and disjunction are mirror images: each has a constant that decides it and one that does not matter, atoms over one
 * variable become one, and of the other parts only that is kept which the atoms leave open.
 */
function joined(kind: 'all' | 'any', operands: readonly Condition[]): Condition {
  const conjunction = kind === 'all';
  const deciding = constant(!conjunction);
  let parts = flattened(kind, operands);
  for (;;) {
    const atoms = new Map<Variable, number>();
    const others = new Map<string, Condition>();
    for (const part of parts) {
      if (part.kind === 'constant') {
        if (part.holds !== conjunction) return deciding;
      } else if (part.kind === 'among') {
        const before = atoms.get(part.variable);
        const values = before === undefined ? part.values : conjunction ? before & part.values : before | part.values;
        const atom = among(part.variable, values);
        if (atom.kind === 'constant') return deciding;
        atoms.set(part.variable, values);
      } else others.set(textOf(part), part);
    }
    let changed = false;
    const shortened = [...others.values()].map((part) => {
      let short = part;
      for (const [variable, values] of atoms) {
        short = assume(short, variable, conjunction ? values : ~values & allValues(variable));
      }
      changed ||= short !== part;
      return short;
    });
    const kept = [...[...atoms].map(([variable, values]) => among(variable, values)), ...shortened];
    if (!changed) return kept.length === 0 ? constant(conjunction) : kept.length === 1 ? kept[0]! : { kind, parts: kept };
    parts = flattened(kind, kept);
  }
}

const flattened = (kind: 'all' | 'any', parts: readonly Condition[]): readonly Condition[] =>
  parts.some((part) => part.kind === kind) ? parts.flatMap((part) => (part.kind === kind ? part.parts : [part])) : parts;
