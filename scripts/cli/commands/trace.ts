/** `wspsend trace`: the format trace/1 for a person, with every field and a line of each kind. */

import type { Command } from 'commander';
import { lineKinds } from '../../../model/winsock/format.ts';
import { formatRules, kindText } from '../../report/format.ts';
import { printable } from '../../report/printable.ts';
import { printLine } from '../../report/terminal.ts';
import { exitCodes, UnusableInput } from '../exit.ts';

export const addTrace = (program: Command): void => {
  program
    .command('trace')
    .summary('the format of traces: every field, with a line of each kind')
    .description('Says what trace/1 is, with every field and a line of each kind. Its JSON Schema: wspsend schema trace.')
    .argument('[kind]', 'one kind alone: a call such as WSPSend, or routine, poll, upcall, peer, env, port, header')
    .addHelpText('after', () => `\n${wholeFormat()}\n`)
    .action((kind: string | undefined) => {
      printLine(kind === undefined ? wholeFormat() : oneKind(kind));
      process.exitCode = exitCodes.good;
    });
};

const wholeFormat = (): string =>
  [...formatRules, 'Each kind of line, an example, and its fields; a field with ? may be left out.', ...lineKinds().map(kindText)].join(
    '\n\n',
  );

/** Throws an UnusableInput for a kind that is none. */
function oneKind(wanted: string): string {
  const kinds = lineKinds();
  const found = kinds.filter(({ name, group }) => name === wanted || group === wanted);
  if (found.length > 0) return found.map(kindText).join('\n\n');
  const names = [...new Set(kinds.map(({ name, group }) => (group === 'call' ? name : group)))];
  throw new UnusableInput(`A kind of line must be one of ${names.join(', ')}: ${printable(wanted)}`);
}
