import { expect, test } from 'vitest';
import { codesOf, sendCodes } from '../winsock/callCodes.ts';
import { statusCodes } from './operationWords.ts';
import { leavesOf } from './rules.ts';
import { socketRegion } from './socket.machine.ts';

/** The codes of the rules are those of the vocabulary. */

test('each code that WSPSend may return has a rule in some state', () => {
  const ruled = new Set<string>([...leavesOf(socketRegion).values()].flatMap((rules) => [...rules.keys()]));
  expect(sendCodes.filter((code) => !ruled.has(`WSPSend.${code}`))).toEqual([]);
});

test('WSPGetOverlappedResult may give each status with which an operation may end', () => {
  for (const status of statusCodes) if (status !== '0') expect(codesOf.WSPGetOverlappedResult).toContain(status);
});
