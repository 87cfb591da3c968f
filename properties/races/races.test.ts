import { expect, test } from 'vitest';
import { SharedByteRing } from '../../impl/ring/sharedByteRing.ts';
import { accessesTo } from './accesses.ts';
import { exploreRace, failureText } from './interleavings.ts';
import { capacity, type Misplacement, misplacements, type RingState, ringRace, ringStart, ringStepsOf } from './ringSteps.ts';

/** What each misplacement has to break, and how soon. The interleaving is a shortest one, so its length is a fact of the ring. */
const broken: Readonly<Record<Misplacement, readonly [breaks: RegExp, steps: number]>> = {
  'TAIL is stored before the bytes are written': [/both threads copy the byte at index 0 at once/, 6],
  'TAIL is loaded after the bytes are read': [/position 0 was read before its byte was written/, 8],
  'HEAD is stored before the bytes are read': [/position 0 is overwritten before it was read/, 12],
  'HEAD is loaded after the bytes are overwritten': [/position 0 is overwritten before it was read/, 6],
  'the reader looks for the last time before it stores its flag': [/the reader sleeps although bytes are published/, 14],
  'the writer looks for the last time before it stores its flag': [/the writer sleeps/, 20],
  'publish loads the flag before it stores TAIL': [/the reader sleeps although bytes are published/, 14],
  'release loads the flag before it stores HEAD': [/the writer sleeps although room was released/, 21],
  'the waker notifies before it stores 0 to the flag': [/the reader sleeps although bytes are published/, 16],
  'the end is stored before the last TAIL': [/the reader sleeps though the writer has ended/, 11],
  'the reader looks for no bytes after it has seen the end': [/the reader ends at 0 although the writer wrote up to 1/, 17],
  'the writer parks before it publishes': [/both threads sleep/, 21],
  'the reader parks before it releases': [/both threads sleep/, 28],
};

test.each(misplacements)('the model sees why it would be wrong if %s', (misplaced) => {
  const explored = exploreRace(ringRace(misplaced));
  const [breaks, steps] = broken[misplaced];
  expect(failureText(explored)).toMatch(breaks);
  expect(explored.failure?.interleaving, failureText(explored)).toHaveLength(steps);
});

// ---- The model's order of accesses is that of the code ---------------------------------------------------------------------------

const names: Readonly<Record<number, string>> = {
  0: 'TAIL',
  16: 'HEAD',
  32: 'WRITER_SLEEPS',
  48: 'READER_SLEEPS',
  64: 'WRITER_ENDED',
  80: 'READER_GONE',
};

const notified: Readonly<Record<number, string>> = { 32: 'the writer', 48: 'the reader' };
const accessesOf = (run: () => void): string[] => accessesTo(names, notified, run);

/** The accesses on the way of one thread through the model, choosing each time the step whose name begins so, or the only one. */
const modelled = (
  from: RingState,
  self: 'writer' | 'reader',
  choices: readonly string[],
  until: string,
): { accesses: string[]; to: RingState } => {
  const accesses: string[] = [];
  const left = [...choices];
  let state = from;
  do {
    const possible = ringStepsOf(state, null).filter(({ name }) => name.startsWith(`${self} `));
    const wanted = possible.length > 1 ? left.shift() : undefined;
    const step = wanted === undefined ? possible[0] : possible.find(({ name }) => name === `${self} ${wanted}`);
    if (step === undefined) throw new Error(`no step of the ${self} is called ${wanted}: ${possible.map(({ name }) => name).join(', ')}`);
    const what = step.name.slice(self.length + 1);
    if (/^(?:loads|stores|notifies|parks)/.test(what)) accesses.push(what);
    state = step.to;
  } while (state[self].at !== until);
  return { accesses, to: state };
};

/** `awaitRoom` and `awaitBytes` look a number of times before they set their flag: one look stands for all of them. */
const once = (accesses: readonly string[]): string[] => accesses.filter((access, i) => access !== accesses[i - 1]);

test('the code makes the accesses of the model in the order of the model', () => {
  const memory = SharedByteRing.allocate(capacity);
  const writer = new SharedByteRing(memory);
  const reader = new SharedByteRing(memory);
  const bytes = new Uint8Array(capacity);

  // The reader finds nothing and parks.
  const naps = modelled(ringStart, 'reader', ['wants to copy 1'], 'asleep');
  const napped = accessesOf(() => reader.awaitBytes());
  // The model releases even where there is nothing to release, and the look after the timeout is not the sleeper's.
  expect(once(naps.accesses).slice(3)).toEqual(once(napped).slice(0, once(napped).indexOf('parks') + 1));

  // The writer writes, publishes and wakes it.
  const writes = modelled(naps.to, 'writer', ['wants to copy 3', 'ends to write 3 and publishes'], 'idle');
  expect(accessesOf(() => writer.write(bytes, 0, 3))).toEqual(writes.accesses);
  expect(writes.accesses).toEqual(['stores TAIL=3', 'loads READER_SLEEPS=1', 'stores READER_SLEEPS=0', 'notifies the reader']);

  // The reader reads it, and releases.
  const wakes = modelled(writes.to, 'reader', [], 'idle');
  expect(wakes.accesses).toEqual(['loads TAIL=3']);
  const reads = modelled(wakes.to, 'reader', ['wants to copy 2', 'ends to read 2 and releases'], 'idle');
  reader.regions();
  expect(accessesOf(() => reader.skip(2))).toEqual(reads.accesses);
  expect(reads.accesses).toEqual(['stores HEAD=2', 'loads WRITER_SLEEPS=0']);

  // The writer has seen too little room and looks again.
  const again = modelled(reads.to, 'writer', ['wants to copy 3', 'ends to write 3 and publishes'], 'idle');
  expect(accessesOf(() => writer.write(bytes, 0, 3))).toEqual(again.accesses);

  // The writer finds no room and parks.
  const full = modelled(again.to, 'writer', ['wants to copy 1'], 'asleep');
  const waited = once(accessesOf(() => writer.awaitRoom()));
  // Here everything has been published before.
  const looks = once(full.accesses.filter((access) => !/TAIL|READER_SLEEPS/.test(access)));
  expect(waited.slice(0, waited.indexOf('parks') + 1)).toEqual(looks);
});
