import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { type Judgement, judgeText } from '../../model/judge/judge.ts';

/** Where the profiles part, a ruling is the reason, and a rejection names it. */

const chapters = readdirSync(new URL('./', import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const traces = chapters
  .flatMap(({ name }) => readdirSync(new URL(`./${name}/`, import.meta.url)).map((file) => `${name}/${file}`))
  .filter((path) => path.endsWith('.ndjson'));

const rejectedAt = (judgement: Judgement): number => (judgement.verdict === 'rejected' ? judgement.line : Number.POSITIVE_INFINITY);

test.each<Profile>(['docs', 'msafd'])('what %s rejects and another profile does not is by a ruling', (profile) => {
  const parting: string[] = [];
  const unnamed: string[] = [];
  for (const path of traces) {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    const judgement = judgeText(text, profile);
    if (judgement.verdict !== 'rejected') continue;
    if (!profiles.some((other) => rejectedAt(judgeText(text, other)) > judgement.line)) continue;
    parting.push(path);
    if (judgement.rulings.length === 0) unnamed.push(`${path}:${judgement.line} ${judgement.message}`);
  }
  expect(unnamed).toEqual([]);
  expect(parting.length).toBeGreaterThan(100);
});
