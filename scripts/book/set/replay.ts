/**
 * A trace that was judged, of which any step can be asked what was possible there. The judge runs once; from then on a step is found from
 * the last checkpoint before it, so that a trace of thousands of steps is looked at wherever somebody looks and nowhere else.
 */

import type { Profile } from '../../../model/clauses/profiles.ts';
import type { ClauseId } from '../../../model/clauses/register.ts';
import type { RulingId } from '../../../model/clauses/rulings.ts';
import { judgeText } from '../../../model/judge/judge.ts';
import { Oracle } from '../../../model/oracle/oracle.ts';
import type { Permitted } from '../../../model/oracle/permitted.ts';
import type { Wanted } from '../../../model/oracle/wanted.ts';
import { accountOf, type SubjectAccount, subjectsIn } from '../../../model/possible/account.ts';
import { type SubjectKind, subjectKey, subjectKinds } from '../../../model/possible/possibility.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import type { TraceStep } from '../../../model/winsock/trace.ts';
import { stepText } from '../../report/stepText.ts';

/** One step of the list. */
export interface StepLine {
  /** Of the text, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Of one kind of things: how many ways are open together, where more than one is, and how many the step ended. */
export interface SetCell {
  readonly ways: number;
  readonly died: number;
}
export type SetCells = { readonly [kind in SubjectKind]?: SetCell };

export interface Rejected {
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  readonly rulings: readonly RulingId[];
  readonly wanted: readonly Wanted[];
}

/** All that was possible behind one step, what the step could touch first. */
export interface Detail {
  readonly row: number;
  readonly subjects: readonly SubjectAccount[];
  readonly untouched: readonly SubjectAccount[];
  readonly ways: readonly WaysOfThing[];
  readonly rejected?: Rejected;
}

export interface SetVerdict {
  readonly verdict: 'accepted' | 'rejected' | 'undecided' | 'malformed';
  /** The line that decided, where one did. */
  readonly line?: number;
  readonly message?: string;
  readonly clauses: readonly ClauseId[];
  readonly unjudged: readonly { readonly line: number; readonly why: string }[];
  readonly breaches: readonly { readonly line: number; readonly message: string; readonly clauses: readonly ClauseId[] }[];
}

/** The ways of one thing over some steps, each with those that it leads to. */
export interface WaysOfThing {
  readonly kind: 'bytes' | 'circuit';
  readonly name: string;
  /** What was open before each of the steps that could touch it. */
  readonly layers: readonly WaysLayer[];
  /** What is open behind the last of them. */
  readonly last: readonly string[];
}

export interface WaysLayer {
  readonly line: number;
  readonly ways: readonly { readonly id: string; readonly says: string; readonly isDead: boolean; readonly leadsTo: readonly string[] }[];
}

/** Steps that a graph goes back at most. */
const graphSteps = 24;

/** Checkpoints are kept at most: a longer trace has them further apart. */
const checkpointsMax = 64;
const betweenLeast = 32;

export class JudgedReplay {
  readonly verdict: SetVerdict;
  /** The steps up to the one that was rejected. */
  readonly rows: readonly StepLine[];
  readonly kinds: readonly SubjectKind[];
  readonly #steps: readonly TraceStep[];
  readonly #checkpoints: readonly Oracle[];
  readonly #between: number;

  constructor(text: string, profile: Profile) {
    const judgement = judgeText(text, profile);
    const { header, steps } = readTrace(text);
    this.verdict =
      judgement.verdict === 'malformed'
        ? { verdict: 'malformed', line: judgement.line, message: judgement.message, clauses: [], unjudged: [], breaches: [] }
        : {
            verdict: judgement.verdict,
            ...(judgement.verdict !== 'accepted' && { line: judgement.line, message: judgement.message }),
            clauses: judgement.verdict === 'accepted' ? [] : judgement.clauses,
            unjudged: judgement.unjudged.map(({ line, why }) => ({ line, why })),
            breaches: judgement.breaches.map(({ line, message, clauses }) => ({ line, message, clauses })),
          };
    this.#between = Math.max(betweenLeast, Math.ceil(steps.length / checkpointsMax));
    const oracle = new Oracle(profile, header);
    const checkpoints: Oracle[] = [];
    const rows: StepLine[] = [];
    for (const { line, step } of steps) {
      if (rows.length % this.#between === 0) checkpoints.push(oracle.copy());
      rows.push({ line, text: stepText(step) });
      if (oracle.step(step) !== undefined) break;
    }
    this.rows = rows;
    this.#steps = steps.slice(0, rows.length).map(({ step }) => step);
    this.kinds = kindsIn(this.#steps);
    this.#checkpoints = checkpoints;
  }

  /** The cells of some rows, from the first to the one before the last. */
  cells(from: number, to: number): readonly SetCells[] {
    const oracle = this.#before(from);
    // What a step does not touch stays as it was, so that all of it is looked at once for the rows.
    const open = new Map(
      subjectsIn(oracle.world).map((subject) => [subjectKey(subject), { kind: subject.kind, ways: subject.possible.length }]),
    );
    return this.#steps.slice(from, to).map((step) => {
      const cells = new Map<SubjectKind, { ways: number; died: number }>();
      const cellOf = (kind: SubjectKind) => {
        const known = cells.get(kind) ?? { ways: 0, died: 0 };
        cells.set(kind, known);
        return known;
      };
      for (const subject of accountOf(oracle, step).subjects) {
        const { kind, before, after } = subject;
        cellOf(kind).died += before.filter(({ died }) => died !== undefined).length;
        if (after.length === 0) open.delete(subjectKey(subject));
        else open.set(subjectKey(subject), { kind, ways: after.length });
      }
      for (const { kind, ways } of open.values()) cellOf(kind).ways += ways > 1 ? ways : 0;
      return Object.fromEntries(cells);
    });
  }

