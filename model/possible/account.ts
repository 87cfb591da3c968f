/**
 * What a step does to what was possible: what goes on, what comes new, and what dies, each with the rule that ends it.
 *
 * Nothing of it is kept by the oracle. A possibility that is hidden (a cause that has arrived, a way in which the bytes came) is supposed
 * in a copy of the world, and the step is judged there: where the rules refuse it, that possibility dies, by the clauses of that refusal.
 * One that is an observation (how an operation may end) dies where the rules of the world behind the step refuse it.
 */

import type { Profile } from '../clauses/profiles.ts';
import { advance } from '../oracle/advance.ts';
import { copyOf } from '../oracle/copy.ts';
import { surelyOver } from '../oracle/operationFacts.ts';
import { Oracle, type Rejection } from '../oracle/oracle.ts';
import { type Permitted, permittedInstead } from '../oracle/permitted.ts';
import { hearing, type Refusal } from '../oracle/refusal.ts';
import { type Wanted, wantedFor } from '../oracle/wanted.ts';
import type { Operation, Socket, World } from '../oracle/world.ts';
import { kindOf, type TraceHeader, type TraceStep } from '../winsock/trace.ts';
import { callOf } from './calls.ts';
import { circuitOf, networkOf, socketOf } from './circuits.ts';
import { subjectsOfOperation } from './operations.ts';
import { type Possibility, type Reason, type Subject, type SubjectKind, subjectKey, subjectKinds } from './possibility.ts';
import { namesIn, transferOf } from './ways.ts';

/** What became of a possibility by a step. */
export interface Fate {
  readonly id: string;
  readonly says: string;
  /** It is not possible any more; of something hidden, that it was not so until the step, though it may have come about since. */
  readonly died?: Reason;
  /** Of a rejected step: what would have had to come in place of it if this were so. */
  readonly instead?: readonly Permitted[];
  /** Of a rejected step: what the rules lacked to permit it if this were so. */
  readonly wanted?: readonly Wanted[];
  /** The possibilities behind the step that it leads to. */
  readonly leadsTo: readonly string[];
}

/** What became possible of one thing by a step, and what the step ruled out. */
export interface SubjectAccount {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly before: readonly Fate[];
  readonly after: readonly { readonly id: string; readonly says: string; readonly isNew: boolean }[];
  readonly isCut?: boolean;
}

/** The same of all things that the step touched. */
export interface StepAccount {
  readonly rejection?: Rejection;
  /** The subjects that the step could touch, in the order of their kinds. */
  readonly subjects: readonly SubjectAccount[];
}

/** What is looked at of a world. */
interface Scope {
  hasSocket(socket: Socket | undefined): boolean;
  hasOperation(operation: Operation): boolean;
}
const everything: Scope = { hasSocket: () => true, hasOperation: () => true };

/** All that is possible now. */
export function subjectsIn(world: World, scope: Scope = everything, alsoOver: Iterable<Operation> = []): Subject[] {
  const nameOf = namesIn(world);
  const found: Subject[] = [...networkOf(world)];
  for (const socket of world.sockets.values()) {
    if (!scope.hasSocket(socket)) continue;
    found.push(socketOf(world, socket), ...circuitOf(world, socket), ...transferOf(world, socket, nameOf));
  }
  for (const operation of new Set([...world.live, ...alsoOver])) {
    if (world.operations.get(operation.name) === operation && scope.hasOperation(operation))
      found.push(...subjectsOfOperation(world, operation));
  }
  for (const record of world.begun.values()) if (scope.hasSocket(record.socket)) found.push(callOf(world, record));
  return found.sort((a, b) => subjectKinds.indexOf(a.kind) - subjectKinds.indexOf(b.kind));
}

/** An oracle that accounts for each step. */
export class Account {
  readonly #oracle: Oracle;

  constructor(profile: Profile, header?: TraceHeader) {
    this.#oracle = new Oracle(profile, header);
  }

  get oracle(): Oracle {
    return this.#oracle;
  }

