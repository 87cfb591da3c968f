/**
 * The two threads of a SharedByteRing as a model: every access to shared memory is one step, and copying bytes is two, begin and end,
 * so that a copy may overlap another and a step of the other thread may fall between any two of these.
 *
 * One step at a time in one order is what JavaScript promises for accesses through Atomics alone. What a compiler or a processor may
 * do to accesses that are not ordered is said here by another order of the steps: see `Misplacement`. A ring with such an order
 * has to fail, or the model would not see what the order is for.
 *
 * Positions are kept modulo twice the capacity and a byte's value is its position, so that a byte differs from that of the lap before.
 * What is left out adds no order of accesses: timeouts, spinning (more looks of the same kind) and how many bytes are left unpublished
 * or unreleased (the model may publish and release after any call, or not).
 */

import type { Race, ThreadStep } from './interleavings.ts';

export const capacity = 4;
export const sizeMax = 3;
const lap = 2 * capacity;

/** What is done too early or too late. The names say what happens, the comments what the right order is. */
export const misplacements = [
  /** PUBLISH: TAIL is stored after the bytes were written. */
  'TAIL is stored before the bytes are written',
  /** PUBLISH: TAIL is loaded before the bytes are read. */
  'TAIL is loaded after the bytes are read',
  /** RECYCLE: HEAD is stored after the bytes were read. */
  'HEAD is stored before the bytes are read',
  /** RECYCLE: HEAD is loaded before the bytes are overwritten. */
  'HEAD is loaded after the bytes are overwritten',
  /** NAP: the sleeper stores its flag, then looks once more. */
  'the reader looks for the last time before it stores its flag',
  'the writer looks for the last time before it stores its flag',
  /** NAP: the waker stores its position, then loads the flag. */
  'publish loads the flag before it stores TAIL',
  'release loads the flag before it stores HEAD',
  /** WAKE: the flag is 0 before anybody is notified, so that a thread that begins to wait late does not sleep. */
  'the waker notifies before it stores 0 to the flag',
  /** PUBLISH: the end is stored after the last TAIL. */
  'the end is stored before the last TAIL',
  /** PUBLISH: a reader that sees the end looks for bytes afterwards. */
  'the reader looks for no bytes after it has seen the end',
  /** A writer that parks has published what it wrote. */
  'the writer parks before it publishes',
  /** A reader that parks has released what it read. */
  'the reader parks before it releases',
] as const;
export type Misplacement = (typeof misplacements)[number];

/** Where a thread stands. What follows `wake` is in `then`. */
type Place =
  | 'idle'
  | 'look'
  | 'begin'
  | 'end'
  | 'store'
  | 'wakeLook'
  | 'wakeClear'
  | 'wakeNotify'
  | 'early'
  | 'lateLook'
  | 'nap'
  | 'flag'
  | 'lastLook'
  | 'otherLeft'
  | 'finalLook'
  | 'unflag'
  | 'wait'
  | 'asleep'
  | 'leave'
  | 'done';

/** What one thread knows and does. `own` is its own position, `seen` the opposite one as it was last loaded. */
export interface RingThread {
  readonly at: Place;
  /** Where to go on once the other has been woken. */
  readonly then: Place;
  readonly own: number;
  readonly seen: number;
  /** Bytes of the copy under way. */
  readonly size: number;
  /** Of a copy that was not looked for before: how many bytes from its beginning were read right. */
  readonly right: number;
}

export interface RingState {
  readonly writer: RingThread;
  readonly reader: RingThread;
  /** The shared words. */
  readonly TAIL: number;
  readonly HEAD: number;
  readonly WRITER_SLEEPS: number;
  readonly READER_SLEEPS: number;
  readonly WRITER_ENDED: number;
  readonly READER_GONE: number;
  /** The position whose byte stands at each index. */
  readonly bytes: readonly number[];
}

const fresh: RingThread = { at: 'idle', then: 'idle', own: 0, seen: 0, size: 0, right: 0 };

export const ringStart: RingState = {
  writer: fresh,
  reader: fresh,
  TAIL: 0,
  HEAD: 0,
  WRITER_SLEEPS: 0,
  READER_SLEEPS: 0,
  WRITER_ENDED: 0,
  READER_GONE: 0,
  // No position of the first lap has been written.
  bytes: [4, 5, 6, 7],
};

const plus = (position: number, count: number): number => (position + count) % lap;
const minus = (position: number, other: number): number => (position - other + lap) % lap;

