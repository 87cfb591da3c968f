import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import type { Implementation } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { type CaseResult, type Deviation, type Failing, isFailing, type UnjudgedCase } from './caseResult.ts';
import type { Counterexample, ListedResult } from './report.ts';
import { runCase } from './runCase.ts';
import { type ShrinkOptions, type Shrunk, shrink } from './shrink.ts';
import { covers, type Pattern, type Signature, signatureOf, signatureText } from './signature.ts';
import { Tally } from './tally.ts';
import { Unsupported } from './unsupported.ts';

/** All cases of one verification, walks and campaign alike: what they put to the test, what broke, and when the run ends. */

export interface FindingsOptions {
  readonly profile: Profile;
  /** When the run is over, in milliseconds as `now` counts them. */
  readonly deadline: number;
  readonly now: () => number;
  /** Distinct deviations after which the run ends. */
  readonly deviationsMax: number;
  /** Takes in every case; called before it is judged further. */
  readonly onCase?: ((result: CaseResult) => void) | undefined;
  /** Deviations that somebody has reviewed. They are counted, and the run goes on past them. */
  readonly listed: readonly ListedDeviation[];
  /** Each deviation must differ from every other, so that none turns into another one while it is made shorter. */
  readonly isExact: boolean;
  readonly onShrink?: (() => void) | undefined;
  /** Whether fewer requests show a deviation, once shrinking is at its end. */
  readonly search: (implementation: Implementation, failing: Failing, options: ShrinkOptions) => Promise<Search>;
}

/** What a search for a shorter case found, and what it tried. */
export interface Search {
  readonly shorter?: Failing;
  readonly tried: NonNullable<Counterexample['minimal']>;
}

/** A deviation that somebody has reviewed, ready to be looked for. */
export interface ListedDeviation {
  /** Its place in the ledger, from 1, and among the ways in which its cause shows, from 1. */
  readonly entry: number;
  readonly form: number;
  readonly signature: Pattern;
  readonly requests: readonly CampaignRequest[];
  readonly observation: string;
  readonly reason: string;
  /** Its reason is written, so that somebody has looked at it. */
  readonly isReviewed: boolean;
  /** Its absence means nothing. */
  readonly isIntermittent: boolean;
}

/** The process of the implementation ended, or had to be ended. Its steps up to there were permitted, so the run goes on. */
const isDeadly = (kind: Deviation['kind']): kind is Deadly => kind === 'died' || kind === 'hung' || kind === 'runaway';
type Deadly = 'died' | 'hung' | 'runaway';

/** Cases that end for one of these reasons before the run does; each costs a start, or a whole time-out. */
const casesMax = { died: 12, hung: 5, runaway: 5, malformed: 3, slow: 50, undone: 50, undecided: 50, stray: 50 } as const;

/** How long a second death may be looked for again. */
const briefMs = 3000;
/** How often what a ledger lists is asked for before it counts as gone. */
const listedTriesMax = 5;

