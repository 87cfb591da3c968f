/** Sequences of requests, the shortest first: those that the graph of a slice has, whatever the answers are. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { Kernel } from '../../model/explore/kernel.ts';
import { type Bounds, isHidden } from '../../model/product/labels.ts';
import { type SliceName, slices } from '../../model/product/slices.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { opening } from '../paths/asked.ts';
import { isAskable, isAwaited, requestsFor } from '../tours/asking.ts';
import { followLabel, type Names, newNames } from '../tours/names.ts';

/** A way through the model: where it stands, and what was asked on it. */
interface Way {
  readonly words: Int32Array;
  readonly names: Names;
  readonly requests: readonly CampaignRequest[];
}

const keyOf = ({ words, names, requests }: Way): string =>
  `${words.join()} ${names.outstanding.join()} ${names.posted} ${names.failed ?? ''} ${JSON.stringify(requests)}`;

/** What the graph of a slice asks for, one request deeper at a time; what comes of its own accord costs no request. */
export class Sequences {
  readonly #kernel: Kernel;
  readonly #profile: Profile;
  #ways: readonly Way[];

  constructor(name: SliceName, bounds: Bounds, profile: Profile) {
    const slice = slices[name];
    this.#kernel = new Kernel(slice, bounds, profile);
    this.#profile = profile;
    const words = new Int32Array(this.#kernel.width);
    this.#kernel.initial(words, 0);
    this.#ways = this.#settled([{ words, names: newNames(slice), requests: opening(slice) }]);
  }

  /** Requests of those that the next call gives. */
  get length(): number {
    return (this.#ways[0]?.requests.length ?? 0) + 1;
  }

  /** Every sequence that is one request longer than those before. Of so many ways; `isCut` says that there were more. */
  next(waysMax: number): { readonly sequences: readonly (readonly CampaignRequest[])[]; readonly isCut: boolean } {
    const sequences = new Map<string, readonly CampaignRequest[]>();
    const ways: Way[] = [];
    const seen = new Set<string>();
    let isCut = false;
    for (const way of this.#ways) {
      for (const [index, label] of this.#kernel.labels.entries()) {
        if (isHidden(label) || isAwaited(label) || !isAskable(label, this.#profile)) continue;
        const asked = requestsFor(label, way.names);
        if (asked.length !== 1) continue;
        const next = this.#after(way, index, asked);
        if (next === undefined) continue;
        const key = keyOf(next);
        if (seen.has(key)) continue;
        if (seen.size >= waysMax) {
          isCut = true;
          break;
        }
        seen.add(key);
        ways.push(next);
        sequences.set(JSON.stringify(next.requests), next.requests);
      }
    }
    this.#ways = this.#settled(ways);
    return { sequences: [...sequences.values()], isCut };
  }

  /** With every way on which something came of its own accord. */
  #settled(ways: readonly Way[]): readonly Way[] {
    const all = new Map(ways.map((way) => [keyOf(way), way]));
    for (const way of all.values()) {
      for (const [index, label] of this.#kernel.labels.entries()) {
        if (!isHidden(label) && !isAwaited(label)) continue;
        const next = this.#after(way, index, []);
        if (next !== undefined && !all.has(keyOf(next))) all.set(keyOf(next), next);
      }
    }
    return [...all.values()];
  }

  #after({ words, names, requests }: Way, index: number, asked: readonly CampaignRequest[]): Way | undefined {
    const next = new Int32Array(words.length);
    if (!this.#kernel.step(words, 0, index, next, 0)) return undefined;
    const followed: Names = { ...names, outstanding: [...names.outstanding], early: new Map() };
    followed.sent = asked.flatMap((request) => ('call' in request && 'overlapped' in request ? [String(request.overlapped)] : []))[0];
    followLabel(followed, this.#kernel.labels[index]!);
    return { words: next, names: followed, requests: [...requests, ...asked] };
  }
}

/** Those that keep so many of the requests, in their order. */
export function* keeping<T>(requests: readonly T[], count: number): Generator<readonly T[]> {
  if (count === 0) yield [];
  for (let at = 0; count > 0 && at + count <= requests.length; at++) {
    for (const rest of keeping(requests.slice(at + 1), count - 1)) yield [requests[at]!, ...rest];
  }
}
