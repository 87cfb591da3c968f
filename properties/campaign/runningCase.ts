import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { contentOf, withContent } from '../../model/judge/content.ts';
import { firstRejection } from '../../model/judge/judge.ts';
import { Oracle, type Rejection } from '../../model/oracle/oracle.ts';
import { lineOf, type TraceHeader, type TraceStep, threadOf } from '../../model/winsock/trace.ts';
import { mayCrash } from '../conversation/breaches.ts';
import type { Beginning, Conversation, Failure, Implementation, Reply } from '../conversation/implementation.ts';
import { isUnsupported, type ReplyLine } from '../conversation/replyLine.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { countsAsLine, linesMax } from '../conversation/runaway.ts';
import type { CaseResult, Deviation, UnjudgedCase } from './caseResult.ts';
import { owedBy } from './owed.ts';
import { Tally } from './tally.ts';
import type { Unsupported } from './unsupported.ts';

export interface StartOptions {
  readonly profile: Profile;
  readonly tally?: Tally;
  readonly unsupported?: Unsupported;
  readonly beginning?: Beginning;
}

/** A case on its way. */
export class RunningCase {
  readonly #conversation: Conversation;
  readonly #profile: Profile;
  readonly #oracle: Oracle;
  readonly #header: TraceHeader;
  readonly #tally: Tally;
  readonly #unsupported: Unsupported | undefined;
  #trace: TraceStep[] = [];
  readonly #requests: CampaignRequest[] = [];
  #steps = 0;
  #deviation: Deviation | undefined;
  #unjudged: UnjudgedCase | undefined;
  /** The lines that answered what was asked last. */
  last: ReplyLine[] = [];

  private constructor(conversation: Conversation, { profile, tally, unsupported }: StartOptions) {
    this.#conversation = conversation;
    this.#profile = profile;
    this.#header = conversation.header;
    this.#oracle = new Oracle(profile, this.#header);
    this.#tally = tally ?? new Tally();
    this.#unsupported = unsupported;
  }

  static async start(implementation: Implementation, options: StartOptions): Promise<RunningCase> {
    return new RunningCase(await implementation.begin(options.beginning), options);
  }

  get world(): Oracle['world'] {
    return this.#oracle.world;
  }

  get isReused(): boolean {
    return this.#conversation.isReused;
  }

  /** Nothing is asked any more. */
  end(): CaseResult {
    const isOver = this.#deviation !== undefined || this.#unjudged !== undefined;
    const { begun, live, networkDown, sockets } = this.world;
    const threads = [...this.world.threads.values()];
    const any =
      isOver ||
      begun.size > 0 ||
      live.size > 0 ||
      networkDown !== 'no' ||
      [...sockets.values()].some(({ closed }) => !closed) ||
      threads.some(({ stack, routines }) => stack.length > 0 || routines.size > 0);
    const whole = this.#deviation === undefined ? undefined : this.#conversation.whole?.slice();
    this.#conversation.end({ any, exitedThreads: threads.filter(({ exited }) => exited).map(({ name }) => name) });
    return {
      header: this.#header,
      trace: this.#trace,
      requests: this.#requests,
      steps: this.#steps,
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

  async #judgeAll(requests: readonly CampaignRequest[], replies: readonly Promise<Reply>[]): Promise<boolean> {
    for (const [at, reply] of replies.entries()) if (!this.#judge(requests[at]!, await reply)) return false;
    return true;
  }

  #ask(request: CampaignRequest): boolean | Promise<boolean> {
    const reply = this.#conversation.request(request);
    return reply instanceof Promise ? reply.then((found) => this.#judge(request, found)) : this.#judge(request, reply);
  }

  deviates(kind: Deviation['kind'], message: string, clauses: readonly ClauseId[], more: Partial<Deviation> = {}): false {
    this.#deviation ??= { kind, at: Math.max(0, this.#trace.length - 1), message, clauses, permitted: [], ...more };
    return false;
  }

  /** The case ends here, and nobody is to blame. */
  givesUp(kind: UnjudgedCase['kind'], message: string): false {
    this.#unjudged ??= { kind, message };
    return false;
  }

  #judge(request: CampaignRequest, { lines, failure }: Reply): boolean {
    this.#requests.push(request);
    if (lines.length > linesMax && lines.filter(countsAsLine).length > linesMax)
      return this.deviates('runaway', `more than ${linesMax} steps follow one request: ${saidOf(request)}`, []);
    let isLacking = false;
    for (const line of lines) {
      this.last.push(line);
      if (isUnsupported(line)) {
        isLacking = true;
        this.#unsupported?.add(line, line.returns.unsupported);
        continue;
      }
      this.#trace.push(line);
      const found = this.#tally.look(this.#oracle.world, line);
      const rejection = this.#oracle.step(line);
      if (rejection !== undefined) return this.#refuses(line, rejection);
      if (this.#tally.keep(found, this.#oracle.permittedBy)) this.#steps++;
    }
    if (failure !== undefined) return this.#failed(request, failure);
    if (!isLacking) this.#unsupported?.granted(request);
    return true;
  }

  #refuses(step: TraceStep, rejection: Rejection): false {
    // The header is the first line of the trace that is written.
    const earlier = this.#trace.slice(0, -1).map((one, at) => ({ line: at + 2, step: one }));
    const named = withContent(rejection, contentOf(this.#oracle, step, earlier));
    return this.#rejected(named, owedBy(step, rejection, this.#tally.outcomes.refusingSuccess));
  }

  #rejected({ message, clauses, permitted, about, undecided }: Rejection, owed: readonly ClauseId[] = []): false {
    if (undecided) return this.givesUp('undecided', message);
    return this.deviates('rejected', message, clauses, { permitted, about, ...(owed.length > 0 && { owed }) });
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
    return [...this.world.begun.values()].some(({ call, thread }) => call.call === request.call && thread === threadOf(request));
  }

  /** A line about a case before this one: it is judged with the trace of both. */
  #judgeWhole({ message, trace = [] }: Failure): false {
    const numbered = trace.map((step, at) => ({ line: at + 1, step }));
    const found = firstRejection(this.#header, numbered, this.#profile);
    if (found === undefined) return this.givesUp('stray', message);
    this.#trace = trace.slice(0, found.line);
    return this.#rejected(found.rejection);
  }
}

const saidOf = (request: CampaignRequest): string => (isInjection(request) ? JSON.stringify(request) : lineOf(request));
