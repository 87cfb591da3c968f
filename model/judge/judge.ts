/** Judges a trace as its bytes arrive, in memory that does not grow with its length. */

import type { Profile } from '../clauses/profiles.ts';
import { Oracle, type Rejection } from '../oracle/oracle.ts';
import { type CutLine, LineCutter } from '../winsock/lineCutter.ts';
import { TraceReader } from '../winsock/reader.ts';
import { mainThread, type TraceStep } from '../winsock/trace.ts';

export interface NumberedStep {
  readonly line: number;
  readonly step: TraceStep;
}

/** Lines are counted from 1, the header's. */
export type Judgement =
  | { readonly verdict: 'accepted'; readonly steps: number }
  | (Rejection & NumberedStep & { readonly verdict: 'rejected'; readonly before: readonly NumberedStep[] })
  | { readonly verdict: 'malformed'; readonly line: number; readonly message: string };

/** How many steps are kept to explain a rejection, and the longest line worth keeping; together they bound the memory. */
const recentMax = 256;
const recentLineMax = 4096;

/**
 * Reads to the end even after a rejection: malformed input is neither accepted nor rejected, so one malformed line anywhere
 * decides. Fails only as the source fails.
 */
export async function judge(source: AsyncIterable<Uint8Array>, profile: Profile): Promise<Judgement> {
  const judging = new Judging(profile);
  const cutter = new LineCutter();
  for await (const chunk of source) {
    for (const line of cutter.push(chunk)) if (judging.isMalformed(line)) return judging.verdict;
  }
  for (const line of cutter.end()) if (judging.isMalformed(line)) return judging.verdict;
  // A trace of no line at all still lacks its header.
  if (judging.lines === 0) judging.isMalformed({ fault: 'the first line must be a header, which has wspsend: there is no line' });
  return judging.verdict;
}

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

  get lines(): number {
    return this.#reader.line;
  }

  get verdict(): Judgement {
    return this.#ended ?? { verdict: 'accepted', steps: this.#steps };
  }

  /** Takes the next line; true when it is malformed and nothing after it matters. */
  isMalformed(cut: CutLine): boolean {
    if (typeof cut !== 'string') {
      this.#ended = { verdict: 'malformed', line: this.#reader.line + 1, message: cut.fault };
      return true;
    }
    if (this.#reader.line === 0) {
      const read = this.#reader.header(cut);
      if (read.kind === 'header') this.#oracle = new Oracle(this.#profile, read.header);
      else this.#ended = { verdict: 'malformed', line: read.line, message: read.message };
      return read.kind === 'malformed';
    }
    const read = this.#reader.read(cut);
    if (read.kind === 'malformed') {
      this.#ended = { verdict: 'malformed', line: read.line, message: read.message };
      return true;
    }
    if (read.kind === 'step' && this.#ended === undefined) this.#judge(read.line, read.step, cut.length);
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
