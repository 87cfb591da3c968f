/** What a step of a trace shows, and every outcome that is permitted in its place, as far as a C program can distinguish them. */

import type { Oracle } from '../../model/oracle/oracle.ts';
import { permittedOutcomes } from '../../model/oracle/permitted.ts';
import type { Operation } from '../../model/oracle/world.ts';
import { errorCodes, winsockCodeOf } from '../../model/winsock/codes.ts';
import { foreignErrors } from '../../model/winsock/foreign.ts';
import type { BegunCall, CallStep, EndStep, PeerStep, PollStep, PortStep, RoutineEnterStep, TraceStep } from '../../model/winsock/trace.ts';
import { isOnlyReading } from './cReading.ts';
import { threadTaking } from './cStep.ts';

/** OUT is a call that has not returned, OTHER a packet or a routine of another operation, FLAGGED a routine that is given flags. */
export interface COutcome {
  readonly shows: 'RETURN' | 'FLAGGED' | 'OUT' | 'NOTHING' | 'OTHER' | 'SET' | 'UNSET' | 'BYTES' | 'IDLE' | 'EOF' | 'ERROR';
  readonly code: number;
  readonly least: number;
  readonly most: number;
}

export interface PermittedHere {
  readonly permitted: readonly COutcome[];
  /** Whatever else comes is not permitted. */
  readonly isWhole: boolean;
  readonly clauses: readonly string[];
}

// ---- What the trace shows ------------------------------------------------------------------------------------------------------

const numbers: Readonly<Record<string, number>> = { ...errorCodes, ...foreignErrors };
export const numberOfCode = (name: string): number => numbers[name] ?? Number(name);

const none = { code: 0, least: 0, most: 0 } as const;
const out: COutcome = { shows: 'OUT', ...none };
const nothing: COutcome = { shows: 'NOTHING', ...none };
const other: COutcome = { shows: 'OTHER', ...none };

export function shownBy(step: TraceStep): COutcome {
  if ('peer' in step) return shownByPeer(step);
  if ('port' in step && !('call' in step))
    return step.port === 'empty'
      ? { shows: 'IDLE', ...none }
      : { shows: 'RETURN', ...counted(winsockCodeOf(`${numberOfCode(step.error)}`), step.bytes) };
  if ('poll' in step) return { shows: isSet(step) ? 'SET' : 'UNSET', ...none };
  if ('routine' in step && step.routine === 'enter')
    return { shows: step.flags === 0 ? 'RETURN' : 'FLAGGED', ...counted(step.error, step.bytes) };
  if ('end' in step) return returnedBy(step.begun, step.returns);
  return 'call' in step && step.returns !== undefined ? returnedBy(step, step.returns) : nothing;
}

/** A look at a call that the trace shows under way. */
export const shownByLook = out;

const isSet = (step: PollStep): boolean => (step.poll === 'event' ? step.signalled : step.poll === 'count' ? step.written : step.ready);

interface Result {
  readonly errno?: string | undefined;
  readonly bytes?: Count | undefined;
  /** Of an option. */
  readonly value?: unknown;
}
type Count = number | { readonly least: number; readonly most: number };

/** A send that fails may leave its count alone or count nothing: these are one. */
function returnedBy({ call }: CallStep | BegunCall, returns: object): COutcome {
  const { errno = '0', bytes, value } = returns as Result;
  if (call === 'WSPGetSockOpt')
    return { shows: 'RETURN', ...counted(errno, value === undefined || typeof value === 'object' ? undefined : Number(value)) };
  const isFailure = call === 'WSPSend' && errno !== '0' && errno !== 'WSA_IO_PENDING';
  return { shows: 'RETURN', ...counted(errno, isFailure && bytes === 0 ? undefined : bytes) };
}

const counted = (errno: string, bytes: Count | undefined): Omit<COutcome, 'shows'> => {
  const code = numberOfCode(errno);
  if (bytes === undefined) return { code, least: -1, most: -1 };
  return typeof bytes === 'number' ? { code, least: bytes, most: bytes } : { code, ...bytes };
};

