/** The implementations with a fault, by the names that they have in the catalogue. */

import { fileURLToPath } from 'node:url';
import { faultNames } from '../../impl/foreign/naive/faults.ts';
import * as provider from '../../impl/provider/provider.ts';
import { driverImplementation } from '../driver/implementation.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { mutate } from '../mutants/mutant.ts';
import { mutants } from '../mutants/mutants.ts';
import type { Suspect } from './accused.ts';
import { driverName, keptFile } from './catalogue.ts';
import { driverFaults } from './driverFaults.ts';

export const providerSuspects: ReadonlyMap<string, () => Suspect> = new Map(
  mutants.map((mutant) => [
    mutant.name,
    (): Suspect => ({ implementation: providerImplementation(mutate(provider, mutant)), breaks: mutant.breaks }),
  ]),
);

const naive = fileURLToPath(keptFile('.build/impl/foreign/naive/naive.js'));

/** The naive stack behind a driver, a process each. */
export const driverSuspects: ReadonlyMap<string, () => Suspect> = new Map(
  faultNames.map((fault) => [
    driverName(fault),
    (): Suspect => ({
      implementation: driverImplementation({ command: [process.execPath, naive, '--fault', fault] }),
      breaks: driverFaults[fault],
    }),
  ]),
);
