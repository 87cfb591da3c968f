import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { Oracle, type Rejection } from '../../model/oracle/oracle.ts';
import type { Permitted } from '../../model/oracle/permitted.ts';
import { lineOf, type TraceHeader, type TraceStep, threadOf } from '../../model/winsock/trace.ts';
import type { Answer, Beginning, Conversation, Failure, Implementation } from '../conversation/implementation.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { countsAsLine, linesMax } from '../conversation/runaway.ts';
import { mayCrash } from '../harness/breaches.ts';
import { type AnswerLine, isUnsupported } from '../harness/lines.ts';
import type { Choices } from './choices.ts';
import { Chooser } from './choose.ts';
import { finish, leave } from './finish.ts';
import { Refusals } from './refusals.ts';
import { Tally } from './tally.ts';

/** One case: an implementation at its start, requests one after the other, every observed step judged at once, and an end in which all debts are due. */

export interface Deviation {
  /**
   * `rejected` by the judge; `stalled`: everything is drained and something still waits; `crashed`: threw; `died`: its process ended; `hung`: it
   * did not answer in time; `runaway`: it never came to an end.
   */
  readonly kind: 'rejected' | 'stalled' | 'crashed' | 'died' | 'hung' | 'runaway';
  /** Index into the trace of the step that is not permitted; the last one where no single step is at fault. */
  readonly at: number;
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /** Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not returned. */
  readonly about?: string | number | undefined;
}

/** A case that ended before its end, by nothing that the implementation can be blamed for. */
export interface Unjudged {
  /** `slow`: it goes on and on; `undone`: it came to harm by what its caller did. The others are those of `Failure`. */
  readonly kind: 'slow' | 'undone' | 'malformed' | 'unusable' | 'stray' | 'late';
  readonly message: string;
}

export interface CaseResult {
  readonly header: TraceHeader;
  readonly trace: readonly TraceStep[];
  /** As they were asked, those of the end included. */
  readonly requests: readonly CampaignRequest[];
  readonly deviation?: Deviation;
  readonly unjudged?: Unjudged;
  /** Of a deviation: all that whatever served the case has shown since its start, where that was not this case alone. */
  readonly whole?: readonly TraceStep[];
}

/** A case in which the implementation deviates. */
export type Failing = CaseResult & { readonly deviation: Deviation };
export const isFailing = (result: CaseResult): result is Failing => result.deviation !== undefined;

export interface CaseOptions {
  readonly profile: Profile;
  /** What to ask: a list, or choices among what makes sense from step to step. */
  readonly requests?: readonly CampaignRequest[];
  readonly choices?: Choices;
  /** Whether the end follows in which everything is drained and asked for. */
  readonly finishes?: boolean;
  readonly tally?: Tally;
  readonly refusals?: Refusals;
  readonly requestsMax?: number;
  readonly beginning?: Beginning;
}

type StartOptions = Pick<CaseOptions, 'profile' | 'tally' | 'refusals' | 'beginning'>;

export const requestsPerCase = 60;

export async function runCase(implementation: Implementation, options: CaseOptions): Promise<CaseResult> {
  const running = await RunningCase.start(implementation, options);
  await converse(running, implementation, options);
  return running.end();
}

const converse = async (running: RunningCase, implementation: Implementation, options: CaseOptions): Promise<unknown> => {
  const { requests, choices, finishes = true, requestsMax = requestsPerCase, refusals = new Refusals() } = options;
  if (requests !== undefined) {
    if (!(await running.askAll(requests))) return;
  } else if (choices !== undefined) {
    const chooser = new Chooser(choices, implementation.injections, refusals, options.profile);
    for (let count = 0; count < requestsMax; ) {
      const chosen = chooser.next(running.worlds).slice(0, requestsMax - count);
      if (chosen.length === 0) break;
      count += chosen.length;
      const going = running.askAll(chosen);
      if (!(typeof going === 'boolean' ? going : await going)) return;
    }
  }
  if (finishes && !(await finish(running))) return;
  if (running.isReused) await leave(running);
};

/** A case on its way. */
export class RunningCase {
  readonly #conversation: Conversation;
  readonly #profile: Profile;
  readonly #oracle: Oracle;
  readonly #header: TraceHeader;
  readonly #tally: Tally;
  readonly #refusals: Refusals | undefined;
  #trace: TraceStep[] = [];
  readonly #requests: CampaignRequest[] = [];
  #deviation: Deviation | undefined;
  #unjudged: Unjudged | undefined;
  /** The lines that answered what was asked last. */
  last: AnswerLine[] = [];

  private constructor(conversation: Conversation, { profile, tally, refusals }: StartOptions) {
    this.#conversation = conversation;
    this.#profile = profile;
    this.#header = conversation.header;
    this.#oracle = new Oracle(profile, this.#header);
    this.#tally = tally ?? new Tally();
    this.#refusals = refusals;
  }

  static async start(implementation: Implementation, options: StartOptions): Promise<RunningCase> {
    return new RunningCase(await implementation.begin(options.beginning), options);
  }

  get worlds(): Oracle['states'] {
    return this.#oracle.states;
  }

  get isReused(): boolean {
    return this.#conversation.isReused;
  }

