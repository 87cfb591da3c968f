import { expect, test } from 'vitest';
import { codesOf } from '../winsock/callCodes.ts';
import { statusCodes } from './operation.machine.ts';
import { leavesOf } from './rules.ts';
import { sendCodes, socketRegion } from './socket.machine.ts';

/** The codes of the rules are those of the vocabulary. */

test('the codes of WSPSend are those that the machines know, and WSA_IO_PENDING', () => {
  expect([...codesOf.WSPSend].sort()).toEqual([...sendCodes, 'WSA_IO_PENDING'].sort());
});

test('each code that WSPSend may return has a rule in some state', () => {
  const ruled = new Set<string>([...leavesOf(socketRegion).values()].flatMap((rules) => [...rules.keys()]));
  expect(sendCodes.filter((code) => !ruled.has(`WSPSend.${code}`))).toEqual([]);
});

test('WSPGetOverlappedResult may give each status with which an operation may end', () => {
  for (const status of statusCodes) if (status !== '0') expect(codesOf.WSPGetOverlappedResult).toContain(status);
});
