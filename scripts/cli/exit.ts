/** How a run ends, for the shell that started it. */

import type { RunVerdict } from '../../properties/campaign/report.ts';

export const exitCodes = {
  /** Accepted, conforms, covered. */
  good: 0,
  /** Rejected, deviates, has holes. */
  bad: 1,
  /** The command line or what it names could not be used, so there is no verdict. */
  unusable: 2,
  /** A defect of this program: no verdict either, and not the user's to mend. */
  defect: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export const exitOfVerdict: { readonly [verdict in RunVerdict]: number } = {
  conforms: exitCodes.good,
  deviates: exitCodes.bad,
  short: exitCodes.bad,
  untried: exitCodes.unusable,
};

/** What came cannot be used. The message says what was required, what came, and where it is not plain, what to do. */
export class UnusableInput extends Error {
  override name = 'UnusableInput';
}

/** The worst of several ends: no verdict outweighs a bad one. */
export const worst = (codes: readonly number[]): number => codes.reduce((a, b) => Math.max(a, b), exitCodes.good);

/** What the system refuses has a code and names the call; anything else is ours. */
export const isRefused = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error;

/** The memory of the machine, or what the engine lets one value have, did not suffice. */
export const isOutOfMemory = (error: unknown): error is Error =>
  error instanceof Error &&
  (('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') ||
    (error instanceof RangeError &&
      /allocation failed|maximum size exceeded|Invalid (string|typed array|array) length/.test(error.message)));

/** The reason of a failed system call without the call that failed: "ENOENT: no such file or directory". */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, \w+( '.*')?$/su, '') : String(error);