const shownByPeer = (step: PeerStep): COutcome => {
  if (step.peer === 'idle') return { shows: 'IDLE', ...none };
  if (step.peer === 'eof') return { shows: 'EOF', ...none };
  if (step.peer === 'error') return { shows: 'ERROR', ...none, code: counted(step.errno, undefined).code };
  const length = step.runs.reduce((sum, [, count]) => sum + count, 0);
  return { shows: 'BYTES', code: 0, least: length, most: length };
};

const holds = (outcome: COutcome, seen: COutcome): boolean =>
  outcome.shows === seen.shows && outcome.code === seen.code && outcome.least <= seen.least && outcome.most >= seen.most;

// ---- What is permitted ---------------------------------------------------------------------------------------------------------

/** @param within The call that the thread of the step is in. */
export function permittedAt(step: TraceStep, oracle: Oracle, within: BegunCall | undefined): PermittedHere {
  if ('peer' in step) return permittedToPeer(step, oracle);
  if ('port' in step && !('call' in step)) return permittedToPort(step, oracle);
  if ('poll' in step)
    return whole(
      both(step)
        .filter((one) => isPermitted(one, oracle))
        .map(shownBy),
    );
  if ('routine' in step && step.routine === 'enter') return permittedToRoutine(step, oracle, within);
  if (('call' in step && step.begin === undefined) || 'end' in step) return permittedToCall(step, oracle);
  return whole(isPermitted(step, oracle) ? [nothing] : []);
}

/** Of a call that is under way where the trace stands. */
export function permittedToLook(begun: BegunCall, oracle: Oracle): PermittedHere {
  const found = permittedToCall(endOf(begun), oracle);
  return { ...found, permitted: [out, ...found.permitted.filter(({ shows }) => shows !== 'OUT')] };
}

const whole = (permitted: readonly COutcome[], clauses: readonly string[] = []): PermittedHere => ({ permitted, isWhole: true, clauses });
const isPermitted = (step: TraceStep, oracle: Oracle): boolean => oracle.foresee(step) !== undefined;
const settle = { env: 'settle' } as const;

const both = (step: PollStep): readonly PollStep[] => {
  if (step.poll === 'event') return [true, false].map((signalled) => ({ ...step, signalled }));
  if (step.poll === 'count') return [true, false].map((written) => ({ ...step, written }));
  return [true, false].map((ready) => ({ ...step, ready }));
};

/** What the step shows, where it is permitted and not among what was listed: an outcome of the trace itself is never left out. */
function seenBeyond(found: readonly COutcome[], step: TraceStep, oracle: Oracle): readonly COutcome[] {
  const seen = shownBy(step);
  return isPermitted(step, oracle) && !found.some((one) => holds(one, seen)) ? [seen] : [];
}

const clausesOf = (found: readonly { readonly clauses: readonly string[] }[]): readonly string[] => [
  ...new Set(found.flatMap(({ clauses }) => clauses)),
];

const endOf = (begun: BegunCall): EndStep => ({ end: begun.begin, returns: { rc: 0 }, begun }) as EndStep;

/** The results that a call may give here, whether it may still not have returned, and whether a routine may run in it. */
function permittedToCall(step: CallStep | EndStep, oracle: Oracle): PermittedHere {
  const found = permittedOutcomes(step, oracle.world, (candidate) => oracle.foresee(candidate));
  const begun = 'end' in step ? step.begun : begunFrom(step);
  const permitted = found.map(({ shown }) => returnedBy(begun, shown));
  // Nothing is said of the value that an option has.
  if (begun.call === 'WSPGetSockOpt')
    for (const [at, one] of permitted.entries()) if (one.code === 0) permitted[at] = { ...one, least: -1, most: 2 ** 32 - 1 };
  permitted.push(...seenBeyond(permitted, step, oracle));
  const begins = 'end' in step ? [] : [begun];
  if (oracle.foreseeAll([...begins, settle, settle]) !== undefined) permitted.push(out);
  const inIt = oracle.copy();
  if (begins.every((one) => inIt.step(one) === undefined) && mayEnter(threadTaking(step), inIt, undefined)) permitted.push(other);
  return whole(permitted, clausesOf(found));
}

/** The same call, where something is seen before it returns. */
function begunFrom(step: CallStep): BegunCall {
  const { returns: _, ...call } = step;
  return { ...call, begin: Number.MAX_SAFE_INTEGER } as BegunCall;
}

