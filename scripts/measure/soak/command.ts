/** `npm run soak`: many bytes between two threads, each of them looked at. */

import '../../cli/signals.ts';
import { Command, Option } from 'commander';
import { exitCodes } from '../../cli/exit.ts';
import { wholeNumber } from '../../cli/options.ts';
import { progressOn } from '../../report/progress.ts';
import { printLine } from '../../report/terminal.ts';
import { runProgram } from '../runProgram.ts';
import { soak } from './soak.ts';

interface Options {
  readonly bytes: number;
  readonly seconds: number;
  readonly seed: number;
  readonly json?: true;
}

const program = new Command('npm run soak --')
  .description(
    'Sends from a provider on one thread to a peer on another and compares every byte and every count. Exit code 1: something was lost, out of order or not sent in time.',
  )
  .addOption(new Option('--bytes <n>', 'to be sent').argParser(wholeNumber(1, 1e15)).default(1e10))
  .addOption(new Option('--seconds <n>', 'stops after so long').argParser(wholeNumber(1, 1e6)).default(900))
  .addOption(new Option('--seed <n>', 'of sizes, cuts and ways to send').argParser(wholeNumber(0, 2 ** 32 - 1)).default(1))
  .option('--json', 'one JSON object')
  .helpOption('-h, --help', 'show how it is used')
  .exitOverride();

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

const run = async ({ bytes, seconds, seed, json }: Options): Promise<number> => {
  const progress = progressOn(process.stderr);
  const onProgress = (sent: number): void => progress.show(sent, bytes, `${gigabytes(sent)} of ${gigabytes(bytes)}`);
  const report = await soak({ bytes, seconds, seed, onProgress }).finally(progress.end);
  const isWhole = report.wrongAt === -1 && report.received === report.sent;
  const isEnough = report.sent >= bytes;
  if (json) printLine(JSON.stringify({ ...report, seed, ok: isWhole && isEnough }));
  else {
    const rate = gigabytes(report.sent / report.seconds);
    printLine(`${gigabytes(report.sent)} in ${report.sends} sends, ${report.seconds.toFixed(1)} s, ${rate}/s; seed ${seed}`);
    printLine(`${report.short} sends found too little room, ${report.pended} overlapped sends pended`);
    printLine(`${report.apcs} APCs came from the thread of the peer, ${report.routines} routines ran in alertable waits`);
    if (report.wrongAt !== -1) printLine(`byte ${report.wrongAt} arrived wrong`);
    else if (!isWhole) printLine(`${report.sent} bytes must have arrived: ${report.received}`);
    else
      printLine(isEnough ? 'every byte arrived once and in order' : `in order so far; --seconds ${seconds} ended it before ${bytes} bytes`);
  }
  return isWhole && isEnough ? exitCodes.good : exitCodes.bad;
};

await runProgram<Options>(program, run);
