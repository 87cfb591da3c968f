/** The commands, one file each, and what holds for all of them. */

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAsk } from './commands/ask.ts';
import { addCheck } from './commands/check.ts';
import { addClauses } from './commands/clauses.ts';
import { addDrive } from './commands/drive.ts';
import { addExplore } from './commands/explore.ts';
import { addExport } from './commands/export.ts';
import { addGenerate } from './commands/generate.ts';
import { addMerge } from './commands/merge.ts';
import { addReplay } from './commands/replay.ts';
import { addSchema } from './commands/schema.ts';
import { addVerify } from './commands/verify.ts';
import { packageFile } from './packageFiles.ts';

/** Fails by a CommanderError, once it has said on standard error what is wrong. */
export const newProgram = (): Command => {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  const program = new Command('wspsend')
    .description('The WSPSend page as a program: a specification to ask, an oracle for traces, and generated tests.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show how it is used')
    .showHelpAfterError('(add --help to see how it is used)')
    .configureHelp({ showGlobalOptions: false });
  program.exitOverride();
  for (const add of [addVerify, addCheck, addReplay, addMerge, addAsk, addClauses, addDrive, addExplore, addExport, addGenerate, addSchema])
    add(program);
  return program;
};
