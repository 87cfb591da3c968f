/**
 * A writer that does not park asks for room, and the reader reports it by an APC: `askForRoom` and `hearOfRoom` of a SharedByteRing
 * before `release` and `leave`, each access to shared memory a step. The ring holds one byte and the writer has a few to send; what
 * carries the APCs counts them only. An order that is not the code's has to fail: see `AskMisplacement`.
 */

import type { Race, ThreadStep } from './interleavings.ts';

const bytes = 3;

export const askMisplacements = [
  /** ASK: the writer asks, then looks for room once more. */
  'the writer looks for room for the last time before it asks',
  /** ASK: `release` stores HEAD, then loads the request. */
  'release loads the request before it stores HEAD',
  /** ASK: `leave` stores READER_GONE, then loads the request. */
  'leave loads the request before it stores READER_GONE',
  /** ASK: the report is received before the writer pumps, which may ask again. */
  'the writer pumps before it hears of the room',
  /** ASK: of the two threads that may report, the one that exchanges it does. */
  'reporting stores the request without a comparison',
] as const;
export type AskMisplacement = (typeof askMisplacements)[number];

interface Writer {
  readonly at: 'pump' | 'ask' | 'look' | 'gone' | 'report' | 'queue' | 'sleep' | 'hear' | 'over';
  readonly sent: number;
  /** An APC has come and has not been heard yet: misplaced, it is after the pump. */
  readonly isDeaf: boolean;
}

interface Reader {
  readonly at: 'idle' | 'release' | 'leave' | 'report' | 'queue' | 'done';
  readonly then: 'idle' | 'done';
  readonly read: number;
}

interface AskState {
  readonly writer: Writer;
  readonly reader: Reader;
  readonly TAIL: number;
  readonly HEAD: number;
  readonly READER_GONE: number;
  /** 0, or 1 asked, or 2 reported. */
  readonly ROOM_ASKED: number;
  /** APCs that are queued. */
  readonly apcs: number;
}

const start: AskState = {
  writer: { at: 'pump', sent: 0, isDeaf: false },
  reader: { at: 'idle', then: 'idle', read: 0 },
  TAIL: 0,
  HEAD: 0,
  READER_GONE: 0,
  ROOM_ASKED: 0,
  apcs: 0,
};

const stepsOfWriter = (state: AskState, misplaced: AskMisplacement | null): ThreadStep<AskState>[] => {
  const me = state.writer;
  const step = (what: string, change: Partial<Writer>, shared: Partial<AskState> = {}): ThreadStep<AskState> => ({
    name: `writer ${what}`,
    to: { ...state, ...shared, writer: { ...me, ...change } },
  });
  const looksEarly = misplaced === 'the writer looks for room for the last time before it asks';
  const hearsLate = misplaced === 'the writer pumps before it hears of the room';
  const hasRoom = me.sent - state.HEAD < 1;
  const settled: Writer['at'] = me.isDeaf ? 'hear' : 'sleep';
  switch (me.at) {
    case 'pump':
      if (!hasRoom) return [step(`finds no room, HEAD=${state.HEAD}`, { at: looksEarly ? 'look' : 'ask' })];
      return [
        step(`stores TAIL=${me.sent + 1}`, { at: me.sent + 1 === bytes ? 'over' : 'pump', sent: me.sent + 1 }, { TAIL: me.sent + 1 }),
      ];
    case 'ask': {
      const ROOM_ASKED = state.ROOM_ASKED === 0 ? 1 : state.ROOM_ASKED;
      return [step(`asks, ROOM_ASKED=${ROOM_ASKED}`, { at: looksEarly ? 'gone' : 'look' }, { ROOM_ASKED })];
    }
    case 'look':
      return [step(`loads HEAD=${state.HEAD}`, { at: hasRoom ? 'pump' : looksEarly ? 'ask' : 'gone' })];
    case 'gone':
      return [step(`loads READER_GONE=${state.READER_GONE}`, { at: state.READER_GONE === 1 ? 'report' : settled })];
    case 'report':
      return reports(state, misplaced, (what, isFirst, shared) => step(what, { at: isFirst ? 'queue' : settled }, shared));
    case 'queue':
      return [step('queues the APC itself', { at: settled }, { apcs: state.apcs + 1 })];
    case 'sleep': {
      if (state.apcs === 0) return [];
      return [step('runs the APC', { at: hearsLate ? 'pump' : 'hear', isDeaf: hearsLate }, { apcs: state.apcs - 1 })];
    }
    case 'hear': {
      const isLost = state.READER_GONE === 1 && !hasRoom;
      return [step('hears of it, ROOM_ASKED=0', { at: isLost ? 'over' : me.isDeaf ? 'sleep' : 'pump', isDeaf: false }, { ROOM_ASKED: 0 })];
    }
    case 'over':
      return [];
  }
};

