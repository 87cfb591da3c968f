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
import type { Request, TraceStep } from '../../model/winsock/trace.ts';
import { type CaseResult, isFailing, RunningCase } from '../campaign/campaign.ts';
import { finish, leave } from '../campaign/finish.ts';
import type { Implementation } from '../campaign/implementation.ts';
import type { Refusals } from '../campaign/refusals.ts';
import type { Tally } from '../campaign/tally.ts';
import { isUnsupported } from '../harness/lines.ts';
import { connecting, endsOperation, follow, isAwaited, labelsOfStep, type Names, opening, requestOf, unitBytes } from './paths.ts';
import { Seen } from './seen.ts';

export interface DriveOptions {
  readonly profile: Profile;
  readonly tally?: Tally;
  readonly refusals?: Refusals;
}

export interface TourOptions extends DriveOptions {
  /** Takes in each case as it ends; the tour is over when it answers false. */
  readonly onCase: (result: CaseResult) => boolean | Promise<boolean>;
}

/** Requests of one case, before the next begins with a fresh implementation. */
const caseLengthMax = 48;

/** Completions are told at once, or held back until the next settle, where an implementation lets that be chosen. */
const delays = [0, 1] as const;

/** Goes wherever the implementation can be brought to go, until nothing new can be tried. One for each transition: was it observed? */
export async function conductTour(implementation: Implementation, graph: Graph, options: TourOptions): Promise<Uint8Array> {
  const seen = new Seen(graph);
  for (const delay of implementation.injections.includes('completion.delay') ? delays : delays.slice(0, 1)) {
    seen.forgetAttempts();
    while (seen.hasPlan(0)) {
      const drive = await Drive.start(implementation, graph, options, delay);
      const before = seen.changes;
      await drive.conduct(seen);
      if (!(await options.onCase(await drive.end()))) return seen.shown;
      if (seen.changes === before) break;
    }
  }
  return seen.shown;
}

export interface Followed {
  /** How many steps of the path the implementation went along with. */
  readonly steps: number;
  readonly result: CaseResult;
}

/** Follows one path of a tour up to where the implementation goes another way. */
export async function followPath(
  implementation: Implementation,
  seen: Seen,
  path: readonly Label[],
  options: DriveOptions,
): Promise<Followed> {
  let best: Followed | undefined;
  for (const delay of delays) {
    const drive = await Drive.start(implementation, seen.graph, options, delay);
    const steps = await drive.follow(path, seen);
    const followed = { steps, result: await drive.end() };
    if (isFailing(followed.result)) return followed;
    if (best === undefined || steps > best.steps) best = followed;
    if (steps === path.length) break;
  }
  return best!;
}

class Drive {
  private readonly graph: Graph;
  private readonly injections: readonly string[];
  private readonly running: RunningCase;
  private readonly delay: 0 | 1;
  private readonly names: Names = { outstanding: [], posted: 0 };
  /** Labels that were observed and that the model has not moved by yet. */
  private readonly observed: Label[] = [];
  /** The implementation went where the model cannot follow. */
  private lost = false;
  private over = false;

  private constructor(running: RunningCase, injections: readonly string[], graph: Graph, delay: 0 | 1) {
    this.running = running;
    this.injections = injections;
    this.graph = graph;
    this.delay = delay;
  }

  static async start(implementation: Implementation, graph: Graph, options: DriveOptions, delay: 0 | 1): Promise<Drive> {
    return new Drive(await RunningCase.start(implementation, options), implementation.injections, graph, delay);
  }

  async end(): Promise<CaseResult> {
    if (!this.over && this.running.isReused && (await finish(this.running))) await leave(this.running);
    return this.running.end();
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
        const taken = this.lost || this.over ? undefined : seen.edgeOf(state, label);
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
      if (this.lost || this.over) return;
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
        if (this.over || taken === undefined || seen.labelOf(taken) !== seen.known(wanted)) return followed;
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
    await this.provoke('room', bounds.units * unitBytes);
    await this.provoke('completion.delay', this.delay);
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
    if (this.over) return;
    const post = 'call' in request && request.call === 'WSPSend' ? request.overlapped : undefined;
    // The name is needed to read what comes during the call itself.
    if (post !== undefined) this.names.outstanding.push(post);
    this.over = !(await this.running.ask(request));
    for (const line of this.running.last) {
      const labels = isUnsupported(line) ? undefined : labelsOfStep(line as TraceStep, this.names);
      if (labels === undefined) this.lost = true;
      else this.observed.push(...labels);
    }
    if (post !== undefined) this.names.outstanding.pop();
  }

  /** Provokes an outcome where the implementation has means for it. Those that have none just go their own way. */
  private async provoke(kind: string, value: number): Promise<void> {
    if (this.injections.includes(kind) && !this.over) this.over = !(await this.running.ask({ inject: kind, value }));
  }
}
