/**
 * Reads the page: cuts its text into sentences and table rows, each with a locator, and compares them with the register.
 *
 * The layout that this relies on is the page's own: a paragraph is a line; a parameter's label may hang on the end of the
 * sentence before it; a table row is a run of lines with two bars between them, so that a row whose cell is empty may take
 * two lines; a prototype is code from a line that ends in "(" to one that is ");". Whatever is not listed here as structure is a
 * span, so that an added line, of whatever kind, is a span that no clause covers.
 */

import type { Source } from './clause.ts';
import { type HashedClause, hashedRegister } from './sentenceHashes.ts';

export interface Span extends Source {
  /** Normalised. */
  readonly text: string;
}

/** Headings, each with the section that it opens, in the languages in which the page is served. */
const headings: ReadonlyMap<string, string> = new Map([
  ['Syntax', 'Syntax'],
  ['Parameter', 'Parameters'],
  ['Parameters', 'Parameters'],
  ['Rückgabewert', 'Return'],
  ['Return value', 'Return'],
  ['Error code | Meaning |', 'Errors'],
  ['Hinweise', 'Remarks'],
  ['Remarks', 'Remarks'],
  ['Value | Meaning |', 'Flags'],
  ['Anforderungen', 'Requirements'],
  ['Requirements', 'Requirements'],
  ['See also', 'See also'],
]);

/** What stands under a parameter's label is a section of its own. */
const labels: ReadonlyMap<string, string> = new Map([
  ['s [in]', 's'],
  ['lpBuffers [in]', 'lpBuffers'],
  ['dwBufferCount [in]', 'dwBufferCount'],
  ['lpNumberOfBytesSent [out]', 'lpNumberOfBytesSent'],
  ['dwFlags [in]', 'dwFlags'],
  ['lpOverlapped [in]', 'lpOverlapped'],
  ['lpCompletionRoutine [in]', 'lpCompletionRoutine'],
  ['lpThreadId [in]', 'lpThreadId'],
  ['lpErrno [out]', 'lpErrno'],
]);

/** Lines that carry no statement. */
const rulers: ReadonlySet<string> = new Set(['---|---|', ');']);

/** The word that introduces a note on its own line. */
const noteLabel = /^Hinweis (?=\p{Lu})/u;

/** After these words a full stop ends no sentence. */
const abbreviations = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx)\.$/;

export const normalise = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Sentences end at a stop before white space; the page begins several of them with a parameter's name in lower case. */
function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = [];
  let rest = '';
  for (const piece of paragraph.split(/(?<=[.!?]) /)) {
    rest = rest === '' ? piece : `${rest} ${piece}`;
    if (abbreviations.test(rest)) continue;
    sentences.push(rest);
    rest = '';
  }
  return rest === '' ? sentences : [...sentences, rest];
}

/** A line without the label that hangs on its end, and that label. A label counts only alone or right behind a full stop. */
function splitLabel(line: string): { text: string; label: string | undefined } {
  for (const label of labels.keys()) {
    if (line === label) return { text: '', label };
    if (line.endsWith(`.${label}`)) return { text: line.slice(0, -label.length), label };
  }
  return { text: line, label: undefined };
}

const bars = (line: string): number => line.split('|').length - 1;

/** Every statement of the page in order: sentences, table rows (each sentence of a cell is one span), lines of code. */
export function spansOf(pageText: string): Span[] {
  const spans: Span[] = [];
  const paragraphs = new Map<string, number>();
  let section = 'Purpose';
  let row = '';
  let code: string[] | undefined;

  const add = (where: string, texts: readonly string[]): void => {
    if (texts.length === 0) return;
    const paragraph = (paragraphs.get(where) ?? 0) + 1;
    paragraphs.set(where, paragraph);
    texts.forEach((text, at) => {
      spans.push({ section: where, paragraph, sentence: at + 1, text });
    });
  };
  /** A row of a code or a flag is found by its name, so that a row more or less moves no other. */
  const endRow = (): void => {
    if (row === '') return;
    const name = row.slice(0, row.indexOf('|')).trim();
    add(section === 'Errors' || section === 'Flags' ? name : section, sentencesOf(normalise(row.replace(/\|\s*$/, ''))));
    row = '';
  };
  const endCode = (): void => {
    const lines = code ?? [];
    code = undefined;
    add(section, lines);
  };

  for (const raw of pageText.split(/\r\n|\r|\n/)) {
    const line = normalise(raw);
    if (line === '') continue;
    if (code) {
      if (line === ');') endCode();
      else code.push(line);
      continue;
    }
    const heading = headings.get(line);
    if (heading !== undefined) {
      endRow();
      section = heading;
      continue;
    }
    if (rulers.has(line)) continue;
    if (line.endsWith('|')) {
      row = row === '' ? line : `${row} ${line}`;
      if (bars(row) >= 2) endRow();
      continue;
    }
    endRow();
    // The table of flags stands in the middle of the remarks, and the first plain line behind it is a remark again.
    if (section === 'Flags') section = 'Remarks';
    if (line.endsWith('(')) {
      code = [line];
      continue;
    }
    const { text, label } = splitLabel(line);
    if (text !== '') add(section, sentencesOf(text.replace(noteLabel, '')));
    if (label !== undefined) section = labels.get(label) ?? section;
  }
  endRow();
  endCode();
  return spans;
}

