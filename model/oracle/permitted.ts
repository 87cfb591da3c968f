/** What could have come instead of a step, or may come of a call: every other outcome of the same step is tried. */

import type { ClauseId } from '../clauses/register.ts';
import { statusCodes } from '../machines/operationWords.ts';
import { sendCodes } from '../winsock/callCodes.ts';
import { errorCodes } from '../winsock/codes.ts';
import { kindOf, type TraceStep, type TransportTookStep, threadOf } from '../winsock/trace.ts';
import { askedFor } from './callKinds.ts';
import { expectedIn } from './reading.ts';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** What trying a step showed: the clauses of the rules that permit it, and the world that it leads to. */
export interface Tried {
  readonly clauses: readonly ClauseId[];
  readonly world: World;
}

/**
 * An outcome in the words of a trace: `returns` of a call, or the fields in which another step would differ, and the clauses that permit
 * it. Where several counts of bytes are permitted alike, `bytes` is `{"least","most"}`, both included.
 */
export type Permitted = Record<string, unknown>;

/** A permitted outcome with what trying it showed. */
export type Outcome<T extends Tried = Tried> = T & { readonly shown: Readonly<Record<string, unknown>> };

export function permittedInstead(
  step: TraceStep,
  world: World,
  { about, first, clauses: broken }: Refusal,
  attempt: (step: TraceStep) => Tried | undefined,
): Permitted[] {
  const found: Permitted[] = permittedOutcomes(step, world, attempt).map(({ shown, clauses }) => ({ ...shown, clauses }));
  const isPeer = kindOf(step) === 'peer';
  // What a peer received may be about a call that need not return.
  const isDue = !isPeer || [...world.released].some(({ number }) => number === about);
  const isQueued = about !== undefined && kindOf(step) !== 'port';
  const owed = typeof about === 'number' ? { end: about } : isQueued ? { routine: 'enter', overlapped: about } : undefined;
  const due = first ?? (isDue ? owed : undefined);
  if (due !== undefined) found.unshift({ ...due, clauses: broken });
  else if (isPeer) found.push(...expectedByPeer(step as Extract<TraceStep, { peer: string }>, world));
  if (found.length === 0 && 'poll' in step && step.poll === 'event') found.push(...completionsFirst(step.overlapped, world, attempt));
  if ('port' in step && step.port === 'empty') found.push(...packetsInstead(step.socket, world, attempt));
  if ('env' in step && step.env === 'transport.took') found.push(...fewerTaken(step, attempt));
  return found.length > 0 ? found : [{ nothing: whyNothing(step) }];
}

/** Every outcome of the step that is permitted, whatever outcome the step itself has. */
export const permittedOutcomes = <T extends Tried>(
  step: TraceStep,
  world: World,
  attempt: (step: TraceStep) => T | undefined,
): readonly Outcome<T>[] => [...alternatives(step, world)].flatMap((alternative) => permittedOf(step, alternative, attempt));

/** Of a result that fails with a code: the counts with which it is permitted, and without one. */
export const permittedWithCode = <T extends Tried>(
  step: TraceStep,
  world: World,
  errno: string,
  attempt: (step: TraceStep) => T | undefined,
): readonly Outcome<T>[] => {
  const call = 'end' in step ? step.begun : (step as { call?: string; overlapped?: string });
  const counts = call.call === 'WSPGetOverlappedResult' ? countsOf(world, call.overlapped) : [];
  return permittedOf(step, alternativesOf(step, { rc: -1, errno }, [undefined, ...counts]), attempt);
};

function permittedOf<T extends Tried>(
  step: TraceStep,
  { shown, made, counts }: Alternative,
  attempt: (step: TraceStep) => T | undefined,
): readonly Outcome<T>[] {
  const tryOut = (bytes: number | undefined): T | undefined => attempt({ ...step, ...made(bytes) } as TraceStep);
  const uncounted = counts.includes(undefined) ? tryOut(undefined) : undefined;
  // What is refused without a count is refused with one.
  const isRefused = counts.includes(undefined) && uncounted === undefined && shown.rc === -1;
  const runs = runsOf(isRefused ? [] : counts.filter((count) => count !== undefined), tryOut);
  return [
    ...(uncounted === undefined ? [] : [{ shown, ...uncounted }]),
    ...runs.map(({ least, most, tried }) => ({ shown: { ...shown, bytes: least === most ? least : { least, most } }, ...tried })),
  ];
}

interface CountRun<T> {
  readonly least: number;
  readonly most: number;
  readonly tried: T;
}