/** What the two threads call by different names. */
interface Side {
  readonly self: 'writer' | 'reader';
  readonly other: 'writer' | 'reader';
  readonly mine: 'TAIL' | 'HEAD';
  readonly opposite: 'HEAD' | 'TAIL';
  readonly flag: 'WRITER_SLEEPS' | 'READER_SLEEPS';
  readonly otherFlag: 'WRITER_SLEEPS' | 'READER_SLEEPS';
  readonly leaves: 'WRITER_ENDED' | 'READER_GONE';
  readonly otherLeaves: 'WRITER_ENDED' | 'READER_GONE';
  /** Bytes that may be copied, by what was seen. Never negative. */
  able(own: number, seen: number): number;
  readonly storesEarly: Misplacement;
  readonly looksLate: Misplacement;
  readonly looksBeforeFlag: Misplacement;
  readonly wakesEarly: Misplacement;
  readonly parksEarly: Misplacement;
}

const writer: Side = {
  self: 'writer',
  other: 'reader',
  mine: 'TAIL',
  opposite: 'HEAD',
  flag: 'WRITER_SLEEPS',
  otherFlag: 'READER_SLEEPS',
  leaves: 'WRITER_ENDED',
  otherLeaves: 'READER_GONE',
  able: (own, seen) => capacity - minus(own, seen),
  storesEarly: 'TAIL is stored before the bytes are written',
  looksLate: 'HEAD is loaded after the bytes are overwritten',
  looksBeforeFlag: 'the writer looks for the last time before it stores its flag',
  wakesEarly: 'publish loads the flag before it stores TAIL',
  parksEarly: 'the writer parks before it publishes',
};

const reader: Side = {
  self: 'reader',
  other: 'writer',
  mine: 'HEAD',
  opposite: 'TAIL',
  flag: 'READER_SLEEPS',
  otherFlag: 'WRITER_SLEEPS',
  leaves: 'READER_GONE',
  otherLeaves: 'WRITER_ENDED',
  able: (own, seen) => minus(seen, own),
  storesEarly: 'HEAD is stored before the bytes are read',
  looksLate: 'TAIL is loaded after the bytes are read',
  looksBeforeFlag: 'the reader looks for the last time before it stores its flag',
  wakesEarly: 'release loads the flag before it stores HEAD',
  parksEarly: 'the reader parks before it releases',
};

/** Indices that a thread copies at this moment. What the reader reads before it has looked does no harm unless it is believed. */
const copying = (thread: 'writer' | 'reader', { at, then, own, size }: RingThread): number[] =>
  at !== 'end' || (thread === 'reader' && then === 'lateLook') ? [] : Array.from({ length: size }, (_, i) => plus(own, i) % capacity);

/** Every step that one of the threads can take. */
export const ringStepsOf = (state: RingState, misplaced: Misplacement | null): ThreadStep<RingState>[] => [
  ...stepsOfThread(state, writer, misplaced),
  ...stepsOfThread(state, reader, misplaced),
];

