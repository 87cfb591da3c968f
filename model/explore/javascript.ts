/**
 * Guarded commands as JavaScript: one function for each step, over the words of a state held in variables.
 *
 * The functions are compiled when a kernel is made (`new Function`), so that bounds, offsets and masks are constants to the engine and
 * a step that cannot be taken costs a comparison or two. Interpreting the same data is about twenty times slower. Where a page's
 * Content-Security-Policy forbids code from strings, exploration is not available; the oracle does not need it.
 */

import type { Arm, Command } from '../product/command.ts';
import { allValues, type Condition, type Variable } from '../product/condition.ts';
import { entryNames, type Layout, valueMask } from '../product/layout.ts';
import type { Step } from './guarded.ts';

export interface Program {
  /** Takes the state at `words[from…]` as the one that the steps start from. */
  load(words: Int32Array, from: number): void;
  /** For each step: does it happen from there? If so, the next state is in `next`, given to `compiled`. */
  readonly steps: readonly (() => boolean)[];
}

export function compiled(steps: readonly Step[], layout: Layout, next: Int32Array): Program {
  const words = Array.from({ length: layout.width }, (_, i) => i);
  const { functions, bodies } = new Printer(layout).all(steps);
  const source = `'use strict';
let ${words.map((i) => `w${i} = 0`).join(', ')};
${bodies.join('\n')}
return {
  load(words, from) {
    ${words.map((i) => `w${i} = words[from + ${i}];`).join(' ')}
  },
  steps: [${functions.join(', ')}],
};`;
  return new Function('next', source)(next) as Program;
}

class Printer {
  private readonly layout: Layout;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  all(steps: readonly Step[]): { readonly functions: readonly string[]; readonly bodies: readonly string[] } {
    const functions = steps.map((_, i) => `step${i}`);
    const bodies = steps.map((step, i) => {
      const store = Array.from({ length: this.layout.width }, (_, word) => `next[${word}] = x${word};`).join(' ');
      return `function step${i}() {
  if (!(${this.condition(step.when, 'w')})) return false;
  ${Array.from({ length: this.layout.width }, (_, word) => `let x${word} = w${word};`).join(' ')}
${this.commands(step.then, '  ')}  ${store}
  return true;
}`;
    });
    return { functions, bodies };
  }

  private condition(condition: Condition, prefix: 'w' | 'x'): string {
    switch (condition.kind) {
      case 'constant':
        return String(condition.holds);
      case 'among':
        return this.atom(condition.variable, condition.values, prefix);
      default:
        return `(${condition.parts.map((part) => this.condition(part, prefix)).join(condition.kind === 'all' ? ' && ' : ' || ')})`;
    }
  }

  private atom(variable: Variable, values: number, prefix: string): string {
    const shift = this.layout.shiftOf(variable);
    const word = `${prefix}${this.layout.wordOf(variable)}`;
    const only = single(values);
    const but = single(allValues(variable) & ~values);
    const field = `(${word} & ${valueMask(variable) << shift})`;
    if (only >= 0) return `${field} === ${only << shift}`;
    if (but >= 0) return `${field} !== ${but << shift}`;
    return `((${values} >>> (${word} >>> ${shift} & ${valueMask(variable)})) & 1) !== 0`;
  }

  private commands(commands: readonly Command[], indent: string): string {
    return commands.map((command) => this.command(command, indent)).join('');
  }

  private command(command: Command, indent: string): string {
    switch (command.kind) {
      case 'set': {
        const { variable, value } = command;
        const shift = this.layout.shiftOf(variable);
        const word = `x${this.layout.wordOf(variable)}`;
        return `${indent}${word} = ${word} & ${~(valueMask(variable) << shift)} | ${value << shift};\n`;
      }
      case 'add': {
        // The conditions keep the variable within its values, so nothing is carried into its neighbour.
        const word = `x${this.layout.wordOf(command.variable)}`;
        return `${indent}${word} = (${word} + ${command.by * 2 ** this.layout.shiftOf(command.variable)}) | 0;\n`;
      }
      case 'choose':
        return this.choice(command.arms, indent);
      case 'append':
        return this.choice(this.appending(command), indent);
      case 'remove':
        return this.removing(command.at, indent);
    }
  }

  private choice(arms: readonly Arm[], indent: string): string {
    const [first, ...rest] = arms;
    if (first === undefined) return '';
    const body = this.commands(first.then, `${indent}  `);
    if (first.when.kind === 'constant' && first.when.holds) return `${indent}{\n${body}${indent}}\n`;
    const otherwise = rest.length === 0 ? '' : `${indent}else\n${this.choice(rest, indent)}`;
    return `${indent}if (${this.condition(first.when, 'x')}) {\n${body}${indent}}\n${otherwise}`;
  }

  /** The first place that is free takes the entry. */
  private appending({ entry }: Extract<Command, { kind: 'append' }>): readonly Arm[] {
    return this.layout.entries.map((variables) => ({
      when: { kind: 'among', variable: variables.kind, values: 1 },
      then: entryNames
        .filter((name) => (entry[name] ?? 0) !== 0)
        .map((name) => ({ kind: 'set', variable: variables[name], value: entry[name]! })),
    }));
  }

  /** Words or halves of words move down by one place; behind the last there is nothing. */
  private removing(at: number, indent: string): string {
    const { width, entryBits } = this.layout;
    const lines: string[] = [];
    if (entryBits === 32) {
      for (let word = 1 + at; word < width; word++) lines.push(`${indent}x${word} = ${word + 1 < width ? `x${word + 1}` : '0'};\n`);
      return lines.join('');
    }
    for (let word = 1 + (at >>> 1); word < width; word++) {
      const above = word + 1 < width ? `x${word + 1} << 16` : '0';
      const keepsLow = word === 1 + (at >>> 1) && (at & 1) === 1;
      lines.push(`${indent}x${word} = ${keepsLow ? `x${word} & 65535` : `x${word} >>> 16`} | ${above};\n`);
    }
    return lines.join('');
  }
}

/** The value that a mask of one value stands for, or -1. */
const single = (values: number): number => (values !== 0 && (values & (values - 1)) === 0 ? 31 - Math.clz32(values) : -1);