/** Counts that are permitted alike, from the least to the most. Between two that are not alike the border is found by halves. */
function runsOf<T extends Tried>(counts: readonly number[], tryOut: (bytes: number) => T | undefined): readonly CountRun<T>[] {
  const runs: { least: number; most: number; tried: T | undefined }[] = [];
  const take = (count: number, tried: T | undefined): void => {
    const last = runs.at(-1);
    if (last !== undefined && isAlike(last.tried, tried)) last.most = count;
    else runs.push({ least: count, most: count, tried });
  };
  for (const count of counts) {
    const tried = tryOut(count);
    let last = runs.at(-1);
    while (last !== undefined && last.most < count - 1 && !isAlike(last.tried, tried)) {
      const border = borderOf(last.most, last.tried, count, tryOut);
      last.most = border - 1;
      if (border === count) break;
      last = { least: border, most: border, tried: tryOut(border) };
      runs.push(last);
    }
    take(count, tried);
  }
  return runs.filter((run): run is CountRun<T> => run.tried !== undefined);
}

/** The least count that is not like the one below it, between a count and a greater one. */
function borderOf<T extends Tried>(below: number, like: T | undefined, above: number, tryOut: (bytes: number) => T | undefined): number {
  let [from, to] = [below, above];
  while (to - from > 1) {
    const middle = from + Math.floor((to - from) / 2);
    if (isAlike(tryOut(middle), like)) from = middle;
    else to = middle;
  }
  return to;
}

const isAlike = (a: Tried | undefined, b: Tried | undefined): boolean => a?.clauses.join() === b?.clauses.join();

/** One outcome, without or with each of some counts of bytes; the counts stand in ascending order. */
interface Alternative {
  readonly shown: Readonly<Record<string, unknown>>;
  made(bytes: number | undefined): object;
  readonly counts: readonly (number | undefined)[];
}

const alternativesOf = (
  step: TraceStep,
  fields: Readonly<Record<string, unknown>>,
  counts: readonly (number | undefined)[],
): Alternative => ({
  shown: fields,
  made: (bytes) => {
    const outcome = bytes === undefined ? fields : { ...fields, bytes };
    // What an end line ends is no field that a copy takes along.
    if ('end' in step) return { begun: step.begun, returns: outcome };
    return 'call' in step ? { returns: outcome } : outcome;
  },
  counts,
});

/** The greatest count that a DWORD holds. */
const countMax = 0xffff_ffff;

/** Where a rule over counts can turn: nothing, something, all but something, all, and too many. */
const countsUpTo = (length: number, ...more: readonly (number | undefined)[]): number[] =>
  [...new Set([0, 1, Math.floor(length / 2), length - 1, length, length + 1, ...more, countMax])]
    .filter((count): count is number => count !== undefined && count >= 0 && count <= countMax)
    .sort((a, b) => a - b);

/** Those of the operation of a name: what was reported of it before is one. */
function countsOf(world: World, name = ''): number[] {
  const operation = world.operations.get(name);
  return countsUpTo(operation?.length ?? 0, operation?.bytes);
}

function* alternatives(step: TraceStep, world: World): Generator<Alternative> {
  if ('call' in step || 'end' in step) {
    const call = 'end' in step ? step.begun : step;
    if (call.call === 'WSPSend') {
      const asked = askedFor(call);
      yield alternativesOf(step, { rc: 0 }, [undefined, ...countsUpTo(asked, world.sockets.get(call.socket)?.room)]);
      yield alternativesOf(step, { rc: -1, errno: 'WSA_IO_PENDING' }, [undefined, 0, asked]);
      // A failure that counts nothing says no more than one without a count.
      const counts = [undefined, ...countsUpTo(asked).filter((count) => count > 0)];
      for (const errno of callCodes) yield alternativesOf(step, { rc: -1, errno }, counts);
    } else if (call.call === 'WSPGetOverlappedResult') {
      const counts = [undefined, ...countsOf(world, call.overlapped)];
      yield alternativesOf(step, { rc: 0 }, counts);
      yield alternativesOf(step, { rc: -1, errno: 'WSA_IO_INCOMPLETE' }, counts);
      for (const errno of resultCodes) yield alternativesOf(step, { rc: -1, errno }, counts);
    } else {
      yield alternativesOf(step, { rc: 0 }, [undefined]);
      for (const errno of call.call === 'WSPCancelIo' ? [...callCodes, '1168'] : callCodes) {
        yield alternativesOf(step, { rc: -1, errno }, [undefined]);
      }
    }
  } else if ('poll' in step) {
    for (const shown of eitherPoll[step.poll]) yield alternativesOf(step, shown, [undefined]);
  } else yield* otherIndications(step, world);
}

