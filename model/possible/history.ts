/** A whole trace, accounted for step by step. */

import type { Profile } from '../clauses/profiles.ts';
import { linesOf, TraceReader } from '../winsock/reader.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { Account, type StepAccount } from './account.ts';

export interface AccountedStep {
  /** From 1, the first of the text. */
  readonly line: number;
  readonly step: TraceStep;
  readonly account: StepAccount;
}

/** The steps of a text up to the first that is rejected, or where the judge goes on to the end; a malformed line ends it in any case. */
export function* accountsOf(text: string, profile: Profile, keepGoing = false): Generator<AccountedStep> {
  const reader = new TraceReader();
  let account = new Account(profile);
  for (const cut of linesOf(text)) {
    if (typeof cut !== 'string') return;
    const read = reader.hasHeader ? reader.read(cut) : reader.header(cut);
    if (read.kind === 'malformed') return;
    if (read.kind === 'header') account = new Account(profile, read.header);
    if (read.kind !== 'step') continue;
    const { line, step } = read;
    const said = account.step(step);
    yield { line, step, account: said };
    if (said.rejection === undefined) continue;
    if (!keepGoing) return;
    while (account.oracle.resume(step) !== undefined);
  }
}
