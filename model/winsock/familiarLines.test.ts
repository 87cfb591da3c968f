import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FamiliarLines } from './familiarLines.ts';
import { TraceReader } from './reader.ts';
import { acceptedSteps } from './trace.cases.ts';
import type { TraceStep } from './trace.ts';

const header = '{"wspsend":"trace/1"}';
const encoder = new TextEncoder();
const bytesOf = (line: string): Uint8Array => encoder.encode(`${line}\n`);

/** A reader, and one that takes what it can by its likeness with what it has read. */
const bothReaders = () => {
  const lines = new FamiliarLines();
  const plain = new TraceReader();
  const reader = new TraceReader(lines);
  plain.header(header);
  reader.header(header);
  let familiar = 0;
  return {
    /** What the first says of a line, and the second. */
    read(line: string) {
      const bytes = bytesOf(line);
      const step = reader.readFamiliar(bytes, 0);
      if (step === undefined) return [plain.read(line), reader.read(line)] as const;
      familiar++;
      if (lines.end !== bytes.length) expect(lines.end).toBe(bytes.length);
      return [plain.read(line), { kind: 'step', line: reader.line, step }] as const;
    },
    get familiar() {
      return familiar;
    },
  };
};

/** With the order of its fields, which equality does not see, and the call that an `end` ends. */
const whole = (read: { readonly kind: string; readonly line?: number; readonly step?: TraceStep }): string =>
  JSON.stringify([read, read.step !== undefined && 'begun' in read.step && read.step.begun]);

const isFamiliar = (seen: readonly string[], line: string): boolean => {
  const readers = bothReaders();
  for (const other of seen) readers.read(other);
  const before = readers.familiar;
  const [plain, read] = readers.read(line);
  expect(whole(read)).toBe(whole(plain));
  return readers.familiar > before;
};

const send = '{"call":"WSPSend","socket":"A","buffers":[10,20],"fill":7,"overlapped":"o1","returns":{"rc":0,"bytes":30}}';
const begun = '{"begin":1,"call":"WSPSend","socket":"A","buffers":[10]}';

describe('a line is familiar', () => {
  test.each<[what: string, seen: readonly string[], line: string]>([
    ['as it was', [send], send],
    ['with other names and numbers', [send], send.replace('"A"', '"b 7"').replace('10', '4294967295').replace('o1', '')],
    ['as Python writes it', [send.replaceAll(',', ', ').replaceAll(':', ': ')], send.replaceAll(',', ', ').replaceAll(':', ': ')],
    ['with a carriage return at its end', [`${send}\r`], `${send}\r`],
    ['with another value in a field of its own', ['{"env":"settle","x-at":17}'], '{"env":"settle","x-at":170}'],
    ['where it begins a call', [begun], begun.replace('1', '2')],
    ['where it ends one', [begun, '{"end":1,"returns":{"rc":0}}', begun.replace('1', '2')], '{"end":2,"returns":{"rc":0}}'],
    ['behind one that begins alike', [send, '{"call":"WSPSend","socket":"A","buffers":[10],"returns":{"rc":0}}'], send],
  ])('%s', (_, seen, line) => {
    expect(isFamiliar(seen, line)).toBe(true);
  });
});

