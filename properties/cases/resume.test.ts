import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { profiles } from '../../model/clauses/profiles.ts';
import { judgeText } from '../../model/judge/judge.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { expectSame } from '../../model/winsock/same.fixture.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';

/**
 * The oracle goes on after every rejection of the hand-written traces, whatever step it was: it comes to the end of each trace, takes each
 * thing out of the judgement once, and still judges what none of the findings touched.
 */

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'cost')
  .flatMap(({ name }) => readdirSync(new URL(`${name}/`, folder)).map((file) => `${name}/${file}`))
  .filter((file) => file.endsWith('.ndjson'));

const untouched: readonly TraceStep[] = [
  { call: 'WSPSocket', socket: 'untouched', type: 'SOCK_STREAM', overlapped: true, thread: 'untouched', returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'untouched', thread: 'untouched', returns: { rc: 0 } },
  { call: 'WSPSend', socket: 'untouched', buffers: [3], thread: 'untouched', returns: { rc: 0, bytes: 3 } },
  { peer: 'recv', socket: 'untouched', runs: [[0, 2]] },
];
const wrong: TraceStep = { peer: 'recv', socket: 'untouched', runs: [[7, 1]] };

/** How often the step was refused before the oracle went on. Going on blames the caller for nothing that the step itself did not show. */
function refusalsOf(oracle: Oracle, step: TraceStep, place: string): number {
  const blamed = (): readonly string[] => oracle.breaches.map(({ message }) => message);
  let rejection = oracle.step(step);
  const shown = blamed();
  let count = 0;
  while (rejection !== undefined) {
    count++;
    if (count > 16) throw new Error(`${place}: the oracle does not come past a step`);
    rejection = oracle.resume(step);
    expect(shown, `${place}: going on blames the caller`).toEqual(expect.arrayContaining([...blamed()]));
  }
  return count;
}

describe.each(profiles)('after a rejection under %s', (profile) => {
  test('every trace is judged to its end, and what was not touched as ever', () => {
    let rejected = 0;
    for (const file of files) {
      const { header, steps, malformed } = readTrace(readFileSync(new URL(file, folder), 'utf8'));
      if (malformed !== undefined) continue;
      const oracle = new Oracle(profile, header);
      let isRejected = false;
      for (const { line, step } of steps) if (refusalsOf(oracle, step, `${file}:${line}`) > 0) isRejected = true;
      if (!isRejected) continue;
      rejected++;
      const { begun, threads } = oracle.world;
      // What has not returned by now may be owed, and is reported by the first step that comes.
      refusalsOf(oracle, { env: 'peer.shutdown', socket: 'untouched' } as TraceStep, file);
      for (const step of untouched) expectSame(oracle.step(step), undefined, () => file);
      expect(oracle.step(wrong), file).toMatchObject({ clauses: expect.arrayContaining(['Purpose:2']) });
      expect(oracle.resume(wrong), file).toBeUndefined();
      expect(oracle.step(wrong), `${file}: reported once`).toBeUndefined();
      for (const { stack } of threads.values()) {
        for (const frame of stack)
          if (frame.kind === 'call') expect(begun.has(frame.number), `${file}: a call that ended is on a stack`).toBe(true);
      }
    }
    expect(rejected).toBeGreaterThan(500);
  });

  test('a step that was permitted cannot be resumed from', () => {
    const oracle = new Oracle(profile);
    expect(oracle.step(untouched[0]!)).toBeUndefined();
    expect(() => oracle.resume(untouched[0]!)).toThrow(RangeError);
  });
});

describe('what goes on behind a rejection', () => {
  const ok = { returns: { rc: 0 } };
  const opened = (socket: string): readonly object[] => [
    { call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped: true, ...ok },
    { call: 'WSPConnect', socket, ...ok },
  ];
  const sent = (socket: string, fill: number, more: object) => ({
    ...{ call: 'WSPSend', socket, buffers: [5], fill, overlapped: 'o1', ...more },
    returns: { rc: 0, bytes: 5 },
  });
  const linesFound = (steps: readonly object[]): readonly number[] => {
    const text = [{ wspsend: 'trace/1' }, ...opened('A'), ...opened('B'), ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');
    const judgement = judgeText(text, 'page', { keepGoing: true });
    return 'findings' in judgement ? (judgement.findings ?? []).map(({ line }) => line) : [];
  };

  test('a routine that returned too early runs no more', () => {
    const steps = [
      sent('A', 90, { routine: true }),
      { begin: 1, call: 'SleepEx' },
      { routine: 'enter', overlapped: 'o1', error: '0', bytes: 5, flags: 0 },
      { begin: 2, call: 'SleepEx' },
      { routine: 'leave', overlapped: 'o1' },
      { end: 2, ...ok },
      { end: 1, ...ok },
    ];
    expect(linesFound(steps)).toEqual([10]);
  });

  test('an operation of the same name whose packet is owed is not judged either', () => {
    const steps = [
      { call: 'CreateIoCompletionPort', socket: 'B', ...ok },
      sent('B', 0, {}),
      { ...sent('A', 5, { event: true }), returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
      { poll: 'event', overlapped: 'o1', signalled: true },
      { poll: 'event', overlapped: 'o1', signalled: false },
      { port: 'packet', socket: 'B', overlapped: 'o1', error: '0', bytes: 2 },
    ];
    expect(linesFound(steps)).toEqual([10]);
  });
});
