/** `npm run mutants`: looks for what kills each mutant of the catalogue, and writes it down. */

import '../../cli/signals.ts';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { accusation, isAccused, type KilledByRequests, type Suspect } from '../../../properties/catalogue/accused.ts';
import {
  catalogue,
  citationMutants,
  citationsPath,
  judgeMutants,
  keptFile,
  mutantFile,
  mutantFileText,
  mutantsPath,
  rulesPath,
  thinClauses,
} from '../../../properties/catalogue/catalogue.ts';
import { allKept, ruleFile } from '../../../properties/catalogue/kept.ts';
import { Killers } from '../../../properties/catalogue/kills.ts';
import { type FaultKind, isByRequests, type Recorded } from '../../../properties/catalogue/recorded.ts';
import { ruleFileText, ruleTraces } from '../../../properties/catalogue/ruleTraces.ts';
import { driverSuspects, providerSuspects } from '../../../properties/catalogue/suspects.ts';
import { exitCodes } from '../../cli/exit.ts';
import { wholeNumber } from '../../cli/options.ts';
import { progressOn } from '../../report/progress.ts';
import { printLine } from '../../report/terminal.ts';
import { runProgram } from '../runProgram.ts';

interface Options {
  readonly scenes: number;
  readonly seeds: number;
  readonly anew?: true;
  readonly without?: readonly FaultKind[];
  readonly check?: true;
}

const program = new Command('npm run mutants --')
  .description(
    'Looks for what kills each mutant: a kept trace, for one of the judge; a case of the campaign, for a faulty provider or driver. ' +
      'Exit code 1: a clause has too few mutants, or, with --check, a file is stale.',
  )
  .addOption(new Option('--scenes <n>', 'to try for traces that meet a rule').argParser(wholeNumber(0, 1e9)).default(0))
  .addOption(new Option('--seeds <n>', 'campaigns for each fault of a provider or a driver').argParser(wholeNumber(1, 100)).default(2))
  .option('--anew', 'look for those of providers and drivers anew, although what is recorded still kills them')
  .addOption(
    new Option('--without <kind...>', 'what is recorded of these faults stays as it is').choices(['faulty provider', 'faulty driver']),
  )
  .option('--check', 'write nothing')
  .helpOption('-h, --help', 'show how it is used')
  .exitOverride();

const run = async ({ scenes, seeds, anew, without = [], check }: Options): Promise<number> => {
  let isStale = false;
  const write = (path: string, text: string): void => {
    const file = keptFile(path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
    isStale = true;
    printLine(`${path} ${check ? 'is stale' : 'was written'}`);
    if (!check) writeFileSync(file, text);
  };
  if (scenes > 0) {
    const { file, unmet } = ruleTraces(scenes, ruleFile());
    printLine(`${file.traces.length} traces of rules; ${unmet.length} rules are met by none of them`);
    write(rulesPath, ruleFileText(file));
  }
  const killers = new Killers(allKept());
  const judged = new Map([...judgeMutants(), ...citationMutants()].map((mutant) => [mutant.name, mutant]));
  const before = new Map(mutantFile(mutantsPath).mutants.map((mutant) => [mutant.name, mutant.killed]));
  const suspects = new Map([...providerSuspects, ...driverSuspects]);
  const progress = progressOn(process.stderr);
  const accused = async (name: string, made: () => Suspect): Promise<KilledByRequests | undefined> => {
    const known = before.get(name);
    const suspect = made();
    try {
      if (!anew && known !== undefined && isByRequests(known) && (await isAccused(suspect, known))) return known;
      const all = Array.from({ length: seeds }, (_, at) => at + 1);
      // What the page alone does not forbid, its siblings may.
      return (await accusation(suspect, 'page', all)) ?? (await accusation(suspect, 'docs', all));
    } finally {
      await suspect.implementation.close();
    }
  };
  const recorded = async (mutants: readonly Recorded[]): Promise<Recorded[]> => {
    const found: Recorded[] = [];
    for (const [at, mutant] of mutants.entries()) {
      progress.show(at, mutants.length, mutant.name);
      const suspect = suspects.get(mutant.name);
      if (without.includes(mutant.fault)) {
        const killed = before.get(mutant.name);
        found.push({ ...mutant, ...(killed && { killed }) });
        continue;
      }
      const killed = suspect === undefined ? killers.killOf(judged.get(mutant.name)!) : await accused(mutant.name, suspect);
      found.push({ ...mutant, ...(killed && { killed }) });
    }
    progress.end();
    return found;
  };
  const mutants = await recorded(catalogue());
  const citations = await recorded(citationMutants().map(({ name, fault, clauses }) => ({ name, fault, clauses })));
  for (const kind of new Set([...mutants, ...citations].map(({ fault }) => fault))) {
    const all = [...mutants, ...citations].filter(({ fault }) => fault === kind);
    const killed = all.filter((mutant) => mutant.killed !== undefined).length;
    printLine(`${kind.padEnd(18)} ${killed} of ${all.length} killed, ${((100 * killed) / all.length).toFixed(1)} %`);
  }
  write(mutantsPath, mutantFileText({ wspsend: 'mutants/1', mutants }));
  write(citationsPath, mutantFileText({ wspsend: 'mutants/1', mutants: citations }));
  const thin = thinClauses(mutants);
  for (const { clause, killed } of thin) printLine(`${clause} has ${killed} killed mutants, and needs more`);
  return thin.length > 0 || (check && isStale) ? exitCodes.bad : exitCodes.good;
};

await runProgram<Options>(program, run);
