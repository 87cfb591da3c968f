/** The verdict on a trace, from its bytes as they arrive, from its text, or from its steps. */

import type { Profile } from '../clauses/profiles.ts';
import type { Breach, Unjudged } from '../oracle/noted.ts';
import { Oracle, type Rejection } from '../oracle/oracle.ts';
import type { FamiliarLines, FamiliarReading } from '../winsock/familiarLines.ts';
import { type CutLine, LineCutter } from '../winsock/lineCutter.ts';
import { linesOf, TraceReader } from '../winsock/reader.ts';
import { mainThread, type TraceHeader, type TraceStep } from '../winsock/trace.ts';
import { contentOf, joined, type NumberedStep, withContent } from './content.ts';

export type { NumberedStep } from './content.ts';

/** A step that is not permitted. `before` are earlier steps that bear on it, in order. */
export type Finding = Rejection & NumberedStep & { readonly before: readonly NumberedStep[] };

/** What cannot be judged, with the line of the step that first touched it: a socket of that name, or no certain one. */
export type UnjudgedAt = Unjudged & { readonly line: number };
/** An obligation of the caller's own that the step on this line broke. */
export type BreachAt = Breach & { readonly line: number };

/** What a verdict lists in addition: neither accuses the provider, and neither changes the verdict. */
export interface VerdictAdditions {
  readonly unjudged: readonly UnjudgedAt[];
  readonly breaches: readonly BreachAt[];
}

/**
 * Lines are counted from 1, the first of the file. A rejection is the first finding; `findings` are all, more than one only where the
 * judge goes on. `undecided`: a stated bound was met, and from this line on the trace is neither accepted nor rejected.
 */
export type Judgement =
  | (VerdictAdditions & { readonly verdict: 'accepted'; readonly steps: number })
  | (VerdictAdditions & Finding & { readonly verdict: 'rejected'; readonly findings: readonly Finding[] })
  | (VerdictAdditions & Finding & { readonly verdict: 'undecided' })
  | { readonly verdict: 'malformed'; readonly line: number; readonly message: string };

/** How a trace is judged. */
export interface JudgeOptions {
  /** Goes on after a rejection: what the step touched is not judged from there, and everything else is. */
  readonly keepGoing?: boolean;
  /** Reads lines like those before them several times as fast, which a long trace is worth; one may serve many traces. */
  readonly familiar?: FamiliarLines;
}

/**
 * Judges a trace as its bytes arrive, in memory that grows with what it reports and not with its length. Reads to the end even after a
 * rejection: malformed input is neither accepted nor rejected, so one malformed line anywhere decides. Fails only as the source fails.
 */
export async function judgeStream(source: AsyncIterable<Uint8Array>, profile: Profile, options: JudgeOptions = {}): Promise<Judgement> {
  const judging = new Judging(profile, options);
  const cutter = new LineCutter();
  for await (const chunk of source) {
    for (const line of cutter.push(chunk, judging.familiar)) if (!judging.take(line)) return judging.verdict;
  }
  for (const line of cutter.end()) if (!judging.take(line)) return judging.verdict;
  return judging.end();
}

/** The same of a text that is in memory. */
export function judgeText(text: string, profile: Profile, options: JudgeOptions = {}): Judgement {
  const judging = new Judging(profile, options);
  for (const line of judging.familiar?.othersOf(text) ?? linesOf(text)) if (!judging.take(line)) return judging.verdict;
  return judging.end();
}

/** Of a trace that was read: the first step that is not permitted, and why. */
export function firstRejection(
  header: TraceHeader | undefined,
  steps: Iterable<NumberedStep>,
  profile: Profile,
): (NumberedStep & { readonly rejection: Rejection }) | undefined {
  const oracle = new Oracle(profile, header);
  const before: NumberedStep[] = [];
  for (const { line, step } of steps) {
    const rejection = oracle.step(step);
    if (rejection !== undefined) return { line, step, rejection: withContent(rejection, contentOf(oracle, step, before)) };
    before.push({ line, step });
  }
  return undefined;
}

