/** `wspsend check`: recorded traces in, one verdict for each. */

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { printLine } from '../../report/terminal.ts';
import { UnusableInput, worst } from '../exit.ts';
import { endHelp } from '../help.ts';
import { type Checked, type Checking, checkFile, checkOnWorker } from '../jobs/check.ts';
import { type ProfileOption, profileOption, wholeNumber } from '../options.ts';
import { outputTo } from '../outputs.ts';

interface CheckOptions extends ProfileOption {
  readonly json?: true;
  readonly keepGoing?: true;
  readonly explain?: true;
  readonly html?: string;
  readonly jobs?: number;
}

export const addCheck = (program: Command): void => {
  const command = program
    .command('check')
    .summary('judge recorded traces')
    .description('Judges traces (NDJSON, trace/1): is every step permitted? Every file is judged, also after one that was rejected.')
    .argument('<file...>', 'traces; - reads standard input')
    .addOption(profileOption())
    .option('--json', 'one JSON object per file, one a line')
    .option('--keep-going', 'go on after a rejection: everything is judged on, except what the step touched')
    .option('--explain', 'before the verdict, what was still possible after each step, what the step ruled out, and by which clause')
    .option('--html <file>', 'the same as one page for one trace, which opens from a file and asks no server for anything')
    .option(
      '-j, --jobs <number>',
      'how many files are judged at a time, each on a thread; the output keeps the order of the files (default: one per core for large files)',
      wholeNumber(1, 256),
    )
    .action(async (files: string[], options: CheckOptions) => {
      process.exitCode = await check(files, options);
    });
  endHelp(
    command,
    { 0: 'every trace was accepted', 1: 'a trace was rejected', 2: 'a trace is malformed, cannot be read, or is undecided' },
    'A trace is undecided once its bytes could have come in more orders than are kept. It is then neither accepted nor rejected.',
    'With --explain each step is followed by what it changed, a line for each possibility: + for what has become possible, † for what the step ruled out, and why. At a rejected step each possibility says what would have been needed there. The whole trace is kept in memory.',
    'A verdict may list what is not judged (a call or an option outside the vocabulary, a far end of which nothing is known) and what the caller itself broke. Neither accuses the provider, and neither changes the verdict.',
  );
};

async function check(files: readonly string[], { profile, json, keepGoing, explain, html, jobs }: CheckOptions): Promise<number> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new UnusableInput('Standard input can be read once: - was given more than once. Give it once, or save the trace to a file.');
  }
  if (html !== undefined && files.length > 1) {
    throw new UnusableInput(`--html makes the page of one trace: ${files.length} files were given. Give one.`);
  }
  // What a long trace leaves behind is little at a time: by its own measure V8 would let it pile up to several times what is alive.
  setFlagsFromString('--heap-growing-percent=50');
  const checking: Checking = {
    profile,
    json: json === true,
    keepGoing: keepGoing === true,
    explain: explain === true,
    ...(html !== undefined && { html: outputTo('--html', html, files) }),
    isTTY: process.stdout.isTTY === true,
  };
  const codes: number[] = [];
  // A page is written by this thread.
  const threads = html === undefined ? Math.min(jobs ?? jobsFor(files), files.length) : 1;
  for await (const { text, code } of checkedInOrder(files, checking, threads)) {
    codes.push(code);
    printLine(text);
  }
  return worst(codes);
}

/**
 * In the order of the files, `jobs` at a time: this thread judges the first of them, and threads of their own the others. A thread takes
 * longer to start than most traces take to be judged, so each is started once and has files enough.
 */
async function* checkedInOrder(files: readonly string[], checking: Checking, jobs: number): AsyncGenerator<Checked> {
  const lanes: Promise<unknown>[] = Array.from({ length: jobs - 1 }, () => Promise.resolve());
  const batches = batchesOf(files, jobs).map((batch, at) => {
    if (isOurs(batch, at) || lanes.length === 0) return batch;
    const lane = at % lanes.length;
    const checked = lanes[lane]!.then(() => checkOnWorker(batch, checking));
    // What fails while an earlier batch is awaited is reported in its turn.
    lanes[lane] = checked.catch(() => {});
    return checked;
  });
  for (const batch of batches) {
    if (batch instanceof Promise) yield* await batch;
    else for (const file of batch) yield await checkFile(file, checking);
  }
}

/** Standard input belongs to this thread. */
const isOurs = (batch: readonly string[], at: number): boolean => at === 0 || batch[0] === '-';

/** As many batches as jobs, of about as many bytes each, and one more for each side of standard input, which stands alone. */
function batchesOf(files: readonly string[], jobs: number): readonly (readonly string[])[] {
  const sizes = files.map((file) => bytesOf(file) + openingBytes);
  const share = sizes.reduce((sum, size) => sum + size, 0) / jobs;
  const batches: string[][] = [];
  let before = 0;
  let shareBefore = 0;
  for (const [at, file] of files.entries()) {
    const last = batches.at(-1);
    // The middle of a file decides in whose share it is.
    const ownShare = Math.floor((before + sizes[at]! / 2) / share);
    if (last === undefined || ownShare !== shareBefore || file === '-' || last[0] === '-') batches.push([file]);
    else last.push(file);
    before += sizes[at]!;
    shareBefore = ownShare;
  }
  return batches;
}

/** What opening a file costs, in bytes that are judged in the same time. */
const openingBytes = 4096;
/** Bytes of trace that are worth the start of a thread: it takes about as long as judging them. */
const bytesPerJob = 2 ** 20;

function jobsFor(files: readonly string[]): number {
  const bytes = files.reduce((sum, file) => sum + bytesOf(file), 0);
  return Math.max(1, Math.min(availableParallelism(), Math.floor(bytes / bytesPerJob)));
}

/** What cannot be read is reported when it is read. */
function bytesOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
