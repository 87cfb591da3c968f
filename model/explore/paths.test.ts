import { expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import type { Bounds } from '../product/labels.ts';
import { labelText } from '../product/labelText.ts';
import { type Slice, slices } from '../product/slices.ts';
import { explore } from './explore.ts';

/** What the bounded model has to remember, each in a slice of little else: behind a path these steps are possible, and those are not. */

interface Remembered {
  readonly what: string;
  readonly slice: Slice;
  readonly profile: Profile;
  readonly bounds?: Bounds;
  readonly path: readonly string[];
  readonly possible?: readonly string[];
  readonly impossible?: readonly string[];
}

const one: Bounds = { operations: 1, units: 1, length: 1 };

/** A connection on which nothing happens but what is added. */
const bare: Slice = {
  ...slices.stream,
  lifecycle: [],
  connected: true,
  nonblocking: false,
  blockingCalls: false,
  cancel: false,
  circuit: false,
  modes: ['sync'],
  codes: [],
  statuses: [],
};

/** A circuit that this side may shut down, and whose keep-alive may fail. */
const shutDownOrFailed: Slice = {
  ...slices.circuit,
  ...bare,
  circuit: true,
  lifecycle: ['WSPShutdown.send'],
  codes: slices.circuit.codes,
  world: ['keepalive.failed'],
};

const remembered: readonly Remembered[] = [
  {
    what: 'urgent data is offered until its peer has read it',
    slice: { ...bare, menus: ['outOfBand'], extras: ['urgent'] },
    profile: 'page',
    path: ['send sync 1 completes 1 outOfBand', 'peer.urgent'],
    impossible: ['peer.urgent'],
  },
  {
    what: 'a send without an OVERLAPPED that failed leaves nothing to look at',
    slice: { ...bare, modes: ['sync', 'event'], codes: ['WSAENOBUFS'], extras: ['failed'] },
    profile: 'page',
    path: ['send sync 1 fails WSAENOBUFS'],
    impossible: ['of the failed send: unset', 'of the failed send: nothing sent'],
  },
  {
    what: 'an overlapped send that failed leaves its OVERLAPPED',
    slice: { ...bare, modes: ['sync', 'event'], codes: ['WSAENOBUFS'], extras: ['failed'] },
    profile: 'page',
    path: ['send event 1 fails WSAENOBUFS'],
    possible: ['of the failed send: unset', 'of the failed send: nothing sent'],
    impossible: ['of the failed send: bytes sent'],
  },
  {
    what: 'a circuit whose keep-alive failed was not closed in order',
    slice: shutDownOrFailed,
    profile: 'docs',
    path: ['keepalive.failed', 'WSPShutdown.send', 'peer.close'],
    possible: ['send sync 1 fails WSAECONNABORTED', 'send sync 1 fails WSAECONNRESET'],
  },
  {
    what: 'a circuit that both sides closed has no failure to report',
    slice: shutDownOrFailed,
    profile: 'docs',
    path: ['WSPShutdown.send', 'peer.close'],
    impossible: ['send sync 1 fails WSAECONNABORTED', 'send sync 1 fails WSAECONNRESET'],
  },
  {
    what: 'a call that had begun before another reported the failure of the network may succeed',
    slice: { ...bare, blockingCalls: true, circuit: true, codes: ['WSAENETDOWN'], world: ['network.down'] },
    profile: 'page',
    bounds: { ...one, operations: 2 },
    path: ['send sync 1 begins', 'transport.takes', 'network.down', 'send sync 1 fails WSAENETDOWN'],
    possible: ['call#0 completes', 'call#0 fails WSAENETDOWN'],
    impossible: ['send sync 1 completes 1'],
  },
  {
    what: 'an operation of a thread that exited need not be sent whole',
    slice: {
      ...bare,
      lifecycle: ['WSPShutdown.send'],
      modes: ['event'],
      menus: ['secondThread'],
      world: ['ExitThread'],
      extras: ['delivery'],
    },
    profile: 'docs',
    path: ['send event 1 pends secondThread', 'ExitThread', 'WSPShutdown.send'],
    possible: ['peer.eof'],
  },
  {
    what: 'an operation of a thread that goes on has to be sent before the stream ends',
    slice: {
      ...bare,
      lifecycle: ['WSPShutdown.send'],
      modes: ['event'],
      menus: ['secondThread'],
      world: ['ExitThread'],
      extras: ['delivery'],
    },
    profile: 'docs',
    path: ['send event 1 pends secondThread', 'WSPShutdown.send'],
    impossible: ['peer.eof'],
  },
  {
    what: 'a message that is too large is not complete because nothing of it is left to send',
    slice: {
      ...bare,
      datagram: true,
      connected: false,
      lifecycle: ['WSPConnect'],
      modes: ['event'],
      menus: ['tooLarge'],
      world: ['SO_MAX_MSG_SIZE'],
      statuses: ['0', 'WSAEMSGSIZE'],
    },
    profile: 'msafd',
    path: ['SO_MAX_MSG_SIZE', 'WSPConnect', 'send event 1 pends tooLarge', 'settle'],
    possible: ['event#0 unset', 'result#0 incomplete', 'result#0 WSAEMSGSIZE'],
    impossible: ['result#0 0'],
  },
];

test.each(remembered)('$what', ({ slice, profile, bounds = one, path, possible = [], impossible = [] }) => {
  const { kernel, first, label, target } = explore({ slice, bounds, profile });
  const stepsFrom = (state: number): ReadonlyMap<string, number> => {
    const edges = Array.from({ length: first[state + 1]! - first[state]! }, (_, i) => first[state]! + i);
    return new Map(edges.map((edge) => [labelText(kernel.labels[label[edge]!]!), target[edge]!]));
  };
  let state = 0;
  for (const step of path) {
    const next = stepsFrom(state).get(step);
    expect(next, step).toBeDefined();
    state = next!;
  }
  const steps = stepsFrom(state);
  const known = new Set(kernel.labels.map(labelText));
  expect(possible.filter((step) => !steps.has(step))).toEqual([]);
  expect(impossible.filter((step) => steps.has(step) || !known.has(step))).toEqual([]);
});
