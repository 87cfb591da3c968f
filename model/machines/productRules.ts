/** What the component machines say of a step of the product. */

import { reads } from '../clauses/profiles.ts';
import type { Label } from '../explore/labels.ts';
import { type Counted, type Entry, has, isBroken, isClosed, marked, withMarks } from './counted.ts';
import { ruleByXState } from './interpreted.ts';
import { operationEventOf, productEventOf } from './productEvents.ts';
import { blockingFacts, entryFacts, holding, sendFacts } from './productFacts.ts';

export function observationRule(counted: Counted, label: Label) {
  const entry = counted.entries[(label as { at: number }).at]!;
  const facts = holding(entryFacts(counted, entry, 'status' in label ? label.status : undefined, label));
  return ruleByXState('operation', entry.state, operationEventOf(label)!, facts, counted.profile);
}

export const callRule = (counted: Counted, entry: Entry, event: string) =>
  ruleByXState('call', entry.state, event, holding(blockingFacts(counted, entry)), counted.profile);

/**
 * An alertable wait may not end while a routine is left that was surely queued when it began, or since by a send of its own routines that
 * returned zero.
 */
export const sleepRules = (counted: Counted, outer: boolean) =>
  counted.entries
    .filter((entry) => entry.kind !== 'blocking' && !(outer && marked(entry, 'late') && entry.state !== 'doneAtOnce'))
    .map((entry) => {
      const facts = holding(entryFacts(counted, entry, undefined));
      return ruleByXState('operation', entry.state, 'sleep.ends', facts, counted.profile);
    });

/** What a settle makes of an entry: what is owed becomes due, and a call that is still out blocks or has been released. */
export function settled(counted: Counted, entry: Entry): Entry {
  if (entry.kind === 'blocking') return { ...entry, state: callRule(counted, entry, 'settle')!.target as Entry['state'] };
  const complete = entry.state === 'doneAtOnce' || entry.state === 'due';
  const cancels = reads(counted.profile, 'CloseCancels:binding');
  const gone = isBroken(counted.circuit) || (cancels && (isClosed(counted) || entry.cancelled || marked(entry, 'flushed')));
  // A send of no bytes waits for what was posted before it and for nothing else.
  const before = counted.entries.slice(0, counted.entries.indexOf(entry));
  const consumed = entry.rest === 0 && before.every(({ rest }) => rest === 0) && !marked(entry, 'tooLarge');
  const owed = complete || (entry.state === 'pending' && (consumed || gone));
  const facts = holding(entryFacts(counted, { ...entry, owed }, undefined));
  const rule = ruleByXState('operation', entry.state, 'settle', facts, counted.profile)!;
  const settledEntry = { ...entry, owed: owed || entry.owed, state: rule.target as Entry['state'] };
  const late = entry.kind === 'routine' && entry.state !== 'doneAtOnce' && owed && !entry.owed && counted.sleeping;
  return late ? withMarks(counted, settledEntry, 'late') : settledEntry;
}

/** What is seen of an OVERLAPPED whose send failed: the rules of one that stands for nothing. */
export function failedRule(counted: Counted, label: Label) {
  const seen = label.type === 'failed' ? label.seen : 'unset';
  const facts = { hasEvent: true, bytesReported: seen === 'bytes sent' };
  const event = { set: 'event.signalled', unset: 'event.unsignalled', 'nothing sent': 'result.0', 'bytes sent': 'result.0' }[seen];
  return ruleByXState('operation', 'free', event, holding(facts), counted.profile);
}

/** It may end before all of its bytes have left. */
export function mayBeBrokenOff(counted: Counted, entry: Entry): boolean {
  if (isClosed(counted) || entry.cancelled || marked(entry, 'flushed')) return true;
  if (marked(entry, 'foreign') && has(counted, 'exited')) return true;
  // A call may not have taken effect yet, and fails then.
  return counted.socket === 'sendShutDown' && (entry.kind === 'blocking' || reads(counted.profile, 'D10:open'));
}

/** What the peer sees, by the rules of delivery. */
export function deliveryRule(counted: Counted, label: Label) {
  const closed = isClosed(counted);
  const open = reads(counted.profile, 'CloseDelivers:open');
  const hard = has(counted, 'lingerZero');
  const facts = {
    continues: label.type === 'peer.recv',
    isNext: label.type === 'peer.recv',
    isOffered: has(counted, 'urgent'),
    mayEnd: (closed && !(hard && !open)) || counted.socket === 'sendShutDown',
    complete: counted.queued === 0 && counted.entries.every((entry) => entry.rest === 0 || mayBeBrokenOff(counted, entry)),
    mayBeLost: closed && (open || hard),
  };
  const event =
    label.type === 'peer.urgent' ? 'recv.urgent' : label.type === 'peer.eof' ? 'eof' : counted.slice.datagram ? 'recv.datagram' : 'recv';
  const state = has(counted, 'ended') ? 'ended' : 'open';
  return ruleByXState('delivery', state, event, holding(facts), counted.profile);
}

/** Where every upcall is seen, that of a routine comes before the send returns zero. */
export function queuesTooLate(counted: Counted, label: Label): boolean {
  if (label.type !== 'send.completes' || label.mode !== 'routine' || label.menu === 'queued' || !counted.slice.spi) return false;
  const facts = holding({ hasRoutine: true, upcallMissing: true });
  return ruleByXState('operation', 'begun', 'WSPSend.completes', facts, counted.profile)?.permitted !== true;
}

/** A call may have taken effect when it began: on a connected socket, whose circuit stood. */
export function permittedAtBegin(counted: Counted, label: Label): boolean {
  if (label.type !== 'call.completes' && label.type !== 'call.fails') return false;
  const facts = holding({ ...sendFacts(counted, label), surelyBroken: false, resetReported: false });
  return ruleByXState('socket', 'connected', productEventOf(label), facts, counted.profile)?.permitted === true;
}
