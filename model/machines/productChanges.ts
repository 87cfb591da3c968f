/** What a permitted step changes of what is counted. */

import type { Label, SendMode } from '../explore/labels.ts';
import { type Flag, type MenuName, menuOf, worldEventOf } from '../explore/menus.ts';
import { type Counted, type Entry, type EntryKind, mayBeTooLarge, surelyTooLarge, withFlags, withMarks } from './counted.ts';

const replace = (counted: Counted, at: number, entry: Entry | undefined): Partial<Counted> => ({
  entries: entry === undefined ? counted.entries.filter((_, i) => i !== at) : counted.entries.map((old, i) => (i === at ? entry : old)),
});

const posted = (kind: EntryKind, state: Entry['state'], rest: number): Entry => ({
  kind,
  state,
  rest,
  cancelled: false,
  owed: false,
  known: state === 'doneAtOnce' ? '0' : 'nothing',
  marks: [],
});

/** The entry with what the way of its call makes it remember. */
function remembered(counted: Counted, label: Label, entry: Entry): Entry {
  const marks = (('menu' in label ? menuOf(label.menu)?.marks : undefined) ?? []).filter((mark) => mark !== 'tooLarge');
  if (counted.sleeping && entry.kind === 'routine' && entry.state === 'doneAtOnce') marks.push('late');
  if (mayBeTooLarge(counted, label)) marks.push('mayBeTooLarge');
  return withMarks(counted, entry, ...marks, ...(surelyTooLarge(counted, label) ? (['tooLarge'] as const) : []));
}

/** What is remembered once a send was accepted that may offer urgent data. */
const offers = (counted: Counted, label: { readonly length: number; readonly menu?: MenuName }): readonly Flag[] =>
  label.length > 0 && menuOf(label.menu)?.urgent ? withFlags(counted, 'urgent') : counted.flags;

/** An answer that makes an operation does so only where the OVERLAPPED is not ignored. */
const makesOperation = (counted: Counted, mode: SendMode): mode is Exclude<SendMode, 'sync'> => mode !== 'sync' && counted.overlappedSocket;

/** The changes that a permitted step makes to what is counted; the regions move by themselves. `target` is where an entry goes. */
export function change(counted: Counted, label: Label, target: Entry['state'] | undefined): Partial<Counted> {
  switch (label.type) {
    case 'FIONBIO':
      return { nonblocking: label.on };
    case 'send.completes': {
      const queued = counted.queued + label.bytes;
      const flags = offers(counted, label);
      if (!makesOperation(counted, label.mode)) return { queued, flags };
      return { queued, flags, entries: [...counted.entries, remembered(counted, label, posted(label.mode, 'doneAtOnce', 0))] };
    }
    case 'send.pends':
      // Of a message that is too large nothing goes out.
      if (!makesOperation(counted, label.mode)) return { flags: offers(counted, label) };
      return {
        flags: offers(counted, label),
        entries: [
          ...counted.entries,
          remembered(counted, label, posted(label.mode, 'pending', surelyTooLarge(counted, label) ? 0 : label.length)),
        ],
      };
    case 'send.begins':
      return { entries: [...counted.entries, posted('blocking', 'begun', label.length)] };
    case 'call.completes':
    case 'call.fails':
      return replace(counted, label.at, undefined);
    case 'transport.takes': {
      const at = counted.entries.findIndex((entry) => entry.rest > 0);
      const entry = counted.entries[at]!;
      return { queued: counted.queued + 1, ...replace(counted, at, { ...entry, rest: entry.rest - 1 }) };
    }
    case 'peer.recv':
      return { queued: counted.queued - label.units };
    case 'peer.reset':
      return { reset: true };
    case 'peer.close':
      return { peerClosed: true };
    case 'cancel':
      return replace(counted, label.at, { ...counted.entries[label.at]!, cancelled: true });
    case 'sleep.begins':
      return { sleeping: true };
    case 'sleep.ends':
      return {
        sleeping: false,
        entries: counted.entries.map((entry) => ({ ...entry, marks: entry.marks.filter((mark) => mark !== 'late') })),
      };
    case 'lifecycle':
      if (label.event === 'WSPShutdown.both') return { flags: withFlags(counted, 'shutDownBoth') };
      return label.event === 'WSPConnect.broadcast' ? { flags: withFlags(counted, 'toBroadcast') } : {};
    case 'world': {
      const { sets, clears } = worldEventOf(label.event);
      if (sets !== undefined) return { flags: withFlags(counted, sets) };
      return { flags: counted.flags.filter((flag) => flag !== clears) };
    }
    case 'flush':
      if (label.refused) return {};
      return { entries: counted.entries.map((entry) => (entry.kind === 'blocking' ? entry : withMarks(counted, entry, 'flushed'))) };
    case 'interrupt':
      return replace(counted, label.at, { ...counted.entries[label.at]!, cancelled: true });
    case 'caller':
      return replace(counted, label.at, { ...counted.entries[label.at]!, state: 'unjudged', rest: 0 });
    case 'other.completes':
      return { entries: [...counted.entries, withMarks(counted, remembered(counted, label, posted('routine', 'doneAtOnce', 0)), 'other')] };
    case 'nap.begins':
      return { flags: withFlags(counted, 'napping') };
    case 'nap.ends':
      return { flags: counted.flags.filter((flag) => flag !== 'napping') };
    case 'peer.eof':
      return { flags: withFlags(counted, 'ended') };
    case 'peer.urgent':
      return { flags: counted.flags.filter((flag) => flag !== 'urgent') };
    case 'event':
      return replace(counted, label.at, { ...counted.entries[label.at]!, state: target! });
    case 'upcall.apc': {
      const entry = withMarks(counted, counted.entries[label.at]!, 'upcalled');
      if (entry.state !== 'pending') return replace(counted, label.at, entry);
      // Its routine is in the queue.
      const queued: Entry = { ...entry, state: 'due', owed: true };
      return replace(counted, label.at, counted.sleeping ? withMarks(counted, queued, 'late') : queued);
    }
    case 'upcall.complete': {
      const entry = withMarks(counted, counted.entries[label.at]!, 'upcalled');
      const state = entry.state === 'pending' ? 'due' : entry.state;
      return replace(counted, label.at, { ...entry, state, rest: 0, known: label.status });
    }
    case 'result':
    case 'routine.enter': {
      const entry = counted.entries[label.at]!;
      if (entry.state === 'unjudged') return {};
      if (label.type === 'result' && label.waits && entry.kind === 'routine') return {};
      const known = label.status;
      // What an operation that failed had not handed over never leaves.
      const over = label.type === 'result' && entry.kind !== 'routine';
      return replace(counted, label.at, over ? undefined : { ...entry, state: target!, rest: 0, known });
    }
    case 'routine.leave':
      return replace(counted, label.at, undefined);
    case 'send.fails':
      return label.mode === 'sync' ? {} : { flags: withFlags(counted, 'failed') };
    case 'failed':
    case 'send.hangs':
    case 'result.incomplete':
    case 'result.other':
    case 'count':
    case 'peer.garbled':
    case 'settle':
      return {};
  }
}
