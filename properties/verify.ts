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
import type { VerifyOptions } from './verification/options.ts';
import { verify } from './verification/verification.ts';

export type { CaseResult, Deviation, UnjudgedCase } from './campaign/caseResult.ts';
export type { ClauseResult, Counterexample, Report } from './campaign/report.ts';
export type { Implementation } from './conversation/implementation.ts';
export type { CampaignRequest } from './conversation/requests.ts';
export { requestsOfTrace } from './conversation/requestsOfTrace.ts';
export { type DriverOptions, driverImplementation } from './driver/implementation.ts';
export { providerImplementation } from './harness/implementation.ts';
export { draftLedger, type Ledger, readLedger } from './ledger/ledger.ts';
export { stepsDefault, type VerifyOptions } from './verification/options.ts';

/**
 * Verifies a provider module in this process: resolves to the report that `wspsend verify` prints. Deterministic for a seed, a profile
 * and a number of steps, but for `seconds`.
 */
export const verifyProvider = (module: ProviderModule, options: VerifyOptions = {}): Promise<Report> =>
  verify([providerImplementation(module)], { subject: 'a provider', ...options });

/** Verifies whatever a program drives that speaks trace/1 on its standard streams. `jobs` processes of it serve side by side. */
export const verifyDriver = (
  { jobs = 1, ...driver }: Omit<DriverOptions, 'deadline'> & { readonly jobs?: number },
  options: VerifyOptions = {},
): Promise<Report> => {
  const { budgetSeconds } = options;
  const deadline = budgetSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + budgetSeconds * 1000;
  const lane = (): Implementation => driverImplementation({ ...driver, deadline });
  return verify([lane(), ...Array.from({ length: jobs - 1 }, lane)], { subject: driver.command.join(' '), ...options });
};

export interface Replay {
  readonly profile: Profile;
  /** `requestsOfTrace` makes them of a recorded trace. */
  readonly requests: readonly CampaignRequest[];
}

/** Asks an implementation for these requests and nothing else, judges what it shows, and closes it. */
export const replay = async (implementation: Implementation, { profile, requests }: Replay): Promise<CaseResult> => {
  try {
    return await runCase(implementation, { profile, requests, finishes: false, beginning: { isFresh: true } });
  } finally {
    await implementation.close();
  }
};
