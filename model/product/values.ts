/**
 * A state of the product as a value for each variable of a layout, at the variable's place: what conditions are asked of and commands
 * change.
 */

import type { Command } from './command.ts';
import { type Condition, holds } from './condition.ts';
import type { Follow } from './description.ts';
import type { Layout } from './layout.ts';

export type Values = Uint8Array;

export const holdsIn = (condition: Condition, values: Values): boolean => holds(condition, ({ place }) => values[place]!);

/** Performs the commands, in order. `follow` is called for each machine that is to go where its rule says, as things stand then. */
export function perform(commands: readonly Command<Follow>[], values: Values, layout: Layout, follow: (change: Follow) => void): void {
  for (const command of commands) {
    switch (command.kind) {
      case 'set':
        values[command.variable.place] = command.value;
        break;
      case 'add':
        values[command.variable.place]! += command.by;
        break;
      case 'choose': {
        const arm = command.arms.find(({ when }) => holdsIn(when, values));
        if (arm !== undefined) perform(arm.then, values, layout, follow);
        break;
      }
      case 'append': {
        const entry = layout.entries.find(({ kind }) => values[kind.place] === 0)!;
        for (const [name, value] of Object.entries(command.entry)) values[entry[name as keyof typeof entry].place] = value;
        break;
      }
      case 'remove':
        remove(command.at, values, layout);
        break;
      case 'follow':
        follow(command);
        break;
    }
  }
}

/** Those behind it move up, and behind the last there is nothing. */
function remove(at: number, values: Values, { entries }: Layout): void {
  for (let i = at; i < entries.length; i++) {
    const behind = entries[i + 1];
    for (const [name, variable] of Object.entries(entries[i]!)) {
      values[variable.place] = behind === undefined ? 0 : values[behind[name as keyof typeof behind].place]!;
    }
  }
}
