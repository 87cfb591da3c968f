import type { Implementation } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import type { CaseResult } from './caseResult.ts';
import { Chooser } from './choose.ts';
import type { Draws } from './draws.ts';
import { finish, leave } from './finish.ts';
import { RunningCase, type StartOptions } from './runningCase.ts';
import { Unsupported } from './unsupported.ts';

/**
 * One case: an implementation at its start, requests one after the other, every observed step judged at once, and an end in which all debts
 * are due.
 */

export interface CaseOptions extends StartOptions {
  /** What to ask: a list, or what is drawn from what makes sense from step to step. */
  readonly requests?: readonly CampaignRequest[];
  readonly draws?: Draws;
  /** Whether the end follows in which everything is drained and asked for. */
  readonly finishes?: boolean;
  readonly requestsMax?: number;
}

export const requestsPerCase = 60;

export async function runCase(implementation: Implementation, options: CaseOptions): Promise<CaseResult> {
  const running = await RunningCase.start(implementation, options);
  await converse(running, implementation, options);
  return running.end();
}

const converse = async (running: RunningCase, implementation: Implementation, options: CaseOptions): Promise<void> => {
  const { requests, draws, finishes = true, requestsMax = requestsPerCase, unsupported = new Unsupported() } = options;
  if (requests !== undefined) {
    if (!(await running.askAll(requests))) return;
  } else if (draws !== undefined) {
    const chooser = new Chooser(draws, implementation.injections, unsupported, options.profile);
    const before = chooser.before();
    if (before.length > 0 && !(await running.askAll(before))) return;
    for (let count = 0; count < requestsMax; ) {
      const chosen = chooser.next(running.world).slice(0, requestsMax - count);
      if (chosen.length === 0) break;
      count += chosen.length;
      const going = running.askAll(chosen);
      if (!(typeof going === 'boolean' ? going : await going)) return;
    }
  }
  if (finishes && !(await finish(running))) return;
  if (running.isReused) await leave(running);
};
