/** `wspsend schema`: the JSON Schemas of what this program reads and writes. */

import { Argument, type Command } from 'commander';
import { stateJsonSchema } from '../../../model/permits/state.ts';
import { traceSchema } from '../../../model/winsock/schema.ts';
import { reportJsonSchema } from '../../../properties/campaign/addsUp.ts';
import { vectorJsonSchema } from '../../../properties/vectors/vector.ts';
import { printLine } from '../../report/terminal.ts';
import { chosenFrom } from '../choices.ts';
import { exitCodes } from '../exit.ts';
import { endHelp } from '../help.ts';

const schemas = { trace: traceSchema, state: stateJsonSchema, vectors: vectorJsonSchema, report: reportJsonSchema } as const;

export const addSchema = (program: Command): void => {
  const command = program
    .command('schema')
    .summary('print a JSON Schema')
    .description(
      'Prints the JSON Schema (draft 2020-12) of a line of a trace, of the state that ask takes, of a vector, or of a report of verify.',
    )
    .addArgument(chosenFrom(new Argument('<what>', 'whose schema'), Object.keys(schemas)))
    .action((what: keyof typeof schemas) => {
      printLine(JSON.stringify(schemas[what](), null, 2));
      process.exitCode = exitCodes.good;
    });
  endHelp(command, { 0: 'the schema was printed' });
};
