/**
 * The one index over all that can be looked up: ranked by words, so that a question in plain English, a name and a misspelt name all find
 * what they mean. It is plain data: the book keeps it as JSON, and the terminal makes it when it is asked.
 */

import MiniSearch, { type Options, type SearchOptions } from 'minisearch';
import { type Entry, type EntryKind, entries } from './entries.ts';
import { isCodeNumber, isName, processTerm, withParts, wordsIn } from './words.ts';

/** What the index is made of and loaded with: the same wherever it is used. */
export const indexOptions: Options<Entry> = {
  fields: ['id', 'title', 'words', 'body'],
  storeFields: ['kind', 'title'],
  // What is stored must not be called id: it would stand in the place of the key.
  idField: 'key',
  extractField: (entry, field) => {
    if (field === 'key') return keyOfEntry(entry);
    // The id of a question is an address, made of a few words of it, and no name that somebody looks for.
    return field === 'id' && entry.kind === 'question' ? '' : entry[field as keyof Entry];
  },
  // The parts of a name say what it is about, and are no names: they are found in what is written of it.
  tokenize: (text, field) => (field === 'id' ? wordsIn(text) : withParts(text)),
  processTerm,
};

/** How it is asked. */
export const searchOptions: SearchOptions = {
  tokenize: wordsIn,
  processTerm,
  boost: { id: 4, title: 3, words: 2 },
  boostDocument: (_, __, stored) => weightOf[(stored as { kind: EntryKind }).kind],
  // A name says more of what is meant than the words around it, but for what everything here is about; a code by its number stands in
  // few places, and is all that many know of what they met.
  boostTerm: (term) => (term === 'wspsend' || term === 'send' ? 0.2 : isCodeNumber(term) ? 4 : isName(term) ? 2 : 1),
  prefix: (term) => term.length > 3,
  // No name is longer than some thirty letters; what is compared with them costs its length times that.
  fuzzy: (term) => (term.length < 5 || term.length > 60 || /^\d+$/.test(term) ? false : term.length < 9 ? 1 : 2),
  weights: { prefix: 0.5, fuzzy: 0.3 },
};

/** A question has its answer; of the rest, one has to make up one's own mind. */
const weightOf: { readonly [kind in EntryKind]: number } = { question: 2, code: 1.2, flag: 1.2, ruling: 1, call: 0.8, clause: 1 };

export const keyOfEntry = ({ kind, id }: Pick<Entry, 'kind' | 'id'>): string => `${kind} ${id}`;

const byKey: ReadonlyMap<string, Entry> = new Map(entries.map((entry) => [keyOfEntry(entry), entry]));

export function newIndex(): MiniSearch<Entry> {
  const index = new MiniSearch<Entry>(indexOptions);
  index.addAll(entries);
  return index;
}

export interface Found {
  readonly entry: Entry;
  readonly score: number;
}

export interface LookedUp {
  /** The best first. */
  readonly found: readonly Found[];
  /** Words that are in no entry, each with the one that it was taken for. */
  readonly takenFor: readonly { readonly word: string; readonly meant: string }[];
}

let index: MiniSearch<Entry> | undefined;

/** @param kinds Only entries of these kinds; default all. */
export function lookUp(words: string, kinds?: readonly EntryKind[]): LookedUp {
  index ??= newIndex();
  const exact = named(words).filter(({ kind }) => kinds?.includes(kind) !== false);
  const results = index.search(words, {
    ...searchOptions,
    ...(kinds !== undefined && { filter: ({ kind }) => kinds.includes(kind as EntryKind) }),
  });
  const found: Found[] = exact.map((entry) => ({ entry, score: Number.POSITIVE_INFINITY }));
  for (const { id, score } of results) {
    const entry = byKey.get(id as string)!;
    if (!exact.includes(entry)) found.push({ entry, score });
  }
  return { found, takenFor: misspelt(words, results[0]?.match ?? {}) };
}

/** What has these words for its name, whatever its letters' case; a section of the page for all of its clauses. */
function named(words: string): readonly Entry[] {
  const name = words.trim().toLowerCase();
  const own = entries.filter(({ id }) => id.toLowerCase() === name);
  return [...own, ...entries.filter(({ kind, id }) => kind === 'clause' && id.slice(0, id.lastIndexOf(':')).toLowerCase() === name)];
}

function misspelt(words: string, match: Readonly<Record<string, unknown>>): LookedUp['takenFor'] {
  const matched = Object.keys(match);
  return wordsIn(words).flatMap((word) => {
    const term = processTerm(word);
    if (term === null || isIndexed(term)) return [];
    const meant = index!.search(word, { ...searchOptions, prefix: false })[0]?.terms[0];
    const spelt = meant === undefined || !matched.includes(meant) ? undefined : spelling.get(meant);
    return spelt === undefined ? [] : [{ word, meant: spelt }];
  });
}

const isIndexed = (term: string): boolean => spelling.has(term) || [...spelling.keys()].some((known) => known.startsWith(term));

/** A term of the index as it is written in an entry. */
const spelling: ReadonlyMap<string, string> = new Map(
  entries
    .flatMap(({ id, title, words, body }) => withParts(`${id} ${title} ${words} ${body}`))
    .flatMap((word) => {
      const term = processTerm(word);
      return term === null ? [] : [[term, word] as const];
    }),
);
