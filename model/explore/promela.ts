/**
 * The guarded commands of the compiled product as a Promela model, for Spin.
 *
 * It is the state space that exploration walks, state for state and transition for transition:
 * - One process and nothing else changes, so the process has one control state, before the `do`. Its variables are those of the layout,
 *   with the values that the initial state has, so Spin's first state is ours.
 * - Each label is one option, and a `d_step`: guard and effect are one transition, and no state between them is stored.
 * - Everything in a `d_step` is deterministic: a choice is an `if` whose arms are tried in order, which Promela says by nesting.
 * - An entry that has ended is cleared to zero, as in the words of a state, so two histories that leave the same differ in neither.
 * - Spin keeps variables that are only written, as the words of a state do, if it is run with `spin -o2 -a`.
 * Spin counts as transitions those that led to a new state and those that led to a known one, and counts storing the initial state
 * among the former: its number is that of the edges and one.
 */

import type { Arm, Command } from '../product/command.ts';
import { allValues, type Condition, type Variable } from '../product/condition.ts';
import { entryNames, variablesOf } from '../product/layout.ts';
import type { Kernel } from './kernel.ts';

/** `labelText` names an option in a comment. */
export function promelaOf(kernel: Kernel, labelText: (index: number) => string): string {
  const { layout, slice, profile } = kernel;
  const initial = new Int32Array(kernel.width);
  kernel.initial(initial, 0);
  const names = new Map<string, number>();
  for (const variable of [...layout.globals, ...variablesOf(layout.entries[0]!)]) {
    for (const [value, called] of (variable.called ?? []).entries()) names.set(constantOf(variable, called), value);
  }
  const lines = [
    `/* wspsend: slice ${slice.name}, profile ${profile}; written by wspsend export, and the same state space as wspsend explore has. */`,
    '',
    ...[...names].map(([name, value]) => `#define ${name} ${value}`),
    '',
    ...layout.globals.map((variable) => `${typeOf(variable)} = ${valueText(variable, layout.valueOf(initial, 0, variable))};`),
    ...variablesOf(layout.entries[0]!).map(({ name }) => `byte ${name}[${layout.entries.length}];`),
    '',
    'active proctype product() {',
    '  do',
    ...kernel.steps.flatMap(({ when, then }, index) => {
      if (when.kind === 'constant' && !when.holds) return [];
      const option = `  :: d_step { ${conditionText(when)} ->`;
      return [`  /* ${labelText(index).replaceAll('*/', '* /')} */`, option, ...new Body(kernel).commands(then, '       '), '     }'];
    }),
    '  od',
    '}',
    '',
  ];
  return lines.join('\n');
}

// A name of a value is made unique by its variable: `socket_connected`.
const constantOf = (variable: Variable, called: string): string => `${variable.name}_${called}`;

const typeOf = ({ name, values }: Variable): string => (values === 2 ? `bit ${name}` : `byte ${name}`);
const placed = ({ name, at }: Variable): string => (at < 0 ? name : `${name}[${at}]`);

function valueText(variable: Variable, value: number): string {
  const called = variable.called?.[value];
  return called === undefined ? String(value) : constantOf(variable, called);
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'constant':
      return condition.holds ? 'true' : 'false';
    case 'among':
      return atomText(condition.variable, condition.values);
    default:
      return `(${condition.parts.map(conditionText).join(condition.kind === 'all' ? ' && ' : ' || ')})`;
  }
}

/** A range where the values are one, and else each value. */
function atomText(variable: Variable, values: number): string {
  const has = valuesIn(values);
  const lacks = valuesIn(allValues(variable) & ~values);
  const name = placed(variable);
  const compared = (operator: string, value: number): string => `${name} ${operator} ${valueText(variable, value)}`;
  if (has.length === 1) return compared('==', has[0]!);
  if (lacks.length === 1) return compared('!=', lacks[0]!);
  const isRange = has[has.length - 1]! - has[0]! === has.length - 1;
  if (isRange && has[0] === 0) return compared('<=', has[has.length - 1]!);
  if (isRange && has[has.length - 1] === variable.values - 1) return compared('>=', has[0]!);
  if (has.length <= lacks.length) return `(${has.map((value) => compared('==', value)).join(' || ')})`;
  return `(${lacks.map((value) => compared('!=', value)).join(' && ')})`;
}

const valuesIn = (mask: number): number[] => Array.from({ length: 16 }, (_, value) => value).filter((value) => (mask >>> value) & 1);

class Body {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  commands(commands: readonly Command[], indent: string): string[] {
    // A d_step of a guard alone changes nothing, and is a transition all the same.
    return commands.length === 0 ? [`${indent}skip`] : commands.flatMap((command) => this.command(command, indent));
  }

  private command(command: Command, indent: string): string[] {
    switch (command.kind) {
      case 'set':
        return [`${indent}${placed(command.variable)} = ${valueText(command.variable, command.value)};`];
      case 'add': {
        const name = placed(command.variable);
        return [`${indent}${name} = ${name} ${command.by < 0 ? '-' : '+'} ${Math.abs(command.by)};`];
      }
      case 'choose':
        return this.choice(command.arms, indent);
      case 'append':
        return this.choice(
          this.kernel.layout.entries.map((entry) => ({
            when: { kind: 'among', variable: entry.kind, values: 1 },
            then: entryNames
              .filter((name) => (command.entry[name] ?? 0) !== 0)
              .map((name) => ({ kind: 'set', variable: entry[name], value: command.entry[name]! })),
          })),
          indent,
        );
      case 'remove':
        return this.removing(command.at, indent);
    }
  }

  private choice(arms: readonly Arm[], indent: string): string[] {
    const [first, ...rest] = arms;
    if (first === undefined) return [`${indent}skip;`];
    if (first.when.kind === 'constant' && first.when.holds) return this.commands(first.then, indent);
    return [
      `${indent}if`,
      `${indent}:: ${conditionText(first.when)} ->`,
      ...this.commands(first.then, `${indent}   `),
      `${indent}:: else ->`,
      ...this.choice(rest, `${indent}   `),
      `${indent}fi;`,
    ];
  }

  private removing(at: number, indent: string): string[] {
    const { entries } = this.kernel.layout;
    return entries.slice(at).map((entry, i) => {
      const behind = entries[at + i + 1];
      const names = variablesOf(entry);
      const from = behind === undefined ? undefined : variablesOf(behind);
      return `${indent}${names.map((variable, n) => `${placed(variable)} = ${from === undefined ? 0 : placed(from[n]!)};`).join(' ')}`;
    });
  }
}
