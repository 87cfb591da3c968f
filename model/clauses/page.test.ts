import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { coverPage, hashLength, isCovered, normalise, placeName, spansOf } from './page.ts';
import { type ClauseId, cites, clause, isClauseId, register } from './register.ts';
import { type Ruling, rulings } from './rulings.ts';
import { type HashedClause, hashedRegister } from './sentenceHashes.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** An invented page of an invented function, with every oddity of layout that the reader has to get over. */
const smallPage = `Toss Function
Toss throws a ball.
Syntax
int Toss(
__in BALL s,
__out LPINT lpErrno
);
Parameter
s [in]
The ball.lpBuffers [in]
Some hands (two, e.g. left and right). Each holds v1.0 gloves.lpErrno [out]
What went wrong.
Rückgabewert
Zero is fine. Otherwise, read
Error code | Meaning |
---|---|
WSAEFLAT | The ball has no air. |
WSAEGONE |
|
WSAEWET | It rains, or the ball is wet. |
Hinweise
Throw it. dwForce says how hard.
Value | Meaning |
---|---|
MSG_HIGH | In an arc. Birds may object;. |

Then wait.
void CALLBACK Caught (
IN DWORD dwError
);
Hinweis All balls fall.
Anforderungen
Header |
Ball.h |`;

const smallSpans = [
  'Purpose 1.1 Toss Function',
  'Purpose 2.1 Toss throws a ball.',
  'Syntax 1.1 int Toss(',
  'Syntax 1.2 __in BALL s,',
  'Syntax 1.3 __out LPINT lpErrno',
  's 1.1 The ball.',
  'lpBuffers 1.1 Some hands (two, e.g. left and right).',
  'lpBuffers 1.2 Each holds v1.0 gloves.',
  'lpErrno 1.1 What went wrong.',
  'Return 1.1 Zero is fine.',
  'Return 1.2 Otherwise, read',
  'WSAEFLAT 1.1 WSAEFLAT | The ball has no air.',
  'WSAEGONE 1.1 WSAEGONE |',
  'WSAEWET 1.1 WSAEWET | It rains, or the ball is wet.',
  'Remarks 1.1 Throw it.',
  'Remarks 1.2 dwForce says how hard.',
  'MSG_HIGH 1.1 MSG_HIGH | In an arc.',
  'MSG_HIGH 1.2 Birds may object;.',
  'Remarks 2.1 Then wait.',
  'Remarks 3.1 void CALLBACK Caught (',
  'Remarks 3.2 IN DWORD dwError',
  'Remarks 4.1 All balls fall.',
  'Requirements 1.1 Header | Ball.h',
];

/** A clause for every span of the small page, and two for the row with two reasons. */
const smallRegister: readonly HashedClause[] = [
  ...spansOf(smallPage),
  ...spansOf(smallPage).filter(({ section }) => section === 'WSAEWET'),
].map(({ text, ...place }, at) => ({
  id: `Toss:${at + 1}`,
  source: { ...place, hash: sha256(text).slice(0, hashLength) },
  text: 'A rule.',
  kind: 'provider',
  status: { is: 'modelled' },
}));

const cover = (page: string, clauses: readonly HashedClause[] = smallRegister) => coverPage(page, sha256, clauses);

describe('the reader of the page', () => {
  test('finds sentences, rows and lines of code behind glued labels, empty cells and headings in German', () => {
    expect(spansOf(smallPage).map((span) => `${placeName(span)} ${span.text}`)).toEqual(smallSpans);
  });

  test('takes no notice of line ends, blank lines, runs of white space and decomposed letters', () => {
    const other = `\uFEFF${smallPage.normalize('NFD').replaceAll('\n', ' \r\n\r\n').replaceAll(', ', ',\u00A0\t')}\r\n`;
    expect(spansOf(other)).toEqual(spansOf(smallPage));
    expect(normalise(' a\u00A0 \n b ')).toBe('a b');
  });
});

