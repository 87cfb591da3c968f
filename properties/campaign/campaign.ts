import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { Permitted } from '../../model/oracle/permitted.ts';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import { lineOf, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import { Harness } from '../harness/harness.ts';
import { type AnswerLine, isUnsupported } from '../harness/lines.ts';
import type { Choices } from './choices.ts';
import { Chooser } from './choose.ts';
import { finish } from './finish.ts';
import { type CampaignRequest, isInjection, kindOfRequest } from './requests.ts';
import { guarded, linesMax } from './runaway.ts';
import { Tally } from './tally.ts';

/** One case: a fresh provider, requests one after the other, every observed step judged at once, and an end in which all debts are due. */

export interface Deviation {
  /** `rejected` by the judge; `stalled`: everything is drained and something still waits; `crashed`: threw; `runaway`: never came back. */
  readonly kind: 'rejected' | 'stalled' | 'crashed' | 'runaway';
  /** Index into the trace of the step that is not permitted; the last one where no single step is at fault. */
  readonly at: number;
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
}

export interface Unsupported {
  readonly kind: string;
  readonly why: string;
}

export interface CaseResult {
  readonly header: TraceHeader;
  readonly trace: readonly TraceStep[];
  /** As they were asked, those of the end included. */
  readonly requests: readonly CampaignRequest[];
  readonly deviation?: Deviation;
  readonly unsupported: readonly Unsupported[];
}

export interface CaseOptions {
  readonly profile: Profile;
  /** What to ask: a list, or choices among what makes sense from step to step. */
  readonly requests?: readonly CampaignRequest[];
  readonly choices?: Choices;
  /** Kinds of environment that the provider offers beside those of trace/1. */
  readonly injections?: readonly string[];
  /** Whether the end follows in which everything is drained and asked for. */
  readonly finishes?: boolean;
  readonly tally?: Tally;
  readonly requestsMax?: number;
}

export const requestsPerCase = 60;

export async function runCase(provider: ProviderModule, options: CaseOptions): Promise<CaseResult> {
  const running = RunningCase.start(provider, options);
  if (!(running instanceof RunningCase)) return running;
  const { requests, choices, injections, finishes = true, requestsMax = requestsPerCase } = options;
  if (requests !== undefined) {
    for (const request of requests) if (!(await running.ask(request))) return running.result;
  } else if (choices !== undefined) {
    const chooser = new Chooser(choices, injections);
    for (let count = 0; count < requestsMax; count++) {
      const request = chooser.next(running.worlds);
      if (request === undefined) break;
      const going = running.ask(request);
      if (!(typeof going === 'boolean' ? going : await going)) return running.result;
    }
  }
  if (finishes) await finish(running);
  return running.result;
}

/** A case on its way. */
export class RunningCase {
  readonly #harness: Harness;
  readonly #oracle: Oracle;
  readonly #header: TraceHeader;
  readonly #tally: Tally;
  readonly #trace: TraceStep[] = [];
  readonly #requests: CampaignRequest[] = [];
  readonly #unsupported: Unsupported[] = [];
  #deviation: Deviation | undefined;
  /** The lines of the last answer. */
  last: readonly AnswerLine[] = [];

  private constructor(harness: Harness, { profile, tally }: CaseOptions) {
    this.#harness = harness;
    this.#header = harness.header();
    this.#oracle = new Oracle(profile, this.#header);
    this.#tally = tally ?? new Tally();
  }

  static start(provider: ProviderModule, options: CaseOptions): RunningCase | CaseResult {
    try {
      return new RunningCase(new Harness(guarded(provider)), options);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const deviation: Deviation = { kind: 'crashed', at: 0, message, clauses: [], permitted: [] };
      return { header: { wspsend: 'trace/1', side: 'spi' }, trace: [], requests: [], unsupported: [], deviation };
    }
  }

  get worlds(): Oracle['states'] {
    return this.#oracle.states;
  }

  get result(): CaseResult {
    const deviation = this.#deviation;
    const found = { header: this.#header, trace: this.#trace, requests: this.#requests, unsupported: this.#unsupported };
    return deviation === undefined ? found : { ...found, deviation };
  }

  /** Asks and judges what came back. False once the provider has deviated, after which nothing is asked any more. */
  ask(request: CampaignRequest): boolean | Promise<boolean> {
    this.#requests.push(request);
    const answer = isInjection(request)
      ? this.#harness.inject(request.inject, request.socket, request.value)
      : this.#harness.request(request);
    return Array.isArray(answer) ? this.#judge(request, answer) : answer.then((lines) => this.#judge(request, lines));
  }

  deviates(kind: Deviation['kind'], message: string, clauses: readonly ClauseId[], permitted: readonly Permitted[] = []): false {
    this.#deviation ??= { kind, at: Math.max(0, this.#trace.length - 1), message, clauses, permitted };
    return false;
  }

  #judge(request: CampaignRequest, lines: readonly AnswerLine[]): boolean {
    this.last = lines;
    if (lines.length > linesMax) return this.deviates('runaway', `${lines.length} steps follow one request: ${saidOf(request)}`, []);
    for (const line of lines) {
      if (isUnsupported(line)) {
        this.#unsupported.push({ kind: kindOfRequest(line), why: line.returns.unsupported });
        continue;
      }
      this.#trace.push(line);
      const found = this.#tally.look(this.#oracle.states, line);
      const rejection = this.#oracle.step(line);
      if (rejection !== undefined) return this.deviates('rejected', rejection.message, rejection.clauses, rejection.permitted);
      this.#tally.keep(found);
    }
    const { crash } = this.#harness;
    return crash === undefined ? true : this.deviates(/at most/.test(crash.message) ? 'runaway' : 'crashed', crash.message, []);
  }
}

const saidOf = (request: CampaignRequest): string => (isInjection(request) ? JSON.stringify(request) : lineOf(request));
