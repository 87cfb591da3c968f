/**
 * A path of the bounded model as lines of trace/1: a unit becomes `unitBytes` bytes, an entry the name of its OVERLAPPED, and what the peer
 * reads the bytes that were posted, in their order.
 */

import type { Label } from '../../model/product/labels.ts';
import { menuOf, worldEventOf } from '../../model/product/menus.ts';
import type { Slice } from '../../model/product/slices.ts';
import { patternPeriod, type Run } from '../../model/winsock/trace.ts';
import {
  blockingSendRequestOf,
  blockingThread,
  bytesAsked,
  failedRequestOf,
  fillOf,
  opening,
  operationRequestOf,
  otherOpening,
  otherSend,
  otherSocket,
  overlappedAfter,
  type SendLabel,
  secondThread,
  sendRequestOf,
  socketRequestOf,
  theSocket,
  unitBytes,
} from '../paths/asked.ts';

export type WrittenLine = Readonly<Record<string, unknown>>;

const done = { rc: 0 } as const;

/** A send whose bytes go to the peer, as far as they have been read. */
interface Posted {
  readonly fill: number;
  readonly length: number;
  readonly read: number;
}

interface Named {
  /** The OVERLAPPED, or what a call that blocks is called. */
  readonly name: string;
  readonly socket: string;
  readonly length: number;
  /** The number of a call that has begun. */
  readonly begin?: number;
  readonly kind: 'event' | 'routine' | 'neither' | 'blocking';
  /** The caller broke its own side, and no result ends it. */
  readonly unjudged?: true;
}

/** Where a path has led: what is named how, and which bytes come next. Never changed, so that paths share what they have in common. */
export interface Concrete {
  readonly slice: Slice;
  readonly entries: readonly Named[];
  readonly posted: readonly Posted[];
  readonly sends: number;
  readonly calls: number;
  readonly sleeping: number | undefined;
  readonly napping: number | undefined;
  readonly hasOther: boolean;
  /** The last byte that was sent as urgent; `read` once some was read. */
  readonly urgent: number | 'read' | undefined;
  /** How many routines run, inside each other. */
  readonly inside: number;
  /** The OVERLAPPED whose send failed last. */
  readonly failed: string | undefined;
  /** How much of a send went out is not known, so nobody can say what the peer reads next. */
  readonly unknown: boolean;
}

export function openingLines(slice: Slice): { readonly concrete: Concrete; readonly lines: readonly WrittenLine[] } {
  const lines = opening(slice).map((request) => ({ ...request, returns: done }));
  const concrete: Concrete = {
    slice,
    entries: [],
    posted: [],
    sends: 0,
    calls: 0,
    sleeping: undefined,
    napping: undefined,
    hasOther: false,
    urgent: undefined,
    inside: 0,
    failed: undefined,
    unknown: false,
  };
  return { concrete, lines };
}

interface Next {
  readonly concrete: Concrete;
  readonly lines: readonly WrittenLine[];
}

const without = (entries: readonly Named[], at: number): readonly Named[] => entries.filter((_, i) => i !== at);

