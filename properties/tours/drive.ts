/**
 * Drives an implementation through the graph of the model.
 *
 * The tester asks and the implementation answers: after each answer the model moves by the step that was observed, and the next
 * request is chosen among those that the state there enables, towards transitions that have not been seen yet. A path of a generated
 * test is followed in the same way, but only as long as the implementation goes along. The oracle judges every step.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { Graph } from '../../model/explore/explore.ts';
import { isHidden, type Label } from '../../model/explore/labels.ts';
import { Oracle, type Rejection } from '../../model/oracle/oracle.ts';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { Request, TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import { Harness } from '../harness/harness.ts';
import { isUnsupported } from '../harness/lines.ts';
import { connecting, endsOperation, follow, isAwaited, labelsOfStep, type Names, opening, requestOf, unitBytes } from './paths.ts';
import { Seen } from './seen.ts';

export interface TourFailure {
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
  readonly rejection: Rejection;
}

export interface TourResult {
  /** One for each transition of the graph: was it observed? */
  readonly shown: Uint8Array;
  readonly steps: number;
  readonly cases: number;
  readonly failures: readonly TourFailure[];
}

export interface DriveOptions {
  readonly profile: Profile;
  readonly onStep?: (step: TraceStep) => void;
  /** Stops when it answers true; asked before each case. */
  readonly enough?: (steps: number) => boolean;
}

/** Requests of one case, before the next begins with a fresh implementation. */
const caseLengthMax = 48;

/** Completions are told at once, or held back until the next settle, where an implementation lets that be chosen. */
const delays = [0, 1] as const;

/** Goes wherever the implementation can be brought to go, until nothing new can be tried. */
export async function conductTour(module: ProviderModule, graph: Graph, options: DriveOptions): Promise<TourResult> {
  const seen = new Seen(graph);
  const failures: TourFailure[] = [];
  let steps = 0;
  let cases = 0;
  for (const delay of delays) {
    seen.forgetAttempts();
    while (seen.hasPlan(0) && failures.length === 0 && !options.enough?.(steps)) {
      const drive = new Drive(module, graph, options, delay);
      const before = seen.changes;
      await drive.conduct(seen);
      steps += drive.steps.length;
      cases++;
      if (drive.failure !== undefined) failures.push(drive.failure);
      if (seen.changes === before) break;
    }
  }
  return { shown: seen.shown, steps, cases, failures };
}

/** Follows one path of a tour. `followed` counts its steps up to where the implementation went another way. */
export async function followPath(
  module: ProviderModule,
  seen: Seen,
  path: readonly Label[],
  options: DriveOptions,
): Promise<{ followed: number; failure: TourFailure | undefined; steps: readonly TraceStep[] }> {
  let best = { followed: -1, failure: undefined as TourFailure | undefined, steps: [] as readonly TraceStep[] };
  for (const delay of delays) {
    const drive = new Drive(module, seen.graph, options, delay);
    const followed = await drive.follow(path, seen);
    if (drive.failure !== undefined) return { followed, failure: drive.failure, steps: drive.steps };
    if (followed > best.followed) best = { followed, failure: undefined, steps: drive.steps };
    if (followed === path.length) break;
  }
  return best;
}

class Drive {
  readonly steps: TraceStep[] = [];
  failure: TourFailure | undefined;
  private readonly graph: Graph;
  private readonly options: DriveOptions;
  private readonly harness: Harness;
  private readonly oracle: Oracle;
  private readonly header: TraceHeader;
  private readonly delay: 0 | 1;
  private readonly names: Names = { outstanding: [], posted: 0 };
  /** Labels that were observed and that the model has not moved by yet. */
  private readonly observed: Label[] = [];
  private lost = false;

  constructor(module: ProviderModule, graph: Graph, options: DriveOptions, delay: 0 | 1) {
    this.graph = graph;
    this.options = options;
    this.delay = delay;
    this.harness = new Harness(module);
    this.header = this.harness.header(undefined, `a walk through the model: ${graph.slice.name}`);
    this.oracle = new Oracle(options.profile, this.header);
  }

  async conduct(seen: Seen): Promise<void> {
    await this.open();
    let state = seen.eager(0);
    for (let length = 0; length < caseLengthMax; length++) {
      const edge = seen.plan(state);
      if (edge === undefined) return;
      const request = requestOf(seen.labelOf(edge), this.names);
      if (request !== undefined) await this.ask(request);
      let arrived = false;
      for (let label = this.observed.shift(); label !== undefined; label = this.observed.shift()) {
        const taken = this.lost || this.failure !== undefined ? undefined : seen.edgeOf(state, label);
        if (taken === undefined) {
          this.lost = true;
          break;
        }
        arrived ||= taken === edge;
        seen.show(taken);
        this.keepNames(label, state);
        state = seen.eager(this.graph.target[taken]!);
      }
      if (!arrived) seen.missed(edge);
      if (this.lost || this.failure !== undefined) return;
    }
  }

  async follow(path: readonly Label[], seen: Seen): Promise<number> {
    await this.open();
    let state = seen.eager(0);
    let followed = 0;
    for (const wanted of path) {
      if (!isHidden(wanted)) {
        if (!isAwaited(wanted)) {
          const request = this.observed.length > 0 ? undefined : requestOf(wanted, this.names);
          if (request === undefined) return followed;
          await this.ask(request);
        }
        const label = this.observed.shift();
        const taken = label === undefined || this.lost ? undefined : seen.edgeOf(state, label);
        if (this.failure !== undefined || taken === undefined || seen.labelOf(taken) !== seen.known(wanted)) return followed;
        this.keepNames(wanted, state);
        state = seen.eager(this.graph.target[taken]!);
      }
      followed++;
    }
    return followed;
  }

  private async open(): Promise<void> {
    const { slice, bounds } = this.graph;
    await this.ask(opening(slice.overlappedSocket));
    this.provoke('room', bounds.units * unitBytes);
    this.provoke('completion.delay', this.delay);
    if (slice.connected) await this.ask(connecting);
    this.observed.length = 0;
    this.lost = false;
  }

  private keepNames(label: Label, state: number): void {
    if (label.type === 'result') {
      const { entries } = this.graph.kernel.describe(this.graph.words, state * this.graph.kernel.width);
      if (endsOperation(label, entries[label.at]?.kind === 'routine')) this.names.outstanding.splice(label.at, 1);
    } else follow(this.names, label, this.graph.slice.overlappedSocket);
  }

  private async ask(request: Request): Promise<void> {
    const post = 'call' in request && request.call === 'WSPSend' ? request.overlapped : undefined;
    // The name is needed to read what comes during the call itself.
    if (post !== undefined) this.names.outstanding.push(post);
    for (const line of await this.harness.request(request)) {
      if (isUnsupported(line)) {
        this.lost = true;
        continue;
      }
      this.steps.push(line);
      this.options.onStep?.(line);
      const rejection = this.oracle.step(line);
      if (rejection !== undefined) {
        this.failure ??= { header: this.header, steps: [...this.steps], rejection };
        break;
      }
      const labels = labelsOfStep(line, this.names);
      if (labels === undefined) this.lost = true;
      else this.observed.push(...labels);
    }
    if (post !== undefined) this.names.outstanding.pop();
  }

  /** Provokes an outcome where the implementation has means for it. Those that have none just go their own way. */
  private provoke(kind: string, value: number): void {
    try {
      this.harness.world.env(kind, undefined, value);
    } catch {
      // An implementation from elsewhere need not know the injected events of ours.
    }
  }
}