  /** Nothing is asked any more. */
  end(): CaseResult {
    const isOver = this.#deviation !== undefined || this.#unjudged !== undefined;
    const threads = this.worlds.flatMap((world) => [...world.threads.values()]);
    const any =
      isOver ||
      this.worlds.some(
        ({ begun, live, networkDown, sockets }) =>
          begun.size > 0 || live.size > 0 || networkDown !== 'no' || [...sockets.values()].some(({ closed }) => !closed),
      ) ||
      threads.some(({ stack, routines }) => stack.length > 0 || routines.size > 0);
    const whole = this.#deviation === undefined ? undefined : this.#conversation.whole?.slice();
    this.#conversation.end({ any, exitedThreads: threads.filter(({ exited }) => exited).map(({ name }) => name) });
    return {
      header: this.#header,
      trace: this.#trace,
      requests: this.#requests,
      ...(this.#deviation !== undefined && { deviation: this.#deviation }),
      ...(this.#unjudged !== undefined && { unjudged: this.#unjudged }),
      ...(whole !== undefined && { whole }),
    };
  }

  /** Asks and judges what came back. False once the case is over, after which nothing is asked any more. */
  ask(request: CampaignRequest): boolean | Promise<boolean> {
    this.last = [];
    return this.#ask(request);
  }

  /** Asks for all of them, whatever each of them brings. */
  askAll(requests: readonly CampaignRequest[]): boolean | Promise<boolean> {
    this.last = [];
    const conversation = this.#conversation;
    if (conversation.requestAll !== undefined && requests.length > 1) return this.#judgeAll(requests, conversation.requestAll(requests));
    return this.#askFrom(requests, 0);
  }

  #askFrom(requests: readonly CampaignRequest[], from: number): boolean | Promise<boolean> {
    for (let at = from; at < requests.length; at++) {
      const going = this.#ask(requests[at]!);
      if (typeof going !== 'boolean') return going.then((goes) => goes && this.#askFrom(requests, at + 1));
      if (!going) return false;
    }
    return true;
  }

  async #judgeAll(requests: readonly CampaignRequest[], answers: readonly Promise<Answer>[]): Promise<boolean> {
    for (const [at, answer] of answers.entries()) if (!this.#judge(requests[at]!, await answer)) return false;
    return true;
  }

  #ask(request: CampaignRequest): boolean | Promise<boolean> {
    const answer = this.#conversation.request(request);
    return answer instanceof Promise ? answer.then((found) => this.#judge(request, found)) : this.#judge(request, answer);
  }

  deviates(kind: Deviation['kind'], message: string, clauses: readonly ClauseId[], more: Partial<Deviation> = {}): false {
    this.#deviation ??= { kind, at: Math.max(0, this.#trace.length - 1), message, clauses, permitted: [], ...more };
    return false;
  }

  /** The case ends here, and nobody is to blame. */
  givesUp(kind: Unjudged['kind'], message: string): false {
    this.#unjudged ??= { kind, message };
    return false;
  }

  #judge(request: CampaignRequest, { lines, failure }: Answer): boolean {
    this.#requests.push(request);
    if (lines.length > linesMax && lines.filter(countsAsLine).length > linesMax)
      return this.deviates('runaway', `more than ${linesMax} steps follow one request: ${saidOf(request)}`, []);
    let isRefused = false;
    for (const line of lines) {
      this.last.push(line);
      if (isUnsupported(line)) {
        isRefused = true;
        this.#refusals?.refused(line, line.returns.unsupported);
        continue;
      }
      this.#trace.push(line);
      const found = this.#tally.look(this.#oracle.states, line);
      const rejection = this.#oracle.step(line);
      if (rejection !== undefined) return this.#rejected(rejection);
      this.#tally.keep(found);
    }
    if (failure !== undefined) return this.#failed(request, failure);
    if (!isRefused) this.#refusals?.granted(request);
    return true;
  }

  #rejected({ message, clauses, permitted, about }: Rejection): false {
    return this.deviates('rejected', message, clauses, { permitted, about });
  }

  #failed(request: CampaignRequest, failure: Failure): false {
    const { kind, message } = failure;
    if (kind === 'stray') return this.#judgeWhole(failure);
    if (this.#requests.some((asked) => isInjection(asked) && mayCrash(asked.inject))) return this.givesUp('undone', message);
    if (kind === 'malformed' || kind === 'unusable' || kind === 'late') this.givesUp(kind, message);
    else if (kind === 'hung' && this.#isBegun(request)) {
      // That the call blocks may be in order; that nothing follows is not.
      this.deviates(kind, `${message}; its call has begun, and done follows the begin of a call that blocks`, []);
    } else this.deviates(kind, message, []);
    return false;
  }

  #isBegun(request: CampaignRequest): boolean {
    if (!('call' in request)) return false;
    return this.worlds.some(({ begun }) =>
      [...begun.values()].some(({ call, thread }) => call.call === request.call && thread === threadOf(request)),
    );
  }

  /** A line about a case before this one: that is for whoever has seen both. */
  #judgeWhole({ message, trace = [] }: Failure): false {
    const oracle = new Oracle(this.#profile, this.#header);
    for (const [at, step] of trace.entries()) {
      const rejection = oracle.step(step);
      if (rejection === undefined) continue;
      this.#trace = trace.slice(0, at + 1);
      return this.#rejected(rejection);
    }
    return this.givesUp('stray', message);
  }
}

const saidOf = (request: CampaignRequest): string => (isInjection(request) ? JSON.stringify(request) : lineOf(request));