function mayEnter(thread: string, oracle: Oracle, except: string | undefined): boolean {
  return [...oracle.world.operations].some(([overlapped, { hasRoutine }]) => {
    if (!hasRoutine || overlapped === except) return false;
    const enter: RoutineEnterStep = { routine: 'enter', thread, overlapped, error: '0', bytes: 0, flags: 0 };
    return permittedOutcomes(enter, oracle.world, (candidate) => oracle.foresee(candidate)).length > 0;
  });
}

/** The statuses that the routine may be given; no routine, where the wait may end without one; and another one before it. */
function permittedToRoutine(step: RoutineEnterStep, oracle: Oracle, within: BegunCall | undefined): PermittedHere {
  const found = permittedOutcomes(step, oracle.world, (candidate) => oracle.foresee(candidate));
  const permitted = found.flatMap(({ shown }): COutcome[] => {
    const { error, bytes, thread } = shown as { readonly error?: string; readonly bytes?: number; readonly thread?: string };
    return error === undefined || thread !== undefined ? [] : [{ shows: 'RETURN', ...counted(error, bytes) }];
  });
  permitted.push(...seenBeyond(permitted, step, oracle));
  const ends = within === undefined ? [] : permittedToCall(endOf(within), oracle).permitted;
  if (within === undefined || ends.some(({ shows }) => shows === 'RETURN')) permitted.push(nothing);
  if (ends.some(({ shows }) => shows === 'OUT')) permitted.push(out);
  if (mayEnter(threadTaking(step), oracle, step.overlapped)) permitted.push(other);
  return whole(permitted, clausesOf(found));
}

/** A port may have nothing, or the packet of another operation first; in which order they come is not specified. */
function permittedToPort(step: PortStep, oracle: Oracle): PermittedHere {
  const { socket } = step;
  const attempt = (candidate: TraceStep) => oracle.foresee(candidate);
  const empty: PortStep = { port: 'empty', socket };
  const own = step.port === 'packet' ? permittedOutcomes(step, oracle.world, attempt) : [];
  const isOther = ([overlapped, waiting]: readonly [string, readonly Operation[]]): boolean =>
    !('overlapped' in step && step.overlapped === overlapped) &&
    waiting.some((operation) => operation.socket?.name === socket) &&
    permittedOutcomes({ port: 'packet', socket, overlapped, error: '0', bytes: 0 }, oracle.world, attempt).length > 0;
  const permitted = own.flatMap(({ shown }): COutcome[] => {
    const { error, bytes } = shown as { readonly error?: string; readonly bytes?: number };
    return error === undefined ? [] : [{ shows: 'RETURN', ...counted(error, bytes) }];
  });
  if (isPermitted(empty, oracle)) permitted.push({ shows: 'IDLE', ...none });
  if ([...oracle.world.packets].some(isOther)) permitted.push(other);
  permitted.push(...seenBeyond(permitted, step, oracle));
  return whole(permitted, clausesOf(own));
}

function permittedToPeer(step: PeerStep, oracle: Oracle): PermittedHere {
  const { socket } = step;
  const others: readonly PeerStep[] = [
    { peer: 'idle', socket },
    { peer: 'eof', socket },
    { peer: 'error', socket, errno: 'WSAECONNRESET' },
    { peer: 'error', socket, errno: 'WSAECONNABORTED' },
  ];
  const permitted = others.filter((one) => isPermitted(one, oracle)).map(shownByPeer);
  if (step.peer !== 'recv') return { permitted, isWhole: false, clauses: [] };
  const seen = shownByPeer(step);
  const isHere = isPermitted(step, oracle);
  const isWhole = isHere && isOnlyReading(step, oracle);
  // An urgent byte need not be read apart, nor at all.
  if (step.oob === true) return { permitted: isHere ? [seen, nothing] : [nothing], isWhole, clauses: [] };
  // A peer of a stream may have read less by now. A datagram comes whole.
  const isStream = oracle.world.sockets.get(socket)?.isStream === true;
  if (isHere) permitted.push({ ...seen, least: isStream ? Math.min(1, seen.least) : seen.least });
  return { permitted, isWhole, clauses: [] };
}
