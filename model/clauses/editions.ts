/**
 * The editions of the page that are known, each by the hashes of its sentences. The register was read from the first; of a later one
 * stands here only what is not as it was, so that a sentence that is not mentioned reads the same in both.
 */

import { isMarkdownPage, textOfMarkdown } from './markdownPage.ts';
import { type CoverReport, coverPage, isCovered } from './page.ts';
import { type ClauseId, register } from './register.ts';
import type { RulingId } from './rulings.ts';
import { type HashedClause, hashedRegister } from './sentenceHashes.ts';

/** What happened to the sentence of a clause. */
export type EditionChange =
  /** It says the same in other words or signs. */
  | { readonly is: 'reworded'; readonly hash: string; readonly how: string }
  /** Another statement stands in its place; `text` is that one in our words. */
  | {
      readonly is: 'replaced';
      readonly hash: string;
      readonly text: string;
      readonly effect: string;
      readonly rulings: readonly RulingId[];
    }
  /** The edition has it in another file. */
  | { readonly is: 'elsewhere'; readonly because: string };

export type EditionName = 'msdn' | 'learn';

/** A text of the page, known by the hashes of its sentences. */
export interface Edition {
  readonly name: EditionName;
  readonly title: string;
  /** What the edition says of its own age. */
  readonly dated: string;
  readonly changes: { readonly [id in ClauseId]?: EditionChange };
  /** Statements that the first edition does not have. */
  readonly added: readonly HashedClause[];
}

const fromHeader = {
  is: 'elsewhere',
  because: 'the prototype is not in the source of the page: the site makes it from the header',
} as const;
const asField = (hash: string): EditionChange => ({
  is: 'reworded',
  hash,
  how: 'a field of the front matter in place of a row of a table',
});
const named = (id: `SeeAlso:${number}`, hash: string, name: string): HashedClause => ({
  id,
  source: { section: 'See also', paragraph: Number(id.slice('SeeAlso:'.length)), sentence: 1, hash },
  text: `${name} has a page of its own.`,
  kind: 'informative',
  status: { is: 'informative', because: 'a link' },
});

/** The editions that are known, the one from which the clauses were read first. */
export const editions: readonly [Edition, ...Edition[]] = [
  {
    name: 'msdn',
    title: 'the page as MSDN had it',
    dated: 'undated, Windows 2000 and newer',
    changes: {},
    added: [],
  },
  {
    name: 'learn',
    title: 'the page as it is published today, from MicrosoftDocs/sdk-api, sdk-api-src/content/ws2spi/nc-ws2spi-lpwspsend.md',
    dated: '9/12/2019',
    changes: {
      'lpBuffers:4': {
        is: 'replaced',
        hash: '36dbae8a',
        text: 'The data that a WSABUF leads to are out of bounds for the application as long as the call lasts.',
        effect:
          'Nothing asks the caller to keep the array any more, so the two sentences that D3 weighs no longer contradict each other: the provider captures the array. The sentence that has its place today repeats lpBuffers:3.',
        rulings: ['D3'],
      },
      'WSAEWOULDBLOCK:1': {
        is: 'replaced',
        hash: '0de58418',
        text: 'An overlapped socket gives the code when too many overlapped requests are outstanding, and a nonoverlapped one when it is nonblocking and the send cannot be done at once.',
        effect:
          'The row is no longer empty. It has the two narrower readings of D1, which the profile docs takes from the sibling pages; that the code may be given anywhere is a reading of the empty row alone.',
        rulings: ['D1'],
      },
      'Prototype:1': { is: 'reworded', hash: 'a9eace0f', how: 'another punctuation mark' },
      'Requirements:1': asField('5433e347'),
      'Requirements:2': asField('2d078528'),
      'Requirements:3': asField('a65b593d'),
      ...Object.fromEntries(register.filter(({ source }) => source.section === 'Syntax').map(({ id }) => [id, fromHeader])),
    },
    added: [
      named('SeeAlso:1', 'eb7683fb', 'WPUQueueApc'),
      named('SeeAlso:2', '92e7ce09', 'WSPGetOverlappedResult'),
      named('SeeAlso:3', 'd97404db', 'WSPSocket'),
    ],
  },
];

/** The edition that is published today. */
export const latestEdition: Edition = editions.at(-1)!;

/** The clauses with the places and hashes that their sentences have in an edition. */
export const clausesIn = ({ changes, added }: Edition): readonly HashedClause[] => [
  ...hashedRegister.flatMap((entry): HashedClause[] => {
    const change = changes[entry.id];
    if (change === undefined) return [entry];
    return change.is === 'elsewhere' ? [] : [{ ...entry, source: { ...entry.source, hash: change.hash } }];
  }),
  ...added,
];

/** What became of the sentences, and which edition the text is. */
export interface EditionReport extends CoverReport {
  /** The edition whose form the file has. */
  readonly edition: EditionName;
  /** True when the file is that edition, sentence by sentence. */
  readonly isKnown: boolean;
}

/**
 * Compares a file with the edition whose form it has: Markdown with front matter is the published source, anything else the text of the
 * page.
 *
 * @param sha256 as for `coverPage`.
 */
export function coverFile(file: string, sha256: (text: string) => string): EditionReport {
  const [first] = editions;
  const isMarkdown = isMarkdownPage(file);
  const edition = isMarkdown ? latestEdition : first;
  const report = coverPage(isMarkdown ? textOfMarkdown(file) : file, sha256, clausesIn(edition));
  return { edition: edition.name, isKnown: isCovered(report), ...report };
}

/** The edition in which the sentence of a clause has this hash. */
export const editionReading = (id: string, hash: string): Edition | undefined =>
  editions.find((edition) => clausesIn(edition).some((entry) => entry.id === id && entry.source.hash === hash));
