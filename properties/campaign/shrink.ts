import type { Profile } from '../../model/clauses/profiles.ts';
import { askedFor } from '../../model/oracle/callKinds.ts';
import type { CallRequest, WSPSendRequest } from '../../model/winsock/trace.ts';
import type { Beginning, Implementation } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { type Failing, isFailing } from './caseResult.ts';
import { runCase } from './runCase.ts';

/** From a case that deviates to a short one that breaks the same clause: fewer requests first, then simpler ones. */

export interface ShrinkOptions {
  readonly profile: Profile;
  /** Milliseconds, as `now` counts them, after which no further case is run. */
  readonly deadline: number;
  readonly now: () => number;
  /** A case that fails in this way is not the one that is looked for. */
  readonly isOther?: (failing: Failing) => boolean;
}

export interface Shrunk {
  readonly failing: Failing;
  /** How often the same requests were asked again until they failed in the same way; `times` is 0 when they never did. */
  readonly shown: { readonly times: 0 | 1; readonly of: number };
}

export async function shrink(implementation: Implementation, found: Failing, options: ShrinkOptions): Promise<Shrunk> {
  const { profile, deadline, now, isOther } = options;
  const { confirmations, shrinkRuns, shrinkSeconds, deadlySeconds } = implementation.patience;
  let best = found;
  let runs = 0;
  const { kind, clauses } = found.deviation;
  // A stall is seen by draining, so its cases keep their end; of the others the end is requests like any.
  const finishes = kind === 'stalled';
  // The death of a process may come of all that it did before. And to wait in full for each of a hundred hangs takes too long.
  const isDeadly = kind === 'died' || kind === 'hung' || kind === 'runaway';
  let stopAt = Math.min(deadline, now() + (isDeadly ? deadlySeconds : shrinkSeconds) * 1000);
  let beginning: Beginning = { isFresh: true, hurries: kind === 'hung' };
  const isOver = (): boolean => runs > shrinkRuns || now() >= stopAt;
  const attempt = async (requests: readonly CampaignRequest[]): Promise<boolean> => {
    if (isOver()) return false;
    runs++;
    const result = await runCase(implementation, { profile, requests, finishes, beginning });
    if (!isFailing(result) || result.deviation.kind !== kind || result.deviation.clauses[0] !== clauses[0]) return false;
    if (isOther?.(result) === true) return false;
    best = finishes ? { ...result, requests } : result;
    return true;
  };

  let of = 0;
  // Without its end the case must still fail; a stall keeps only what came before the end.
  const isConfirmed = async (requests: readonly CampaignRequest[]): Promise<boolean> => {
    for (let times = 0; times < confirmations && !isOver(); times++) {
      of++;
      if (await attempt(requests)) return true;
    }
    return false;
  };
  const isAlone = await isConfirmed(found.requests);
  if (!isAlone && (found.whole === undefined || !(await isConfirmed(requestsOfTrace(found.whole)))))
    return { failing: found, shown: { times: 0, of } };
  const confirmed = best;
  if (!isDeadly && isAlone) beginning = {};
  for (let size = Number.POSITIVE_INFINITY; sizeOf(best.requests) < size && !isOver(); ) {
    size = sizeOf(best.requests);
    await hoistCalls(() => best.requests, attempt);
    await removeRequests(() => best.requests, attempt);
    await simplifyRequests(() => best.requests, attempt);
  }
  // The last one is asked for as in a replay, and waited for in full.
  beginning = { isFresh: true };
  stopAt = deadline;
  runs = 0;
  if (best !== confirmed && confirmations > 1 && !(await isConfirmed(best.requests))) best = confirmed;
  return { failing: best, shown: { times: 1, of } };
}

const sizeOf = (requests: readonly CampaignRequest[]): number => JSON.stringify(requests).length;

type Attempt = (requests: readonly CampaignRequest[]) => Promise<boolean>;

