/** Judges the traces in some files, one after the other. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { type Judgement, judgeStream } from '../../../model/judge/judge.ts';
import { accountsOf } from '../../../model/possible/history.ts';
import { FamiliarLines } from '../../../model/winsock/familiarLines.ts';
import { explainedLines } from '../../report/explained.ts';
import { judgementJson, judgementText } from '../../report/judgement.ts';
import { coloursOf } from '../../report/terminal.ts';
import { exitCodes, isRefused, reasonOf } from '../exit.ts';
import { openInput } from '../inputs.ts';
import { onWorker, serveJob } from '../onWorker.ts';
import { tracePage } from '../tracePage.ts';

export interface Checking {
  readonly profile: Profile;
  readonly json: boolean;
  readonly keepGoing: boolean;
  /** What was possible after each step goes with the verdict. */
  readonly explain: boolean;
  /** Takes the page of the trace. */
  readonly html?: (page: string) => void;
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

/** What is familiar from one file is so in the next. */
const familiar = new FamiliarLines();

serveJob(import.meta.url, async ({ files, checking }: Batch): Promise<Checked[]> => {
  const checked: Checked[] = [];
  for (const file of files) checked.push(await checkFile(file, checking));
  return checked;
});

export async function checkFile(file: string, { profile, json, keepGoing, explain, html, isTTY }: Checking): Promise<Checked> {
  const kept: Uint8Array[] = [];
  const judgement = await judgeFile(file, profile, keepGoing, explain || html !== undefined ? kept : undefined);
  const trace = Buffer.concat(kept).toString('utf8');
  html?.(tracePage({ text: trace, profile, name: file }));
  const accounts = explain ? accountsOf(trace, profile, keepGoing) : [];
  const code = codeOf[judgement.verdict];
  if (json) {
    const set = explain ? { set: [...accounts].map(({ line, account: { subjects } }) => ({ line, subjects })) } : {};
    return { text: JSON.stringify({ ...judgementJson(file, profile, judgement, keepGoing), ...set }), code };
  }
  const colours = coloursOf({ isTTY });
  const verdict = judgementText(file, profile, judgement, colours);
  return { text: explain ? [...explainedLines(accounts, colours), verdict].join('\n') : verdict, code };
}

const codeOf = {
  accepted: exitCodes.good,
  rejected: exitCodes.bad,
  malformed: exitCodes.unusable,
  undecided: exitCodes.unusable,
} as const;

/** `kept` gets the bytes of the file. */
async function judgeFile(file: string, profile: Profile, keepGoing: boolean, kept: Uint8Array[] | undefined): Promise<Judgement> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of openInput(file) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      kept?.push(chunk);
      yield chunk;
    }
  }
  try {
    return await judgeStream(counted(), profile, { keepGoing, familiar });
  } catch (error) {
    // What the system refuses is this file's fault; anything else is ours.
    if (!isRefused(error)) throw error;
    const after = bytes === 0 ? '' : ` after ${bytes} bytes`;
    return { verdict: 'malformed', line: 1, message: `a trace must be a file that can be read: ${reasonOf(error)}${after}` };
  }
}
