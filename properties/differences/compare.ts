/**
 * Two judges, one trace: where the oracle and the validator differ, the shortest trace on which they still do.
 *
 *   node .build/properties/differences/compare.js --profile docs --traces 1000 --seed 1 [--save DIR]
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { profiles } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { type Profile, type Verdict, validate } from '../validator/validator.ts';
import { randomTrace } from './traces.ts';

export interface Difference {
  readonly lines: readonly string[];
  readonly oracle: string;
  readonly validator: string;
}

const said = (verdict: Verdict): string => (verdict.verdict === 'rejected' ? `rejected at line ${verdict.line}` : verdict.verdict);

/** Both verdicts on a trace; nothing when it is malformed or the validator decides nothing. */
export const verdictsOn = (lines: readonly string[], profile: Profile): Omit<Difference, 'lines'> | undefined => {
  const { header, steps, malformed } = readTrace(`${lines.join('\n')}\n`);
  if (malformed !== undefined || header === undefined) return undefined;
  const validator = validate(profile, header, steps);
  if (validator.verdict === 'undecided') return undefined;
  const oracle = new Oracle(profile, header);
  const broken = steps.find(({ step }) => oracle.step(step) !== undefined);
  return { oracle: said(broken ? { verdict: 'rejected', line: broken.line } : { verdict: 'accepted' }), validator: said(validator) };
};

/** The trace without every line that the difference does not need. */
export const shortest = (lines: readonly string[], profile: Profile): Difference | undefined => {
  const verdicts = verdictsOn(lines, profile);
  if (verdicts === undefined || verdicts.oracle === verdicts.validator) return undefined;
  const ends = [verdicts.oracle, verdicts.validator].map((verdict) => Number(/\d+/.exec(verdict)?.[0] ?? lines.length));
  let kept = lines.slice(0, Math.max(...ends));
  let found: Difference = { lines: kept, ...verdicts };
  const differs = (candidate: readonly string[]): boolean => {
    const both = verdictsOn(candidate, profile);
    if (both === undefined || both.oracle === both.validator) return false;
    // A judge that accepted must accept, so that one difference does not turn into another.
    if (
      (both.oracle === 'accepted') !== (found.oracle === 'accepted') ||
      (both.validator === 'accepted') !== (found.validator === 'accepted')
    )
      return false;
    found = { lines: candidate, ...both };
    return true;
  };
  for (let size = 4; size >= 1; size = size === 4 ? 2 : size - 1) {
    for (let at = kept.length - 1; at >= 1; at--) {
      // Without its socket or its peer, a send is another send.
      if (kept.slice(at, at + size).some((line) => /"WSP(Socket|Connect|Bind)"/.test(line))) continue;
      const candidate = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (differs(candidate)) {
        kept = candidate;
        at = Math.min(at + 1, kept.length);
      }
    }
  }
  return found;
};

interface Comparison {
  readonly traces: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly undecided: number;
  readonly differences: readonly (Difference & { seed: number })[];
}

/** Judges the traces of so many seeds by both. */
export const compare = (
  profile: Profile,
  traces: number,
  seed: number,
  onDifference?: (difference: Difference & { seed: number }) => void,
): Comparison => {
  const counts = { accepted: 0, rejected: 0, undecided: 0 };
  const differences: (Difference & { seed: number })[] = [];
  for (let index = 0; index < traces; index++) {
    const lines = randomTrace(seed + index);
    const verdicts = verdictsOn(lines, profile);
    if (verdicts === undefined) counts.undecided++;
    else counts[verdicts.validator === 'accepted' ? 'accepted' : 'rejected']++;
    if (verdicts === undefined || verdicts.oracle === verdicts.validator) continue;
    const difference = { ...(shortest(lines, profile) as Difference), seed: seed + index };
    differences.push(difference);
    onDifference?.(difference);
  }
  return { traces, ...counts, differences };
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const main = (): void => {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'page' },
      traces: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      save: { type: 'string' },
    },
  });
  const { save } = values;
  const profile = profiles.find((name) => name === values.profile);
  const count = Number(values.traces);
  const seed = Number(values.seed);
  if (profile === undefined || !Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 0) {
    process.stderr.write(
      `--profile must be one of ${profiles.join(', ')}, --traces a whole number from 1, --seed one from 0: ${values.profile}, ${values.traces}, ${values.seed}\n`,
    );
    process.exitCode = 2;
    return;
  }
  if (save !== undefined) mkdirSync(save, { recursive: true });
  const result = compare(profile, count, seed, ({ seed: at, lines, oracle, validator }) => {
    print(`\nseed ${at}, ${profile}: the oracle ${oracle}, the validator ${validator}\n${lines.join('\n')}`);
    if (save !== undefined) writeFileSync(join(save, `${profile}-${at}.ndjson`), `${lines.join('\n')}\n`);
  });
  const { traces, accepted, rejected, undecided, differences } = result;
  print(
    `\n${traces} traces under ${profile}: ${accepted} accepted, ${rejected} rejected, ${undecided} undecided; ${differences.length} differences`,
  );
  process.exitCode = differences.length > 0 ? 1 : 0;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
