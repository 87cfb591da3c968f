/**
 * A path of the model as requests to an implementation.
 *
 * A unit of the model becomes `unitBytes` bytes. Steps that nobody observes ask for nothing; steps that come by themselves (a routine
 * runs, a blocked call returns) are awaited, not asked for.
 */

import { type Profile, reads } from '../../model/clauses/profiles.ts';
import type { Label } from '../../model/product/labels.ts';
import { type MenuName, menuOf, worldEventOf } from '../../model/product/menus.ts';
import { type CallRequest, mainThread, type Request } from '../../model/winsock/trace.ts';
import {
  blockingSendRequestOf,
  failedRequestOf,
  operationRequestOf,
  otherOpening,
  otherSend,
  sendRequestOf,
  socketRequestOf,
  theSocket,
  unitBytes,
} from '../paths/asked.ts';
import { followLabel, type Names, waitingThread } from './names.ts';

/** Ways to call that no request has a form for, or that no implementation could be blamed for. */
const unaskableMenus: ReadonlySet<MenuName> = new Set(['badCount', 'countMissing', 'countWritten', 'port']);

/** Can anything be asked for by which this label may come? */
export function isAskable(label: Label, profile: Profile): boolean {
  if ('menu' in label && label.menu !== undefined) return !unaskableMenus.has(label.menu);
  switch (label.type) {
    // A profile without the code of a cancelled call does not say what such a call returns.
    case 'interrupt':
      return reads(profile, 'D2:corrected-only');
    case 'upcall.apc':
      return label.elsewhere !== true;
    case 'caller':
    case 'peer.garbled':
    case 'send.hangs':
      return false;
    default:
      return true;
  }
}

/** What to ask for so that this label may come: nothing where nothing can be asked for. */
export function requestsFor(label: Label, names: Names): readonly Request[] {
  const at = 'at' in label ? names.outstanding[label.at] : undefined;
  switch (label.type) {
    case 'lifecycle':
    case 'FIONBIO':
    case 'peer.reset':
    case 'peer.close':
    case 'settle':
    case 'sleep.begins':
    case 'nap.begins':
    case 'flush':
    case 'interrupt':
      return [socketRequestOf(label)];
    case 'send.completes':
    case 'send.pends':
    case 'send.fails':
      return [sendRequestOf(label, names.posted)];
    case 'send.begins':
      return [blockingSendRequestOf(label.length, names.posted)];
    case 'other.completes':
      return [...(names.hasOther ? [] : otherOpening), otherSend(names.posted)];
    case 'peer.recv':
      return [{ peer: 'recv', socket: theSocket, bytes: label.units * unitBytes }];
    case 'peer.eof':
    case 'peer.urgent':
      return [{ peer: 'recv', socket: theSocket }];
    case 'world': {
      const { returns: _, ...request } = worldEventOf(label.event).line as { returns?: unknown };
      return [request as unknown as Request];
    }
    case 'cancel':
    case 'event':
    case 'count':
    case 'result.incomplete':
    case 'result.other':
    case 'result': {
      if (at == null) return [];
      const request = operationRequestOf(label, at);
      return ['wait' in request ? { ...request, thread: waitingThread } : request];
    }
    case 'failed':
      return names.failed === undefined ? [] : [failedRequestOf(label, names.failed)];
    default:
      return [];
  }
}

/** Steps that come of their own accord, or that nobody sees. */
export const isAwaited = (label: Label): boolean =>
  label.type === 'routine.enter' ||
  label.type === 'routine.leave' ||
  label.type === 'sleep.ends' ||
  label.type === 'nap.ends' ||
  label.type === 'call.completes' ||
  label.type === 'call.fails' ||
  label.type === 'upcall.apc' ||
  label.type === 'upcall.complete';

/** Those of them whose moment can be steered: they come once the implementation is allowed to indicate. */
export const isSteerable = (label: Label): boolean =>
  label.type === 'call.completes' || label.type === 'call.fails' || label.type === 'upcall.apc' || label.type === 'upcall.complete';

/** Can it be asked for inside a routine, whose calls are given with its send: only what its thread calls. */
export const isAskableInside = (label: Label): boolean => {
  switch (label.type) {
    case 'lifecycle':
    case 'FIONBIO':
    case 'other.completes':
    case 'flush':
    case 'cancel':
    case 'nap.begins':
      return true;
    case 'send.completes':
    case 'send.pends':
    case 'send.fails':
      return menuOf(label.menu)?.marks?.includes('foreign') !== true;
    case 'result':
    case 'result.incomplete':
      return label.waits !== true;
    case 'failed':
      return label.seen === 'nothing sent';
    case 'world':
      return worldEventOf(label.event).request === true;
    default:
      return false;
  }
};

/**
 * The calls that a path makes inside completion routines, by the index of the send whose routine it is: they have to be given with the
 * send. A step inside a routine that is no call of its thread cannot be brought about, and ends the path where it stands.
 */
export function routinesOf(path: readonly Label[], from: Names): ReadonlyMap<number, readonly CallRequest[]> {
  const found = new Map<number, CallRequest[]>();
  const names: Names = { ...from, outstanding: [...from.outstanding], early: new Map(), sent: undefined };
  const posts = new Map<string, { readonly index: number; readonly isRoutine: boolean }>();
  const running: (number | undefined)[] = [];
  for (const [index, label] of path.entries()) {
    const outer = running.at(-1);
    const requests = outer === undefined ? [] : requestsFor(label, names);
    const calls = requests.filter(
      (request) => 'call' in request && request.call !== 'ExitThread' && (request.thread ?? mainThread) === mainThread,
    );
    if (calls.length > 0) found.set(outer!, [...(found.get(outer!) ?? []), ...(calls as CallRequest[])]);
    const name = 'at' in label ? (names.outstanding[label.at] ?? '') : '';
    const post = posts.get(name);
    if (label.type === 'routine.enter') running.push(post?.index);
    if (label.type === 'routine.leave') running.pop();
    names.sent = undefined;
    if (label.type === 'other.completes') names.hasOther = true;
    if (label.type !== 'result') followLabel(names, label);
    else if (endsOperation(label, post?.isRoutine === true)) names.outstanding.splice(label.at, 1);
    if (label.type === 'send.completes' || label.type === 'send.pends' || label.type === 'other.completes') {
      posts.set(`o${names.posted}`, { index, isRoutine: label.type === 'other.completes' || label.mode === 'routine' });
    }
  }
  return found;
}

/** A result ends an operation unless its routine is still to run. */
export const endsOperation = (label: Label, hasRoutine: boolean): boolean => label.type === 'result' && !hasRoutine;