  detail(row: number): Detail {
    const oracle = this.#before(row);
    const { rejection, subjects } = accountOf(oracle, this.#steps[row]!);
    const touched = new Set(subjects.map(subjectKey));
    const untouched = subjectsIn(oracle.world).filter((subject) => !touched.has(subjectKey(subject)));
    return {
      row,
      subjects,
      untouched: untouched.map(({ kind, name, possible }) => ({
        kind,
        name,
        before: [],
        after: possible.map(({ id, says }) => ({ id, says, isNew: false })),
      })),
      ways: this.ways(row),
      ...(rejection !== undefined && { rejected: rejectedBy(rejection) }),
    };
  }

  /** Of what may have come in several ways: those of the last steps, up to this one. */
  ways(row: number): readonly WaysOfThing[] {
    const from = Math.max(0, row - graphSteps + 1);
    const oracle = this.#before(from);
    const found = new Map<string, { kind: WaysOfThing['kind']; name: string; layers: WaysLayer[]; last: readonly string[] }>();
    for (const [at, step] of this.#steps.slice(from, row + 1).entries()) {
      const { rejection, subjects } = accountOf(oracle, step);
      for (const subject of subjects) {
        const { kind, name, before, after } = subject;
        if (kind !== 'bytes' && kind !== 'circuit') continue;
        const known = found.get(subjectKey(subject));
        if (before.length === 0 || (known === undefined && before.length < 2 && after.length < 2)) continue;
        const ways = before.map(({ id, says, died, leadsTo }) => ({ id, says, isDead: died !== undefined, leadsTo }));
        const thing = known ?? { kind, name, layers: [], last: [] };
        thing.layers.push({ line: this.rows[from + at]!.line, ways });
        thing.last = rejection === undefined ? after.map(({ id }) => id) : [];
        found.set(subjectKey(subject), thing);
      }
    }
    return [...found.values()];
  }

  /** An oracle that stands before a step. */
  #before(row: number): Oracle {
    const at = Math.floor(row / this.#between);
    const oracle = this.#checkpoints[at]!.copy();
    for (const step of this.#steps.slice(at * this.#between, row)) oracle.step(step);
    return oracle;
  }
}

// What goes from a worker to its page is copied, and getters are not.
const rejectedBy = ({ message, clauses, permitted, rulings, wanted }: Rejected): Rejected => ({
  message,
  clauses,
  permitted,
  rulings,
  wanted,
});

/** The kinds of which the steps can open something, in the order in which they are shown. */
function kindsIn(steps: readonly TraceStep[]): readonly SubjectKind[] {
  const has = (holds: (step: TraceStep) => boolean): boolean => steps.some(holds);
  const sends = (field: 'event' | 'routine') => (step: TraceStep) => 'call' in step && step.call === 'WSPSend' && Boolean(step[field]);
  const shown: { readonly [kind in SubjectKind]: boolean } = {
    network: has((step) => 'env' in step && step.env === 'network.down'),
    socket: true,
    circuit: true,
    bytes: true,
    operation: has((step) => 'call' in step && step.call === 'WSPSend' && step.overlapped !== undefined),
    event: has(sends('event')),
    routine: has(sends('routine')),
    call: has((step) => 'begin' in step && step.begin !== undefined),
  };
  return subjectKinds.filter((kind) => shown[kind]);
}
