/**
 * `verify --watch`: the implementation is verified again whenever it changes, and the first failure is shown as soon as it is met, before
 * anything is made shorter. A run that is overtaken by a change ends.
 */

import { resolve } from 'node:path';
import { type CaseResult, isFailing } from '../../properties/campaign/caseResult.ts';
import type { Counterexample, Report } from '../../properties/campaign/report.ts';
import type { Implementation } from '../../properties/conversation/implementation.ts';
import type { CampaignRequest } from '../../properties/conversation/requests.ts';
import { requestsOfTrace } from '../../properties/conversation/requestsOfTrace.ts';
import { verify } from '../../properties/verification/verification.ts';
import type { VerifyOptions } from '../../properties/verify.ts';
import { printable } from '../report/printable.ts';
import { stepText } from '../report/stepText.ts';
import { printLine } from '../report/terminal.ts';
import { UnusableInput } from './exit.ts';
import { onChangeIn } from './watching.ts';

export interface Watched {
  /** Where a change is looked for. */
  readonly folders: readonly string[];
  /** Starts the implementation as it is now. Fails by UnusableInput. */
  readonly start: () => Promise<readonly [Implementation, ...Implementation[]]>;
  readonly options: VerifyOptions;
  readonly show: (report: Report) => void;
}

type Lanes = Awaited<ReturnType<Watched['start']>>;

/** Goes on until the program is interrupted. */
export async function verifyOnChange({ folders, start, options, show }: Watched): Promise<never> {
  let run = new Run();
  let changed = (): void => {};
  onChangeIn(folders, resolve(options.outTraces ?? '.'), () => {
    run.end();
    changed();
  });
  for (let known: readonly Counterexample[] = []; ; ) {
    const again = new Promise<void>((goOn) => {
      changed = goOn;
    });
    run = new Run();
    try {
      const report = await run.verify(await start(), { ...options, first: known.map(requestsFor) });
      if (!run.isOver) {
        show(report);
        known = report.counterexamples;
      }
    } catch (error) {
      // Half a file is no provider; what is saved next may be one.
      if (!(error instanceof UnusableInput)) throw error;
      if (!run.isOver) printLine(`not verified: ${printable(error.message)}`);
    }
    if (!run.isOver) printLine(`waiting for a change in ${folders.map(printable).join(', ')}`);
    await again;
    printLine('\nchanged:');
  }
}

const requestsFor = ({ requests, steps }: Counterexample): readonly CampaignRequest[] => requests ?? requestsOfTrace(steps);

class Run {
  isOver = false;
  #lanes: Lanes | undefined;
  #hasFailed = false;

  /** What is asked just now gets no answer any more, and nothing is asked after it. */
  end(): void {
    this.isOver = true;
    void Promise.all((this.#lanes ?? []).map((lane) => lane.close()));
  }

  async verify(lanes: Lanes, options: VerifyOptions): Promise<Report> {
    this.#lanes = lanes;
    if (this.isOver) this.end();
    return verify(lanes, {
      ...options,
      onCase: (result) => this.#met(result),
      // Once it is overtaken every deadline has passed.
      now: () => (this.isOver ? Number.POSITIVE_INFINITY : Date.now()),
    });
  }

  #met(result: CaseResult): void {
    if (this.isOver || this.#hasFailed || !isFailing(result)) return;
    this.#hasFailed = true;
    const { deviation, trace } = result;
    const clauses = [...(deviation.owed ?? []), ...deviation.clauses];
    const step = trace[deviation.at];
    printLine(`not permitted: ${printable(deviation.message)}${clauses.length === 0 ? '' : `  (${clauses.join(', ')})`}`);
    if (step !== undefined) printLine(`  at step ${deviation.at + 1}: ${stepText(step)}`);
    printLine('  looking for a shorter trace …');
  }
}