/** The other contents of an indication; of a routine, on the other thread too. */
function* otherIndications(step: TraceStep, world: World): Generator<Alternative> {
  const { overlapped, thread: own } = step as { readonly overlapped?: string; readonly thread?: string };
  const operation = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const counts = countsOf(world, overlapped);
  if ('routine' in step && step.routine === 'enter') {
    for (const error of statusCodes) yield alternativesOf(step, { error, flags: 0 }, counts);
    const thread = operation?.thread;
    if (thread === undefined || thread === threadOf({ thread: own })) return;
    for (const error of statusCodes) yield alternativesOf(step, { error, flags: 0, thread }, counts);
  } else if (('port' in step && step.port === 'packet') || ('upcall' in step && step.upcall === 'WPUCompleteOverlappedRequest')) {
    for (const error of statusCodes) yield alternativesOf(step, { error }, counts);
  } else if ('upcall' in step && operation !== undefined) {
    for (const thread of new Set([threadOf(step), operation.thread]))
      yield alternativesOf(step, { thread, returns: { rc: 0 } }, [undefined]);
  }
}

/** The transport may have taken any number of bytes up to those that are left: the greatest is found by halves. */
function fewerTaken(step: TransportTookStep, attempt: (step: TraceStep) => Tried | undefined): Permitted[] {
  let most: { readonly bytes: number; readonly tried: Tried } | undefined;
  for (let from = 1, to = step.bytes - 1; from <= to; ) {
    const bytes = Math.floor((from + to) / 2);
    const tried = attempt({ ...step, bytes });
    if (tried === undefined) to = bytes - 1;
    else {
      most = { bytes, tried };
      from = bytes + 1;
    }
  }
  if (most === undefined) return [];
  return [{ bytes: most.bytes === 1 ? 1 : { least: 1, most: most.bytes }, clauses: most.tried.clauses }];
}

/** Of an event that may be neither set nor not set: the upcall that had to set it. */
function completionsFirst(overlapped: string, world: World, attempt: (step: TraceStep) => Tried | undefined): Permitted[] {
  const upcall = { upcall: 'WPUCompleteOverlappedRequest', overlapped } as const;
  const step = { ...upcall, error: '0', bytes: 0 } satisfies TraceStep;
  return permittedOutcomes(step, world, attempt).map(({ shown, clauses }) => ({ ...upcall, ...shown, clauses }));
}

/** In place of a port that has nothing: the packets that are to come. */
function packetsInstead(socket: string, world: World, attempt: (step: TraceStep) => Tried | undefined): Permitted[] {
  return [...world.packets].flatMap(([overlapped, [operation]]) => {
    if (operation?.socket?.name !== socket) return [];
    const step: TraceStep = { port: 'packet', socket, overlapped, error: '0', bytes: 0 };
    return permittedOutcomes(step, world, attempt).map(({ shown, clauses }) => ({ port: 'packet', overlapped, ...shown, clauses }));
  });
}

/** No outcome of the step is permitted: nothing of its kind may happen now. */
function whyNothing(step: TraceStep): string {
  const { overlapped, socket } = ('end' in step ? step.begun : step) as { readonly overlapped?: string; readonly socket?: string };
  switch (kindOf(step)) {
    case 'routine':
      return 'routine' in step && step.routine === 'leave' ? `no routine of ${overlapped} runs` : `no routine of ${overlapped} may run now`;
    case 'upcall':
      return `no completion of ${overlapped} is to be reported now`;
    case 'port':
      return `no packet of ${overlapped} is to be dequeued now`;
    case 'peer':
      return `no byte sent on ${socket} is left to be received`;
    case 'env':
      return `no byte sent on ${socket} is left to be taken`;
    default:
      return 'no other outcome of this step';
  }
}

const eitherPoll = {
  event: [{ signalled: true }, { signalled: false }],
  count: [{ written: true }, { written: false }],
  writable: [{ ready: true }, { ready: false }],
} as const;
/** Every code that a call could return for a failure, those of WSPSend first. */
const callCodes = [...new Set<string>([...sendCodes, ...Object.keys(errorCodes)])].filter((code) => code !== 'WSA_IO_PENDING');
const resultCodes = [...new Set<string>([...statusCodes, ...callCodes])].filter((code) => code !== '0' && code !== 'WSA_IO_INCOMPLETE');

function expectedByPeer(step: Extract<TraceStep, { peer: string }>, world: World): Permitted[] {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) return [];
  if (!socket.isStream)
    return socket.datagrams
      .expected()
      .slice(0, 8)
      .map((runs) => ({ runs }));
  const { reading, took } = socket.stream;
  const most = took.most - reading.received;
  if (most <= 0) return [{ nothing: 'nothing: every byte that the transport took has been received' }];
  return expectedIn(reading, world.period)
    .slice(0, 8)
    .map(([run]) =>
      run === undefined ? { nothing: 'nothing: every accepted byte has been received' } : { runs: [[run[0], Math.min(run[1], most)]] },
    );
}
