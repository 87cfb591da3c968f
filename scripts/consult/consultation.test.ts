import { expect, test } from 'vitest';
import { profiles } from '../../model/clauses/profiles.ts';
import { keptVectors } from '../cli/keptVectors.ts';
import { consult } from './consultation.ts';
import { entries } from './entries.ts';
import { keyOfEntry } from './lookUp.ts';

const kept = keptVectors();
const named = (key: string) => entries.find((entry) => keyOfEntry(entry) === key)!;

/** Questions have a test of their own, which knows all of their traces. */
const others = entries.filter(({ kind }) => kind !== 'question');

test('every entry has a clause, a ruling or a note behind it, and its traces are what they are shown for', () => {
  const faults = others.flatMap((entry) =>
    profiles.flatMap((profile) => {
      const { clauses, rulings, notes, shown, broken } = consult(entry, kept, profile);
      return [
        clauses.length + rulings.length + notes.length > 0 ? '' : 'has nothing behind it',
        shown === undefined || shown.verdicts[profile].verdict === 'accepted' ? '' : 'is shown by a trace that is not accepted',
        broken === undefined || broken.verdicts[profile].verdict === 'rejected' ? '' : 'is broken by a trace that is not rejected',
      ]
        .filter((fault) => fault !== '')
        .map((fault) => `${keyOfEntry(entry)} ${fault} under ${profile}`);
    }),
  );
  expect(faults).toEqual([]);
});

test('a modelled clause of the provider’s has both traces under the profile that all share', () => {
  const { shown, broken, clauses } = consult(named('clause WSAESHUTDOWN:1'), kept, 'docs');
  expect(clauses).toMatchObject([{ id: 'WSAESHUTDOWN:1', place: 'WSAESHUTDOWN 1.1' }]);
  expect(shown).toBeDefined();
  expect(broken?.clauses[0]).toBe('WSAESHUTDOWN:1');
});

test('a question is answered under its own profile, and under another where one is given', () => {
  const close = named('question close-with-sends-pending');
  expect(consult(close, kept)).toMatchObject({ profile: 'docs', rulings: [{ id: 'CloseCancels' }, { id: 'M3' }] });
  expect(consult(close, kept, 'msafd')).toMatchObject({ profile: 'msafd', broken: { verdicts: { msafd: { verdict: 'rejected' } } } });
});

test('a ruling is shown by a trace that its profiles judge differently', () => {
  const { shown, broken } = consult(named('ruling M1'), kept, 'msafd');
  const apart = [shown, broken].filter((trace) => trace !== undefined);
  expect(apart.length).toBeGreaterThan(0);
  for (const { verdicts } of apart) expect(new Set(profiles.map((profile) => verdicts[profile].verdict)).size).toBe(2);
});

test('a code without a row of the page says so, and who lists it', () => {
  expect(consult(named('code WSAETIMEDOUT'), kept).notes).toEqual([
    'The table of the WSPSend page has no row for it.',
    'The pages of these calls list it: WSPConnect, WSPSend, WSPRecv.',
  ]);
});
