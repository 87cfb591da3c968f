/** The verification of an implementation, as the command line and programs call it: `wspsend/verify`. */

import type { Profile } from '../model/clauses/profiles.ts';
import type { ProviderModule } from '../model/winsock/spi.ts';
import type { CaseResult } from './campaign/caseResult.ts';
import type { Report } from './campaign/report.ts';
import { runCase } from './campaign/runCase.ts';
import type { Implementation } from './conversation/implementation.ts';
import type { CampaignRequest } from './conversation/requests.ts';
import { type DriverOptions, driverImplementation } from './driver/implementation.ts';
import { providerImplementation } from './harness/implementation.ts';
import { type IsolatedOptions, isolatedProvider } from './isolated/implementation.ts';
import type { VerifyOptions } from './verification/options.ts';
import { shellWord } from './verification/shellWord.ts';
import { verify } from './verification/verification.ts';

export type { CaseResult, Deviation, UnjudgedCase } from './campaign/caseResult.ts';
export type { ClauseResult, Counterexample, Report } from './campaign/report.ts';
export type { Implementation } from './conversation/implementation.ts';
export type { CampaignRequest } from './conversation/requests.ts';
export { requestsOfTrace } from './conversation/requestsOfTrace.ts';
export { type DriverOptions, driverImplementation } from './driver/implementation.ts';
export { providerImplementation } from './harness/implementation.ts';
export { type IsolatedOptions, isolatedProvider, UnusableProvider } from './isolated/implementation.ts';
export { draftLedger, type Ledger, readLedger } from './ledger/ledger.ts';
export { askedByTrace } from './verification/keptTraces.ts';
export { stepsDefault, type VerifyOptions } from './verification/options.ts';

/**
 * Verifies a provider: resolves to the report that `wspsend verify` prints. Deterministic for a seed, a profile and a number of steps, but
 * for `seconds`. A module that is named, by its path, its address or its package, runs in a process of its own and is ended where it does
 * not answer; fails by UnusableProvider when it cannot be loaded. One that is given as an object runs in this thread, which nothing can
 * take from it: a call that never returns holds up everything.
 */
export const verifyProvider = async (
  provider: ProviderModule | string | URL,
  { timeoutSeconds, onSaid, ...options }: VerifyOptions & Pick<IsolatedOptions, 'timeoutSeconds' | 'onSaid'> = {},
): Promise<Report> => {
  if (typeof provider !== 'string' && !(provider instanceof URL))
    return verify([providerImplementation(provider)], { subject: 'a provider', ...options });
  const deadline = deadlineOf(options);
  const implementation = await isolatedProvider(provider, {
    deadline,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(onSaid !== undefined && { onSaid }),
  });
  return verify([implementation], { subject: String(provider), named: `--provider ${shellWord(String(provider))}`, ...options });
};

const deadlineOf = ({ budgetSeconds }: VerifyOptions): number =>
  budgetSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + budgetSeconds * 1000;

/** Verifies whatever a program drives that speaks trace/1 on its standard streams. `jobs` processes of it serve side by side. */
export const verifyDriver = (
  { jobs = 1, ...driver }: Omit<DriverOptions, 'deadline'> & { readonly jobs?: number },
  options: VerifyOptions = {},
): Promise<Report> => {
  const deadline = deadlineOf(options);
  const lane = (): Implementation => driverImplementation({ ...driver, deadline });
  return verify([lane(), ...Array.from({ length: jobs - 1 }, lane)], { subject: driver.command.join(' '), ...options });
};

/** What is asked again, and by which reading it is judged. */
export interface Replay {
  readonly profile: Profile;
  /** `requestsOfTrace` makes them of a recorded trace. */
  readonly requests: readonly CampaignRequest[];
  /** Afterwards everything is drained and asked for, by which a stall shows. */
  readonly finishes?: boolean;
}

/** Asks an implementation for these requests, judges what it shows, and closes it. */
export const replay = async (implementation: Implementation, { profile, requests, finishes = false }: Replay): Promise<CaseResult> => {
  try {
    return await runCase(implementation, { profile, requests, finishes, beginning: { isFresh: true } });
  } finally {
    await implementation.close();
  }
};
