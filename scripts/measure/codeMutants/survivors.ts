/**
 * Mutants of our own code that nothing kills, each with the reason: properties/catalogue/codeSurvivors.json. Somebody has looked at each.
 *
 * A mutant is known by the line that it changes and not by its number, so that an entry holds for as long as the line does.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { schema } from '@stryker-mutator/api/core';
import { packageFile } from '../../cli/packageFiles.ts';

export interface Justified {
  readonly file: string;
  /** The lines that are changed, without the space around them. */
  readonly line: string;
  /** What stands there in place of what: `<before> → <after>`. */
  readonly change: string;
  readonly why: string;
  /** No change that Stryker makes: somebody made it, and it is alive. */
  readonly by?: 'hand';
}

type Change = Pick<Justified, 'file' | 'line' | 'change'>;

export const justifiedPath = 'properties/catalogue/codeSurvivors.json';
export const justifiedSurvivors = (): readonly Justified[] => JSON.parse(readFileSync(packageFile(justifiedPath), 'utf8')) as Justified[];

/** What the last run found of each file that was ever run: how many died, live for a reason, and live without one. */
export const standingPath = 'properties/catalogue/codeStanding.json';

type Counts = { readonly killed: number; readonly justified: number; readonly alive: number };

/** Keeps what was found of these files, together with what is known of the others. */
export function keepStandings(found: readonly FileStanding[]): void {
  const path = packageFile(standingPath);
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Counts>) : {};
  for (const { file, killed, justified, alive } of found) known[file] = { killed, justified, alive: alive.length };
  const lines = Object.keys(known).sort();
  writeFileSync(path, `{\n${lines.map((file) => `  ${JSON.stringify(file)}: ${spaced(known[file]!)}`).join(',\n')}\n}\n`);
}

const spaced = ({ killed, justified, alive }: Counts): string => `{ "killed": ${killed}, "justified": ${justified}, "alive": ${alive} }`;

/** How a report stands for one file. */
export interface FileStanding {
  readonly file: string;
  readonly killed: number;
  /** Alive, and a reason is written. */
  readonly justified: number;
  readonly alive: readonly Change[];
}

const dead: readonly schema.MutantStatus[] = ['Killed', 'Timeout', 'RuntimeError', 'CompileError'];

export function standings({ files }: Pick<schema.MutationTestResult, 'files'>, known: readonly Justified[]): FileStanding[] {
  const reasons = new Set(known.map(keyOf));
  return Object.entries(files).map(([file, result]) => {
    const counted = result.mutants.filter(({ status }) => status !== 'Ignored' && status !== 'Pending');
    const living = counted.filter(({ status }) => !dead.includes(status)).map((mutant) => changeOf(file, result, mutant));
    const alive = living.filter((mutant) => !reasons.has(keyOf(mutant)));
    return { file, killed: counted.length - living.length, justified: living.length - alive.length, alive };
  });
}

const keyOf = ({ file, line, change }: Change): string => `${file}\n${line}\n${change}`;

function changeOf(
  file: string,
  { source }: Pick<schema.FileResult, 'source'>,
  { location: { start, end }, replacement }: schema.MutantResult,
): Change {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const whole = lines.join('\n');
  const last = whole.length - (lines.at(-1)!.length - (end.column - 1));
  const before = whole.slice(start.column - 1, last);
  return { file, line: lines[0]!.trim(), change: `${short(before)} → ${short(replacement ?? '')}` };
}

/** Of what is long, the beginning. */
const short = (code: string): string => {
  const flat = code.replace(/\s+/g, ' ');
  return flat.length > 120 ? `${flat.slice(0, 119)}…` : flat;
};