describe('a line is read in the ordinary way', () => {
  test.each<[what: string, seen: readonly string[], line: string]>([
    ['that is not yet known', [], send],
    ['with another name of the vocabulary', [send], send.replace('WSPSend', 'WSPSond')],
    ['with another list', [send], send.replace('20', '20,30')],
    ['with a number that is too large', [send], send.replace('10', '4294967296')],
    ['with a number that is no integer', [send], send.replace('10', '10.5')],
    ['with a zero before its number', [send], send.replace('10', '010')],
    ['with no digit', [send], send.replace('10', '')],
    ['with a number of many digits', [send], send.replace('7', '0'.repeat(400))],
    ['with a sign', [begun], begun.replace('1', '-1')],
    ['with an escape', [send], send.replace('"A"', String.raw`"\u0041"`)],
    ['with a lone surrogate', [send], send.replace('"A"', '"\ud800"')],
    ['with a control character', [send], send.replace('"A"', '"\t"')],
    ['with a name that is not ASCII', [send], send.replace('"A"', '"é"')],
    ['with a name that does not end', [send], send.slice(0, send.indexOf('A') + 1)],
    ['with a field twice', [send], send.replace('"fill":7', '"fill":7,"fill":7')],
    ['with something behind it', [send], `${send} `],
    ['that begins a call of a number that was given', [begun], begun],
    ['that ends no call', [begun, '{"end":1,"returns":{"rc":0}}'], '{"end":1,"returns":{"rc":0}}'],
    [
      'that ends a call otherwise than such a call may end',
      [begun, '{"end":1,"returns":{"rc":0,"bytes":10}}', '{"begin":2,"call":"WSACleanup"}'],
      '{"end":2,"returns":{"rc":0,"bytes":10}}',
    ],
    ['that is written in a way of its own', ['{"env" :"settle"}'], '{"env" :"settle"}'],
    ['whose code is a number', [send.replace('0,"bytes":30', '-1,"errno":"10054"')], send.replace('0,"bytes":30', '-1,"errno":"10054"')],
    ['that is long', [settleOf(1030)], settleOf(1030)],
    ['with a long name', ['{"env":"settle","x-pad":"a"}'], settleOf(100)],
    ['that would be a prototype', ['{"env":"settle","x-a":{"__proto__":1}}'], '{"env":"settle","x-a":{"__proto__":1}}'],
  ])('%s', (_, seen, line) => {
    expect(isFamiliar(seen, line)).toBe(false);
  });

  test('where code may not be made of text', () => {
    const { Function: made } = globalThis;
    globalThis.Function = (() => {
      throw new EvalError('forbidden');
    }) as never;
    try {
      expect(isFamiliar([send], send)).toBe(false);
    } finally {
      globalThis.Function = made;
    }
  });
});

function settleOf(length: number): string {
  const line = '{"env":"settle","x-pad":""}';
  return line.replace('""', `"${'a'.repeat(length - line.length)}"`);
}

// FamiliarIsOrdinary
// What:  a reader that takes lines by their likeness says of each line what one says that reads every line.
// How:   accepted lines of every kind, again and again, with other digits, letters and signs in some places of their text.
// Kills: most-not-kept, leading-zero, name-unchecked, ends-any-call, number-given-twice, hole-over-literal.
test('what is familiar is read as it would be otherwise', () => {
  const lines = [...acceptedSteps.map(([, line]) => line), begun, '{"end":1,"returns":{"rc":0}}', '{"end":1,"returns":{"rc":0,"bytes":3}}'];
  const edit = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 1 }),
    put: fc.constantFrom(...'0123456789aZ",:{}[] .-\\e', '"x-a":1,', 'é', ''),
  });
  const lineOf = fc.tuple(fc.constantFrom(...lines), fc.array(edit, { maxLength: 2 })).map(([line, edits]) =>
    edits.reduce((before, { at, cut, put }) => {
      const place = at % before.length;
      return before.slice(0, place) + put + before.slice(place + cut);
    }, line),
  );
  let familiar = 0;
  fc.assert(
    fc.property(fc.array(lineOf, { minLength: 1, maxLength: 20 }), (edited) => {
      const readers = bothReaders();
      for (const line of [...lines, ...edited]) {
        const [plain, read] = readers.read(line);
        if (whole(read) !== whole(plain)) expect(whole(read)).toBe(whole(plain));
      }
      familiar += readers.familiar;
    }),
    { numRuns: 100 },
  );
  expect(familiar).toBeGreaterThan(200);
});

test('as many kinds of lines are kept as are stated, and no more are learned', () => {
  const readers = bothReaders();
  const lineAt = (i: number): string => `{"env":"settle","x-${i}":1}`;
  for (let i = 0; i < 600; i++) readers.read(lineAt(i));
  const before = readers.familiar;
  for (let i = 0; i < 600; i++) readers.read(lineAt(i));
  expect(readers.familiar - before).toBe(512);
});
