/** A whole trace, accounted for step by step. */

import type { Profile } from '../clauses/profiles.ts';
import { readTrace } from '../winsock/reader.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { Account, type StepAccount } from './account.ts';

/** A step with what is possible after it. */
export interface AccountedStep {
  /** From 1, the first of the text. */
  readonly line: number;
  readonly step: TraceStep;
  readonly account: StepAccount;
}

/** The steps of a text up to the first that is rejected, or where the judge goes on to the end; a malformed line ends it in any case. */
export function* accountsOf(text: string, profile: Profile, keepGoing = false): Generator<AccountedStep> {
  const { header, steps } = readTrace(text);
  const account = new Account(profile, header);
  for (const { line, step } of steps) {
    const said = account.step(step);
    yield { line, step, account: said };
    if (said.rejection === undefined) continue;
    if (!keepGoing) return;
    while (account.oracle.resume(step) !== undefined);
  }
}