describe('the cover of a page', () => {
  test('is complete when every span has its clause', () => {
    const report = cover(smallPage);
    expect(isCovered(report)).toBe(true);
    expect([report.spans, report.clauses]).toEqual([23, 24]);
  });

  test('reports every clause of a sentence in which one word changed', () => {
    const report = cover(smallPage.replace('It rains, or', 'It snows, or'));
    expect(isCovered(report)).toBe(false);
    expect(report.stale.map(({ clause: id }) => id)).toEqual(['Toss:14', 'Toss:24']);
    expect(report.stale[0]).toMatchObject({ expected: smallRegister[13]?.source.hash, text: 'WSAEWET | It snows, or the ball is wet.' });
    expect([report.uncovered, report.missing, report.moved]).toEqual([[], [], []]);
  });

  test('reports a changed word in any span whatever', () => {
    for (const span of spansOf(smallPage)) {
      const word = span.text.match(/\p{L}{2,}(?=\P{L}*$)/u)?.[0];
      if (word === undefined) continue;
      const at = span.text.lastIndexOf(word);
      const edited = smallPage.replace(span.text, `${span.text.slice(0, at)}X${span.text.slice(at)}`);
      if (edited !== smallPage) expect(isCovered(cover(edited)), placeName(span)).toBe(false);
    }
  });

  test('reports a new sentence once, and what stood behind it as moved', () => {
    const report = cover(smallPage.replace('Throw it.', 'Throw it. Aim first.'));
    expect(report.uncovered).toEqual([{ section: 'Remarks', paragraph: 1, sentence: 2, text: 'Aim first.' }]);
    expect(report.moved.map(({ clause: id, to }) => `${id} ${placeName(to)}`)).toEqual(['Toss:16 Remarks 1.3']);
    expect([report.stale, report.missing]).toEqual([[], []]);
  });

  test('reports a new row, and no row next to it', () => {
    const report = cover(smallPage.replace('WSAEGONE |', 'WSAELATE | Too late. |\nWSAEGONE |'));
    expect(report.uncovered.map(placeName)).toEqual(['WSAELATE 1.1']);
    expect([report.stale, report.missing, report.moved]).toEqual([[], [], []]);
  });

  test('reports an empty cell that was filled', () => {
    expect(cover(smallPage.replace('WSAEGONE |\n|', 'WSAEGONE | It is gone. |')).stale.map(({ clause: id }) => id)).toEqual(['Toss:13']);
  });

  test('reports a sentence that is gone', () => {
    const report = cover(smallPage.replace(' dwForce says how hard.', ''));
    expect(report.missing.map(({ clause: id }) => id)).toEqual(['Toss:16']);
    expect([report.stale, report.uncovered]).toEqual([[], []]);
  });

  test('reports a heading that it does not know as a sentence', () => {
    expect(isCovered(cover(smallPage.replace('Hinweise', 'Bemerkungen')))).toBe(false);
  });

  test('reports an id that two clauses share', () => {
    const first = smallRegister[0]!;
    expect(cover(smallPage, [...smallRegister, first]).duplicates).toEqual([first.id]);
  });

  test.skipIf(!process.env.WSPSEND_PAGE?.endsWith('.txt'))(
    'is complete for the page that WSPSEND_PAGE names, and notices a change of any word in it',
    () => {
      const page = readFileSync(process.env.WSPSEND_PAGE!, 'utf8');
      const report = coverPage(page, sha256);
      expect({ ...report, spans: 0, clauses: 0 }).toEqual({
        spans: 0,
        clauses: 0,
        uncovered: [],
        missing: [],
        stale: [],
        moved: [],
        duplicates: [],
      });
      for (const [at, line] of page.split('\n').entries()) {
        // A heading or a ruler states nothing.
        if (/^(Parameter|Hinweise|Anforderungen|Error code \| Meaning \||Value \| Meaning \||---\|---\||\|)$/.test(line)) continue;
        for (const word of line.matchAll(/[\p{L}\p{N}_]+/gu)) {
          const edited = page.split('\n');
          edited[at] = `${line.slice(0, word.index)}x${line.slice(word.index)}`;
          expect(isCovered(coverPage(edited.join('\n'), sha256)), `${at + 1}: ${word[0]}`).toBe(false);
        }
      }
    },
  );
});

describe('the register', () => {
  const ids = register.map(({ id }) => id);

  test('gives every id to one clause', () => {
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  test('gives every clause the hash of its sentence', () => {
    expect(hashedRegister.filter(({ source }) => !/^[0-9a-f]{8}$/.test(source.hash))).toEqual([]);
  });

  test('finds a clause by its id, and says which ids there are', () => {
    expect(clause('WSAESHUTDOWN:1').source.section).toBe('WSAESHUTDOWN');
    expect([isClauseId('Order:2'), isClauseId('Order:99')]).toEqual([true, false]);
    expect(() => clause('Order:99' as ClauseId)).toThrow('A clause id must be one of the register: id=Order:99');
    expect(cites('Order:2', 'Capture:2')).toEqual({ clauses: ['Order:2', 'Capture:2'] });
  });

  test('restates only clauses that stand for themselves', () => {
    const restated = register.flatMap(({ id, status }) => (status.is === 'restates' ? [[id, status.clause] as const] : []));
    const wrong = restated.filter(([, to]) => !isClauseId(to) || clause(to).status.is === 'restates');
    expect(wrong).toEqual([]);
  });

  test('names an existing ruling, which names it, for every clause that another one contradicts', () => {
    const all: readonly Ruling[] = rulings;
    for (const { id, status } of register) {
      if (status.is !== 'contradicted') continue;
      expect(all.find((ruling) => ruling.id === status.ruling)?.clauses, id).toContain(id);
    }
  });
});
