/** What is open of the network, of a connection that is being made, and of a circuit to which something happened. */

import { reads } from '../clauses/profiles.ts';
import { hasCause, isBroken } from '../oracle/traced.ts';
import { causes, type Socket, type World } from '../oracle/world.ts';
import type { Possibility, Subject } from './possibility.ts';

export function* networkOf(world: World): Generator<Subject> {
  const { networkDown } = world;
  if (networkDown === 'no') return;
  const gone: Possibility = { id: 'gone', says: 'has failed', suppose: (copy) => (copy.networkDown = 'surely') };
  const there: Possibility = {
    id: 'there',
    says: networkDown === 'elsewhere' ? 'has failed for another socket alone' : 'has not failed yet, as seen from here',
    suppose: (copy) => (copy.networkDown = 'no'),
  };
  yield { kind: 'network', name: 'the network', possible: networkDown === 'surely' ? [gone] : [there, gone] };
}

const stateSays: Readonly<Record<string, string>> = {
  unbound: 'is not bound',
  bound: 'is bound, and has no peer',
  connected: 'has its peer',
  sendShutDown: 'is shut down for sending',
  shutDownUnbound: 'is shut down for sending, and never had a peer',
  shutDownBound: 'is bound and shut down for sending, and never had a peer',
  receiveOnly: 'can only receive',
};

/** Where a socket is in its life. While a connect is under way, it is there or it is not. */
export function socketOf(world: World, { name, state, closed, unjudged }: Socket): Subject {
  const { socket: table } = world.tables;
  const { connecting, connected, bound } = table.stateIndex;
  const known = (id: string, says: string): Subject => ({ kind: 'socket', name, possible: [{ id, says }] });
  if (closed) return known('closed', 'is closed');
  if (unjudged !== undefined) return known('unjudged', `is not judged any more: ${unjudged}`);
  if (state !== connecting) return known(table.states[state]!, stateSays[table.states[state]!] ?? table.states[state]!);
  const moved = (to: number) => (copy: World) => {
    copy.sockets.get(name)!.state = to;
  };
  return {
    kind: 'socket',
    name,
    possible: [
      { id: 'not yet', says: 'is not connected yet', suppose: moved(bound) },
      { id: 'connected', says: 'is connected by now', suppose: moved(connected) },
    ],
  };
}

const causeSays: { readonly [cause in keyof typeof causes]?: string } = {
  reset: 'a reset of the peer',
  peerClosed: 'the close of the peer',
  keepAlive: 'a keep-alive that failed',
  timedOut: 'a time-out',
  networkDown: 'the failure of the network',
};

/** Whether what happened to the circuit has reached the sender, and which of several things did. */
export function* circuitOf(world: World, socket: Socket): Generator<Subject> {
  const { name, circuit, causes: happened } = socket;
  if (!socket.isStream || !socket.wasConnected || socket.closed) return;
  const { stateIndex } = world.tables.circuit;
  const suppose = (state: number, only: number) => (copy: World) => {
    const twin = copy.sockets.get(name)!;
    copy.moveCircuit(twin, state);
    twin.causes = only;
  };
  // Where both sides have closed and nothing else happened, that is no failure.
  const isOrderly =
    socket.sendClosed &&
    circuit === stateIndex.intact &&
    happened === causes.peerClosed &&
    reads(world.tables.profile, 'OrderlyClose:no-failure');
  const broken = (Object.keys(causeSays) as (keyof typeof causes)[])
    .filter((cause) => hasCause(socket, causes[cause]) && !isOrderly)
    .map((cause): Possibility => {
      const only = causes[cause] | (cause === 'networkDown' ? happened & causes.networkGone : 0);
      const state = circuit === stateIndex.resetReported ? circuit : stateIndex.broken;
      const says = circuit === stateIndex.resetReported ? 'is broken, and a reset was reported' : `is broken by ${causeSays[cause]}`;
      return { id: `broken by ${cause}`, says, suppose: suppose(state, only) };
    });
  const stands: Possibility = {
    id: 'stands',
    says: happened === 0 ? 'is unbroken' : 'is unbroken as far as the sender can feel',
    suppose: suppose(stateIndex.intact, 0),
  };
  const possible = isBroken(world, circuit) ? broken : [stands, ...broken];
  const isDistinguished = circuit !== stateIndex.resetReported;
  yield {
    kind: 'circuit',
    name,
    possible: isDistinguished && possible.length > 0 ? possible : [{ id: 'reported', says: 'is broken, as was reported' }],
  };
}
