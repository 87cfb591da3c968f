/**
 * Walks what can be known of the bounded model, shortest paths first, and makes a vector of each step that may be tried from there.
 *
 * A verdict is computed twice: by the compiled model over units, and by the oracle over intervals, from the lines. Where the two
 * differ, generation fails: one of them has the facts wrong.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { firstRejection } from '../../model/judge/judge.ts';
import { type Bounds, isHidden, type Label } from '../../model/product/labels.ts';
import { labelText } from '../../model/product/labelText.ts';
import { type SliceName, sliceNamed } from '../../model/product/slices.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import { type Concrete, openingLines, type WrittenLine, written } from './concrete.ts';
import { Knowledge, type Known, keyOf } from './known.ts';
import { notesOf } from './notes.ts';
import { partOn, rulingsOf } from './rulings.ts';
import { Unfinished } from './unfinished.ts';
import { type Vector, vectorId, vectorVersion } from './vector.ts';

export interface VectorPlan {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  /** The most vectors that come of it. */
  readonly most: number;
}

/** `spare`: what waits in the model never waits for a reader, because a trace does not show how much room there was. */
export const vectorPlans: readonly VectorPlan[] = [
  { slice: 'smallest', bounds: { operations: 2, units: 1, length: 2, spare: 14 }, most: 4000 },
  { slice: 'sync', bounds: { operations: 1, units: 2, length: 2, spare: 13 }, most: 4000 },
  { slice: 'nonoverlapped', bounds: { operations: 1, units: 1, length: 2, spare: 14 }, most: 3000 },
  { slice: 'overlapped', bounds: { operations: 2, units: 1, length: 1, spare: 14 }, most: 6000 },
  { slice: 'datagram', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, most: 5000 },
  { slice: 'calls', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, most: 4000 },
  { slice: 'circuit', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, most: 8000 },
  { slice: 'threads', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, most: 4000 },
  { slice: 'nesting', bounds: { operations: 2, units: 1, length: 1, spare: 14 }, most: 9000 },
  { slice: 'spi', bounds: { operations: 1, units: 1, length: 1, spare: 14 }, most: 3000 },
  { slice: 'linger', bounds: { operations: 1, units: 1, length: 1 }, most: 400 },
  { slice: 'receiveOnly', bounds: { operations: 1, units: 1, length: 1 }, most: 400 },
];

/** The compiled model and the oracle differ on a vector. */

interface Node {
  readonly known: Known;
  readonly concrete: Concrete;
  readonly lines: readonly WrittenLine[];
  readonly labels: readonly Label[];
  /** The line at which a profile refused; undefined while it has not. */
  readonly refused: { readonly [profile in Profile]: number | undefined };
  readonly rulings: ReadonlySet<string>;
}

/** Vectors of one slice, shortest first, each distinct in the state and the step that it ends in. */
export function* vectorsOf(plan: VectorPlan, onDisagreement: (text: string) => void = fail): Generator<Vector> {
  const slice = sliceNamed(plan.slice);
  const knowledge = new Knowledge(slice, plan.bounds);
  const { concrete, lines } = openingLines(slice);
  const none = Object.fromEntries(profiles.map((profile) => [profile, undefined])) as Node['refused'];
  const nodes: Node[] = [{ known: knowledge.initial, concrete, lines, labels: [], refused: none, rulings: new Set() }];
  const seen = new Set<string>([keyOf(nodes[0]!.known)]);
  let made = 0;
  for (const node of nodes) {
    for (const [index, label] of knowledge.labels.entries()) {
      if (isHidden(label)) continue;
      const step = knowledge.after(node.known, index);
      const next = step === undefined ? undefined : written(node.concrete, label);
      if (step === undefined || next === undefined) continue;
      const steps = [...node.lines, ...next.lines];
      // The header is line 1.
      const last = steps.length + 1;
      const refused = Object.fromEntries(
        profiles.map((profile) => [profile, node.refused[profile] ?? (step.known[profile] === undefined ? last : undefined)]),
      ) as Node['refused'];
      const turnsOn = rulingsOf(knowledge, node.known, label);
      const rulings = new Set([...node.rulings, ...turnsOn]);
      const vector = vectorOf({
        plan,
        steps,
        refused,
        label,
        clauses: step.clauses,
        path: [...node.labels, label],
        rulings: partsHere(refused, last, turnsOn) ?? rulings,
      });
      const difference = againstOracle(vector);
      if (difference.text !== undefined) {
        onDisagreement(`${plan.slice}: ${[...node.labels, label].map(labelText).join(', ')}: ${difference.text}\n${traceTextOf(vector)}`);
        continue;
      }
      yield { ...vector, ...described(vector, label, node.concrete.inside, difference.broken) };
      if (++made >= plan.most) return;
      if (profiles.every((profile) => refused[profile] !== undefined)) continue;
      const key = `${keyOf(step.known)} ${next.concrete.unknown}`;
      if (seen.has(key)) continue;
      seen.add(key);
      nodes.push({ known: step.known, concrete: next.concrete, lines: steps, labels: [...node.labels, label], refused, rulings });
    }
  }
}

