/** The verification of an implementation, as the command line and programs call it. */

import type { ProviderModule } from '../model/winsock/spi.ts';
import type { Report } from './campaign/report.ts';
import type { Implementation } from './conversation/implementation.ts';
import { type DriverOptions, driverImplementation } from './driver/implementation.ts';
import { providerImplementation } from './harness/implementation.ts';
import type { VerifyOptions } from './verification/options.ts';
import { verify } from './verification/verification.ts';

export { stepsDefault, type VerifyOptions } from './verification/options.ts';

/** Verifies a provider module in this process. */
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
