/**
 * The threads of a SharedApcQueue as a model: two that push and the owner that runs and sleeps. Each access to shared memory is one step,
 * and what is not ordered may come in another order: see `ApcMisplacement`. A queue with such an order has to fail.
 */

import type { Race, ThreadStep } from './interleavings.ts';

const capacity = 2;
/** APCs that each writer queues. */
const pushes = 2;

export const apcMisplacements = [
  /** CLAIM: TAIL is exchanged only if it still is what was seen. */
  'TAIL is stored without a comparison',
  /** PUBLISH: the turn is stored after the value. */
  'the turn is stored before the value',
  /** PUBLISH: the turn is loaded before the value. */
  'the turn is loaded after the value',
  /** RECYCLE: the turn of the next lap is stored after the value was read. */
  'the next turn is stored before the value is read',
  /** NAP: the owner stores its flag, then looks once more. */
  'the owner looks for the last time before it stores its flag',
  /** NAP: `push` stores the turn, then loads the flag. */
  'push loads the flag before it stores the turn',
  /** WAKE: the flag is 0 before the owner is notified. */
  'push notifies before it stores 0 to the flag',
] as const;
export type ApcMisplacement = (typeof apcMisplacements)[number];

interface Writer {
  readonly at: 'idle' | 'turn' | 'claim' | 'value' | 'publish' | 'flag' | 'clear' | 'notify' | 'done';
  readonly position: number;
  /** How many it has queued. Its APCs are `number * pushes + made`. */
  readonly made: number;
}

interface Owner {
  readonly at: 'turn' | 'value' | 'recycle' | 'lateTurn' | 'flag' | 'lastLook' | 'unflag' | 'wait' | 'asleep' | 'done';
  readonly head: number;
  readonly value: number;
  /** How many APCs of each writer have run. */
  readonly ran: readonly [number, number];
}

interface QueueState {
  readonly writers: readonly [Writer, Writer];
  readonly owner: Owner;
  readonly TAIL: number;
  readonly SLEEPS: number;
  readonly turns: readonly number[];
  readonly values: readonly number[];
}

const fresh: Writer = { at: 'idle', position: 0, made: 0 };

const start: QueueState = {
  writers: [fresh, fresh],
  owner: { at: 'turn', head: 0, value: -1, ran: [0, 0] },
  TAIL: 0,
  SLEEPS: 0,
  turns: [0, 1],
  values: [-1, -1],
};

const slotOf = (position: number): number => position % capacity;

const stepsOfWriter = (state: QueueState, number: 0 | 1, misplaced: ApcMisplacement | null): ThreadStep<QueueState>[] => {
  const me = state.writers[number];
  const step = (what: string, change: Partial<Writer>, shared: Partial<QueueState> = {}): ThreadStep<QueueState> => {
    const writers = state.writers.with(number, { ...me, ...change }) as unknown as QueueState['writers'];
    return { name: `writer ${number + 1} ${what}`, to: { ...state, ...shared, writers } };
  };
  const looksEarly = misplaced === 'push loads the flag before it stores the turn';
  const isBackwards = misplaced === 'push notifies before it stores 0 to the flag';
  const publishesEarly = misplaced === 'the turn is stored before the value';
  const slot = slotOf(me.position);
  const ends: Partial<Writer> = { at: me.made + 1 === pushes ? 'done' : 'idle', made: me.made + 1 };
  const woken: Partial<Writer> = looksEarly ? { at: 'publish' } : ends;
  switch (me.at) {
    case 'idle':
      return [step(`loads TAIL=${state.TAIL}`, { at: 'turn', position: state.TAIL })];
    case 'turn': {
      const turn = state.turns[slot]!;
      // What the code throws for: here the writer tries again, so that it is seen with every state of the others.
      if (turn < me.position) return [step(`finds the queue full at ${me.position}`, { at: 'idle' })];
      return [step(`loads the turn ${turn} at ${me.position}`, { at: turn === me.position ? 'claim' : 'idle' })];
    }
    case 'claim': {
      const isMine = misplaced === 'TAIL is stored without a comparison' || state.TAIL === me.position;
      if (!isMine) return [step(`finds TAIL=${state.TAIL} for ${me.position}`, { at: 'turn', position: state.TAIL })];
      return [step(`exchanges TAIL=${me.position}`, { at: publishesEarly ? 'publish' : 'value' }, { TAIL: me.position + 1 })];
    }
    case 'value': {
      const value = number * pushes + me.made;
      const next = publishesEarly || looksEarly ? 'flag' : 'publish';
      return [step(`stores the value ${value} at ${me.position}`, { at: next }, { values: state.values.with(slot, value) })];
    }
    case 'publish': {
      const change: Partial<Writer> = looksEarly ? ends : { at: publishesEarly ? 'value' : 'flag' };
      return [step(`stores the turn ${me.position + 1}`, change, { turns: state.turns.with(slot, me.position + 1) })];
    }
    case 'flag':
      return [step(`loads SLEEPS=${state.SLEEPS}`, state.SLEEPS === 0 ? woken : { at: isBackwards ? 'notify' : 'clear' })];
    case 'clear':
      return [step('stores SLEEPS=0', isBackwards ? woken : { at: 'notify' }, { SLEEPS: 0 })];
    case 'notify': {
      const owner: Owner = state.owner.at === 'asleep' ? { ...state.owner, at: isBackwards ? 'wait' : 'unflag' } : state.owner;
      return [step('notifies the owner', isBackwards ? { at: 'clear' } : woken, { owner })];
    }
    case 'done':
      return [];
  }
};