const stepsOfThread = (state: RingState, side: Side, misplaced: Misplacement | null): ThreadStep<RingState>[] => {
  const { self, other, mine, opposite, flag, otherFlag } = side;
  const me = state[self];
  const storesEarly = misplaced === side.storesEarly;
  const looksLate = misplaced === side.looksLate;
  const step = (what: string, change: Partial<RingThread>, shared: Partial<RingState> = {}, breaks?: string): ThreadStep<RingState> => ({
    name: `${self} ${what}`,
    to: { ...state, ...shared, [self]: { ...me, ...change } },
    ...(breaks === undefined ? {} : { breaks }),
  });
  const publishes = self === 'writer' ? 'publishes' : 'releases';
  /** Stores the position; or, misplaced, looks at the flag first. */
  const storing: Place = misplaced === side.wakesEarly ? 'wakeLook' : 'store';
  /** Where a thread goes that finds too little. */
  const parking: Partial<RingThread> =
    misplaced === side.parksEarly ? { at: misplaced === side.looksBeforeFlag ? 'lastLook' : 'flag' } : { at: storing, then: 'nap' };

  switch (me.at) {
    case 'idle': {
      const copies = Array.from({ length: sizeMax }, (_, i) => i + 1).map((size) => {
        const able = side.able(me.own, me.seen);
        const isEnough = self === 'writer' ? size <= able : able > 0;
        const taken = Math.min(size, isEnough ? able : size);
        if (looksLate && !isEnough) return step(`wants to copy ${size}`, { at: 'begin', then: 'lateLook', size });
        return step(`wants to copy ${size}`, isEnough ? { at: storesEarly ? 'early' : 'begin', size: taken } : { at: 'look', size });
      });
      // `leave` stores no position; the reader's own loop releases before it.
      const isEndEarly = self === 'writer' && misplaced === 'the end is stored before the last TAIL';
      const leave = step('wants to leave', isEndEarly ? { at: 'leave' } : { at: storing, then: 'leave' });
      return [...copies, leave];
    }

    // Loads the opposite position because what was seen of it is not enough.
    case 'look': {
      const seen = state[opposite];
      const able = side.able(me.own, seen);
      const size = Math.min(me.size, able);
      const next: Partial<RingThread> = able === 0 ? { ...parking, size: 0 } : { at: storesEarly ? 'early' : 'begin', size };
      return [step(`loads ${opposite}=${seen}`, { seen, ...next })];
    }

    case 'begin': {
      const theirs = copying(other, state[other]);
      const mine = copying(self, { ...me, at: 'end' });
      const torn = mine.filter((index) => theirs.includes(index));
      const breaks = torn.length === 0 ? undefined : `both threads copy the byte at index ${torn[0]} at once`;
      return [step(`begins to ${self === 'writer' ? 'write' : 'read'} ${me.size} at ${me.own}`, { at: 'end' }, {}, breaks)];
    }

    case 'end': {
      const positions = Array.from({ length: me.size }, (_, i) => plus(me.own, i));
      const own = plus(me.own, me.size);
      const bytes = [...state.bytes];
      let breaks: string | undefined;
      for (const position of positions) {
        const index = position % capacity;
        if (self === 'writer') {
          const held = bytes[index]!;
          if (isHeld(state, held)) breaks = `the byte of position ${held} is overwritten before it was read`;
          bytes[index] = position;
        } else if (bytes[index] !== position) breaks = `position ${position} holds the byte of position ${bytes[index]}`;
      }
      const what = `ends to ${self === 'writer' ? 'write' : 'read'} ${me.size}`;
      if (me.then === 'lateLook') {
        const right = positions.findIndex((position) => bytes[position % capacity] !== position);
        const late: Partial<RingThread> = { at: 'lateLook', then: 'idle', right: right < 0 ? me.size : right };
        return [step(what, late, { bytes }, self === 'writer' ? breaks : undefined)];
      }
      if (storesEarly) return [step(what, { at: 'idle', own, size: 0 }, { bytes }, breaks)];
      return [
        step(what, { at: 'idle', own, size: 0 }, { bytes }, breaks),
        step(`${what} and ${publishes}`, { at: storing, then: 'idle', own, size: 0 }, { bytes }, breaks),
      ];
    }

    // Misplaced: only now does the thread look how much of what it has copied it might.
    case 'lateLook': {
      const seen = state[opposite];
      const size = Math.min(me.size, side.able(me.own, seen));
      const breaks = size > me.right ? `position ${plus(me.own, me.right)} was read before its byte was written` : undefined;
      const next: Partial<RingThread> = size === 0 ? parking : { at: storing, then: 'idle' };
      return [step(`loads ${opposite}=${seen} late`, { seen, own: plus(me.own, size), size: 0, right: 0, ...next }, {}, breaks)];
    }

    // Misplaced: the position that the copy will lead to is stored before the copy begins.
    case 'early': {
      const position = plus(me.own, me.size);
      return [step(`stores ${mine}=${position} early`, { at: 'begin' }, { [mine]: position })];
    }

    case 'store': {
      const stored: Partial<RingState> = { [mine]: me.own };
      // Misplaced, the flag has been looked at already.
      return [step(`stores ${mine}=${me.own}`, { at: misplaced === side.wakesEarly ? me.then : 'wakeLook' }, stored)];
    }

    // Nobody is notified unless a flag is set.
    case 'wakeLook': {
      const isSet = state[otherFlag] === 1;
      const after: Place = misplaced === side.wakesEarly ? 'store' : me.then;
      const isBackwards = misplaced === 'the waker notifies before it stores 0 to the flag';
      return [step(`loads ${otherFlag}=${state[otherFlag]}`, { at: isSet ? (isBackwards ? 'wakeNotify' : 'wakeClear') : after })];
    }
    case 'wakeClear': {
      const isBackwards = misplaced === 'the waker notifies before it stores 0 to the flag';
      return [step(`stores ${otherFlag}=0`, { at: isBackwards ? me.then : 'wakeNotify' }, { [otherFlag]: 0 })];
    }
    case 'wakeNotify': {
      const woken: Partial<RingState> = state[other].at === 'asleep' ? { [other]: { ...state[other], at: 'nap' } } : {};
      const isBackwards = misplaced === 'the waker notifies before it stores 0 to the flag';
      const after: Place = isBackwards ? 'wakeClear' : misplaced === side.wakesEarly ? 'store' : me.then;
      return [step(`notifies the ${other}`, { at: after }, woken)];
    }

    // The loop of awaitRoom and awaitBytes.
    case 'nap': {
      const seen = state[opposite];
      const next: Place = side.able(me.own, seen) > 0 ? 'idle' : misplaced === side.looksBeforeFlag ? 'lastLook' : 'flag';
      return [step(`loads ${opposite}=${seen}`, { seen, at: next })];
    }
    case 'flag':
      return [step(`stores ${flag}=1`, { at: misplaced === side.looksBeforeFlag ? 'wait' : 'lastLook' }, { [flag]: 1 })];
    case 'lastLook': {
      const seen = state[opposite];
      return [step(`loads ${opposite}=${seen}`, { seen, at: side.able(me.own, seen) > 0 ? 'unflag' : 'otherLeft', then: 'idle' })];
    }
    case 'otherLeft': {
      const what = `loads ${side.otherLeaves}=${state[side.otherLeaves]}`;
      if (state[side.otherLeaves] === 0) return [step(what, { at: misplaced === side.looksBeforeFlag ? 'flag' : 'wait' })];
      if (self === 'writer') return [step(what, { at: 'unflag', then: 'done' })];
      if (misplaced !== 'the reader looks for no bytes after it has seen the end') return [step(what, { at: 'unflag', then: 'finalLook' })];
      return [step(what, { at: 'unflag', then: 'done' }, {}, endsShort(state))];
    }
    // Having seen the end, the reader looks once more: bytes may have come before it.
    case 'finalLook': {
      const seen = state[opposite];
      const isOver = side.able(me.own, seen) === 0;
      const what = `loads ${opposite}=${seen} after the end`;
      return [step(what, { seen, at: isOver ? 'done' : 'idle', then: 'idle' }, {}, isOver ? endsShort(state) : undefined)];
    }
    case 'unflag':
      return [step(`stores ${flag}=0`, { at: me.then }, { [flag]: 0 })];
    case 'wait':
      return state[flag] === 1 ? [step('parks', { at: 'asleep' })] : [step('need not park', { at: 'nap' })];

    case 'leave': {
      const isEndEarly = self === 'writer' && misplaced === 'the end is stored before the last TAIL';
      return [step(`stores ${side.leaves}=1`, { at: isEndEarly ? storing : 'wakeLook', then: 'done' }, { [side.leaves]: 1 })];
    }

    case 'asleep':
    case 'done':
      return [];
  }
};

