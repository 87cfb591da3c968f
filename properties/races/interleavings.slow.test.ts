import { expect, test } from 'vitest';
import { exploreRace, failureText } from './interleavings.ts';
import { ringRace } from './ringSteps.ts';

// The counts are those of the graph as it stands: a change of the model shows here.
test('no interleaving of the two threads of a SharedByteRing breaks a promise: capacity 4, copies up to 3, to closure', () => {
  const explored = exploreRace(ringRace());
  expect(explored.failure, failureText(explored)).toBeNull();
  expect({ states: explored.states, steps: explored.steps }).toEqual({ states: 333_584, steps: 881_160 });
});