/** The rulings of the last step, where the profiles differ at it and some ruling of it makes them differ. */
function partsHere(refused: Node['refused'], last: number, turnsOn: readonly string[]): ReadonlySet<string> | undefined {
  const found = turnsOn.filter((ruling) =>
    profiles.some((p) => refused[p] === undefined && profiles.some((q) => refused[q] === last && partOn(ruling, p, q))),
  );
  return found.length === 0 ? undefined : new Set(found);
}

const fail = (text: string): never => {
  throw new Unfinished([
    `The bounded model (model/explore) and the oracle (model/oracle) must agree on a vector: mend the one whose facts or effects are wrong. ${text}`,
  ]);
};

interface Made {
  readonly plan: VectorPlan;
  readonly steps: readonly WrittenLine[];
  readonly refused: Node['refused'];
  readonly label: Label;
  readonly clauses: readonly ClauseId[];
  readonly path: readonly Label[];
  readonly rulings: ReadonlySet<string>;
}

function vectorOf({ plan, steps, refused, clauses, path, rulings }: Made): Vector {
  const accepted = profiles.filter((profile) => refused[profile] === undefined);
  const result = accepted.length === profiles.length ? 'valid' : accepted.length === 0 ? 'invalid' : 'acceptable';
  return {
    wspsend: vectorVersion,
    id: vectorId(steps),
    result,
    profiles: Object.fromEntries(
      profiles.map((profile) => {
        const line = refused[profile];
        return [profile, line === undefined ? { verdict: 'accepted' } : { verdict: 'rejected', line }];
      }),
    ) as Vector['profiles'],
    rulings: result === 'acceptable' ? [...rulings].sort() : [],
    shows: [...clauses],
    breaks: [],
    comment: path.map(labelText).join(', '),
    flags: [],
    slice: plan.slice,
    ...(sliceNamed(plan.slice).spi && { side: 'spi' as const }),
    steps: steps.map((line) => ({ ...line })),
  };
}

/** The clauses of the last step: those of the model's rules where it is permitted, and those that the oracle names where it is not. */
function described(vector: Vector, label: Label, inside: number, broken: readonly ClauseId[]): Pick<Vector, 'shows' | 'breaks' | 'flags'> {
  const shows = vector.result === 'invalid' ? [] : [...new Set([...vector.shows, ...alsoShown(label, inside)])].sort();
  const succeeded = label.type.endsWith('completes') || label.type.endsWith('pends');
  return { shows, breaks: [...broken], flags: notesOf(vector.result === 'acceptable', broken, succeeded) };
}

/** Clauses that a permitted step shows in addition to those of its rule: what its arguments and its outcome say together. */
function alsoShown(label: Label, inside: number): readonly ClauseId[] {
  switch (label.type) {
    case 'call.completes':
      return ['Nonoverlapped:5'];
    case 'send.pends':
      return inside > 0 ? ['Nesting:1'] : [];
    case 'routine.enter':
      return inside > 0 ? ['Nesting:2'] : [];
    case 'send.completes':
      return [
        ...(inside > 0 ? (['Nesting:1'] as const) : []),
        ...(label.mode === 'routine' ? (['Return:2'] as const) : []),
        ...(label.menu === 'dontRoute' ? (['MSG_DONTROUTE:2'] as const) : []),
      ];
    case 'send.fails':
      return ['Return:3'];
    case 'failed':
      return label.seen === 'nothing sent' ? ['Return:6'] : [];
    case 'result':
      return label.waits ? ['Event:4'] : [];
    case 'world':
      return label.event === 'SO_MAX_MSG_SIZE' ? ['MessageSize:2'] : [];
    default:
      return [];
  }
}

const traceTextOf = ({ id, steps, side }: Pick<Vector, 'id' | 'steps' | 'side'>): string =>
  [{ wspsend: traceVersion, title: `vector ${id}`, ...(side && { side }) }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');

/** The oracle's verdict from the lines, under each profile; `text` says where it differs from what the vector states. */
export function againstOracle(vector: Vector): { readonly text?: string; readonly broken: readonly ClauseId[] } {
  const { header, steps, malformed } = readTrace(traceTextOf(vector));
  if (malformed !== undefined) return { text: `line ${malformed.line} is malformed: ${malformed.message}`, broken: [] };
  const broken = new Set<ClauseId>();
  for (const profile of profiles) {
    const stated = vector.profiles[profile];
    const found = firstRejection(header, steps, profile);
    if (found?.line === steps.length + 1) for (const id of found.rejection.clauses) broken.add(id);
    if (found?.line === stated.line) continue;
    const says = found === undefined ? 'accepts it' : `rejects line ${found.line} (${found.rejection.message})`;
    return {
      text: `under ${profile} the oracle ${says}, the model ${stated.line === undefined ? 'accepts it' : `rejects line ${stated.line}`}`,
      broken: [],
    };
  }
  return { broken: [...broken].sort() };
}