/** True for a position that the writer has written and the reader has not read. */
const isHeld = ({ writer, reader }: RingState, position: number): boolean => minus(position, reader.own) < minus(writer.own, reader.own);

/** The reader goes for good while bytes are on their way. */
const endsShort = ({ writer, reader }: RingState): string | undefined =>
  writer.own === reader.own ? undefined : `the reader ends at ${reader.own} although the writer wrote up to ${writer.own}`;

// ---- What must hold ------------------------------------------------------------------------------------------------------------

const wakes = ['wakeLook', 'wakeClear', 'wakeNotify'];
/** True while a thread has yet to look whether the other sleeps, or to wake it. */
const willWake = ({ at, then }: RingThread): boolean => wakes.includes(at) || then === 'leave' || at === 'leave';

const brokenIn = ({ writer, reader, TAIL, HEAD, WRITER_ENDED, READER_GONE }: RingState): string | null => {
  if (reader.at === 'asleep' && TAIL !== reader.own && !willWake(writer)) return 'the reader sleeps although bytes are published';
  if (writer.at === 'asleep' && minus(writer.own, HEAD) < capacity && !willWake(reader))
    return 'the writer sleeps although room was released';
  if (reader.at === 'asleep' && WRITER_ENDED === 1 && !willWake(writer)) return 'the reader sleeps though the writer has ended';
  if (writer.at === 'asleep' && READER_GONE === 1 && !willWake(reader)) return 'the writer sleeps though the reader has gone';
  if (writer.at === 'asleep' && reader.at === 'asleep') return 'both threads sleep';
  return null;
};

const keyOfThread = ({ at, then, own, seen, size, right }: RingThread): string => `${at} ${then} ${own}${seen}${size}${right}`;

const keyOf = ({ writer, reader, TAIL, HEAD, WRITER_SLEEPS, READER_SLEEPS, WRITER_ENDED, READER_GONE, bytes }: RingState): string =>
  `${keyOfThread(writer)} ${keyOfThread(reader)} ${TAIL}${HEAD}${WRITER_SLEEPS}${READER_SLEEPS}${WRITER_ENDED}${READER_GONE}${bytes.join('')}`;

/** The ring, or one that misplaces something. */
export const ringRace = (misplaced: Misplacement | null = null): Race<RingState> => ({
  start: ringStart,
  stepsOf: (state) => ringStepsOf(state, misplaced),
  keyOf,
  brokenIn,
  isOver: ({ writer, reader }) => writer.at === 'done' && reader.at === 'done',
});