/** What became of the sentences of a text: each list names them by their places, and is empty where the clauses cover all of it. */
export interface CoverReport {
  /** Spans of the page and clauses of the register. */
  readonly spans: number;
  readonly clauses: number;
  /** Spans that no clause was read from: the page gained a statement. */
  readonly uncovered: readonly Span[];
  /** Clauses whose place does not exist: the page lost a statement. */
  readonly missing: readonly { readonly clause: string; readonly source: Source }[];
  /** Clauses whose place holds another wording than the one that was read. */
  readonly stale: readonly { readonly clause: string; readonly expected: string; readonly found: string; readonly text: string }[];
  /** Clauses whose sentence still reads the same, in another place. */
  readonly moved: readonly { readonly clause: string; readonly from: Source; readonly to: Source }[];
  /** Ids that two clauses share. */
  readonly duplicates: readonly string[];
}

/** Every sentence of the text has its clause, unchanged, and every clause its sentence. */
export const isCovered = (report: CoverReport): boolean =>
  [report.uncovered, report.missing, report.stale, report.moved, report.duplicates].every((faults) => faults.length === 0);

export const hashLength = 8;

export const placeName = ({ section, paragraph, sentence }: Source): string => `${section} ${paragraph}.${sentence}`;

interface HashedSpan extends Span {
  readonly hash: string;
}

/**
 * Compares a page with the clauses.
 *
 * A clause is sought at its place first, then by its hash among the spans that no clause holds at its place, so that an added
 * sentence is reported once, and those behind it as moved, not as changed.
 *
 * @param sha256 the SHA-256 of a text's UTF-8 bytes in lower-case hex digits; handed in, since this room has no crypto of its own.
 */
export function coverPage(
  pageText: string,
  sha256: (text: string) => string,
  clauses: readonly HashedClause[] = hashedRegister,
): CoverReport {
  const spans: HashedSpan[] = spansOf(pageText).map((span) => ({ ...span, hash: sha256(span.text).slice(0, hashLength) }));
  const byPlace = new Map(spans.map((span) => [placeName(span), span]));
  const covered = new Set<HashedSpan>();
  const unsettled: HashedClause[] = [];
  for (const clause of clauses) {
    const span = byPlace.get(placeName(clause.source));
    if (span && span.hash === clause.source.hash) covered.add(span);
    else unsettled.push(clause);
  }

  const free = spans.filter((span) => !covered.has(span));
  const moved: { clause: string; from: Source; to: Source }[] = [];
  const changed: HashedClause[] = [];
  for (const clause of unsettled) {
    const span = free.find(({ hash }) => hash === clause.source.hash);
    if (!span) {
      changed.push(clause);
      continue;
    }
    covered.add(span);
    moved.push({ clause: clause.id, from: locatorOf(clause.source), to: locatorOf(span) });
  }

  const missing: { clause: string; source: Source }[] = [];
  const stale: { clause: string; expected: string; found: string; text: string }[] = [];
  const heldByOthers = new Set(covered);
  for (const clause of changed) {
    const span = byPlace.get(placeName(clause.source));
    if (!span || heldByOthers.has(span)) {
      missing.push({ clause: clause.id, source: clause.source });
      continue;
    }
    covered.add(span);
    stale.push({ clause: clause.id, expected: clause.source.hash, found: span.hash, text: span.text });
  }

  const ids = clauses.map(({ id }) => id);
  return {
    spans: spans.length,
    clauses: clauses.length,
    uncovered: spans.filter((span) => !covered.has(span)).map(({ hash: _, ...span }) => span),
    missing,
    stale,
    moved,
    duplicates: [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))],
  };
}

const locatorOf = ({ section, paragraph, sentence }: Source): Source => ({ section, paragraph, sentence });
