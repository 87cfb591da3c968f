/**
 * What is open, as alternatives.
 *
 * The oracle keeps one world. What a trace leaves open is kept where it is open: as a cause that may or may not have arrived, as the places
 * where a peer can be, as the results that an operation may still have. A *subject* is one such thing, and its *possibilities* are all that
 * it can be by now. Subjects are kept apart: the oracle holds no list of whole worlds, and what is possible of one subject is possible
 * together with anything that is possible of another.
 */

import type { ClauseId } from '../clauses/register.ts';
import type { World } from '../oracle/world.ts';
import type { TraceStep } from '../winsock/trace.ts';

/** The kinds of subjects, in the order in which they are shown. */
export const subjectKinds = ['network', 'socket', 'circuit', 'bytes', 'operation', 'event', 'routine', 'call'] as const;
/** The kinds of thing of which something may be open. */
export type SubjectKind = (typeof subjectKinds)[number];

/** Why something is not possible any more, or was not. */
export interface Reason {
  readonly message: string;
  readonly clauses: readonly ClauseId[];
}

/** One way in which a thing may be. */
export interface Possibility {
  /** The same from one step to the next while the possibility is the same; unique within its subject. */
  readonly id: string;
  /** In few words. */
  readonly says: string;
  /**
   * Makes this possibility the only one in a world of its own, where it is something hidden. A step that the rules refuse then is what ends
   * it. Without it, a possibility is an observation that the rules still permit, and ends where they refuse that.
   */
  readonly suppose?: (world: World) => void;
  /** Of an observation that a step ended: why the rules of the world behind it refuse it. */
  readonly refusedIn?: (world: World, step: TraceStep) => Reason;
}

/** A thing of which something is open: a socket, a circuit, its bytes, an operation, a routine, a call. */
export interface Subject {
  readonly kind: SubjectKind;
  /** What it is about: a socket, an OVERLAPPED, or the number of a call as `#7`. */
  readonly name: string;
  /** One of them alone is what is known. */
  readonly possible: readonly Possibility[];
  /** More ways were open than are kept. */
  readonly isCut?: boolean;
}

export const subjectKey = ({ kind, name }: Pick<Subject, 'kind' | 'name'>): string => `${kind} ${name}`;
