import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeText } from '../../../model/judge/judge.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import type { TraceStep } from '../../../model/winsock/trace.ts';
import { cTestOf } from '../../../properties/generate/cTest.ts';
import { runtimeOfC } from '../../cli/cTest.ts';
import { cText } from './cText.ts';
import { fragmentOf, sessionIn, UnreadableFragment } from './fragment.ts';
import { type MenuEntry, menuAt, type SendChoice, socketSteps } from './menu.ts';
import { changedBetween, pictureOf } from './picture.ts';
import {
  afterSteps,
  beginning,
  branchesAfter,
  chooseStep,
  type ExplorerSession,
  emptySession,
  forward,
  positionOf,
  sessionOf,
  traceOf,
} from './session.ts';
import { vitestText } from './testText.ts';
import { traceFragment } from './traceFragment.ts';

const stream: ExplorerSession = afterSteps(
  emptySession,
  socketSteps({ type: 'SOCK_STREAM', overlapped: true, nonblocking: false, connected: true }),
);
const send: SendChoice = { socket: 'A', bytes: 10, indication: 'event', flags: [], begins: false };

const entriesAt = (session: ExplorerSession, choice = send): MenuEntry[] => {
  const { oracle, steps } = positionOf(session);
  return menuAt(oracle, steps, choice).flatMap(({ entries }) => entries);
};
const entryOf = (session: ExplorerSession, title: string, choice = send): MenuEntry =>
  entriesAt(session, choice).find((entry) => entry.title === title)!;
const permittedStep = (entry: MenuEntry, errno?: string): TraceStep =>
  entry.outcomes.find(({ isPermitted, shown }) => isPermitted && (shown as { errno?: string }).errno === errno)!.step;
const pending = (session: ExplorerSession): ExplorerSession =>
  chooseStep(session, permittedStep(entryOf(session, 'WSPSend'), 'WSA_IO_PENDING'));

describe('a session', () => {
  test('keeps what came after when somebody goes back, and another way stands next to it', () => {
    const there = pending(stream);
    const back = { ...there, at: there.tree[there.at]!.before };
    expect(forward(back)).toBe(there.at);
    const otherwise = chooseStep(back, permittedStep(entryOf(back, 'WSPSend')));
    expect(branchesAfter(otherwise, back.at)).toEqual([there.at, otherwise.at]);
    expect(pending({ ...otherwise, at: back.at })).toEqual({ ...otherwise, at: there.at });
  });

  test('is a trace that check accepts, and a test that says so', () => {
    const trace = traceOf(pending(stream), "somebody's");
    expect(judgeText(trace, 'docs')).toMatchObject({ verdict: 'accepted', steps: 3 });
    expect(vitestText(trace, 'docs')).toContain(`toMatchObject({"verdict":"accepted"})`);
    const lines = vitestText(trace, 'docs').match(/\[\n([\s\S]*?)\n\]\.join/)![1]!;
    const quoted = lines.split('\n').map((line) => line.trim().slice(1, -2).replaceAll("\\'", "'").replaceAll('\\\\', '\\'));
    expect(quoted.join('\n')).toBe(trace.trimEnd());
  });

  test('is a test in C, the same as the command line writes of its trace', () => {
    const trace = traceOf(pending(stream), 'a send pends');
    const { header, steps } = readTrace(trace);
    const title = 'A position of the explorer as a test of ws2_32.';
    const runtime = runtimeOfC();
    expect(cText(trace, 'docs')).toBe(cTestOf([{ name: 'a send pends', header, steps }], { profile: 'docs', title, runtime }));
  });

  test('stops before a step that its profile forbids', () => {
    const part = { call: 'WSPSend', socket: 'A', buffers: [10], returns: { rc: 0, bytes: 4 } };
    const nonblocking = socketSteps({ type: 'SOCK_STREAM', overlapped: false, nonblocking: true, connected: true });
    const session = afterSteps(emptySession, [...nonblocking, part as TraceStep]);
    expect(positionOf(session).stopped).toBeUndefined();
    expect(positionOf({ ...session, profile: 'msafd' }).stopped).toMatchObject({ rejection: { clauses: ['Nonoverlapped:4'] } });
  });
});

