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
import type { CallRequest, Request, TraceStep } from '../../model/winsock/trace.ts';
import { type CaseResult, isFailing, RunningCase } from '../campaign/campaign.ts';
import { finish, leave } from '../campaign/finish.ts';
import type { Implementation } from '../campaign/implementation.ts';
import type { Refusals } from '../campaign/refusals.ts';
import type { CampaignRequest, Injection } from '../campaign/requests.ts';
import type { Tally } from '../campaign/tally.ts';
import { type AnswerLine, isUnsupported } from '../harness/lines.ts';
import { connecting, endsOperation, follow, labelsOfStep, type Names, opening, requestOf, routinesOf, unitBytes } from './paths.ts';
import { Seen } from './seen.ts';
import { after, before, type Situation, steeringBegins, steeringNeeds } from './steer.ts';

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

/**
 * Completions are told at once, or held back until the next settle, where an implementation lets that be chosen; or everything that
 * decides an outcome is injected.
 */
type Manner = 'prompt' | 'late' | 'steered';

const mannersOf = ({ injections }: Implementation): readonly Manner[] => {
  if (!injections.includes('completion.delay')) return ['prompt'];
  return steeringNeeds.every((kind) => injections.includes(kind)) ? ['prompt', 'late', 'steered'] : ['prompt', 'late'];
};

/** Goes wherever the implementation can be brought to go, until nothing new can be tried. One for each transition: was it observed? */
export async function conductTour(implementation: Implementation, graph: Graph, options: TourOptions): Promise<Uint8Array> {
  const seen = new Seen(graph);
  for (const manner of mannersOf(implementation)) {
    seen.forgetAttempts();
    seen.isSteered = manner === 'steered';
    while (seen.hasPlan(0)) {
      const drive = await Drive.start(implementation, graph, options, manner);
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
  for (const manner of mannersOf(implementation)) {
    seen.isSteered = manner === 'steered';
    const drive = await Drive.start(implementation, seen.graph, options, manner);
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
  private readonly manner: Manner;
  private readonly names: Names = { outstanding: [], posted: 0 };
  /** What was observed and the model has not moved by yet: lines, and what is left of the labels of the line before them. */
  private readonly lines: AnswerLine[] = [];
  private readonly labels: Label[] = [];
  /** The implementation went where the model cannot follow. */
  private lost = false;
  private over = false;

  private constructor(running: RunningCase, injections: readonly string[], graph: Graph, manner: Manner) {
    this.running = running;
    this.injections = injections;
    this.graph = graph;
    this.manner = manner;
  }

  static async start(implementation: Implementation, graph: Graph, options: DriveOptions, manner: Manner): Promise<Drive> {
    return new Drive(await RunningCase.start(implementation, options), implementation.injections, graph, manner);
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
      const wanted = seen.labelOf(edge);
      await this.bringAbout(wanted, state);
      if (isHidden(wanted)) {
        state = this.graph.target[edge]!;
        continue;
      }
      let arrived = false;
      for (let label = this.next(); label !== undefined; label = this.next()) {
        const taken = seen.edgeOf(state, label);
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
      await this.restore(wanted, state);
    }
  }

  async follow(path: readonly Label[], seen: Seen): Promise<number> {
    await this.open();
    const routines = routinesOf(path, this.graph.slice.overlappedSocket);
    let state = seen.eager(0);
    let followed = 0;
    for (const [index, wanted] of path.entries()) {
      if (!isHidden(wanted) || this.manner === 'steered') {
        const asked = this.lines.length + this.labels.length === 0;
        if (asked) await this.bringAbout(wanted, state, routines.get(index));
        const label = isHidden(wanted) ? wanted : this.next();
        const taken = label === undefined ? undefined : seen.edgeOf(state, label);
        if (this.over || taken === undefined || seen.labelOf(taken) !== seen.known(wanted)) return followed;
        this.keepNames(wanted, state);
        state = seen.eager(this.graph.target[taken]!);
        if (asked) await this.restore(wanted, state);
      }
      followed++;
    }
    return followed;
  }

  private async open(): Promise<void> {
    const { slice, bounds } = this.graph;
    await this.ask(opening(slice.overlappedSocket));
    await this.inject([{ inject: 'room', value: bounds.units * unitBytes }]);
    if (this.manner === 'steered') await this.inject(steeringBegins);
    else await this.inject([{ inject: 'completion.delay', value: this.manner === 'late' ? 1 : 0 }]);
    if (slice.connected) await this.ask(connecting);
    this.lines.length = 0;
    this.lost = false;
  }

  /** Asks for what may show as this step, and where the implementation lets itself be steered sees to it that it does. */
  private async bringAbout(wanted: Label, state: number, routine?: readonly CallRequest[]): Promise<void> {
    if (this.manner === 'steered') await this.inject(before(wanted, this.situation(wanted, state)));
    const request = requestOf(wanted, this.names);
    if (request === undefined) return;
    await this.ask(routine === undefined ? request : ({ ...request, routine } as Request));
  }

  private async restore(wanted: Label, state: number): Promise<void> {
    if (this.manner === 'steered') await this.inject(after(wanted, this.situation(wanted, state)));
  }

  private situation(label: Label, state: number): Situation {
    const { graph } = this;
    const { queued, entries } = graph.kernel.describe(graph.words, state * graph.kernel.width);
    const waits = 'at' in label && (entries[label.at]?.rest ?? 0) > 0;
    return { room: (graph.bounds.units - queued) * unitBytes, waits };
  }

  /** The next step that was observed, as a label; undefined at the end, and where the bounded model does not know the step. */
  private next(): Label | undefined {
    while (this.labels.length === 0 && !this.lost && !this.over) {
      const line = this.lines.shift();
      if (line === undefined) return undefined;
      const labels = isUnsupported(line) ? undefined : labelsOfStep(line as TraceStep, this.names);
      if (labels === undefined) this.lost = true;
      else this.labels.push(...labels);
    }
    return this.lost || this.over ? undefined : this.labels.shift();
  }

  private keepNames(label: Label, state: number): void {
    if (label.type === 'result') {
      const { entries } = this.graph.kernel.describe(this.graph.words, state * this.graph.kernel.width);
      if (endsOperation(label, entries[label.at]?.kind === 'routine')) this.names.outstanding.splice(label.at, 1);
    } else follow(this.names, label, this.graph.slice.overlappedSocket);
  }

  private async ask(request: CampaignRequest): Promise<void> {
    if (this.over) return;
    this.over = !(await this.running.ask(request));
    this.lines.push(...this.running.last);
  }

  /** Provokes outcomes where the implementation has means for it. Those that have none just go their own way. */
  private async inject(injections: readonly Injection[]): Promise<void> {
    for (const injection of injections) if (this.injections.includes(injection.inject)) await this.ask(injection);
  }
}
