import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clausesIn, coverFile, editionReading, editions, latestEdition } from './editions.ts';
import { textOfMarkdown } from './markdownPage.ts';
import { placeName, spansOf } from './page.ts';
import { rulings } from './rulings.ts';
import { hashedRegister } from './sentenceHashes.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** An invented page in the form in which pages are published, with every oddity that the reader has to get over. */
const tossPage = `---
UID: NC:toss.LPWSPTOSS
title: LPWSPTOSS
req.construct-type: function
req.header: toss.h
req.dll: 
req.target-min-winversvr: Garden
req.target-min-winverclnt: Yard [grass only]
req.lib: Ball.lib
---

## -description
The **LPWSPToss** function throws a <a href="/ball">ball</a>.

## -parameters

### -param s [in]
The ball. A pointer to a <b><a href="/o">WSAOverlapped</a></b> structure.

## -returns
Zero is fine, see [MSG_HIGH](/high#msg-high).

<table>
<tr>
<th>Error Code</th>
<th>Meaning</th>
</tr>

<tr>
<td width="40%">
<dl>
<dt><a href="/e#WSAEFLAT">WSAEFLAT</a></dt>
</dl>
</td>
<td width="60%">
**Outside:** The ball has no air.  
</td>
</tr>
<tr>
<td width="40%">
<dl><dt>WSAEWET</dt></dl>
</td>
<td width="60%">
It rains. Or the ball is wet.
</tr>
</table>

## -remarks
Throw it with <b>LPWSPThrow</b>.

| Value    | Meaning |
|----------|---------|
| MSG_HIGH | In an arc, <i>s</i> first. |

\`\`\`cpp
void CALLBACK 
CompletionRoutine(  
  IN DWORD           dwError 
);
\`\`\`

> [!Note]  
> All balls fall.

## -see-also

<a href="/catch">LPWSPCatch</a>
`;

describe('a page in Markdown', () => {
  test('is read by the same places, without its markup, under the name of the function', () => {
    expect(spansOf(textOfMarkdown(tossPage)).map((span) => `${placeName(span)} ${span.text}`)).toEqual([
      'Purpose 1.1 WSPTOSS Function',
      'Purpose 2.1 The WSPToss function throws a ball.',
      's 1.1 The ball.',
      's 1.2 A pointer to a WSAOVERLAPPED structure.',
      'Return 1.1 Zero is fine, see MSG_HIGH.',
      'WSAEFLAT 1.1 WSAEFLAT | Outside: The ball has no air.',
      'WSAEWET 1.1 WSAEWET | It rains.',
      'WSAEWET 1.2 Or the ball is wet.',
      'Remarks 1.1 Throw it with WSPThrow.',
      'MSG_HIGH 1.1 MSG_HIGH | In an arc, s first.',
      'Remarks 2.1 void CALLBACK CompletionRoutine (',
      'Remarks 2.2 IN DWORD dwError',
      'Remarks 3.1 All balls fall.',
      'See also 1.1 WSPCatch',
      'Requirements 1.1 target-min-winverclnt | Yard [grass only]',
      'Requirements 2.1 target-min-winversvr | Garden',
      'Requirements 3.1 header | toss.h',
      'Requirements 4.1 lib | Ball.lib',
    ]);
  });

  test('reads the same whatever its line ends', () => {
    expect(spansOf(textOfMarkdown(`\uFEFF${tossPage.replaceAll('\n', '\r\n')}`))).toEqual(spansOf(textOfMarkdown(tossPage)));
  });

  test('is compared with the edition that is published so, and any other text with the first', () => {
    expect(coverFile(tossPage, sha256)).toMatchObject({ edition: 'learn', isKnown: false });
    expect(coverFile('WSPToss Function\nIt throws.\n', sha256)).toMatchObject({ edition: 'msdn', isKnown: false });
  });
});

describe('the editions', () => {
  test('begin with the one that the register was read from', () => {
    expect(clausesIn(editions[0])).toEqual(hashedRegister);
  });

  test('say of no clause that it changed where its hash did not', () => {
    for (const { changes } of editions) {
      const same = hashedRegister.filter(({ id, source }) => {
        const change = changes[id];
        return change !== undefined && change.is !== 'elsewhere' && change.hash === source.hash;
      });
      expect(same).toEqual([]);
    }
  });

  test('name for every sentence that was replaced a ruling that it bears on', () => {
    for (const { changes } of editions) {
      for (const [id, change] of Object.entries(changes)) {
        if (change.is !== 'replaced') continue;
        const bearing = rulings.filter(({ clauses }) => (clauses as readonly string[]).includes(id)).map((ruling) => ruling.id);
        expect(bearing, id).toEqual(expect.arrayContaining([...change.rulings]));
        expect(change.rulings.length, id).toBeGreaterThan(0);
      }
    }
  });

  test('know a sentence of today by its hash', () => {
    const filled = latestEdition.changes['WSAEWOULDBLOCK:1']!;
    expect(filled.is).toBe('replaced');
    expect(filled.is === 'replaced' && editionReading('WSAEWOULDBLOCK:1', filled.hash)).toBe(latestEdition);
    expect(editionReading('WSAEWOULDBLOCK:1', '00000000')).toBeUndefined();
  });

  test.skipIf(!process.env.WSPSEND_PAGE?.endsWith('.md'))(
    'know the page that WSPSEND_PAGE names, and notice a change of any word in it',
    () => {
      const page = readFileSync(process.env.WSPSEND_PAGE!, 'utf8');
      expect(coverFile(page, sha256)).toMatchObject({ edition: 'learn', isKnown: true });
      const body = page.indexOf('\n---\n', 4);
      for (const [at, line] of page.split('\n').entries()) {
        // What markup, a heading, a link's address or an empty field holds states nothing.
        if (page.split('\n').slice(0, at).join('\n').length < body || /^(#|<\/?t|<dl|<\/dl|\||```)/.test(line)) continue;
        for (const word of line.matchAll(/(?<![<"/#\w(.-])\b[A-Za-z]{2,}\b(?![^<]*>)(?![^(]*\))/g)) {
          const edited = page.split('\n');
          edited[at] = `${line.slice(0, word.index)}x${line.slice(word.index)}`;
          expect(coverFile(edited.join('\n'), sha256).isKnown, `${at + 1}: ${word[0]}`).toBe(false);
        }
      }
    },
  );
});
