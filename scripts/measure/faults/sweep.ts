import { fileURLToPath } from 'node:url';
import { type Fault, faultNames } from '../../../impl/foreign/naive/faults.ts';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { driverImplementation } from '../../../properties/driver/implementation.ts';
import type { VerifyOptions } from '../../../properties/verification/options.ts';
import { verify } from '../../../properties/verification/verification.ts';

/** The naive stack behind a driver, once as it is and once with each of its faults, over several seeds: whom does the campaign accuse? */

const naive = fileURLToPath(new URL('../../../impl/foreign/naive/naive.js', import.meta.url));

export interface SweepOptions {
  readonly profiles: readonly Profile[];
  readonly seeds: readonly number[];
  /** Steps of a campaign; one that finds the fault ends there. */
  readonly steps: number;
  /** The faults to look for; all of them where none is named. */
  readonly faults?: readonly Fault[];
  readonly onRow?: (row: SweepRow) => void;
}

/** What all seeds said of one fault under one profile; without a fault, of the stack as it is. */
export interface SweepRow {
  readonly fault: Fault | undefined;
  readonly profile: Profile;
  readonly seeds: number;
  /** Seeds whose campaign accused the stack. */
  readonly accused: number;
  /** Steps that the campaigns took that accused it, the fewest first. */
  readonly steps: readonly number[];
  /** The clauses that the first of them named. */
  readonly clauses: readonly string[];
}

export async function sweep({ profiles, seeds, steps, faults = faultNames, onRow }: SweepOptions): Promise<SweepRow[]> {
  const rows: SweepRow[] = [];
  for (const profile of profiles) {
    for (const fault of [undefined, ...faults]) {
      const row = await sweepFault(fault, profile, seeds, { profile, steps, walks: false });
      rows.push(row);
      onRow?.(row);
    }
  }
  return rows;
}

async function sweepFault(fault: Fault | undefined, profile: Profile, seeds: readonly number[], options: VerifyOptions): Promise<SweepRow> {
  const taken: number[] = [];
  let clauses: readonly string[] = [];
  for (const seed of seeds) {
    const words = fault === undefined ? [] : ['--fault', fault];
    // How short the counterexample gets is not asked here.
    const implementation = driverImplementation({ command: [process.execPath, naive, ...words], shrinkSeconds: 0 });
    const report = await verify([implementation], { ...options, seed });
    if (report.verdict !== 'deviates') continue;
    taken.push(report.steps.campaign);
    if (clauses.length === 0) clauses = report.counterexamples[0]?.clauses ?? [];
  }
  return { fault, profile, seeds: seeds.length, accused: taken.length, steps: taken.sort((a, b) => a - b), clauses };
}
