/**
 * Drives an implementation through the graph of the model.
 *
 * The tester asks and the implementation answers: after each answer the model moves by the step that was observed, and the next
 * request is chosen among those that the state there enables, towards transitions that have not been seen yet. A path of a generated
 * test is followed in the same way, but only as long as the implementation goes along. The oracle judges every step.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { Graph } from '../../model/explore/explore.ts';
import { isHidden, type Label } from '../../model/product/labels.ts';
import type { CallRequest, Request, TraceStep } from '../../model/winsock/trace.ts';
import { type CaseResult, isFailing } from '../campaign/caseResult.ts';
import { finish, leave } from '../campaign/finish.ts';
import { RunningCase } from '../campaign/runningCase.ts';
import type { Tally } from '../campaign/tally.ts';
import type { Unsupported } from '../campaign/unsupported.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { isUnsupported, type ReplyLine } from '../conversation/replyLine.ts';
import type { CampaignRequest, Injection } from '../conversation/requests.ts';
import { opening, unitBytes } from '../paths/asked.ts';
import { endsOperation, isAwaited, requestsFor, routinesOf } from './asking.ts';
import { followLabel, type Names, newNames } from './names.ts';
import { labelsOfStep } from './observed.ts';
import { Seen, type Toured } from './seen.ts';
import { after, before, dispositionsOf, type Situation, steeringBegins, steeringNeeds } from './steer.ts';

export interface DriveOptions {
  readonly profile: Profile;
  readonly tally?: Tally;
  readonly unsupported?: Unsupported;
}

export interface TourOptions extends DriveOptions {
  /** Takes in each case as it ends; the tour is over when it answers false. */
  readonly onCase: (result: CaseResult) => boolean | Promise<boolean>;
}

/** What a request says in addition to its label. */
interface Additions {
  /** Milliseconds of an alertable wait. */
  readonly timeout: number;
  /** What the routine does. */
  readonly routine: readonly CallRequest[] | undefined;
}
const INFINITE = 0xffffffff;

/** Requests of one case, before the next begins with a fresh implementation. */
const caseLengthMax = 48;

/**
 * Completions are indicated at once, or held back until the next settle, where an implementation lets us choose that. Or everything that
 * decides an outcome is injected, and one disposition is changed for the whole case.
 */
interface Manner {
  readonly name: 'prompt' | 'late' | 'steered';
  readonly disposition: readonly Injection[];
}

/** The steered ones come first, because they leave nothing to chance. */
const mannersOf = ({ injections }: Implementation, { slice, profile }: Graph): readonly Manner[] => {
  const prompt: Manner = { name: 'prompt', disposition: [] };
  if (!injections.includes('completion.delay')) return [prompt];
  const both: readonly Manner[] = [prompt, { name: 'late', disposition: [] }];
  if (!steeringNeeds.every((kind) => injections.includes(kind))) return both;
  const steered = [[], ...dispositionsOf(slice, injections, profile)];
  return [...steered.map((disposition): Manner => ({ name: 'steered', disposition })), ...both];
};

/** Goes wherever the implementation can be brought to go, until nothing new can be tried. */
export async function conductTour(implementation: Implementation, graph: Graph, options: TourOptions): Promise<Toured> {
  const seen = new Seen(graph);
  for (const manner of mannersOf(implementation, graph)) {
    seen.forgetAttempts();
    seen.isSteered = manner.name === 'steered';
    while (seen.hasPlan(0)) {
      const drive = await Drive.start(implementation, graph, options, manner);
      const before = seen.changes;
      await drive.conduct(seen);
      if (!(await options.onCase(await drive.end()))) return seen.counts;
      if (seen.changes === before) break;
    }
  }
  return seen.counts;
}

export interface Followed {
  /** How many steps of the path the implementation followed. */
  readonly steps: number;
  readonly result: CaseResult;
}

/** A manner is not tried again for a label after so many attempts without success. */
const inVainMax = 12;

/** Follows the paths of a tour, one after the other, each up to where the implementation goes another way. */
export class PathTour {
  readonly #implementation: Implementation;
  readonly #seen: Seen;
  readonly #options: DriveOptions;
  readonly #manners: readonly Manner[];
  /** By manner: how often it did not get past a label at which the others had ended. */
  readonly #inVain: readonly Map<Label, number>[];

