/** What the help of a command has below its options, as wide as the rest of it. */

import type { Command } from 'commander';
import { columnsDefault, wrapped } from '../report/columns.ts';

/** What this command means by each exit status; those that mean the same for every command are added. */
export interface ExitMeanings {
  readonly 0: string;
  readonly 1?: string;
  readonly 2?: string;
}

/** Paragraphs, which are wrapped, and lines with a first column, which are tables: the second column is wrapped within itself. */
export type HelpPart = string | readonly (readonly [left: string, right: string])[];

const everyCommand = [
  ['70', 'a defect of this program'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT or SIGTERM'],
] as const;

export const endHelp = (command: Command, exits: ExitMeanings, ...parts: readonly HelpPart[]): Command =>
  command.addHelpText('after', () => {
    const meanings = { 2: 'what was given cannot be used', ...exits };
    const own = Object.entries(meanings);
    const all = [...parts, 'Exit status:', [...own, ...everyCommand]];
    return `\n${all
      .map(partText)
      .join('\n\n')
      .replace(/:\n\n(?= )/g, ':\n')}`;
  });

/** A first column that leaves no room for the second has lines of its own. */
const leftMax = 40;

function partText(part: HelpPart): string {
  if (typeof part === 'string') return wrapped(part, columnsDefault).join('\n');
  const width = Math.max(...part.map(([left]) => left.length));
  return part
    .flatMap(([left, right]) =>
      width > leftMax
        ? [`  ${left}`, ...wrapped(`      ${right}`, columnsDefault, '      ')]
        : wrapped(`  ${left.padEnd(width)}  ${right}`, columnsDefault, ' '.repeat(width + 4)),
    )
    .join('\n');
}
