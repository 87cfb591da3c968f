/** `wspsend ask "WORDS"`: the best answer in full, and what else was found. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { consult } from '../consult/consultation.ts';
import { type Entry, type EntryKind, entries } from '../consult/entries.ts';
import { type LookedUp, lookUp } from '../consult/lookUp.ts';
import { consultationLines, entryLine } from '../report/consultation.ts';
import { printable } from '../report/printable.ts';
import { coloursOf, printLine } from '../report/terminal.ts';
import { exitCodes, UnusableInput } from './exit.ts';
import { keptVectors } from './keptVectors.ts';

const alsoMax = 6;
const jsonMax = 5;
/** Below this share of the best one's score an entry has too little to do with the words. */
const leastShare = 0.2;

export interface WordsOptions {
  /** Undefined where the question's own is to be taken. */
  readonly profile: Profile | undefined;
  readonly json: boolean;
  readonly kinds?: readonly EntryKind[];
}

export function askWords(words: string, { profile, json, kinds }: WordsOptions): number {
  const { found, takenFor } = lookUp(words, kinds);
  const entries = worthwhile(found);
  const [best, ...others] = entries;
  if (best === undefined) throw new UnusableInput(nothingFound(words));
  const kept = keptVectors();
  if (json) {
    printLine(JSON.stringify({ words, takenFor, answers: entries.slice(0, jsonMax).map((entry) => consult(entry, kept, profile)) }));
    return exitCodes.good;
  }
  const colours = coloursOf(process.stdout);
  for (const { word, meant } of takenFor) printLine(colours.yellow(`${printable(word)} is taken for ${meant}`));
  for (const line of consultationLines(consult(best, kept, profile), colours)) printLine(line);
  if (others.length > 0) printLine(`\n${colours.bold('Also')} ${colours.dim('(wspsend ask ID shows it)')}`);
  for (const entry of others.slice(0, alsoMax)) printLine(`  ${entryLine(entry, colours)}`);
  return exitCodes.good;
}

function worthwhile(found: LookedUp['found']): readonly Entry[] {
  const best = found.find(({ score }) => Number.isFinite(score))?.score ?? 0;
  return found.filter(({ score }) => score >= best * leastShare).map(({ entry }) => entry);
}

const nothingFound = (words: string): string => {
  const names = entries.filter(({ kind }) => kind === 'code' || kind === 'flag').map(({ id }) => id);
  return `ask must be given words that the page, its rulings or its questions have: ${printable(JSON.stringify(words))}. Try a name, such as ${names[5]}, or words such as "buffer pending"; wspsend clauses lists every rule.`;
};