/** How many steps are kept to explain a rejection, and the longest line worth keeping; together they bound the memory. */
const recentMax = 256;
const recentLineMax = 4096;

class Judging {
  readonly #reader: TraceReader;
  /** Takes lines like those that were read before. None of them can be malformed. */
  readonly familiar: FamiliarReading | undefined;
  readonly #profile: Profile;
  readonly #keepsGoing: boolean;
  #oracle: Oracle;
  #steps = 0;
  #malformed: Extract<Judgement, { verdict: 'malformed' }> | undefined;
  #undecided: Finding | undefined;
  readonly #findings: Finding[] = [];
  /** The last steps and their lines, in two lists: most steps are never asked for. */
  readonly #recentSteps: TraceStep[] = [];
  readonly #recentLines: number[] = [];
  readonly #unjudged: UnjudgedAt[] = [];
  readonly #breaches: BreachAt[] = [];
  readonly #listed = new Set<string>();

  constructor(profile: Profile, { keepGoing = false, familiar }: JudgeOptions) {
    this.#reader = new TraceReader(familiar);
    this.familiar = familiar?.reading((bytes, from) => this.#takeFamiliar(familiar, bytes, from));
    this.#profile = profile;
    this.#keepsGoing = keepGoing;
    this.#oracle = new Oracle(profile);
  }

  get verdict(): Judgement {
    if (this.#malformed !== undefined) return this.#malformed;
    const additions = { unjudged: this.#unjudged, breaches: this.#breaches };
    const [first] = this.#findings;
    if (first !== undefined) return joined({ verdict: 'rejected' as const, findings: this.#findings, ...additions }, first);
    if (this.#undecided !== undefined) return joined({ verdict: 'undecided' as const, ...additions }, this.#undecided);
    return { verdict: 'accepted', steps: this.#steps, ...additions };
  }

  /** No line is left. A trace of none still lacks its header. */
  end(): Judgement {
    if (this.#malformed === undefined && !this.#reader.hasHeader) {
      this.#isMalformed(1, 'the first line must be a header, {"wspsend":"trace/1"}: there is no line');
    }
    return this.verdict;
  }

  /** Takes the next line; false when it is malformed and nothing after it matters. */
  take(cut: CutLine): boolean {
    if (typeof cut !== 'string') return this.#isMalformed(this.#reader.line + 1, cut.fault);
    const read = this.#reader.hasHeader ? this.#reader.read(cut) : this.#reader.header(cut);
    if (read.kind === 'malformed') return this.#isMalformed(read.line, read.message);
    if (read.kind === 'header') this.#oracle = new Oracle(this.#profile, read.header);
    else if (read.kind === 'step' && !this.#isOver) this.#judge(read.line, read.step, cut.length);
    return true;
  }

  #takeFamiliar(lines: FamiliarLines, bytes: Uint8Array, start: number): number {
    const reader = this.#reader;
    let from = start;
    for (let step = reader.readFamiliar(bytes, from); step !== undefined; step = reader.readFamiliar(bytes, from)) {
      const to = lines.end;
      if (!this.#isOver) this.#judge(reader.line, step, to - from);
      from = to;
    }
    return from;
  }

  #isMalformed(line: number, message: string): false {
    this.#malformed = { verdict: 'malformed', line, message };
    return false;
  }

  /** Nothing that comes can change the verdict, unless it is malformed. */
  get #isOver(): boolean {
    return !this.#keepsGoing && (this.#findings.length > 0 || this.#undecided !== undefined);
  }

  #judge(line: number, step: TraceStep, length: number): void {
    let rejection = this.#oracle.step(step);
    this.#list(line);
    while (rejection !== undefined) {
      this.#find(this.#finding(line, step, rejection));
      if (!this.#keepsGoing) return;
      rejection = this.#oracle.resume(step);
      this.#list(line);
    }
    if (length <= recentLineMax) {
      this.#recentLines[this.#steps % recentMax] = line;
      this.#recentSteps[this.#steps % recentMax] = step;
    }
    this.#steps++;
  }

  #finding(line: number, step: TraceStep, rejection: Rejection): Finding {
    const recent = this.#inOrder();
    const content = contentOf(this.#oracle, step, recent);
    const before = related(step, recent, content?.line);
    const named = withContent(rejection, content);
    // As long as no step is taken any more, what would have been permitted is found once it is asked for.
    return this.#keepsGoing ? { line, step, before, ...named } : joined({ line, step, before }, named);
  }

  #find(finding: Finding): void {
    if (finding.undecided) this.#undecided ??= finding;
    else this.#findings.push(finding);
  }

  /** What the last step touched that cannot be judged, each once, and what of the caller's it showed broken. */
  #list(line: number): void {
    const { unjudged, breaches } = this.#oracle;
    if (unjudged.length === 0 && breaches.length === 0) return;
    for (const { socket, why } of unjudged) {
      const key = `${socket ?? ''}\n${why}`;
      if (this.#listed.has(key)) continue;
      this.#listed.add(key);
      this.#unjudged.push({ line, ...(socket !== undefined && { socket }), why });
    }
    for (const breach of breaches) {
      // A step that is judged anew, after what it was refused for, shows the same again.
      if (this.#breaches.findLast((other) => other.line < line || other.message === breach.message)?.line !== line) {
        this.#breaches.push({ line, ...breach });
      }
    }
  }

  #inOrder(): NumberedStep[] {
    return this.#recentSteps.map((step, place) => ({ line: this.#recentLines[place]!, step })).sort((a, b) => a.line - b.line);
  }
}

// ---- What led to it ------------------------------------------------------------------------------------------------------------

const relatedMax = 4;

interface Names {
  readonly socket?: string | undefined;
  readonly overlapped?: string | undefined;
  readonly thread?: string | undefined;
  readonly begin?: number | undefined;
  readonly end?: number | undefined;
  readonly buffers?: unknown;
}

const namesIn = (step: TraceStep): Names => ('end' in step ? { ...step.begun, ...step } : step) as Names;

/** The network or a route is lost for every socket, or everything is closed. */
const isOfAll = (step: TraceStep): boolean =>
  ('env' in step && step.env !== 'settle' && step.socket === undefined) || ('call' in step && step.call === 'WSACleanup');

/** What a thread has started is cancelled. */
const isOfItsThread = (step: TraceStep): boolean => 'call' in step && (step.call === 'WSPCancelBlockingCall' || step.call === 'ExitThread');

/**
 * The last steps that concern the same operation or socket, and those that may be the cause of something on any; of a step that names
 * neither, the same thread. The one on the line `from` is among them, as is the call that the step ends or asks about.
 */
function related(step: TraceStep, recent: readonly NumberedStep[], from: number | undefined): NumberedStep[] {
  const { socket, overlapped, end, thread = mainThread } = namesIn(step);
  const origin = recent.findLast(({ line, step: earlier }) => {
    const names = namesIn(earlier);
    if (from !== undefined) return line === from;
    if (end !== undefined) return 'begin' in earlier && names.begin === end;
    return names.buffers !== undefined && overlapped !== undefined && names.overlapped === overlapped;
  });
  const onSocket = socket ?? (origin === undefined ? undefined : namesIn(origin.step).socket);
  const concerns = ({ step: earlier }: NumberedStep): boolean => {
    const names = namesIn(earlier);
    const isOfThread = (names.thread ?? mainThread) === thread;
    if (socket === undefined && overlapped === undefined) return isOfThread;
    if (isOfAll(earlier)) return true;
    if (isOfItsThread(earlier)) return isOfThread || (origin !== undefined && names.thread === namesIn(origin.step).thread);
    return (names.overlapped !== undefined && names.overlapped === overlapped) || (names.socket !== undefined && names.socket === onSocket);
  };
  const found = recent.filter(concerns).slice(-relatedMax);
  // The call that began it says more than the oldest of its socket's other steps.
  return origin === undefined || found.includes(origin) ? found : [origin, ...found.slice(1)];
}
