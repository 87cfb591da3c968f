import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { verdictOn } from '../generate/regressions.ts';

/**
 * Traces with verdicts that were decided before the oracle saw them: written by hand, each to keep or break one sentence, and recorded of
 * programs.
 *
 * A rejection names its clauses: the first is the sentence that decides, the others those that the oracle names with it. Where the oracle
 * differs, the statement stands and the difference is listed in open.json: a defect that is known and not yet mended. A difference that
 * is not listed is red, and so is a listed one that no longer shows.
 */

/** What one profile is held to. The verdicts that are not scored are counted by the last test. */
interface Stated {
  readonly verdict: 'accepted' | 'rejected' | 'malformed' | keyof typeof notScored;
  readonly line?: number;
  readonly breaks?: readonly string[];
  readonly because?: string;
}

const notScored = {
  disputed: 'two readings can be defended',
  either: 'both verdicts are right',
  unstated: 'nobody has decided it',
} as const;

/** Written once where all profiles agree; a profile that differs has a statement of its own. */
type Expected = Record<string, Stated & { readonly except?: Partial<Record<Profile, Stated>> }>;

interface Open {
  readonly differs: 'verdict' | 'breaks';
  readonly profiles: readonly Profile[];
  readonly because: string;
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const open = JSON.parse(read('./open.json')) as Record<string, Open>;
const chapters = readdirSync(new URL('./', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const expectations = new Map(chapters.map((chapter) => [chapter, JSON.parse(read(`./${chapter}/expected.json`)) as Expected]));

const statedFor = ({ except, ...all }: Expected[string], profile: Profile): Stated => except?.[profile] ?? all;
const isScored = ({ verdict }: Stated): boolean => !(verdict in notScored);

/** The clause that is named first decides; the order of the others says nothing. */
const ordered = (breaks: readonly string[]): readonly string[] => [...breaks.slice(0, 1), ...breaks.slice(1).sort()];

describe.each(chapters)('kept traces: %s', (chapter) => {
  for (const [file, expected] of Object.entries(expectations.get(chapter)!)) {
    const known = open[`${chapter}/${file}`];
    test(file, () => {
      const text = read(`./${chapter}/${file}`);
      for (const profile of profiles) {
        const stated = statedFor(expected, profile);
        if (!isScored(stated)) continue;
        const { verdict, line, breaks } = verdictOn(text, profile);
        const judged = { verdict, line: stated.line === undefined ? undefined : line };
        const named = stated.breaks === undefined ? undefined : ordered(breaks ?? []);
        const differs = known?.profiles.includes(profile) ? known.differs : 'nothing';
        const place = `under ${profile}: ${stated.because ?? ''}; open: ${differs}`;
        if (differs === 'verdict') {
          expect(judged, place).not.toEqual({ verdict: stated.verdict, line: stated.line });
          continue;
        }
        expect(judged, place).toEqual({ verdict: stated.verdict, line: stated.line });
        const right = stated.breaks === undefined ? undefined : ordered(stated.breaks);
        if (differs === 'breaks') expect(named, place).not.toEqual(right);
        else expect(named, place).toEqual(right);
      }
    });
  }
});

describe('the expectations', () => {
  const all = [...expectations].flatMap(([chapter, expected]) =>
    Object.entries(expected).flatMap(([file, entry]) =>
      profiles.map((profile) => ({ name: `${chapter}/${file}`, profile, ...statedFor(entry, profile) })),
    ),
  );
  const counts = Object.entries(notScored).map(([verdict, reason]) => {
    return `${all.filter((stated) => stated.verdict === verdict).length} ${verdict} (${reason})`;
  });
  const silent = new Set(all.map(({ name }) => name)).size - new Set(all.filter(isScored).map(({ name }) => name)).size;
  const unnamed = all.filter(({ verdict, breaks }) => verdict === 'rejected' && breaks === undefined).map(({ name }) => name);

  test(`of ${all.length} verdicts these are not scored: ${counts.join(', ')}; ${silent} traces have none that is`, () => {
    const unexplained = all.filter((stated) => stated.verdict in notScored && stated.verdict !== 'unstated' && !stated.because);
    expect(unexplained, 'Say in `because` what the readings are').toEqual([]);
  });

  test(`name the clauses of every rejection but ${unnamed.length}, each of which is open`, () => {
    expect(unnamed.filter((name) => open[name] === undefined)).toEqual([]);
  });

  test('stand for every trace of their folder, and for no other', () => {
    for (const [chapter, expected] of expectations) {
      const files = readdirSync(new URL(`./${chapter}/`, import.meta.url)).filter((name) => name.endsWith('.ndjson'));
      expect(Object.keys(expected).sort(), chapter).toEqual(files.sort());
    }
  });

  test('hold what is listed as open', () => {
    const scored = new Set(all.filter(isScored).map(({ name, profile }) => `${name} ${profile}`));
    const idle = Object.entries(open).flatMap(([name, { profiles }]) =>
      profiles.filter((profile) => !scored.has(`${name} ${profile}`)).map((profile) => `${name} ${profile}`),
    );
    expect(idle, 'Take it from open.json, or state a verdict').toEqual([]);
  });
});
