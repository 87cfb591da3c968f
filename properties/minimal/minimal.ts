/**
 * Whether fewer requests break the same clause.
 *
 * Shrinking leaves things out and makes them simpler, and ends where no single change helps. Here every sequence with fewer requests is
 * tried, the shortest first: those that leave some of the requests out, and all that the graphs of the model have within stated bounds.
 */

import type { Bounds } from '../../model/product/labels.ts';
import type { SliceName } from '../../model/product/slices.ts';
import { type Failing, isFailing } from '../campaign/caseResult.ts';
import type { Search } from '../campaign/findings.ts';
import { runCase } from '../campaign/runCase.ts';
import type { ShrinkOptions } from '../campaign/shrink.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { keeping, Sequences } from './sequences.ts';

/** The operations and units of the graphs that are searched. */
const minimalBounds: Bounds = { operations: 1, units: 1, length: 1 };

/** The graphs that have what the requests ask for. */
function slicesFor({ requests, header }: Failing): readonly SliceName[] {
  const has = (text: string): boolean => JSON.stringify(requests).includes(text);
  if (has('"SOCK_DGRAM"')) return ['datagram'];
  return [
    'sync',
    'overlapped',
    ...(has('"overlapped":true') ? [] : (['nonoverlapped'] as const)),
    ...(has('"flags"') || has('"fault"') ? (['calls'] as const) : []),
    ...(has('"thread"') ? (['threads'] as const) : []),
    ...(has('"SO_LINGER"') ? (['linger'] as const) : []),
    ...(has('"receiveOnly"') ? (['receiveOnly'] as const) : []),
    ...(header.side === 'spi' ? (['spi'] as const) : []),
  ];
}

/** Of the steps of a way, and of the cases of a search. */
const waysMax = 2000;
const casesMax = 1500;

export async function searchShorter(implementation: Implementation, failing: Failing, options: ShrinkOptions): Promise<Search> {
  const { profile, deadline, now, isOther } = options;
  const { kind, clauses } = failing.deviation;
  const finishes = kind === 'stalled';
  const most = Math.min(casesMax, implementation.patience.shrinkRuns);
  const tried = new Set<string>();
  let cases = 0;
  const isOver = (): boolean => cases >= most || now() >= deadline;
  /** Undefined: it does not fail so. */
  const failsSo = async (requests: readonly CampaignRequest[]): Promise<Failing | undefined> => {
    const key = JSON.stringify(requests);
    if (tried.has(key)) return undefined;
    tried.add(key);
    cases++;
    const result = await runCase(implementation, { profile, requests, finishes, beginning: {} });
    if (!isFailing(result) || result.deviation.kind !== kind || result.deviation.clauses[0] !== clauses[0]) return undefined;
    if (isOther?.(result) === true) return undefined;
    return finishes ? { ...result, requests } : result;
  };

  const injections = failing.requests.filter(isInjection);
  const slices = slicesFor(failing);
  const graphs = slices.map((slice) => ({ slice, made: undefined as Sequences | undefined }));
  /** Undefined: there are more ways than are looked at. */
  const ofLength = function* (length: number): Generator<readonly CampaignRequest[] | undefined> {
    yield* keeping(failing.requests, length);
    for (const graph of graphs) {
      graph.made ??= new Sequences(graph.slice, minimalBounds, profile);
      if (graph.made.length + injections.length !== length) continue;
      const { sequences, isCut } = graph.made.next(waysMax);
      for (const requests of sequences) yield [...injections, ...requests];
      if (isCut) yield undefined;
    }
  };
  let done = 0;
  const triedUp = (isAll: boolean): Search['tried'] => ({ requests: done, cases, isAll, graphs: slices });
  for (let length = 1; length < failing.requests.length; length++) {
    for (const requests of ofLength(length)) {
      if (requests === undefined || isOver()) return { tried: triedUp(false) };
      const shorter = await failsSo(requests);
      if (shorter !== undefined) return { shorter, tried: triedUp(true) };
    }
    done = length;
  }
  return { tried: triedUp(true) };
}
