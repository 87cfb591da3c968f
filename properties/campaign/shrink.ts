import type { Profile } from '../../model/clauses/profiles.ts';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { CallRequest } from '../../model/winsock/trace.ts';
import { type CaseResult, type Deviation, runCase } from './campaign.ts';
import type { CampaignRequest } from './requests.ts';

/** From a case that deviates to a short one that breaks the same clause: fewer requests first, then simpler ones. */

const runsMax = 2500;

type Failing = CaseResult & { readonly deviation: Deviation };
const fails = (result: CaseResult): result is Failing => result.deviation !== undefined;

export async function shrink(provider: ProviderModule, profile: Profile, found: Failing): Promise<Failing> {
  let best = found;
  let runs = 0;
  const { kind, clauses } = found.deviation;
  // A stall is seen by draining, so its cases keep their end; of the others the end is requests like any.
  const finishes = kind === 'stalled';
  const attempt = async (requests: readonly CampaignRequest[]): Promise<boolean> => {
    if (runs++ > runsMax) return false;
    const result = await runCase(provider, { profile, requests, finishes });
    if (!fails(result) || result.deviation.kind !== kind || result.deviation.clauses[0] !== clauses[0]) return false;
    best = finishes ? { ...result, requests } : result;
    return true;
  };
  const isDead = (): boolean => runs > runsMax;

  // Without its end the case must still fail; a stall keeps only what came before the end.
  if (!(await attempt(found.requests))) return found;
  for (let size = -1; size !== best.requests.length && !isDead(); ) {
    size = best.requests.length;
    await removeRequests(() => best.requests, attempt);
    await simplifyRequests(() => best.requests, attempt);
  }
  return best;
}

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
  if ('thread' in request && request.thread !== undefined && (!('call' in request) || request.call !== 'ExitThread'))
    yield without(request, 'thread');
  if ('peer' in request && request.bytes !== undefined) yield without(request, 'bytes');
  if (!('call' in request) || request.call !== 'WSPSend') return;
  for (const field of ['flags', 'count', 'event', 'fault'] as const) if (request[field] !== undefined) yield without(request, field);
  if (Array.isArray(request.routine)) {
    yield { ...request, routine: true };
    for (let at = 0; at < request.routine.length; at++) {
      if (request.routine.length > 1) yield { ...request, routine: request.routine.filter((_: CallRequest, other) => other !== at) };
    }
  }
  const { buffers } = request;
  if (buffers.length > 1) {
    yield { ...request, buffers: [buffers.reduce((sum, length) => sum + length, 0)] };
    yield { ...request, buffers: buffers.slice(0, Math.ceil(buffers.length / 2)) };
    yield { ...request, buffers: buffers.slice(1) };
  }
  for (let at = 0; at < Math.min(buffers.length, 4); at++) {
    const length = buffers[at]!;
    for (const shorter of new Set([0, 1, Math.floor(length / 2), length - 1])) {
      if (shorter >= 0 && shorter < length) yield { ...request, buffers: buffers.map((other, which) => (which === at ? shorter : other)) };
    }
  }
}

const without = <T extends object, K extends keyof T>(request: T, field: K): T => {
  const { [field]: _, ...rest } = request;
  return rest as T;
};
