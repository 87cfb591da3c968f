/** What the product counts beside the states of its regions: the entries, units of bytes, and what a slice makes it remember. */

import type { Profile } from '../clauses/profiles.ts';
import type { Label, SendMode } from '../explore/labels.ts';
import type { Flag, Mark } from '../explore/menus.ts';
import { flagsOf, marksOf, type Slice } from '../explore/slices.ts';
import type { CircuitState } from './circuit.machine.ts';
import type { OperationState } from './operation.machine.ts';
import type { SocketState } from './socket.machine.ts';

export type EntryKind = Exclude<SendMode, 'sync'> | 'blocking';

/** An operation or a blocking call that has not ended, in the order of posting. */
export interface Entry {
  readonly kind: EntryKind;
  readonly state: OperationState | 'begun' | 'blocked' | 'released';
  /** Units that the transport has not taken. */
  readonly rest: number;
  readonly cancelled: boolean;
  readonly owed: boolean;
  /** The status that was reported of it. */
  readonly known: string;
  readonly marks: readonly Mark[];
}

export interface Counted {
  readonly profile: Profile;
  readonly units: number;
  readonly overlappedSocket: boolean;
  /** The states of the two regions, for the facts that look across. */
  readonly socket: SocketState;
  readonly circuit: CircuitState;
  readonly nonblocking: boolean;
  readonly reset: boolean;
  readonly peerClosed: boolean;
  /** Units that the transport holds and the peer has not read. */
  readonly queued: number;
  readonly entries: readonly Entry[];
  /** The main thread is in an alertable wait. */
  readonly sleeping: boolean;
  readonly flags: readonly Flag[];
  readonly slice: Slice;
}

export const has = (counted: Counted, flag: Flag): boolean => counted.flags.includes(flag);
export const marked = (entry: Entry, mark: Mark): boolean => entry.marks.includes(mark);
/** A flag or mark that the slice has no use for is not remembered. */
export const withFlags = (counted: Counted, ...flags: Flag[]): readonly Flag[] => {
  const used = flagsOf(counted.slice);
  return [...counted.flags, ...flags.filter((flag) => used.has(flag) && !has(counted, flag))];
};
export const withMarks = (counted: Counted, entry: Entry, ...marks: Mark[]): Entry => {
  const used = marksOf(counted.slice);
  return { ...entry, marks: [...entry.marks, ...marks.filter((mark) => used.has(mark) && !marked(entry, mark))] };
};

export const isRunning = (counted: Counted): boolean => counted.entries.some((entry) => entry.state === 'running');
export const runs = (counted: Counted, other: boolean): boolean =>
  counted.entries.some((entry) => entry.state === 'running' && marked(entry, 'other') === other);
/** The main thread makes calls: it is in no alertable wait, or inside a routine that is not in one itself. */
export const isFree = (counted: Counted): boolean => (!counted.sleeping || isRunning(counted)) && !has(counted, 'napping');
export const isAlertable = (counted: Counted): boolean =>
  has(counted, 'napping') ? !runs(counted, true) : counted.sleeping && !isRunning(counted);
export const mayBeTooLarge = (counted: Counted, label: Label): boolean =>
  counted.slice.datagram === true &&
  (has(counted, 'maxKnown')
    ? 'menu' in label && label.menu === 'tooLarge'
    : label.type.startsWith('call.') || ('length' in label && label.length > 0));
export const surelyTooLarge = (counted: Counted, label: Label): boolean =>
  counted.slice.datagram === true && has(counted, 'maxKnown') && 'menu' in label && label.menu === 'tooLarge';
export const isClosed = (counted: Counted): boolean => counted.socket === 'notASocket';
export const isBroken = (circuit: CircuitState): boolean => circuit === 'broken' || circuit === 'resetReported';
