/** Judges the traces in some files, one after the other. */

import { createReadStream } from 'node:fs';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { type Judgement, judgeStream } from '../../../model/judge/judge.ts';
import { judgementJson, judgementText } from '../../report/judgement.ts';
import { coloursOf } from '../../report/terminal.ts';
import { exitCodes, reasonOf } from '../exit.ts';
import { onWorker, serveJob } from '../onWorker.ts';

export interface Checking {
  readonly profile: Profile;
  readonly json: boolean;
  readonly keepGoing: boolean;
  /** Somebody reads the text at a terminal. */
  readonly isTTY: boolean;
}

/** What is printed for a file, and what it says to the shell. */
export interface Checked {
  readonly text: string;
  readonly code: number;
}

interface Batch {
  readonly files: readonly string[];
  readonly checking: Checking;
}

/** The same on a thread of its own, in the order of the files. */
export const checkOnWorker = (files: readonly string[], checking: Checking): Promise<Checked[]> =>
  onWorker<Batch, Checked[]>(import.meta.url, { files, checking });

serveJob(import.meta.url, async ({ files, checking }: Batch): Promise<Checked[]> => {
  const checked: Checked[] = [];
  for (const file of files) checked.push(await checkFile(file, checking));
  return checked;
});

export async function checkFile(file: string, { profile, json, keepGoing, isTTY }: Checking): Promise<Checked> {
  const judgement = await judgeFile(file, profile, keepGoing);
  const text = json
    ? JSON.stringify(judgementJson(file, profile, judgement, keepGoing))
    : judgementText(file, profile, judgement, coloursOf({ isTTY }));
  return { text, code: codeOf[judgement.verdict] };
}

const codeOf = {
  accepted: exitCodes.good,
  rejected: exitCodes.bad,
  malformed: exitCodes.unusable,
  undecided: exitCodes.unusable,
} as const;

async function judgeFile(file: string, profile: Profile, keepGoing: boolean): Promise<Judgement> {
  let bytes = 0;
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 2 ** 18 });
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    return await judgeStream(counted(), profile, { keepGoing });
  } catch (error) {
    // What the system refuses is this file's fault and has a code; anything else is ours.
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const after = bytes === 0 ? '' : ` after ${bytes} bytes`;
    return { verdict: 'malformed', line: 1, message: `a trace must be a file that can be read: ${reasonOf(error)}${after}` };
  }
}
