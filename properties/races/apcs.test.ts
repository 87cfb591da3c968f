import { expect, test } from 'vitest';
import { SharedApcQueue } from '../../impl/ring/sharedApcQueue.ts';
import { SharedByteRing } from '../../impl/ring/sharedByteRing.ts';
import { accessesTo } from './accesses.ts';
import { type ApcMisplacement, apcMisplacements, apcRace } from './apcSteps.ts';
import { type AskMisplacement, askMisplacements, askRace } from './askSteps.ts';
import { type ExploredRace, exploreRace, failureText } from './interleavings.ts';

// The counts are those of the graphs as they stand: a change of the models shows here.
test('no interleaving of two threads that queue APCs and the one that runs them breaks a promise', () => {
  const explored = exploreRace(apcRace());
  expect(explored.failure, failureText(explored)).toBeNull();
  expect({ states: explored.states, steps: explored.steps }).toEqual({ states: 17_353, steps: 47_286 });
});

test('no interleaving of a writer that asks for room and a reader that reports it breaks a promise', () => {
  const explored = exploreRace(askRace());
  expect(explored.failure, failureText(explored)).toBeNull();
  expect({ states: explored.states, steps: explored.steps }).toEqual({ states: 279, steps: 472 });
});

/** What a misplacement has to break, and after how many steps. */
type Breaks = readonly [breaks: RegExp, steps: number];

const brokenApcs: Readonly<Record<ApcMisplacement, Breaks>> = {
  'TAIL is stored without a comparison': [/the APC 1 runs where 0 was next/, 21],
  'the turn is stored before the value': [/the APC -1 runs where -1 was next/, 7],
  'the turn is loaded after the value': [/the APC -1 runs where -1 was next/, 17],
  'the next turn is stored before the value is read': [/the APC 1 runs where 0 was next/, 16],
  'the owner looks for the last time before it stores its flag': [/the owner sleeps although an APC is ready/, 9],
  'push loads the flag before it stores the turn': [/the owner sleeps although an APC is ready/, 10],
  'push notifies before it stores 0 to the flag': [/the owner sleeps although an APC is ready/, 12],
};

const brokenRequests: Readonly<Record<AskMisplacement, Breaks>> = {
  'the writer looks for room for the last time before it asks': [/the writer waits although room was released/, 8],
  'release loads the request before it stores HEAD': [/the writer waits although room was released/, 8],
  'leave loads the request before it stores READER_GONE': [/the writer waits though the reader has gone/, 8],
  'the writer pumps before it hears of the room': [/the writer waits and has not asked/, 16],
  'reporting stores the request without a comparison': [/one request is reported twice/, 11],
};

test.each<[misplaced: string, explored: ExploredRace, breaks: Breaks]>([
  ...apcMisplacements.map(
    (misplaced) => [misplaced, exploreRace(apcRace(misplaced)), brokenApcs[misplaced]] as [string, ExploredRace, Breaks],
  ),
  ...askMisplacements.map(
    (misplaced) => [misplaced, exploreRace(askRace(misplaced)), brokenRequests[misplaced]] as [string, ExploredRace, Breaks],
  ),
])('the models see why it would be wrong if %s', (_, explored, [breaks, steps]) => {
  expect(failureText(explored)).toMatch(breaks);
  expect(explored.failure?.interleaving, failureText(explored)).toHaveLength(steps);
});

// ---- The models' order of accesses is that of the code --------------------------------------------------------------------------

test('the code of the APC queue makes the accesses of its model in their order', () => {
  const memory = SharedApcQueue.allocate(2);
  const owner = new SharedApcQueue(memory);
  const other = new SharedApcQueue(memory);
  const ran: number[] = [];
  owner.apc = (context) => void ran.push(context);
  const accessesOf = (run: () => void) => accessesTo({ 0: 'TAIL', 16: 'SLEEPS', 32: 'turn 0', 34: 'turn 1' }, { 16: 'the owner' }, run);
  const sleeping = ['loads turn 0=0', 'stores SLEEPS=1', 'loads turn 0=0', 'parks', 'stores SLEEPS=0', 'loads turn 0=0'];
  expect(accessesOf(() => owner.sleep())).toEqual(sleeping);
  const pushing = ['loads TAIL=0', 'loads turn 0=0', 'exchanges TAIL=0', 'stores turn 0=1', 'loads SLEEPS=0'];
  expect(accessesOf(() => other.push(7))).toEqual(pushing);
  expect(accessesOf(() => owner.run())).toEqual(['loads turn 0=1', 'stores turn 0=2', 'loads turn 1=1']);
  expect(ran).toEqual([7]);
  for (const context of [8, 9]) other.push(context);
  expect(() => other.push(10)).toThrow('a SharedApcQueue must have room for every APC: all of its 2 places are taken');
  expect(owner.sleep()).toBe(2);
  expect(ran).toEqual([7, 8, 9]);
});

test('the code that asks for room and reports it makes the accesses of its model in their order', () => {
  const memory = SharedByteRing.allocate(1);
  const writer = new SharedByteRing(memory);
  const reader = new SharedByteRing(memory);
  let reports = 0;
  reader.whenRoomIsAsked = () => void reports++;
  const names = { 0: 'TAIL', 16: 'HEAD', 32: 'WRITER_SLEEPS', 48: 'READER_SLEEPS', 80: 'READER_GONE', 96: 'ROOM_ASKED' };
  const accessesOf = (run: () => void) => accessesTo(names, {}, run);
  writer.write(new Uint8Array(1), 0, 1);
  expect(accessesOf(() => writer.askForRoom())).toEqual(['exchanges ROOM_ASKED=0', 'loads HEAD=0', 'loads READER_GONE=0']);
  reader.regions();
  expect(accessesOf(() => reader.skip(1))).toEqual(['stores HEAD=1', 'loads WRITER_SLEEPS=0', 'exchanges ROOM_ASKED=1']);
  expect(reports).toBe(1);
  expect(accessesOf(() => reader.leave())).toEqual(['stores READER_GONE=1', 'loads WRITER_SLEEPS=0', 'exchanges ROOM_ASKED=2']);
  expect(reports).toBe(1);
});