const stepsOfReader = (state: AskState, misplaced: AskMisplacement | null): ThreadStep<AskState>[] => {
  const me = state.reader;
  const step = (what: string, change: Partial<Reader>, shared: Partial<AskState> = {}): ThreadStep<AskState> => ({
    name: `reader ${what}`,
    to: { ...state, ...shared, reader: { ...me, ...change } },
  });
  const releasesLate = misplaced === 'release loads the request before it stores HEAD';
  const leavesLate = misplaced === 'leave loads the request before it stores READER_GONE';
  /** Where it goes on once it has reported, or had nothing to report. */
  const next: Reader['at'] = releasesLate && me.then === 'idle' ? 'release' : leavesLate && me.then === 'done' ? 'leave' : me.then;
  switch (me.at) {
    case 'idle': {
      const leave = step('wants to leave', { at: leavesLate ? 'report' : 'leave', then: 'done' });
      if (state.TAIL === me.read) return [leave];
      return [step(`reads ${me.read}`, { at: releasesLate ? 'report' : 'release', read: me.read + 1 }), leave];
    }
    case 'release':
      return [step(`stores HEAD=${me.read}`, { at: releasesLate ? 'idle' : 'report', then: 'idle' }, { HEAD: me.read })];
    case 'leave':
      return [step('stores READER_GONE=1', { at: leavesLate ? 'done' : 'report', then: 'done' }, { READER_GONE: 1 })];
    case 'report':
      return reports(state, misplaced, (what, isFirst, shared) => step(what, { at: isFirst ? 'queue' : next }, shared));
    case 'queue':
      return [step('queues the APC', { at: next }, { apcs: state.apcs + 1 })];
    case 'done':
      return [];
  }
};

type Reporting = (what: string, isFirst: boolean, shared: Partial<AskState>) => ThreadStep<AskState>;

/** Misplaced, a thread that sees the request goes on to report it, though the other may have done so since. */
const reports = ({ ROOM_ASKED }: AskState, misplaced: AskMisplacement | null, reporting: Reporting): ThreadStep<AskState>[] => {
  const isFirst = ROOM_ASKED === 1 || (misplaced === 'reporting stores the request without a comparison' && ROOM_ASKED === 2);
  return [reporting(`finds ROOM_ASKED=${ROOM_ASKED}`, isFirst, isFirst ? { ROOM_ASKED: 2 } : {})];
};

/** Asking for room, or one that misplaces something. */
export const askRace = (misplaced: AskMisplacement | null = null): Race<AskState> => ({
  start,
  stepsOf: (state) => [...stepsOfWriter(state, misplaced), ...stepsOfReader(state, misplaced)],
  keyOf: (state) => JSON.stringify(state),
  brokenIn: ({ writer, reader, ROOM_ASKED, apcs, HEAD }) => {
    if (apcs > 1) return 'one request is reported twice';
    const isAlone = writer.at === 'sleep' && apcs === 0;
    if (isAlone && (reader.at === 'idle' || reader.at === 'done') && writer.sent - HEAD < 1)
      return 'the writer waits although room was released';
    if (isAlone && reader.at === 'done') return 'the writer waits though the reader has gone';
    return isAlone && ROOM_ASKED === 0 && reader.at === 'idle' ? 'the writer waits and has not asked' : null;
  },
  isOver: ({ writer, reader }) => writer.at === 'over' && reader.at === 'done',
});