export class Findings {
  readonly tally = new Tally();
  readonly unsupported = new Unsupported();
  /** Each distinct deviation in the shortest form that was found, but for the command that shows it again. */
  readonly counterexamples: Omit<Counterexample, 'replay'>[] = [];
  readonly unjudged: { readonly kind: UnjudgedCase['kind']; readonly message: string; count: number }[] = [];
  /** Why the run ended before its end. */
  cut: string | undefined;
  cases = 0;
  isSpi = false;
  readonly #options: FindingsOptions;
  readonly #listedCases = new Map<ListedDeviation, number>();
  readonly #deadlyCases = { died: 0, hung: 0, runaway: 0 };
  readonly #shown = new Set<ListedDeviation>();
  /** The clauses that each was seen to break, which may be fewer than it names. */
  readonly #listedClauses = new Map<ListedDeviation, Set<string>>();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  get profile(): Profile {
    return this.#options.profile;
  }

  get isLate(): boolean {
    return this.#options.now() >= this.#options.deadline;
  }

  /** Takes in a case that is over, and asks the implementation for it again where it deviates. False when the run is over. */
  async take(result: CaseResult, implementation: Implementation): Promise<boolean> {
    this.cases++;
    this.isSpi ||= result.header.side === 'spi';
    this.#options.onCase?.(result);
    if (result.unjudged !== undefined) return this.#noteUnjudged(result.unjudged);
    if (isFailing(result)) await this.#noteDeviation(result, implementation);
    return this.goesOn;
  }

  get goesOn(): boolean {
    if (this.cut !== undefined) return false;
    const judged = this.counterexamples.filter(({ signature }) => !isDeadly(signature.kind)).length;
    return judged < this.#options.deviationsMax;
  }

  #noteUnjudged({ kind, message }: UnjudgedCase): boolean {
    const known = this.unjudged.find((entry) => entry.kind === kind);
    if (known === undefined) this.unjudged.push({ kind, message, count: 1 });
    else known.count++;
    const count = known?.count ?? 1;
    if (kind === 'late') this.cut ??= message;
    else if (kind === 'unusable' || count >= casesMax[kind]) this.cut ??= message;
    return this.goesOn;
  }

  async #noteDeviation(result: Failing, implementation: Implementation): Promise<void> {
    const signature = signatureOf(result);
    if (this.#countsAsListed(signature)) return;
    const { kind } = result.deviation;
    if (isDeadly(kind) && ++this.#deadlyCases[kind] >= casesMax[kind]) {
      this.cut ??= `${casesMax[kind]} cases ended with the implementation`;
    }
    const known = this.counterexamples.findIndex((example) => covers(example.signature, signature));
    if (known < 0) await this.#add(result, signature, implementation);
    else this.counterexamples[known] = { ...this.counterexamples[known]!, cases: this.counterexamples[known]!.cases + 1 };
  }

  async #add(result: Failing, met: Signature, implementation: Implementation): Promise<void> {
    const { profile, now } = this.#options;
    this.#options.onShrink?.();
    const isOther = (failing: Failing): boolean => this.#options.isExact && !covers(signatureOf(failing), met);
    // The end of a process costs a start each time it is looked for, so only the first is made short.
    const { died, hung, runaway } = this.#deadlyCases;
    const isBrief = isDeadly(result.deviation.kind) && died + hung + runaway > 1;
    const deadline = Math.min(this.#options.deadline, isBrief ? now() + briefMs : Number.POSITIVE_INFINITY);
    const options = { profile, deadline, now, isOther };
    const { failing, shown, minimal } = await this.#least(await shrink(implementation, result, options), implementation, options);
    const signature = signatureOf(failing);
    if (this.#countsAsListed(signature)) return;
    const narrower = this.counterexamples.findIndex((example) => covers(signature, example.signature));
    // What is found later may show that less is needed.
    const cases = 1 + (narrower < 0 ? 0 : this.counterexamples.splice(narrower, 1)[0]!.cases);
    this.counterexamples.push(counterexampleOf(failing, { signature, cases, shown, ...(minimal && { minimal }) }));
  }

  /** What is intermittent is not searched for, and neither is what costs a process each time. */
  async #least(shrunk: Shrunk, implementation: Implementation, options: ShrinkOptions): Promise<Shrunk & Pick<Counterexample, 'minimal'>> {
    if (shrunk.shown.times === 0 || isDeadly(shrunk.failing.deviation.kind)) return shrunk;
    const { shorter, tried } = await this.#options.search(implementation, shrunk.failing, options);
    if (shorter === undefined) return { ...shrunk, minimal: tried };
    // Its requests may be made simpler, and are as few as can be.
    const simpler = await shrink(implementation, shorter, options);
    return { ...(simpler.shown.times === 0 ? { ...shrunk, failing: shorter } : simpler), minimal: tried };
  }

  #countsAsListed(signature: Signature): boolean {
    const listed = this.#options.listed.find((entry) => covers(entry.signature, signature));
    if (listed === undefined) return false;
    this.#listedCases.set(listed, (this.#listedCases.get(listed) ?? 0) + 1);
    this.#noteClauses(listed, signature);
    return true;
  }

  #noteClauses(listed: ListedDeviation, { clauses }: Signature): void {
    const known = this.#listedClauses.get(listed);
    if (known === undefined) this.#listedClauses.set(listed, new Set(clauses));
    else for (const id of clauses) known.add(id);
  }

  /**
   * Asks for everything that the ledger lists, each by its own requests. Called first, so that a slow campaign does not take the time for
   * it.
   */
  async askListed(implementation: Implementation): Promise<void> {
    for (const entry of this.#options.listed) {
      for (let tries = 0; !this.#shown.has(entry) && tries < listedTriesMax && !this.isLate; tries++) {
        if (await this.#shows(entry, implementation)) this.#shown.add(entry);
      }
    }
  }

  /** What still shows of that, or was met by a case of the run. */
  get listed(): ListedResult[] {
    return this.#options.listed.map((entry) => {
      const { signature, reason, isReviewed } = entry;
      const cases = this.#listedCases.get(entry) ?? 0;
      return {
        entry: entry.entry,
        form: entry.form,
        clauses: [...(this.#listedClauses.get(entry) ?? signature.clauses)] as ClauseId[],
        step: signatureText(signature),
        reason,
        isReviewed,
        cases,
        shows: cases > 0 || this.#shown.has(entry) || entry.isIntermittent,
      };
    });
  }

  async #shows(entry: ListedDeviation, implementation: Implementation): Promise<boolean> {
    const { signature, requests } = entry;
    const finishes = signature.kind === 'stalled';
    const { profile } = this.#options;
    const result = await runCase(implementation, { profile, requests, finishes, beginning: { isFresh: true } });
    const found = isFailing(result) ? signatureOf(result) : undefined;
    if (found === undefined || !covers(signature, found)) return false;
    this.#noteClauses(entry, found);
    return true;
  }
}

const counterexampleOf = (
  { header, trace, deviation, requests }: Failing,
  { signature, cases, shown, minimal }: Pick<Counterexample, 'signature' | 'cases' | 'shown' | 'minimal'>,
): Omit<Counterexample, 'replay'> => {
  const { message, permitted, owed = [] } = deviation;
  const clauses = [...deviation.clauses, ...owed];
  const isDerived = JSON.stringify(requestsOfTrace(trace)) === JSON.stringify(requests);
  const steps = trace.map(plain);
  return {
    header,
    steps,
    signature,
    message,
    clauses,
    permitted,
    cases,
    shown,
    ...(minimal && { minimal }),
    ...(!isDerived && { requests }),
  };
};

/** As it survives JSON. */
const plain = (step: TraceStep): TraceStep => JSON.parse(JSON.stringify(step)) as TraceStep;