/** Pieces from half of the case down to single requests are left out, as long as the case still fails. */
async function removeRequests(current: () => readonly CampaignRequest[], attempt: Attempt): Promise<void> {
  for (let piece = Math.ceil(current().length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let start = current().length - piece; start > -piece; start -= piece) {
      const from = Math.max(0, start);
      const requests = current();
      if (from >= requests.length) continue;
      await attempt([...requests.slice(0, from), ...requests.slice(from + piece)]);
    }
  }
}

/** What a routine does may as well be done by the caller. */
async function hoistCalls(current: () => readonly CampaignRequest[], attempt: Attempt): Promise<void> {
  for (let at = 0; at < current().length; at++) {
    const request = current()[at]!;
    if (!('call' in request) || request.call !== 'WSPSend' || !Array.isArray(request.routine)) continue;
    const before = current().slice(0, at);
    const after = current().slice(at + 1);
    const plain = { ...request, routine: true };
    const hoisted =
      (await attempt([...before, ...request.routine, ...after])) ||
      (await attempt([...before, plain, ...request.routine, ...after])) ||
      (await attempt([...before, plain, ...after, ...request.routine]));
    if (hoisted) at--;
  }
}

async function simplifyRequests(current: () => readonly CampaignRequest[], attempt: Attempt): Promise<void> {
  for (let at = 0; at < current().length; at++) {
    for (let again = true; again; ) {
      again = false;
      for (const simpler of simplerThan(current()[at]!)) {
        const requests = replaced(current(), at, simpler);
        if (await attempt(requests)) {
          again = true;
          break;
        }
      }
      if (at >= current().length) return;
    }
  }
}

const replaced = (requests: readonly CampaignRequest[], at: number, request: CampaignRequest): CampaignRequest[] => [
  ...requests.slice(0, at),
  request,
  ...requests.slice(at + 1),
];

function* simplerThan(request: CampaignRequest): Generator<CampaignRequest> {
  if ('thread' in request && request.thread !== undefined && (!('call' in request) || request.call !== 'ExitThread')) {
    yield onMainThread(request);
  }
  if ('peer' in request && request.bytes !== undefined) yield without(request, 'bytes');
  if ('call' in request && request.call === 'WSPSend') yield* simplerSends(request);
}

function* simplerSends(request: WSPSendRequest): Generator<WSPSendRequest> {
  const { overlapped, event, routine, ...plain } = request;
  if (overlapped !== undefined) yield plain;
  if (routine !== undefined) yield without(request, 'routine');
  for (const field of ['flags', 'count', 'event', 'fault'] as const) if (request[field] !== undefined) yield without(request, field);
  if (Array.isArray(routine)) {
    yield { ...request, routine: true };
    for (const [at, call] of routine.entries()) {
      if (routine.length > 1) yield { ...request, routine: routine.filter((_, other) => other !== at) };
      for (const simpler of simplerThan(call)) {
        yield { ...request, routine: routine.map((other, which) => (which === at ? (simpler as CallRequest) : other)) };
      }
    }
  }
  yield* shorterSends(request);
}

function* shorterSends(request: WSPSendRequest): Generator<WSPSendRequest> {
  const { buffers } = request;
  if (buffers.length > 1) {
    yield { ...request, buffers: [askedFor(request)] };
    yield { ...request, buffers: buffers.slice(0, Math.ceil(buffers.length / 2)) };
    yield { ...request, buffers: buffers.slice(1) };
  }
  for (const [at, length] of buffers.slice(0, 4).entries()) {
    for (const shorter of new Set([0, 1, Math.floor(length / 2), length - 1])) {
      if (shorter >= 0 && shorter < length) yield { ...request, buffers: buffers.map((other, which) => (which === at ? shorter : other)) };
    }
  }
}

/** The calls of its routine go where the routine runs. */
const onMainThread = <T extends CampaignRequest>(request: T): T => {
  const { thread: _, ...rest } = request as T & { thread?: string };
  const moved = rest as T & { routine?: unknown };
  return Array.isArray(moved.routine) ? { ...moved, routine: moved.routine.map((call: CallRequest) => onMainThread(call)) } : moved;
};

const without = <T extends object, K extends keyof T>(request: T, field: K): T => {
  const { [field]: _, ...rest } = request;
  return rest as T;
};