const stepsOfOwner = (state: QueueState, misplaced: ApcMisplacement | null): ThreadStep<QueueState>[] => {
  const me = state.owner;
  const step = (what: string, change: Partial<Owner>, shared: Partial<QueueState> = {}, breaks?: string): ThreadStep<QueueState> => ({
    name: `the owner ${what}`,
    to: { ...state, ...shared, owner: { ...me, ...change } },
    ...(breaks === undefined ? {} : { breaks }),
  });
  const readsEarly = misplaced === 'the turn is loaded after the value';
  const recyclesEarly = misplaced === 'the next turn is stored before the value is read';
  const looksEarly = misplaced === 'the owner looks for the last time before it stores its flag';
  const slot = slotOf(me.head);
  const turn = state.turns[slot]!;
  const isReady = turn === me.head + 1;
  const hasAll = me.ran[0] + me.ran[1] === 2 * pushes;
  /** Runs what was read: each writer's APCs in their order, and each of them once. */
  const run = (what: string, value: number, shared: Partial<QueueState> = {}): ThreadStep<QueueState> => {
    const writer = Math.floor(value / pushes);
    const expected = value < 0 ? -1 : writer * pushes + me.ran[writer as 0 | 1];
    const breaks = value === expected && value >= 0 ? undefined : `the APC ${value} runs where ${expected} was next`;
    const ran = breaks === undefined ? (me.ran.with(writer, me.ran[writer as 0 | 1] + 1) as unknown as Owner['ran']) : me.ran;
    return step(what, { at: readsEarly ? 'value' : 'turn', head: me.head + 1, ran, value: -1 }, shared, breaks);
  };
  const recycled = { turns: state.turns.with(slot, me.head + capacity) };
  switch (me.at) {
    case 'turn': {
      const done: Owner['at'] = hasAll ? 'done' : 'flag';
      return [step(`loads the turn ${turn} at ${me.head}`, { at: isReady ? (recyclesEarly ? 'recycle' : 'value') : done })];
    }
    case 'value': {
      const value = state.values[slot]!;
      if (recyclesEarly) return [run(`reads the value ${value}`, value)];
      return [step(`reads the value ${value}`, { at: readsEarly ? 'lateTurn' : 'recycle', value })];
    }
    // Misplaced: the value was read before anybody knew that it was there.
    case 'lateTurn': {
      const change: Partial<Owner> = { at: isReady ? 'recycle' : hasAll ? 'done' : 'flag' };
      return [step(`loads the turn ${turn} at ${me.head} late`, change)];
    }
    case 'recycle':
      if (recyclesEarly) return [step(`stores the turn ${me.head + capacity} early`, { at: 'value' }, recycled)];
      return [run(`stores the turn ${me.head + capacity}`, me.value, recycled)];
    case 'flag':
      return [step('stores SLEEPS=1', { at: looksEarly ? 'wait' : 'lastLook' }, { SLEEPS: 1 })];
    case 'lastLook':
      return [step(`loads the turn ${turn} at ${me.head}`, { at: isReady ? 'unflag' : 'wait' })];
    case 'wait':
      return [state.SLEEPS === 1 ? step('parks', { at: 'asleep' }) : step('need not park', { at: 'unflag' })];
    case 'unflag':
      return [step('stores SLEEPS=0', { at: readsEarly ? 'value' : 'turn' }, { SLEEPS: 0 })];
    case 'asleep':
    case 'done':
      return [];
  }
};

/** A writer that has yet to look whether the owner sleeps, or to wake it. */
const willWake = ({ at }: Writer): boolean => at === 'flag' || at === 'clear' || at === 'notify';

/** The queue, or one that misplaces something. */
export const apcRace = (misplaced: ApcMisplacement | null = null): Race<QueueState> => ({
  start,
  stepsOf: (state) => [...stepsOfWriter(state, 0, misplaced), ...stepsOfWriter(state, 1, misplaced), ...stepsOfOwner(state, misplaced)],
  keyOf: ({ writers, owner, ...shared }) => JSON.stringify([writers, owner, shared]),
  brokenIn: ({ owner, turns, writers }) => {
    const isReady = turns[slotOf(owner.head)] === owner.head + 1;
    return owner.at === 'asleep' && isReady && !writers.some(willWake) ? 'the owner sleeps although an APC is ready' : null;
  },
  isOver: ({ writers, owner }) => owner.at === 'done' && writers.every(({ at }) => at === 'done'),
});
