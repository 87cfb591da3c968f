/**
 * The one index over all that can be looked up: ranked by words, so that a question in plain English, a name and a misspelt name all find
 * what they mean. It is plain data: the book keeps it as JSON, and the terminal makes it when it is asked.
 */

import MiniSearch, { type Options, type SearchOptions } from 'minisearch';
import { stemmer } from 'stemmer';
import { type Entry, type EntryKind, entries } from './entries.ts';

/** Words that say nothing of what somebody wants to know. */
const idle = new Set(
  `a about after all am an and any are as at be been but by can could did do does doing done for from get gets give given gives had has
  have how i if in into is it its just may me mean means might must my no nor not of off on one only or our out over own shall should so some
  such than that the their them then there these they this those to too under until up upon us was we were what when where whether which
  while who whose why will with would you your happens happen call calls called asked ask still`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** How an application calls what the service-provider interface names. */
const sameName: Readonly<Record<string, string>> = {
  wsasend: 'wspsend',
  wsagetoverlappedresult: 'wspgetoverlappedresult',
  getoverlappedresult: 'wspgetoverlappedresult',
  closesocket: 'wspclosesocket',
  cancelioex: 'wspcancelio',
  cancelio: 'wspcancelio',
  setsockopt: 'wspsetsockopt',
  getsockopt: 'wspgetsockopt',
  wsabufs: 'wsabuf',
  iocp: 'port',
};

/** A name of Winsock, or of the register: it is taken as it is, and not as an English word. */
const isName = (word: string): boolean => /[_:\d]|^(?:ws[ap]|lp|dw)\w/.test(word);

const processTerm = (term: string): string | null => {
  const word = term.toLowerCase();
  if (idle.has(word)) return null;
  const same = sameName[word] ?? word;
  return isName(same) ? same : stemmer(same);
};

const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}_]+(?::\d+)?/gu) ?? [];

/** Of a name its parts too: WSA_IO_PENDING is found by "pending", WSPGetOverlappedResult by "overlapped". */
const withParts = (text: string): string[] =>
  wordsIn(text).flatMap((word) => {
    const parts = word.split(/[_:]|(?<=[a-z])(?=[A-Z])/u).filter((part) => part.length > 2);
    return parts.length > 1 ? [word, ...parts] : [word];
  });

/** What the index is made of and loaded with: the same wherever it is used. */
export const indexOptions: Options<Entry> = {
  fields: ['id', 'title', 'words', 'body'],
  storeFields: ['kind', 'title'],
  // What is stored must not be called id: it would stand in the place of the key.
  idField: 'key',
  extractField: (entry, field) => (field === 'key' ? keyOfEntry(entry) : entry[field as keyof Entry]),
  tokenize: withParts,
  processTerm,
};

/** How it is asked. */
export const searchOptions: SearchOptions = {
  tokenize: wordsIn,
  processTerm,
  boost: { id: 4, title: 3, words: 2 },
  boostDocument: (_, __, stored) => weightOf[(stored as { kind: EntryKind }).kind],
  // A name says more of what is meant than the words around it, but for the one that everything here is about.
  boostTerm: (term) => (term === 'wspsend' ? 0.2 : isName(term) ? 2 : 1),
  prefix: (term) => term.length > 3,
  fuzzy: (term) => (term.length < 5 || /^\d+$/.test(term) ? false : term.length < 9 ? 1 : 2),
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
