import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profiles } from '../clauses/profiles.ts';
import { readTrace } from '../winsock/reader.ts';
import { Account, type StepAccount } from './account.ts';

const cases = new URL('../../properties/cases/', import.meta.url);
const traces = (process.env.WSPSEND_LONG ? ['page', 'stream'] : ['page']).flatMap((folder) =>
  readdirSync(new URL(folder, cases))
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => `${folder}/${name}`),
);

/** Where something hidden is supposed, each way of it is: an accepted step leaves one at least, and a rejected one leaves none. */
const wrongIn = ({ rejection, subjects }: StepAccount): string[] =>
  subjects.flatMap(({ kind, name, before, after, isCut }) => {
    const judged = before.filter(({ died, leadsTo }) => died !== undefined || leadsTo.length > 0);
    const isHidden = ['network', 'socket', 'circuit', 'bytes'].includes(kind) && before.length > 1 && !before[0]!.id.startsWith('datagram');
    if (!isHidden) return [];
    if (rejection === undefined) {
      const isLeft = judged.length === 0 || judged.some(({ died }) => died === undefined);
      const reached = new Set(before.flatMap(({ leadsTo }) => leadsTo));
      const lost = kind === 'bytes' && !isCut ? after.filter(({ id }) => !reached.has(id)) : [];
      return [
        ...(isLeft ? [] : [`${kind} ${name}: nothing is left`]),
        ...lost.map(({ says }) => `${kind} ${name}: nothing leads to ${says}`),
      ];
    }
    const isAsked = kind === 'bytes' || kind === 'socket' || judged.some(({ died }) => died !== undefined);
    return isAsked ? before.filter(({ died }) => died === undefined).map(({ says }) => `${kind} ${name}: ${says} lives on`) : [];
  });

test.each(process.env.WSPSEND_LONG ? profiles : (['docs'] as const))(
  'under %s each subject keeps a possibility by an accepted step, and none that is supposed by a rejected one',
  (profile) => {
    const wrong: string[] = [];
    let open = 0;
    let died = 0;
    for (const path of traces) {
      const { header, steps } = readTrace(readFileSync(new URL(path, cases), 'utf8'));
      const account = new Account(profile, header);
      for (const { line, step } of steps) {
        const said = account.step(step);
        wrong.push(...wrongIn(said).map((what) => `${path}:${line} ${what}`));
        for (const { before } of said.subjects) {
          if (before.length > 1) open++;
          died += before.filter((fate) => fate.died !== undefined).length;
        }
        if (said.rejection !== undefined) break;
      }
    }
    expect(wrong).toEqual([]);
    expect([open > 300, died > 100]).toEqual([true, true]);
  },
);