  /** After a rejection it stays where it was. */
  step(step: TraceStep): StepAccount {
    return accountOf(this.#oracle, step);
  }
}

/** Judges the next step, and says what it did to each thing that it could touch. After a rejection the oracle stays where it was. */
export function accountOf(oracle: Oracle, step: TraceStep): StepAccount {
  const { world } = oracle;
  const scope = scopeOf(world, step);
  const live = [...world.live].filter((operation) => scope.hasOperation(operation));
  const before = subjectsIn(world, scope);
  const supposed = new Map(before.map((subject) => [subject, suppositions(world, subject, step)]));
  const rejection = oracle.step(step);
  const after = subjectsIn(world, rejection === undefined ? scopeOf(world, step, scope, live) : scope, live);
  return {
    ...(rejection !== undefined && { rejection }),
    subjects: joined(before, after).map(([was, is]): SubjectAccount => {
      const { kind, name } = was ?? is!;
      const had = new Set(was?.possible.map(({ id }) => id));
      return {
        kind,
        name,
        before: (was?.possible ?? []).map((possibility, at) =>
          fateOf(possibility, supposed.get(was!)?.[at], is, world, step, rejection, was!.possible.length === 1),
        ),
        after: (is?.possible ?? []).map(({ id, says }) => ({ id, says, isNew: was !== undefined && !had.has(id) })),
        ...((is ?? was)?.isCut && { isCut: true }),
      };
    }),
  };
}

/**
 * What a step can touch: the socket that it names, or all. Of the operations that are known to be complete and of which all bytes are known
 * to be taken, it touches the one that it names: what happens later is no cause of how they ended. By a settle any of them may have to be
 * reported.
 */
function scopeOf(world: World, step: TraceStep, also?: Scope, before: readonly Operation[] = []): Scope {
  const { socket, overlapped } = ('end' in step ? step.begun : step) as { readonly socket?: string; readonly overlapped?: string };
  const name = socket ?? (overlapped === undefined ? undefined : world.operations.get(overlapped)?.socket?.name);
  const settles = 'env' in step && step.env === 'settle';
  const wasOpen = new Set(before);
  const hasSocket = (touched: Socket | undefined): boolean =>
    name === undefined || touched?.name === name || also?.hasSocket(touched) === true;
  const hasOperation = (operation: Operation): boolean =>
    operation.name === overlapped || wasOpen.has(operation) || (hasSocket(operation.socket) && (settles || isOpen(operation)));
  return { hasSocket, hasOperation };
}

const isOpen = ({ over, socket, segment }: Operation): boolean => over === undefined || !surelyOver(socket, segment);

/** Each subject as it was and as it is. */
function joined(before: readonly Subject[], after: readonly Subject[]): (readonly [Subject | undefined, Subject | undefined])[] {
  const now = new Map(after.map((subject) => [subjectKey(subject), subject]));
  const then = new Set(before.map(subjectKey));
  const all = [
    ...before.map((subject) => [subject, now.get(subjectKey(subject))] as const),
    ...after.filter((subject) => !then.has(subjectKey(subject))).map((subject) => [undefined, subject] as const),
  ];
  return all.sort(([a, b], [c, d]) => subjectKinds.indexOf((a ?? b)!.kind) - subjectKinds.indexOf((c ?? d)!.kind));
}

// ---- Suppositions --------------------------------------------------------------------------------------------------------------

/** What became of a possibility that was supposed. */
interface Supposed {
  readonly refused: Refusal | undefined;
  readonly world: World;
}

/** What the sender feels of a circuit and of the network says nothing of what its peer or the world does. */
const isFelt = (step: TraceStep): boolean => !['peer', 'env', 'caller'].includes(kindOf(step));

/** Each possibility of the subject is supposed, and the step judged there. What is known alone needs no supposition. */
function suppositions(world: World, { kind, possible }: Subject, step: TraceStep): readonly (Supposed | undefined)[] {
  if (possible.length < 2 || ((kind === 'circuit' || kind === 'network') && !isFelt(step))) return [];
  return possible.map(({ suppose }): Supposed | undefined => {
    if (suppose === undefined) return undefined;
    const copy = copyOf(world);
    suppose(copy);
    return { refused: advance(copy, step), world: copy };
  });
}

function fateOf(
  { id, says, suppose, refusedIn }: Possibility,
  supposed: Supposed | undefined,
  is: Subject | undefined,
  world: World,
  step: TraceStep,
  rejection: Rejection | undefined,
  isOnly: boolean,
): Fate {
  if (supposed?.refused !== undefined) {
    const { message, clauses } = supposed.refused;
    const died = { message, clauses };
    return { id, says, died, leadsTo: [], ...(rejection !== undefined && neededIn(supposed.world, step, supposed.refused)) };
  }
  if (rejection !== undefined) return { id, says, leadsTo: [id] };
  if (supposed !== undefined && is !== undefined) {
    const leadsTo = ledTo(supposed.world, is);
    const goesOn = leadsTo.length > 0 || is.possible.some((other) => other.id === id);
    return { id, says, leadsTo: leadsTo.length > 0 || !goesOn ? leadsTo : [id], ...(!goesOn && { died: settled }) };
  }
  // What was known, and is hidden, leads to all that is open now.
  if (isOnly && suppose !== undefined && is !== undefined) return { id, says, leadsTo: is.possible.map((other) => other.id) };
  if (is?.possible.some((other) => other.id === id)) return { id, says, leadsTo: [id] };
  const died = refusedIn?.(world, step) ?? (suppose !== undefined && 'env' in step && step.env === 'settle' ? settled : undefined);
  return { id, says, leadsTo: [], ...(died !== undefined && (died.clauses.length > 0 || died.message !== '') && { died }) };
}

/** Those of the subject's possibilities that a world in which one was supposed has behind the step. */
function ledTo(world: World, is: Subject): string[] {
  const isOwn: Scope = { hasSocket: (socket) => socket?.name === is.name, hasOperation: () => false };
  const own = subjectsIn(world, isOwn).find((subject) => subjectKey(subject) === subjectKey(is));
  const possible = new Set(is.possible.map(({ id }) => id));
  return (own?.possible ?? []).map(({ id }) => id).filter((id) => possible.has(id));
}

const settled: Reason = { message: 'by a settle everything that was caused has arrived', clauses: [] };

/** What a branch would have needed: what would be permitted there, and what the rules lack. */
function neededIn(world: World, step: TraceStep, refused: Refusal): Pick<Fate, 'instead' | 'wanted'> {
  const attempt = (candidate: TraceStep) => {
    const copy = copyOf(world);
    const { result, rules } = hearing(() => advance(copy, candidate));
    return result === undefined ? { world: copy, clauses: [...new Set(rules.flatMap(({ clauses }) => clauses))] } : undefined;
  };
  return { instead: permittedInstead(step, world, refused, attempt), wanted: wantedFor(refused.asked) };
}
