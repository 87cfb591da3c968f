/**
 * A path of the model as requests to an implementation.
 *
 * A unit of the model becomes `unitBytes` bytes. Steps that nobody observes ask for nothing; steps that come by themselves (a routine
 * runs, a blocked call returns) are awaited, not asked for.
 */

import { type Profile, reads } from '../../model/clauses/profiles.ts';
import type { Label } from '../../model/product/labels.ts';
import { type MenuName, menuOf, worldEventOf } from '../../model/product/menus.ts';
import type { Slice } from '../../model/product/slices.ts';
import { type CallRequest, mainThread, patternPeriod, type Request, type WSPSendRequest } from '../../model/winsock/trace.ts';
import { blockingThread, follow, type Names, otherSocket, socket, unitBytes, waitingThread } from './names.ts';

/** Each send starts elsewhere in the byte pattern, so that bytes out of order show. */
const fillOf = (names: Names): number => (names.posted * 37) % patternPeriod;

/** Two buffers for each send that has room for two, so that the array is gathered. */
const buffersOf = (bytes: number): number[] => (bytes === 0 ? [0] : [Math.floor(bytes / 3), bytes - Math.floor(bytes / 3)]);

const socketNamed = (name: string, slice: Slice): Request => ({
  call: 'WSPSocket',
  socket: name,
  type: slice.datagram && name === socket ? 'SOCK_DGRAM' : 'SOCK_STREAM',
  overlapped: slice.overlappedSocket || name === otherSocket,
  ...(slice.receiveOnly && { receiveOnly: true }),
});

export const opening = (slice: Slice): readonly Request[] => [
  socketNamed(socket, slice),
  ...(slice.connected ? [{ call: 'WSPConnect', socket } as const] : []),
];

/** Ways to call that no request has a form for, or that no implementation could be blamed for. */
const unaskableMenus: ReadonlySet<MenuName> = new Set(['badCount', 'countMissing', 'countWritten', 'port']);

/** Can anything be asked for by which this label may come? */
export function isAskable(label: Label, profile: Profile): boolean {
  if ('menu' in label && label.menu !== undefined) return !unaskableMenus.has(label.menu);
  switch (label.type) {
    // What a cancelled call returns is said by no profile that lacks its code.
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
export function requestsOf(label: Label, names: Names): readonly Request[] {
  const at = 'at' in label ? names.outstanding[label.at] : undefined;
  const ofOperation = (request: (overlapped: string) => Request): readonly Request[] => (at == null ? [] : [request(at)]);
  switch (label.type) {
    case 'lifecycle': {
      const how = ({ 'WSPShutdown.send': 'SD_SEND', 'WSPShutdown.both': 'SD_BOTH' } as const)[label.event as string];
      if (how !== undefined) return [{ call: 'WSPShutdown', socket, how }];
      if (label.event === 'WSPConnect.broadcast') return [{ call: 'WSPConnect', socket, to: 'broadcast' }];
      return [{ call: label.event as 'WSPBind' | 'WSPConnect' | 'WSPCloseSocket', socket }];
    }
    case 'FIONBIO':
      return [{ call: 'WSPIoctl', socket, code: 'FIONBIO', value: label.on ? 1 : 0 }];
    case 'send.completes':
    case 'send.pends':
    case 'send.fails':
      return [sendOf(label, names)];
    case 'send.begins':
      return [{ call: 'WSPSend', thread: blockingThread, socket, buffers: buffersOf(label.length * unitBytes), fill: fillOf(names) }];
    case 'other.completes': {
      const opens: readonly Request[] = names.hasOther
        ? []
        : [socketNamed(otherSocket, names.slice), { call: 'WSPConnect', socket: otherSocket }];
      return [...opens, otherSend(`o${names.posted + 1}`)];
    }
    case 'peer.recv':
      return [{ peer: 'recv', socket, bytes: label.units * unitBytes }];
    case 'peer.eof':
    case 'peer.urgent':
      return [{ peer: 'recv', socket }];
    case 'peer.reset':
    case 'peer.close':
      return [{ env: label.type, socket }];
    case 'world': {
      const { returns: _, ...request } = worldEventOf(label.event).line as { returns?: unknown };
      return [request as unknown as Request];
    }
    case 'settle':
      return [{ env: 'settle' }];
    case 'sleep.begins':
    case 'nap.begins':
      return [{ call: 'SleepEx' }];
    case 'flush':
      return [{ call: 'WSPIoctl', socket, code: 'SIO_FLUSH' }];
    case 'interrupt':
      return [{ call: 'WSPCancelBlockingCall', thread: blockingThread }];
    case 'cancel':
      return ofOperation((overlapped) => ({ call: 'WSPCancelIo', socket, overlapped }));
    case 'event':
      return ofOperation((overlapped) => ({ poll: 'event', overlapped }));
    case 'count':
      return ofOperation((overlapped) => ({ poll: 'count', overlapped }));
    case 'result.other':
      return ofOperation((overlapped) => ({ call: 'WSPGetOverlappedResult', thread: waitingThread, socket, overlapped, wait: true }));
    case 'result.incomplete':
    case 'result':
      return ofOperation((overlapped) => ({
        call: 'WSPGetOverlappedResult',
        ...(label.waits && { thread: waitingThread, wait: true }),
        socket,
        overlapped,
      }));
    case 'failed':
      if (names.failed === undefined) return [];
      return label.seen === 'set' || label.seen === 'unset'
        ? [{ poll: 'event', overlapped: names.failed }]
        : [{ call: 'WSPGetOverlappedResult', socket, overlapped: names.failed }];
    default:
      return [];
  }
}

function sendOf(label: Extract<Label, { type: 'send.completes' | 'send.pends' | 'send.fails' }>, names: Names): WSPSendRequest {
  const { mode, menu } = label;
  const asked = (menu === 'tooLarge' ? 2 : label.length) * unitBytes;
  const send = { call: 'WSPSend' as const, socket, buffers: buffersOf(asked), fill: fillOf(names) };
  return {
    ...send,
    ...(mode !== 'sync' && { overlapped: `o${names.posted + 1}` }),
    ...(mode === 'event' && { event: true }),
    ...(mode === 'routine' && { routine: true }),
    ...menuOf(menu)?.call,
  };
}

const otherSend = (overlapped: string): WSPSendRequest => ({
  call: 'WSPSend',
  socket: otherSocket,
  buffers: [1],
  overlapped,
  routine: true,
});

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

/** Of these, those that come once whoever steers the implementation lets them. */
export const isTold = (label: Label): boolean =>
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
  const names: Names = { ...from, outstanding: [...from.outstanding], told: new Map(), sent: undefined };
  const posts = new Map<string, { readonly index: number; readonly isRoutine: boolean }>();
  const running: (number | undefined)[] = [];
  for (const [index, label] of path.entries()) {
    const outer = running.at(-1);
    const requests = outer === undefined ? [] : requestsOf(label, names);
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
    if (label.type !== 'result') follow(names, label);
    else if (endsOperation(label, post?.isRoutine === true)) names.outstanding.splice(label.at, 1);
    if (label.type === 'send.completes' || label.type === 'send.pends' || label.type === 'other.completes') {
      posts.set(`o${names.posted}`, { index, isRoutine: label.type === 'other.completes' || label.mode === 'routine' });
    }
  }
  return found;
}

/** A result ends an operation unless its routine is still to run. */
export const endsOperation = (label: Label, hasRoutine: boolean): boolean => label.type === 'result' && !hasRoutine;
