/**
 * Two judges, one trace: where the oracle and the validator differ, the shortest trace on which they still do.
 *
 *   node .build/properties/differences/compare.js --profile docs --traces 1000 --seed 1 [--save DIR]
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { lineOf, type TraceStep } from '../../model/winsock/trace.ts';
import { type Profile, Validator, type Verdict, validate, validated } from '../validator/validator.ts';
import { LineDrawer } from './lines.ts';
import { type PlayedLine, randomFrom } from './provider.ts';
import { SeenTrace } from './shown.ts';
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

/** As both judges read it. */
const stepOf = (line: PlayedLine, begun: ReadonlyMap<unknown, PlayedLine>): TraceStep =>
  (line.end === undefined ? line : { ...line, begun: begun.get(line.end) }) as unknown as TraceStep;

/** A walk: what may come next is drawn and tried, again and again, and what both judges accept is gone. */
const stepsOfWalk = 14;
const triesOfStep = 12;

/** The lines of each trace that was tried, with what both judges say of the last one. */
function* tried(
  profile: Profile,
  seed: number,
): Generator<{ lines: readonly PlayedLine[]; verdicts: Omit<Difference, 'lines'> | undefined }> {
  const random = randomFrom(seed);
  const header = { wspsend: 'trace/1' as const, ...(random() < 0.15 && { side: 'spi' }) };
  const situation = new SeenTrace();
  const drawer = new LineDrawer(seed, situation, header.side !== undefined);
  const [oracle, validator] = [new Oracle(profile, header), new Validator(profile, header)];
  const lines: PlayedLine[] = [header];
  const begun = new Map<unknown, PlayedLine>();
  const opened = [...drawer.opening('A'), ...(random() < 0.2 ? drawer.opening('B') : [])];
  const most = opened.length + 4 + Math.floor(random() * stepsOfWalk);
  while (lines.length <= most) {
    let isGone = false;
    for (let tries = 0; tries < triesOfStep && !isGone; tries++) {
      const line = opened[lines.length - 1] ?? drawer.next();
      const step = stepOf(line, begun);
      const at = lines.length + 1;
      const second = validator.step(at, step);
      if (second.verdict === 'undecided') {
        yield { lines, verdicts: undefined };
        continue;
      }
      const first: Verdict = oracle.step(step) === undefined ? { verdict: 'accepted' } : { verdict: 'rejected', line: at };
      yield { lines: [...lines, line], verdicts: { oracle: said(first), validator: said(second) } };
      if (first.verdict !== second.verdict) return;
      isGone = first.verdict === 'accepted';
      if (!isGone) continue;
      if (line.begin !== undefined) begun.set(line.begin, line);
      lines.push(line);
      situation.note(line);
    }
    if (!isGone) return;
  }
}

/** Judges so many traces by both: of each seed one that was played, and all that a walk tries. */
export const compare = (
  profile: Profile,
  traces: number,
  seed: number,
  onDifference?: (difference: Difference & { seed: number }) => void,
): Comparison => {
  const counts = { accepted: 0, rejected: 0, undecided: 0 };
  const differences: (Difference & { seed: number })[] = [];
  let judged = 0;
  const take = (lines: readonly string[], verdicts: Omit<Difference, 'lines'> | undefined, at: number): void => {
    judged++;
    if (verdicts === undefined) counts.undecided++;
    else counts[verdicts.validator === 'accepted' ? 'accepted' : 'rejected']++;
    if (verdicts === undefined || verdicts.oracle === verdicts.validator) return;
    const difference = { ...(shortest(lines, profile) ?? { lines, ...verdicts }), seed: at };
    differences.push(difference);
    onDifference?.(difference);
  };
  for (let at = seed; judged < traces; at++) {
    const played = randomTrace(at);
    take(played, verdictsOn(played, profile), at);
    for (const { lines, verdicts } of tried(profile, at)) {
      const differs = verdicts !== undefined && verdicts.oracle !== verdicts.validator;
      take(differs ? lines.map((line) => lineOf(line as unknown as TraceStep)) : [], verdicts, at);
    }
  }
  return { traces: judged, ...counts, differences };
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
  const profile = validated.find((name) => name === values.profile);
  const count = Number(values.traces);
  const seed = Number(values.seed);
  if (profile === undefined || !Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 0) {
    process.stderr.write(
      `--profile must be one of ${validated.join(', ')}, --traces a whole number from 1, --seed one from 0: ${values.profile}, ${values.traces}, ${values.seed}\n`,
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
