import { expect, test } from 'vitest';
import { Account } from '../../../model/possible/account.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import { exampleTrace } from './example.ts';
import { JudgedReplay } from './replay.ts';

test('a rejected trace ends at its first wrong step, which says what each way would have needed', () => {
  const replay = new JudgedReplay(exampleTrace, 'docs');
  expect(replay.verdict).toMatchObject({ verdict: 'rejected', line: 11 });
  expect(replay.rows.at(-1)!.line).toBe(11);
  const { rejected, subjects } = replay.detail(replay.rows.length - 1);
  expect(rejected?.permitted).toEqual([{ runs: [[4, 10]] }, { runs: [[10, 4]] }]);
  expect(subjects.find(({ kind }) => kind === 'bytes')!.before.map(({ instead }) => instead)).toEqual([
    [{ runs: [[4, 10]] }],
    [{ runs: [[10, 4]] }],
  ]);
});

test('the graph of the ways goes back to where they parted, and each dot leads on or died', () => {
  const replay = new JudgedReplay(exampleTrace, 'docs');
  const [bytes] = replay.detail(replay.rows.length - 1).ways.filter(({ kind }) => kind === 'bytes');
  expect(bytes!.layers[0]!.ways.map(({ leadsTo }) => leadsTo.length)).toEqual([2]);
  expect(bytes!.layers.at(-1)!.ways.map(({ isDead }) => isDead)).toEqual([true, true]);
  for (const [at, { ways }] of bytes!.layers.entries()) {
    const next = bytes!.layers[at + 1]?.ways.map(({ id }) => id) ?? bytes!.last;
    for (const { isDead, leadsTo } of ways) {
      expect(isDead ? leadsTo : leadsTo.filter((id) => next.includes(id)).slice(0, 1)).toHaveLength(isDead ? 0 : 1);
    }
  }
});

/** Sends that pend and are seen to be complete, on one socket; of every seventh the peer reads late. */
function longTrace(sends: number): string {
  const lines: object[] = [
    { wspsend: 'trace/1' },
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  ];
  for (let i = 0; i < sends; i++) {
    const [overlapped, fill] = [`o${i}`, (i * 10) % 251];
    lines.push({
      call: 'WSPSend',
      socket: 'A',
      buffers: [10],
      fill,
      overlapped,
      event: true,
      returns: { rc: -1, errno: 'WSA_IO_PENDING' },
    });
    if (i % 7 > 0)
      lines.push({
        peer: 'recv',
        socket: 'A',
        runs:
          i % 7 === 1 && i > 1
            ? [
                [(fill + 241) % 251, 10],
                [fill, 10],
              ]
            : [[fill, 10]],
      });
    else if (i === 0) lines.push({ peer: 'recv', socket: 'A', runs: [[0, 10]] });
    lines.push({ poll: 'event', overlapped, signalled: true });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

test('wherever somebody looks into a long trace, it is what an account of the whole says there', () => {
  const text = longTrace(120);
  const replay = new JudgedReplay(text, 'docs');
  expect(replay.verdict.verdict).toBe('accepted');
  const { header, steps } = readTrace(text);
  const account = new Account('docs', header);
  const all = steps.map(({ step }) => account.step(step).subjects);
  for (const row of [0, 31, 32, 33, 200, steps.length - 1]) expect(replay.detail(row).subjects).toEqual(all[row]);
  const some = replay.cells(190, 210);
  expect(some).toEqual(replay.cells(180, 220).slice(10, 30));
  for (const [at, cells] of some.entries()) {
    const died = all[190 + at]!.reduce((sum, { before }) => sum + before.filter((fate) => fate.died !== undefined).length, 0);
    expect(Object.values(cells).reduce((sum, cell) => sum + cell.died, 0)).toBe(died);
  }
});

test('a trace that is no trace says so and has no steps', () => {
  expect(new JudgedReplay('no trace', 'docs')).toMatchObject({ verdict: { verdict: 'malformed', line: 1 }, rows: [] });
});

test('what of a step a worker sends survives the copy', () => {
  const replay = new JudgedReplay(exampleTrace, 'docs');
  const detail = replay.detail(replay.rows.length - 1);
  expect(structuredClone(detail)).toEqual(detail);
});