  constructor(implementation: Implementation, graph: Graph, options: DriveOptions) {
    this.#implementation = implementation;
    this.#seen = new Seen(graph);
    this.#options = options;
    this.#manners = mannersOf(implementation, graph);
    this.#inVain = this.#manners.map(() => new Map());
  }

  /** In the manner that gets furthest. */
  async follow(path: readonly Label[]): Promise<Followed> {
    let best: Followed | undefined;
    let missed: Label | undefined;
    for (const [at, manner] of this.#manners.entries()) {
      const inVain = this.#inVain[at]!;
      if (missed !== undefined && (inVain.get(missed) ?? 0) >= inVainMax) continue;
      this.#seen.isSteered = manner.name === 'steered';
      const drive = await Drive.start(this.#implementation, this.#seen.graph, this.#options, manner);
      const steps = await drive.follow(path, this.#seen);
      const followed = { steps, result: await drive.end() };
      if (isFailing(followed.result) || steps === path.length) return followed;
      const isBetter = best === undefined || steps > best.steps;
      if (missed !== undefined) inVain.set(missed, isBetter ? 0 : (inVain.get(missed) ?? 0) + 1);
      if (!isBetter) continue;
      best = followed;
      missed = path[steps];
    }
    return best!;
  }
}

class Drive {
  private readonly graph: Graph;
  private readonly injections: readonly string[];
  private readonly running: RunningCase;
  private readonly manner: Manner;
  private readonly names: Names;
  /** What was observed and the model has not moved by yet: lines, and what is left of the labels of the line before them. */
  private readonly lines: ReplyLine[] = [];
  private readonly labels: Label[] = [];
  /** The transition for which a routine was last given calls. */
  private promised: number | undefined;
  /** The implementation went where the model cannot follow. */
  private lost = false;
  private over = false;

  private constructor(running: RunningCase, injections: readonly string[], graph: Graph, manner: Manner) {
    this.running = running;
    this.injections = injections;
    this.graph = graph;
    this.manner = manner;
    this.names = newNames(graph.slice);
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
    seen.resume();
    let state = seen.eager(0);
    for (let length = 0; length < caseLengthMax; length++) {
      const way = seen.plan(state);
      if (way === undefined) return;
      const [edge] = way as [number];
      const wanted = seen.labelOf(edge);
      const labels = way.map((step) => seen.labelOf(step));
      const from = state;
      const goal = way.at(-1)!;
      const inside = routinesOf(labels, this.names).get(0);
      if (inside !== undefined) this.promised = goal;
      const staysAsleep = wanted.type === 'sleep.begins' && labels.length > 1 && !isAwaited(labels[1]!);
      await this.bringAbout(wanted, from, staysAsleep ? { timeout: INFINITE } : inside === undefined ? {} : { routine: inside });
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
      // What was to come during the wait, or inside a routine that ran in it, has come by now, or it does not. A routine that was not given
      // its calls cannot make them.
      if (wanted.type === 'sleep.begins' && goal !== edge && seen.shown[goal] === 0 && !seen.isAsleep(state)) {
        if (this.promised === goal || !labels.some(({ type }) => type === 'routine.enter')) seen.missed(goal);
        else seen.postpone(goal);
      }
      // More came than was asked for: where the way led through, the implementation does not stay.
      else if (goal !== edge && arrived && wanted.type !== 'sleep.begins' && state !== seen.eager(this.graph.target[edge]!))
        seen.missed(goal);
      if (this.lost || this.over) return;
      await this.restore(wanted, from, state);
    }
  }

  /** How many steps it followed. */
  async follow(path: readonly Label[], seen: Seen): Promise<number> {
    await this.open();
    const routines = routinesOf(path, this.names);
    let state = seen.eager(0);
    let followed = 0;
    for (const [index, wanted] of path.entries()) {
      if (!isHidden(wanted) || this.manner.name === 'steered') {
        const from = state;
        const asked = this.lines.length + this.labels.length === 0;
        if (asked) await this.bringAbout(wanted, state, { routine: routines.get(index) });
        const label = isHidden(wanted) ? wanted : this.next();
        const taken = label === undefined ? undefined : seen.edgeOf(state, label);
        if (this.over || taken === undefined || seen.labelOf(taken) !== seen.known(wanted)) return followed;
        this.keepNames(wanted, state);
        state = seen.eager(this.graph.target[taken]!);
        if (asked) await this.restore(wanted, from, state);
      }
      followed++;
    }
    return followed;
  }

  private async open(): Promise<void> {
    const { slice, bounds } = this.graph;
    const { name, disposition } = this.manner;
    const [first, ...rest] = opening(slice);
    await this.ask(first!);
    await this.inject([{ inject: 'room', value: bounds.units * unitBytes }]);
    if (slice.datagram) await this.inject([{ inject: 'message.max', value: unitBytes }]);
    if (name === 'steered') await this.inject([...steeringBegins, ...disposition]);
    else await this.inject([{ inject: 'completion.delay', value: name === 'late' ? 1 : 0 }]);
    for (const request of rest) await this.ask(request);
    this.lines.length = 0;
    this.lost = false;
  }

  /** Asks for what may show as this step, and where the implementation lets itself be steered sees to it that it does. */
  private async bringAbout(wanted: Label, state: number, more: Partial<Additions> = {}): Promise<void> {
    if (this.manner.name === 'steered') await this.inject(before(wanted, this.situation(wanted, state)));
    for (const request of requestsFor(wanted, this.names)) {
      const { timeout, routine } = more;
      if (timeout !== undefined && 'call' in request && request.call === 'SleepEx') await this.ask({ ...request, timeout });
      else if (routine !== undefined && 'routine' in request) await this.ask({ ...request, routine } as Request);
      else await this.ask(request);
    }
  }

  /** Takes back what was injected for a step that was asked for in one state and led to another. */
  private async restore(wanted: Label, from: number, state: number): Promise<void> {
    if (this.manner.name !== 'steered') return;
    const { room } = this.situation(wanted, state);
    const turned = this.manner.disposition.map(({ inject }) => inject);
    await this.inject(after(wanted, { ...this.situation(wanted, from), room }).filter(({ inject }) => !turned.includes(inject)));
  }

  private situation(label: Label, state: number): Situation {
    const { graph } = this;
    const { queued, entries, flags, nonblocking } = graph.kernel.describe(graph.words, state * graph.kernel.width);
    const entry = 'at' in label ? entries[label.at] : undefined;
    const isOutstanding = ({ kind, state: at, rest, cancelled, marks }: (typeof entries)[number]): boolean =>
      kind === 'routine' ? at === 'doneAtOnce' || at === 'due' : at === 'pending' && rest > 0 && !cancelled && !marks.includes('flushed');
    const isUnderWay = (one: (typeof entries)[number]): boolean => one !== entry && (one.state === 'pending' || one.kind === 'blocking');
    return {
      slice: graph.slice,
      room: (graph.bounds.units - queued) * unitBytes,
      waits: (entry?.rest ?? 0) > 0,
      isAlone: !entries.some(isUnderWay),
      hasOthers: entries.some(isOutstanding),
      nonblocking,
      maxKnown: flags.includes('maxKnown'),
    };
  }

  /** The next step that was observed, as a label; undefined at the end, and where the bounded model does not know the step. */
  private next(): Label | undefined {
    while (this.labels.length === 0 && !this.lost && !this.over) {
      const line = this.takeLine();
      if (line === undefined) return undefined;
      const labels = isUnsupported(line) ? undefined : labelsOfStep(line as TraceStep, this.names);
      if (labels === undefined) this.lost = true;
      else this.labels.push(...labels);
    }
    return this.lost || this.over ? undefined : this.labels.shift();
  }

  /** What a settle brings is reported after its line. In the model it has been reported when the settle comes. */
  private takeLine(): ReplyLine | undefined {
    const { lines } = this;
    const [first, second] = lines;
    const isSettle = first !== undefined && 'env' in first && first.env === 'settle';
    return isSettle && second !== undefined && 'upcall' in second ? lines.splice(1, 1)[0] : lines.shift();
  }

  private keepNames(label: Label, state: number): void {
    if (label.type === 'result') {
      const { entries } = this.graph.kernel.describe(this.graph.words, state * this.graph.kernel.width);
      if (endsOperation(label, entries[label.at]?.kind === 'routine')) this.names.outstanding.splice(label.at, 1);
    } else followLabel(this.names, label);
  }

  private async ask(request: CampaignRequest): Promise<void> {
    if (this.over) return;
    this.over = !(await this.running.ask(request));
    this.lines.push(...this.running.last);
  }

  /** Provokes outcomes where the implementation has means for it. Where it has none, nothing is injected. */
  private async inject(injections: readonly Injection[]): Promise<void> {
    for (const injection of injections) if (this.injections.includes(injection.inject)) await this.ask(injection);
  }
}
