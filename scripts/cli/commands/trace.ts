/** `wspsend trace`: the format trace/1 for a person, with a line of each kind. */

import type { Command } from 'commander';
import { oneOfEach } from '../../../model/winsock/trace.cases.ts';
import { patternPeriod, traceVersion } from '../../../model/winsock/trace.ts';
import { printLine } from '../../report/terminal.ts';
import { exitCodes } from '../exit.ts';

const rules: readonly string[] = [
  `A trace is one JSON object a line, in UTF-8. The first line is a header, {"wspsend":"${traceVersion}"}, which may have a source, a title, "side":"spi" when every`,
  'upcall is there, and a period. Every other line is one step, in the order in which the steps were observed. A step carries no time.',
  '',
  'Sockets, OVERLAPPEDs and threads have any names; the thread is "main" where a line names none. Functions, flags, options and codes have the names that Winsock gives them;',
  'a code without a name is its decimal number in a string. A name that the vocabulary does not have is judged; one that is misspelt is malformed.',
  '',
  `Byte j of what a send offers is (fill + j) modulo the period, which is ${patternPeriod} unless the header says otherwise. [s,n] stands for the n bytes from s on.`,
  '',
  'A call that something else was observed in is two lines: one with "begin" and a number, and later {"end":number,"returns":{…}}.',
  '{"env":"settle"} says that the recorder waited long enough for everything that was caused to be delivered.',
  'A name that begins with x- is free in every line. A line of such names alone, a blank line, {"done":true}, and a line that returns {"unsupported":"why"} are no steps.',
];

export const addTrace = (program: Command): void => {
  const text = `\n${rules.join('\n')}\n\nA line of each kind:\n\n${oneOfEach.map(([what, line]) => `${what}\n  ${line}`).join('\n')}\n`;
  program
    .command('trace')
    .summary('the format of traces, with a line of each kind')
    .description('Says what trace/1 is, and shows a line of each kind. Its JSON Schema: wspsend schema trace.')
    .addHelpText('after', text)
    .action(() => {
      printLine(text.trim());
      process.exitCode = exitCodes.good;
    });
};
