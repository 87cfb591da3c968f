import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FamiliarLines } from './familiarLines.ts';
import { type CutLine, LineCutter } from './lineCutter.ts';
import { lineBytesMax, linesOf } from './reader.ts';

const cut = (chunks: readonly Uint8Array[]): CutLine[] => {
  const cutter = new LineCutter();
  return [...chunks.flatMap((chunk) => [...cutter.push(chunk)]), ...cutter.end()];
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const broken = Uint8Array.of(0x61, 0x80, 0x0a);

describe('cutting bytes into lines', () => {
  test.each<[title: string, chunk: Uint8Array, lines: unknown[]]>([
    ['nothing has no line', bytes(''), []],
    ['a last line needs no line feed', bytes('a\nb'), ['a', 'b']],
    ['a line feed at the end begins no line', bytes('a\n'), ['a']],
    ['an empty line is a line', bytes('\n\nb\n'), ['', '', 'b']],
    ['a byte order mark is left to the reader', bytes('\ufeffa\n'), ['\ufeffa']],
    [
      'a broken sequence spoils its own line alone',
      Uint8Array.of(...bytes('a\n'), ...broken, ...bytes('é\n')),
      ['a', { fault: expect.stringContaining('byte 2 of the line, 0x80') }, 'é'],
    ],
    [
      'a character that the line cuts short spoils it',
      Uint8Array.of(0x61, 0xe2, 0x82),
      [{ fault: expect.stringContaining('byte 3 of the line, 0x82') }],
    ],
  ])('%s', (_, chunk, lines) => {
    expect(cut([chunk])).toEqual(lines);
  });

  test('gives the same lines wherever the chunks are cut', () => {
    const pieces = fc.oneof(fc.constantFrom(...['\n', 'é', '€', '🙂', 'a'].map(bytes)), fc.uint8Array({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(pieces), fc.array(fc.nat()), (parts, cuts) => {
        const whole = Buffer.concat(parts);
        const places = [...new Set(cuts.map((at) => at % (whole.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, at) => whole.subarray(from, places[at] ?? whole.length));
        expect(cut(chunks)).toEqual(cut([whole]));
      }),
    );
  });

  test('gives up a line that is too long as soon as it is, whether it ends or not', () => {
    const cutter = new LineCutter();
    const chunk = new Uint8Array(lineBytesMax + 2).fill(0x20);
    expect([...cutter.push(chunk)]).toEqual([{ fault: `a line must have at most ${lineBytesMax} bytes: it has more` }]);
    expect([...cutter.push(chunk), ...cutter.end()]).toEqual([]);
  });

  test('counts no carriage return to a line', () => {
    const line = new Uint8Array(lineBytesMax).fill(0x20);
    expect(cut([line, bytes('\r\n')]).map((text) => (text as string).length)).toEqual([lineBytesMax + 1]);
    expect(cut([line, bytes(' \n')])).toEqual([{ fault: expect.stringContaining('it has more') }]);
  });

  test('holds nothing of a line that is too long, and goes on behind it', () => {
    const chunk = new Uint8Array(2 ** 20).fill(0x20);
    const lines = cut([bytes('a\n'), ...Array<Uint8Array>(40).fill(chunk), bytes('\nb\n')]);
    expect(lines).toEqual(['a', { fault: 'a line must have at most 16777216 bytes: it has more' }, 'b']);
    // Also where the next line comes in pieces.
    const cutter = new LineCutter();
    const pieces = [new Uint8Array(lineBytesMax + 2).fill(0x20), bytes('\nb'), bytes('c\n')].flatMap((piece) => [...cutter.push(piece)]);
    expect(pieces.slice(1)).toEqual(['bc']);
  });
});

describe('lines that are taken by their likeness', () => {
  /** Takes those that begin with an a, and notes their bytes. */
  const takingThe = (taken: string[]) =>
    new FamiliarLines().reading((block, start) => {
      let from = start;
      while (block[from] === 0x61) {
        const to = block.indexOf(0x0a, from) + 1;
        taken.push(new TextDecoder().decode(block.subarray(from, to)));
        from = to;
      }
      return from;
    });
  const pieces = fc.constantFrom('a1\n', 'ab\n', 'é\n', '€b\n', '🙂\n', '\n', 'b\n', 'ba\n', '\ud800\n');

  test('are no others, and all others come', () => {
    fc.assert(
      fc.property(fc.array(pieces), fc.constantFrom('', 'a', 'é'), fc.nat(), (lines, last, at) => {
        const text = lines.join('') + last;
        const taken: string[] = [];
        const others = [...takingThe(taken).othersOf(text)];
        const whole = lines.filter((line) => line.startsWith('a'));
        const rest = [...lines.filter((line) => !line.startsWith('a')).map((line) => line.slice(0, -1)), ...(last === '' ? [] : [last])];
        expect([taken, others]).toEqual([whole, rest]);

        const sound = bytes(text.replaceAll('\ud800', ''));
        const cutter = new LineCutter();
        const seen: string[] = [];
        const chunks = [sound.subarray(0, at % (sound.length + 1)), sound.subarray(at % (sound.length + 1))];
        const cut = [...chunks.flatMap((chunk) => [...cutter.push(chunk, takingThe(seen))]), ...cutter.end()];
        // The first line of a chunk may have begun in the one before it, so that it is none of those that are taken.
        expect([...seen.map((line) => line.slice(0, -1)), ...cut].sort()).toEqual([...linesOf(text.replaceAll('\ud800', ''))].sort());
      }),
    );
  });

  test('in blocks of a long text, and behind a line that is longer than one', () => {
    const lines = [
      'b'.repeat(70_000),
      ...Array.from({ length: 40_000 }, (_, i) => (i % 3 === 0 ? 'é' : `a${i}`)),
      'b'.repeat(200_000),
      'a',
      'c',
    ];
    const taken: string[] = [];
    const others = [...takingThe(taken).othersOf(lines.join('\n'))];
    expect(taken.join('')).toBe(`${lines.filter((line) => line.startsWith('a')).join('\n')}\n`);
    expect(others).toEqual(lines.filter((line) => !line.startsWith('a')));
  });

  test('are not lost where another line is no UTF-8', () => {
    const taken: string[] = [];
    const chunk = Uint8Array.of(...bytes('b\na1\n'), ...Uint8Array.of(0x62, 0x80, 0x0a), ...bytes('a2\né\na3\n'));
    expect([...new LineCutter().push(chunk, takingThe(taken))]).toHaveLength(3);
    expect(taken).toEqual(['a1\n', 'a2\n', 'a3\n']);
  });
});
