import { describe, expect, test } from 'vitest';
import { FamiliarLines } from '../winsock/familiarLines.ts';
import { type Judgement, judgeStream, judgeText } from './judge.ts';

const round = (i: number): string[] => [
  `{"call":"WSPSend","socket":"A","buffers":[10],"fill":${(i * 10) % 251},"overlapped":"o${i}","event":true,"returns":{"rc":-1,"errno":"WSA_IO_PENDING"}}`,
  `{"begin":${i},"call":"WSPSend","socket":"é","buffers":[1],"fill":${i % 251}}`,
  `{"peer":"recv","socket":"A","runs":[[${(i * 10) % 251},10]]}`,
  '{"env":"settle"}',
  `{"end":${i},"returns":{"rc":0,"bytes":1}}`,
  `{"call":"WSPGetOverlappedResult","socket":"A","overlapped":"o${i}","returns":{"rc":0,"bytes":10}}`,
];
const lines: readonly string[] = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
  '{"call":"WSPSocket","socket":"é","type":"SOCK_STREAM","returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"é","returns":{"rc":0}}',
  ...Array.from({ length: 80 }, (_, i) => round(i)).flat(),
];
const rejected = '{"call":"WSPGetOverlappedResult","socket":"A","overlapped":"o79","returns":{"rc":0,"bytes":11}}';

async function* inChunks(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const whole = new TextEncoder().encode(text);
  for (let from = 0; from < whole.length; from += bytes) yield whole.subarray(from, from + bytes);
}

/** Whole, with what is found once it is asked for. */
const textOf = (judgement: Judgement): string => JSON.stringify(judgement);

describe('a judge that reads lines by their likeness judges as one that does not', () => {
  test.each<[what: string, text: string, verdict: Judgement['verdict']]>([
    ['an accepted trace', `${lines.join('\n')}\n`, 'accepted'],
    ['one whose last line does not end', lines.join('\n'), 'accepted'],
    ['one that is rejected', [...lines, rejected, ...round(80)].join('\n'), 'rejected'],
    ['one that is malformed behind that', [...lines, rejected, ...round(80), '{"env":"settled"}', ''].join('\n'), 'malformed'],
    ['one with a key that stands twice', [...lines, lines[5]!.replace('"fill":0', '"fill":0,"fill":0'), ''].join('\n'), 'malformed'],
  ])('%s', async (_, text, verdict) => {
    const plain = judgeText(text, 'docs');
    expect(plain.verdict).toBe(verdict);
    const familiar = new FamiliarLines();
    expect(textOf(judgeText(text, 'docs', { familiar }))).toBe(textOf(plain));
    // What is familiar stays so in the next trace.
    expect(textOf(judgeText(text, 'docs', { familiar }))).toBe(textOf(plain));
    for (const bytes of [97, 2 ** 14]) expect(textOf(await judgeStream(inChunks(text, bytes), 'docs', { familiar }))).toBe(textOf(plain));
  });
});
