/** `wspsend trace`: the format trace/1 for a person, with every field and a line of each kind. */

import type { Command } from 'commander';
import { lineKinds } from '../../../model/winsock/format.ts';
import { columnsDefault, widthOf, wrapped } from '../../report/columns.ts';
import { formatRules, kindText } from '../../report/format.ts';
import { printable } from '../../report/printable.ts';
import { printLine } from '../../report/terminal.ts';
import { didYouMean } from '../choices.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';

export const addTrace = (program: Command): void => {
  const command = program
    .command('trace')
    .summary('the format of traces: every field, with a line of each kind')
    .description('Says what trace/1 is, with every field and a line of each kind. Its JSON Schema: wspsend schema trace.')
    .argument('[kind]', 'one kind alone: a call such as WSPSend, or routine, poll, upcall, peer, env, port, header')
    .addHelpText('after', () => `\n${wholeFormat(columnsDefault)}`)
    .action((kind: string | undefined) => {
      const width = widthOf(process.stdout);
      printLine(kind === undefined ? wholeFormat(width) : oneKind(kind, width));
      process.exitCode = exitCodes.good;
    });
  endHelp(command, { 0: 'the format was printed', 2: 'no kind of line has this name' });
};

const wholeFormat = (width: number): string =>
  [
    ...[...formatRules, 'Each kind of line, an example, and its fields; a field with ? may be left out.'].map((rule) =>
      wrapped(rule, width).join('\n'),
    ),
    ...lineKinds().map((kind) => kindText(kind, width)),
  ].join('\n\n');

/** Throws an UnusableInput for a kind that does not exist. */
function oneKind(wanted: string, width: number): string {
  const kinds = lineKinds();
  const found = kinds.filter(({ name, group }) => name === wanted || group === wanted);
  if (found.length > 0) return found.map((kind) => kindText(kind, width)).join('\n\n');
  const names = [...new Set(kinds.map(({ name, group }) => (group === 'call' ? name : group)))];
  throw new UnusableInput(`A kind of line must be one of ${names.join(', ')}: ${printable(wanted)}.${didYouMean(names, wanted)}`);
}