/** The lines of a step, or undefined for one that has none or that nobody can write down. */
export function written(from: Concrete, label: Label): Next | undefined {
  const at = 'at' in label ? from.entries[label.at] : undefined;
  const line = (fields: WrittenLine, change: Partial<Concrete> = {}): Next => ({ concrete: { ...from, ...change }, lines: [fields] });
  switch (label.type) {
    case 'lifecycle':
    case 'FIONBIO':
    case 'interrupt':
      return line({ ...socketRequestOf(label), returns: done });
    case 'send.completes':
    case 'send.pends':
    case 'send.fails':
      return send(from, label);
    case 'send.begins':
      return begins(from, label.length);
    case 'call.completes':
      return line(
        { end: at!.begin, thread: blockingThread, returns: { rc: 0, bytes: at!.length } },
        { entries: without(from.entries, label.at) },
      );
    case 'call.fails':
      return line(
        { end: at!.begin, thread: blockingThread, returns: { rc: -1, errno: label.code } },
        { entries: without(from.entries, label.at), unknown: true },
      );
    case 'transport.takes':
      return undefined;
    case 'peer.recv':
      return from.unknown ? undefined : received(from, label.units);
    case 'peer.garbled':
      return from.unknown ? undefined : line({ peer: 'recv', socket: theSocket, runs: [[(fillOf(from.sends) + 100) % patternPeriod, 3]] });
    case 'peer.urgent':
      if (from.unknown || from.urgent === 'read') return undefined;
      return line({ peer: 'recv', socket: theSocket, runs: [[from.urgent ?? 7, 1]], oob: true }, { unknown: true, urgent: 'read' });
    case 'peer.eof':
      return from.unknown ? undefined : line({ peer: 'eof', socket: theSocket });
    case 'peer.reset':
    case 'peer.close':
    case 'settle':
      return line({ ...socketRequestOf(label) });
    case 'world':
      return line(worldEventOf(label.event).line);
    case 'flush':
      return line(
        { ...socketRequestOf(label), returns: label.refused ? { rc: -1, errno: 'WSAEOPNOTSUPP' } : done },
        { unknown: from.unknown || !label.refused },
      );
    case 'cancel':
      return line({ ...operationRequestOf(label, at!.name), returns: done });
    case 'caller':
      return line(
        { caller: 'writes', what: 'buffer', overlapped: at!.name },
        {
          unknown: true,
          entries: from.entries.map((entry, i) => (i === label.at ? { ...entry, unjudged: true } : entry)),
        },
      );
    case 'sleep.begins':
      return line({ begin: from.calls + 1, ...socketRequestOf(label) }, { calls: from.calls + 1, sleeping: from.calls + 1 });
    case 'sleep.ends':
      return line({ end: from.sleeping, returns: done }, { sleeping: undefined });
    case 'nap.begins':
      return line({ begin: from.calls + 1, ...socketRequestOf(label) }, { calls: from.calls + 1, napping: from.calls + 1 });
    case 'nap.ends':
      return line({ end: from.napping, returns: done }, { napping: undefined });
    case 'other.completes':
      return onOther(from);
    case 'failed': {
      const request = failedRequestOf(label, from.failed!);
      if (label.seen === 'set' || label.seen === 'unset') return line({ ...request, signalled: label.seen === 'set' });
      return line({ ...request, returns: { rc: 0, bytes: label.seen === 'bytes sent' ? unitBytes : 0 } });
    }
    case 'upcall.apc': {
      const thread = label.elsewhere ? { thread: secondThread } : {};
      return line({ upcall: 'WPUQueueApc', ...thread, overlapped: at!.name, returns: done }, { unknown: true });
    }
    case 'upcall.complete': {
      const bytes = label.status === '0' ? at!.length : 0;
      return line(
        { upcall: 'WPUCompleteOverlappedRequest', overlapped: at!.name, error: label.status, bytes },
        { unknown: from.unknown || loses(from, label) },
      );
    }
    case 'send.hangs':
      return hangs(from, label.mode);
    case 'event':
      return line({ ...operationRequestOf(label, at!.name), signalled: label.signalled });
    case 'count':
      return line({ ...operationRequestOf(label, at!.name), written: label.written });
    case 'result.incomplete':
    case 'result.other':
    case 'result':
      return result(from, label);
    case 'routine.enter': {
      const bytes = label.status === '0' ? at!.length : 0;
      return line(
        { routine: 'enter', overlapped: at!.name, error: label.status, bytes, flags: label.flagged ? 1 : 0 },
        { unknown: from.unknown || loses(from, label), inside: from.inside + 1 },
      );
    }
    case 'routine.leave':
      return line({ routine: 'leave', overlapped: at!.name }, { inside: from.inside - 1, entries: without(from.entries, label.at) });
  }
}

function send(from: Concrete, label: SendLabel): Next | undefined {
  const { mode, menu: name } = label;
  // Nobody can see in which order it and a call under way take effect; the model takes the order of the begin.
  const calling = from.entries.some(({ kind }) => kind === 'blocking');
  if (calling && label.type !== 'send.fails' && label.length > 0) return undefined;
  const menu = menuOf(name);
  const asked = bytesAsked(label);
  // Nobody can see whether a send of no bytes waits behind one that was broken off.
  if (from.unknown && label.type === 'send.pends' && asked === 0) return undefined;
  const fill = fillOf(from.sends);
  const overlapped = mode === 'sync' ? undefined : overlappedAfter(from.sends);
  const call = sendRequestOf(label, from.sends);
  const sends = from.sends + 1;
  const isUrgent = menu?.urgent && asked > 0 && from.urgent !== 'read';
  const urgent = isUrgent ? (fill + asked - 1) % patternPeriod : from.urgent;
  const entry = (): readonly Named[] =>
    overlapped !== undefined && from.slice.overlappedSocket
      ? [...from.entries, { name: overlapped, socket: theSocket, length: asked, kind: mode as Named['kind'] }]
      : from.entries;
  switch (label.type) {
    case 'send.completes': {
      const bytes = name === 'tooLarge' ? asked : label.bytes * unitBytes;
      const returns = menu?.uncounted ? done : { rc: 0, bytes };
      const posted = bytes === 0 ? from.posted : [...from.posted, { fill, length: bytes, read: 0 }];
      // Without a count, a part may have been taken.
      const unknown = from.unknown || menu?.uncounted === true;
      const concrete = { ...from, sends, entries: entry(), posted, unknown, urgent };
      if (name !== 'queued') return { concrete, lines: [{ ...call, returns }] };
      const begin = from.calls + 1;
      const apc = { upcall: 'WPUQueueApc', overlapped, returns: done };
      return { concrete: { ...concrete, calls: begin }, lines: [{ begin, ...call }, apc, { end: begin, returns }] };
    }
    case 'send.pends': {
      const returns = { rc: -1, errno: 'WSA_IO_PENDING', ...(name === 'countWritten' && { bytes: asked }) };
      const posted = asked === 0 ? from.posted : [...from.posted, { fill, length: asked, read: 0 }];
      // What is taken in pieces may lack the last byte of each, read as urgent.
      const unknown = from.unknown || mode === 'sync' || name === 'tooLarge' || (menu?.urgent === true && asked > 0);
      return { concrete: { ...from, sends, entries: entry(), posted, unknown, urgent }, lines: [{ ...call, returns }] };
    }
    case 'send.fails':
      return {
        concrete: { ...from, sends, failed: overlapped ?? from.failed },
        lines: [{ ...call, returns: { rc: -1, errno: label.code } }],
      };
  }
}

