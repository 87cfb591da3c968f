import { expect, test } from 'vitest';
import type { TraceStep } from '../winsock/trace.ts';
import { Oracle } from './oracle.ts';
import { urgentMax } from './urgent.ts';

const begun = (): Oracle => {
  const oracle = new Oracle('docs');
  oracle.step({ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } });
  oracle.step({ call: 'WSPConnect', socket: 'A', returns: { rc: 0 } });
  return oracle;
};
const post = (i: number): TraceStep => ({
  call: 'WSPSend',
  socket: 'A',
  buffers: [1],
  fill: i % 200,
  flags: ['MSG_OOB'],
  returns: { rc: 0, bytes: 1 },
});
const reads = (value: number): TraceStep => ({ peer: 'recv', socket: 'A', runs: [[value, 1]], oob: true });

test('urgent sends that were read are not counted among those that are kept', () => {
  const oracle = begun();
  for (let i = 0; i <= urgentMax; i++) {
    expect(oracle.step(post(i))).toBeUndefined();
    expect(oracle.step(reads(i % 200))).toBeUndefined();
  }
  expect(oracle.step(reads(250))?.clauses).toEqual(['MSG_OOB:1', 'Purpose:2']);
});

test('an urgent byte that may be of one of the forgotten is not judged', () => {
  const oracle = begun();
  for (let i = 0; i < urgentMax; i++) expect(oracle.step(post(i))).toBeUndefined();
  expect(oracle.step(reads(250))?.clauses).toEqual(['MSG_OOB:1', 'Purpose:2']);
  expect(oracle.step(post(urgentMax))).toBeUndefined();
  expect(oracle.step(reads(250))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(1);
  // One that is kept is judged as ever.
  expect(oracle.step(reads(urgentMax % 200))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(0);
});

test('an urgent byte is not judged where its peer has read past it and nobody kept whether in line', () => {
  const oracle = begun();
  for (let i = 0; i < 60; i++) expect(oracle.step(post(i))).toBeUndefined();
  expect(oracle.step({ peer: 'recv', socket: 'A', runs: [[0, 58]] })).toBeUndefined();
  expect(oracle.step(reads(3))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(1);
  // Of the last ones it is kept.
  expect(oracle.step(reads(57))?.clauses).toEqual(['MSG_OOB:1', 'Purpose:2']);
  expect(oracle.step(reads(59))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(0);
});
