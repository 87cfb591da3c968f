/**
 * What bounded exploration can vary in addition to the lengths and outcomes of plain sends, as data: ways to call WSPSend, things that
 * happen to the world, and what has to be remembered of them. A slice names those that it uses; the others do not exist in it.
 */

import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { SocketFact } from '../machines/socket.machine.ts';

/** What is remembered of the world, a bit each. */
export const flagNames = [
  'keepAlive',
  'timedOut',
  'networkFailing', // the network subsystem failed, and whether that has arrived is not known
  'networkDown',
  'networkReported', // a send reported it
  'shutDownBoth',
  'wasConnected', // it had a peer, whatever it is now
  'toBroadcast',
  'broadcastAllowed',
  'maxKnown', // SO_MAX_MSG_SIZE was asked for
  'exited', // the second thread is gone
  'napping', // an alertable wait inside a routine
  'ended', // the peer has seen the end of the stream
  'urgent', // a send offers urgent data that nobody has read
  'lingerZero', // a close resets the connection
  'failed', // the last send that was given an OVERLAPPED failed
] as const;
export type Flag = (typeof flagNames)[number];

/** What is remembered of an operation, a bit each. */
export const markNames = [
  'late', // it was queued during the alertable wait that still lasts, and no settle has passed since
  'flushed',
  'foreign', // the second thread posted it
  'mayBeTooLarge',
  'tooLarge',
  'unsupported', // MSG_OOB or MSG_PARTIAL was given
  'port',
  'hEvent', // it has an event and a routine
  'other', // it belongs to the other socket
  'upcalled', // its upcall was seen
] as const;
export type Mark = (typeof markNames)[number];

/** One way to call WSPSend. `call` holds the arguments of trace/1 that it adds. */
export interface Menu {
  readonly facts: readonly SocketFact[];
  /** Facts that hold where a reading does. */
  readonly factsBy?: { readonly reading: Reading; readonly facts: readonly SocketFact[] };
  readonly marks?: readonly Mark[];
  readonly call: Readonly<Record<string, unknown>>;
  /** Only this outcome is worth a try. */
  readonly only?: 'completes' | 'pends';
  /** No count of bytes is reported with success. */
  readonly uncounted?: true;
  /** It offers urgent data. */
  readonly urgent?: true;
}

const faults = (fault: string): Menu => ({ facts: ['mayFault', 'surelyFaults'], call: { fault } });

export const menus = {
  badArray: faults('lpBuffers'),
  badData: faults('buffer'),
  badCount: {
    facts: ['mayFault'],
    factsBy: { reading: 'FaultOfCount:binding', facts: ['surelyFaults'] },
    call: { fault: 'lpNumberOfBytesSent' },
    uncounted: true,
  },
  noBuffers: { facts: ['zeroBuffers'], call: { buffers: [] } },
  outOfBand: { facts: ['outOfBand'], marks: ['unsupported'], call: { flags: ['MSG_OOB'] }, urgent: true },
  partial: { facts: ['partialMessage'], marks: ['unsupported'], call: { flags: ['MSG_PARTIAL'] } },
  outOfBandPartial: {
    facts: ['outOfBand', 'partialMessage'],
    marks: ['unsupported'],
    call: { flags: ['MSG_OOB', 'MSG_PARTIAL'] },
    urgent: true,
  },
  dontRoute: { facts: [], call: { flags: ['MSG_DONTROUTE'] } },
  /** A datagram above the maximum: twice the unit. */
  tooLarge: { facts: [], marks: ['tooLarge'], call: {} },
  countMissing: { facts: ['countUnwritten'], call: {}, only: 'completes', uncounted: true },
  countWritten: { facts: ['countUnwritten'], call: {}, only: 'pends' },
  onlyRoutine: { facts: ['onlyRoutine'], call: { routine: true } },
  secondThread: { facts: [], marks: ['foreign'], call: { thread: 't2' } },
  port: { facts: [], marks: ['port', 'foreign'], call: { thread: 't2', port: true } },
  /** WPUQueueApc is called before the send returns zero. */
  queued: { facts: [], marks: ['upcalled'], call: {}, only: 'completes' },
  withEvent: { facts: [], marks: ['hEvent'], call: { event: true } },
} as const satisfies Record<string, Menu>;
export type MenuName = keyof typeof menus;
export const menuOf = (name: MenuName | undefined): Menu | undefined => (name === undefined ? undefined : menus[name]);

export const menuFacts = (name: MenuName | undefined, profile: Profile): readonly SocketFact[] => {
  const menu = menuOf(name);
  if (menu === undefined) return [];
  return menu.factsBy !== undefined && reads(profile, menu.factsBy.reading) ? [...menu.facts, ...menu.factsBy.facts] : menu.facts;
};

/** Something that happens to the world, or an option that is set. `line` is the step of trace/1. */
export interface WorldEvent {
  readonly sets?: Flag;
  readonly clears?: Flag;
  /** Where it can come: while the peer is there, on an open socket, or at any time. */
  readonly where: 'peer' | 'open' | 'anywhere';
  /** It is an act of the main thread. */
  readonly request?: true;
  /** The circuit breaks, at a moment that nobody sees. */
  readonly breaks?: true;
  readonly line: Readonly<Record<string, unknown>>;
}

const option = (value: number): WorldEvent['line'] => ({
  call: 'WSPSetSockOpt',
  socket: 'A',
  name: 'SO_BROADCAST',
  value,
  returns: { rc: 0 },
});

export const worldEvents = {
  'keepalive.failed': { sets: 'keepAlive', where: 'peer', breaks: true, line: { env: 'keepalive.failed', socket: 'A' } },
  'circuit.timeout': { sets: 'timedOut', where: 'peer', breaks: true, line: { env: 'circuit.timeout', socket: 'A' } },
  'network.down': { sets: 'networkFailing', where: 'anywhere', breaks: true, line: { env: 'network.down' } },
  'SO_BROADCAST on': { sets: 'broadcastAllowed', where: 'open', request: true, line: option(1) },
  'SO_BROADCAST off': { clears: 'broadcastAllowed', where: 'open', request: true, line: option(0) },
  SO_MAX_MSG_SIZE: {
    sets: 'maxKnown',
    where: 'open',
    request: true,
    line: { call: 'WSPGetSockOpt', socket: 'A', name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 1000 } },
  },
  SO_LINGER: {
    sets: 'lingerZero',
    where: 'open',
    request: true,
    line: { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_LINGER', value: { l_onoff: 1, l_linger: 0 }, returns: { rc: 0 } },
  },
  ExitThread: { sets: 'exited', where: 'anywhere', line: { call: 'ExitThread', thread: 't2', returns: { rc: 0 } } },
} as const satisfies Record<string, WorldEvent>;
export type WorldEventName = keyof typeof worldEvents;
export const worldEventOf = (name: WorldEventName): WorldEvent => worldEvents[name];