describe('the menu', () => {
  test('offers the permitted steps and the forbidden ones, and the oracle says the same of each', () => {
    const sessions = [emptySession, stream, pending(stream), chooseStep(pending(stream), { env: 'peer.reset', socket: 'A' })];
    for (const session of sessions) {
      const { oracle } = positionOf(session);
      for (const { outcomes } of entriesAt(session)) {
        for (const outcome of outcomes) {
          expect(oracle.foresee(outcome.step) !== undefined, JSON.stringify(outcome.step)).toBe(outcome.isPermitted);
          if (!outcome.isPermitted) expect(outcome.clauses.length).toBeGreaterThan(0);
        }
      }
    }
  });

  test('names a clause for each code that a send may not give, and what would have to hold', () => {
    const outcome = entryOf(stream, 'WSPSend').outcomes.find(({ shown }) => (shown as { errno?: string }).errno === 'WSAECONNRESET')!;
    expect(outcome).toMatchObject({ isPermitted: false, clauses: ['WSAECONNRESET:1'] });
    expect(outcome.isPermitted ? [] : outcome.wanted.map(({ needs }) => needs)).toEqual([
      ['the peer reset the connection, or closed its socket, or a reset was already reported on this socket'],
    ]);
  });

  test('lets a routine run inside an alertable wait, and return', () => {
    const posted = chooseStep(stream, permittedStep(entryOf(stream, 'WSPSend', { ...send, indication: 'routine' })));
    expect(entryOf(posted, 'the routine of o1 runs').outcomes.some(({ isPermitted }) => isPermitted)).toBe(false);
    const asleep = chooseStep(posted, entryOf(posted, 'SleepEx begins: an alertable wait of main').step);
    const running = chooseStep(asleep, permittedStep(entryOf(asleep, 'the routine of o1 runs')));
    const left = chooseStep(running, entryOf(running, 'the routine of o1 returns').step);
    const awake = chooseStep(left, entryOf(left, 'SleepEx #1 returns').step);
    expect(positionOf(awake).stopped).toBeUndefined();
    expect(judgeText(traceOf(awake), 'docs').verdict).toBe('accepted');
  });
});

describe('a hidden step', () => {
  test('that is not eager stays open, and one that is happens at once', () => {
    const circuit = (session: ExplorerSession) =>
      pictureOf(positionOf(session).oracle).sockets[0]!.things.find(({ title }) => title === 'Its circuit')!.ways;
    const reset: TraceStep = { env: 'peer.reset', socket: 'A' };
    expect(circuit(chooseStep(stream, reset))).toHaveLength(2);
    expect(circuit(chooseStep({ ...stream, eager: { ...stream.eager, arrives: true } }, reset))).toEqual([
      'is broken by a reset of the peer',
    ]);
  });

  test('of the transport and the peer takes and reads all there is', () => {
    const eager = pending({ ...stream, eager: { takes: true, reads: true, arrives: true } });
    expect(eager.tree.slice(-3).map(({ line }) => JSON.parse(line) as unknown)).toEqual([
      { env: 'transport.took', socket: 'A', bytes: 10 },
      { peer: 'recv', socket: 'A', runs: [[0, 10]] },
      { env: 'settle' },
    ]);
    const [operation] = pictureOf(positionOf(eager).oracle).operations;
    expect(operation!.things.map(({ ways }) => ways)).toEqual([['is complete: success, 10 bytes'], ['is set']]);
  });
});

test('the drawing marks what a step changed and nothing else', () => {
  const there = pending(stream);
  const reset = chooseStep(there, { env: 'peer.reset', socket: 'A' });
  const [before, after] = [there, reset].map((session) => pictureOf(positionOf(session).oracle));
  expect([...changedBetween(before, after!)].sort()).toEqual(['circuit A', 'operation o1']);
});

describe('a link', () => {
  test('holds the whole tree and where somebody stands', async () => {
    const there = chooseStep(pending({ ...stream, profile: 'msafd', eager: { takes: false, reads: true, arrives: false } }), {
      env: 'settle',
    });
    const back = chooseStep(
      { ...there, at: beginning },
      socketSteps({ type: 'SOCK_DGRAM', overlapped: false, nonblocking: false, connected: false })[0]!,
    );
    expect(await sessionIn(`#${await fragmentOf(back)}`)).toEqual(back);
  });

  test('of every kept trace comes back as it was', async () => {
    const cases = new URL('../../../properties/cases/page/', import.meta.url);
    for (const name of readdirSync(cases)
      .filter((file) => file.endsWith('.ndjson'))
      .slice(0, 12)) {
      const text = readFileSync(new URL(name, cases), 'utf8');
      const session = sessionOf(text, 'page');
      expect(await sessionIn(await fragmentOf(session))).toEqual(session);
      expect(await sessionIn(`#${traceFragment(text, 'page')}`)).toEqual(session);
    }
  });

  test.each([
    ['#s=AAAA', /must be whole/],
    ['#trace=%7B&profile=docs', /must hold a trace/],
    ['#trace=%7B%7D&profile=windows', /one of page, docs, msafd: windows/],
  ])('that is none says what it must be: %s', async (fragment, message) => {
    await expect(sessionIn(fragment)).rejects.toThrow(UnreadableFragment);
    await expect(sessionIn(fragment)).rejects.toThrow(message);
  });

  test('that is empty is no session', async () => {
    expect(await sessionIn('')).toBeUndefined();
    expect(await sessionIn('#')).toBeUndefined();
  });
});