function begins(from: Concrete, length: number): Next {
  const asked = length * unitBytes;
  const begin = from.calls + 1;
  const fill = fillOf(from.sends);
  return {
    concrete: {
      ...from,
      calls: begin,
      sends: from.sends + 1,
      entries: [...from.entries, { name: `call ${begin}`, socket: theSocket, length: asked, begin, kind: 'blocking' }],
      posted: [...from.posted, { fill, length: asked, read: 0 }],
    },
    lines: [{ begin, ...blockingSendRequestOf(length, from.sends) }],
  };
}

/** Nothing comes after it: it is never permitted. */
function hangs(from: Concrete, mode: string): Next {
  const begin = from.calls + 1;
  const call = {
    begin,
    call: 'WSPSend',
    thread: blockingThread,
    socket: theSocket,
    buffers: [unitBytes],
    overlapped: overlappedAfter(from.sends),
  };
  return {
    concrete: from,
    lines: [{ ...call, ...(mode === 'event' && { event: true }), ...(mode === 'routine' && { routine: true }) }, { env: 'settle' }],
  };
}

function onOther(from: Concrete): Next {
  const name = overlappedAfter(from.sends);
  const opened = from.hasOther ? [] : otherOpening.map((request) => ({ ...request, returns: done }));
  const call = { ...otherSend(from.sends), returns: { rc: 0, bytes: 1 } };
  return {
    concrete: {
      ...from,
      sends: from.sends + 1,
      hasOther: true,
      entries: [...from.entries, { name, socket: otherSocket, length: 1, kind: 'routine' }],
    },
    lines: [...opened, call],
  };
}

/** A failure that ends a send of some bytes: nobody knows how many had left before. */
const loses = (from: Concrete, label: { readonly at: number; readonly status: string }): boolean =>
  label.status !== '0' && from.entries[label.at]!.length > 0;

function result(from: Concrete, label: Extract<Label, { type: 'result' | 'result.incomplete' | 'result.other' }>): Next {
  const { name, socket, length, kind, unjudged } = from.entries[label.at]!;
  const waits = label.type === 'result.other' || label.waits === true;
  const call = operationRequestOf(label, name, socket);
  if (label.type !== 'result') {
    const returns = { rc: -1, errno: label.type === 'result.other' ? 'WSAEINVAL' : 'WSA_IO_INCOMPLETE' };
    return { concrete: from, lines: [{ ...call, returns }] };
  }
  const returns = label.status === '0' ? { rc: 0, bytes: length } : { rc: -1, errno: label.status };
  const isUnjudged = waits && kind === 'routine';
  const entries = kind === 'routine' || unjudged ? from.entries : without(from.entries, label.at);
  return { concrete: { ...from, entries, unknown: from.unknown || (!isUnjudged && loses(from, label)) }, lines: [{ ...call, returns }] };
}

function received(from: Concrete, units: number): Next | undefined {
  if (from.slice.datagram) {
    const [first, ...rest] = from.posted;
    if (first === undefined) return undefined;
    return { concrete: { ...from, posted: rest }, lines: [{ peer: 'recv', socket: theSocket, runs: [[first.fill, first.length]] }] };
  }
  let wanted = units * unitBytes;
  const runs: Run[] = [];
  const posted: Posted[] = [];
  for (const one of from.posted) {
    const take = Math.min(wanted, one.length - one.read);
    if (take > 0) runs.push([(one.fill + one.read) % patternPeriod, take]);
    wanted -= take;
    if (one.read + take < one.length) posted.push({ ...one, read: one.read + take });
  }
  return wanted > 0 ? undefined : { concrete: { ...from, posted }, lines: [{ peer: 'recv', socket: theSocket, runs }] };
}
