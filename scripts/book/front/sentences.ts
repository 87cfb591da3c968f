/** The page by place: its parts in their order, their paragraphs, the sentences of each, and the clauses that were read from them. */

import { register } from '../../../model/clauses/register.ts';
import { sentenceHashes } from '../../../model/clauses/sentenceHashes.ts';

type Registered = (typeof register)[number];

export interface Sentence {
  readonly section: string;
  readonly paragraph: number;
  readonly sentence: number;
  readonly hash: string;
  readonly clauses: readonly Registered[];
}

/** A heading of the page, or a row of a table, with its sentences by paragraph. */
export interface PageSection {
  readonly name: string;
  readonly paragraphs: readonly (readonly Sentence[])[];
}

export interface PagePart {
  readonly title: string;
  readonly sections: readonly PageSection[];
}

const parameterNames = [
  's',
  'lpBuffers',
  'dwBufferCount',
  'lpNumberOfBytesSent',
  'dwFlags',
  'lpOverlapped',
  'lpCompletionRoutine',
  'lpThreadId',
  'lpErrno',
];

/** Which part of the page a section belongs to; a code and a flag are rows of a table. */
const partOf = (section: string): string => {
  if (parameterNames.includes(section)) return 'Parameters';
  if (section.startsWith('MSG_') || section === 'Flags') return 'Flags';
  if (section.startsWith('WSA') || section === 'Errors') return 'Error codes';
  return section === 'Return' ? 'Return value' : section;
};

const partOrder = ['Purpose', 'Syntax', 'Parameters', 'Return value', 'Error codes', 'Remarks', 'Flags', 'Requirements'];

export function pageParts(): readonly PagePart[] {
  const sentences = new Map<string, Sentence>();
  for (const entry of register) {
    const { section, paragraph, sentence } = entry.source;
    const key = `${section} ${paragraph}.${sentence}`;
    const known = sentences.get(key);
    sentences.set(key, { section, paragraph, sentence, hash: sentenceHashes[entry.id], clauses: [...(known?.clauses ?? []), entry] });
  }
  const all = [...sentences.values()];
  return partOrder.map((title) => {
    const names = [...new Set(all.map(({ section }) => section).filter((section) => partOf(section) === title))];
    const sections = names.map((name) => ({ name, paragraphs: paragraphsOf(all.filter(({ section }) => section === name)) }));
    return { title, sections: title === 'Parameters' ? sections.sort(byParameter) : sections };
  });
}

const byParameter = (a: PageSection, b: PageSection): number => parameterNames.indexOf(a.name) - parameterNames.indexOf(b.name);

const paragraphsOf = (sentences: readonly Sentence[]): readonly (readonly Sentence[])[] => {
  const inOrder = [...sentences].sort((a, b) => a.paragraph - b.paragraph || a.sentence - b.sentence);
  return [...new Set(inOrder.map(({ paragraph }) => paragraph))].map((paragraph) =>
    inOrder.filter((sentence) => sentence.paragraph === paragraph),
  );
};
