/** The verdict on a trace, from its bytes as they arrive, from its text, or from its steps. */

import type { Profile } from '../clauses/profiles.ts';
import { Oracle, type Rejection } from '../oracle/oracle.ts';
import { type CutLine, LineCutter } from '../winsock/lineCutter.ts';
import { linesOf, TraceReader } from '../winsock/reader.ts';
import { mainThread, type TraceHeader, type TraceStep } from '../winsock/trace.ts';

export interface NumberedStep {
  readonly line: number;
  readonly step: TraceStep;
}

/** Lines are counted from 1, the header's. */
export type Judgement =
  | { readonly verdict: 'accepted'; readonly steps: number }
  | (Rejection & NumberedStep & { readonly verdict: 'rejected'; readonly before: readonly NumberedStep[] })
  | { readonly verdict: 'malformed'; readonly line: number; readonly message: string };

/**
 * Judges a trace as its bytes arrive, in memory that does not grow with its length. Reads to the end even after a rejection: malformed
 * input is neither accepted nor rejected, so one malformed line anywhere decides. Fails only as the source fails.
 */
export async function judgeStream(source: AsyncIterable<Uint8Array>, profile: Profile): Promise<Judgement> {
  const judging = new Judging(profile);
  const cutter = new LineCutter();
  for await (const chunk of source) {
    for (const line of cutter.push(chunk)) if (!judging.take(line)) return judging.verdict;
  }
  for (const line of cutter.end()) if (!judging.take(line)) return judging.verdict;
  return judging.end();
}

/** The same of a text that is in memory. */
export function judgeText(text: string, profile: Profile): Judgement {
  const judging = new Judging(profile);
  for (const line of linesOf(text)) if (!judging.take(line)) return judging.verdict;
  return judging.end();
}

/** Of a trace that was read: the first step that is not permitted, and why. */
export function firstRejection(
  header: TraceHeader | undefined,
  steps: Iterable<NumberedStep>,
  profile: Profile,
): (NumberedStep & { readonly rejection: Rejection }) | undefined {
  const oracle = new Oracle(profile, header);
  for (const { line, step } of steps) {
    const rejection = oracle.step(step);
    if (rejection !== undefined) return { line, step, rejection };
  }
  return undefined;
}

/** How many steps are kept to explain a rejection, and the longest line worth keeping; together they bound the memory. */
const recentMax = 256;
const recentLineMax = 4096;

class Judging {
  readonly #reader = new TraceReader();
  readonly #profile: Profile;
  #oracle: Oracle;
  #steps = 0;
  #ended: Judgement | undefined;
  readonly #recent: NumberedStep[] = [];

  constructor(profile: Profile) {
    this.#profile = profile;
    this.#oracle = new Oracle(profile);
  }

  get verdict(): Judgement {
    return this.#ended ?? { verdict: 'accepted', steps: this.#steps };
  }

  /** No line is left. A trace of none still lacks its header. */
  end(): Judgement {
    if (this.#reader.line === 0) this.take({ fault: 'the first line must be a header, which has wspsend: there is no line' });
    return this.verdict;
  }

  /** Takes the next line; false when it is malformed and nothing after it matters. */
  take(cut: CutLine): boolean {
    const line = this.#reader.line + 1;
    if (typeof cut !== 'string') return this.#isMalformed(line, cut.fault);
    if (line === 1) {
      const read = this.#reader.header(cut);
      if (read.kind === 'malformed') return this.#isMalformed(read.line, read.message);
      this.#oracle = new Oracle(this.#profile, read.header);
      return true;
    }
    const read = this.#reader.read(cut);
    if (read.kind === 'malformed') return this.#isMalformed(read.line, read.message);
    if (read.kind === 'step' && this.#ended === undefined) this.#judge(read.line, read.step, cut.length);
    return true;
  }

  #isMalformed(line: number, message: string): false {
    this.#ended = { verdict: 'malformed', line, message };
    return false;
  }

  #judge(line: number, step: TraceStep, length: number): void {
    const rejection = this.#oracle.step(step);
    if (rejection !== undefined) {
      this.#ended = { verdict: 'rejected', line, step, ...rejection, before: related(step, this.#inOrder()) };
      return;
    }
    if (length <= recentLineMax) this.#recent[this.#steps % recentMax] = { line, step };
    this.#steps++;
  }

  #inOrder(): NumberedStep[] {
    return this.#recent.filter((entry) => entry !== undefined).sort((a, b) => a.line - b.line);
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

/** The last steps that concern the same operation or socket; of a step that names neither, the same thread. */
function related(step: TraceStep, recent: readonly NumberedStep[]): NumberedStep[] {
  const { socket, overlapped, end, thread = mainThread } = namesIn(step);
  const origin = recent.findLast(({ step: earlier }) => {
    const names = namesIn(earlier);
    if (end !== undefined) return 'begin' in earlier && names.begin === end;
    return names.buffers !== undefined && overlapped !== undefined && names.overlapped === overlapped;
  });
  const onSocket = socket ?? (origin === undefined ? undefined : namesIn(origin.step).socket);
  const concerns = ({ step: earlier }: NumberedStep): boolean => {
    const names = namesIn(earlier);
    if (socket === undefined && overlapped === undefined) return (names.thread ?? mainThread) === thread;
    return (names.overlapped !== undefined && names.overlapped === overlapped) || (names.socket !== undefined && names.socket === onSocket);
  };
  const found = recent.filter(concerns).slice(-relatedMax);
  // The call that began it says more than the oldest of its socket's other steps.
  return origin === undefined || found.includes(origin) ? found : [origin, ...found.slice(1)];
}
