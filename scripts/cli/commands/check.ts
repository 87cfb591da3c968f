/** `wspsend check`: recorded traces in, one verdict for each. */

import { createReadStream } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { clause } from '../../../model/clauses/register.ts';
import { type Judgement, judgeStream } from '../../../model/judge/judge.ts';
import { outcomeText, printable, stepText } from '../../report/stepText.ts';
import { coloursOf, printLine } from '../../report/terminal.ts';
import { exitCodes, reasonOf, UnusableInput, worst } from '../exit.ts';
import { type ProfileOption, profileOption } from '../options.ts';

interface CheckOptions extends ProfileOption {
  readonly json?: true;
}

export const addCheck = (program: Command): void => {
  program
    .command('check')
    .summary('judge recorded traces')
    .description('Judges traces (NDJSON, trace/1): is every step permitted? Every file is judged, whatever became of those before it.')
    .argument('<file...>', 'traces; - reads standard input')
    .addOption(profileOption())
    .option('--json', 'one JSON object per file, one a line')
    .addHelpText('after', '\nExit status: 0 all accepted, 1 some rejected, 2 some malformed or not readable.')
    .action(async (files: string[], options: CheckOptions) => {
      process.exitCode = await check(files, options);
    });
};

async function check(files: readonly string[], { profile, json }: CheckOptions): Promise<number> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new UnusableInput('Standard input can be read once: - was given more than once. Give it once, or save the trace to a file.');
  }
  // What a long trace leaves behind is little at a time: by its own measure V8 would let it pile up to several times what is alive.
  setFlagsFromString('--heap-growing-percent=50');
  const codes: number[] = [];
  for (const file of files) {
    const judgement = await judgeFile(file, profile);
    codes.push(codeOf[judgement.verdict]);
    printLine(json ? JSON.stringify(resultOf(file, profile, judgement)) : textOf(file, profile, judgement));
  }
  return worst(codes);
}

const codeOf = { accepted: exitCodes.good, rejected: exitCodes.bad, malformed: exitCodes.unusable } as const;

async function judgeFile(file: string, profile: Profile): Promise<Judgement> {
  let bytes = 0;
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 2 ** 18 });
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    return await judgeStream(counted(), profile);
  } catch (error) {
    // What the system refuses is this file's fault and has a code; anything else is ours.
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const after = bytes === 0 ? '' : ` after ${bytes} bytes`;
    return { verdict: 'malformed', line: 1, message: `a trace must be a file that can be read: ${reasonOf(error)}${after}` };
  }
}

/** What `--json` prints for a file. */
function resultOf(file: string, profile: Profile, judgement: Judgement): Record<string, unknown> {
  const { verdict } = judgement;
  if (verdict === 'accepted') return { file, profile, verdict };
  const { line, message } = judgement;
  if (verdict === 'malformed') return { file, profile, verdict, line, message };
  const { step, clauses, permitted } = judgement;
  return { file, profile, verdict, line, message, step, clauses, permitted };
}

function textOf(file: string, profile: Profile, judgement: Judgement): string {
  const colours = coloursOf(process.stdout);
  const name = printable(file === '-' ? 'standard input' : file);
  if (judgement.verdict === 'accepted') {
    return `${colours.green('accepted')}   ${name} ${colours.dim(`(${judgement.steps} steps, profile ${profile})`)}`;
  }
  const { line, message } = judgement;
  if (judgement.verdict === 'malformed') return `${colours.yellow('malformed')}  ${name}:${line} ${printable(message)}`;
  const { step, clauses, permitted, before } = judgement;
  const width = String(line).length;
  const stepLine = (at: number, text: string): string => `${String(at).padStart(width)}  ${text}`;
  const lines = [
    `${colours.red('rejected')}   ${name}:${line} ${printable(message)} ${colours.dim(`(profile ${profile})`)}`,
    ...titled('steps', [
      ...before.map(({ line: at, step: earlier }) => colours.dim(stepLine(at, stepText(earlier)))),
      colours.bold(stepLine(line, stepText(step))),
    ]),
    ...titled('breaks', clauses.length === 0 ? ['no clause by name: nothing on the page leads to this step'] : clauses.map(clauseLine)),
    ...titled('permitted', permitted.length === 0 ? ['no outcome of this step was found that is'] : permitted.map(permittedLine)),
  ];
  return lines.join('\n');
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, at) => `  ${(at === 0 ? title : '').padEnd('permitted'.length)}  ${line}`);

const clauseLine = (id: Parameters<typeof clause>[0]): string => `${id}  ${clause(id).text}`;

// An outcome may say which clauses permit it.
const permittedLine = (outcome: Readonly<Record<string, unknown>>): string => {
  const { clauses } = outcome;
  return `${outcomeText(outcome)}${Array.isArray(clauses) && clauses.length > 0 ? `  (${clauses.join(', ')})` : ''}`;
};
