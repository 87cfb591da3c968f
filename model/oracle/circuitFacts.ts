/** The facts about what is reported of a circuit, and about what the peer of a socket sees, as the oracle computes them. */

import { reads } from '../clauses/profiles.ts';
import type { Facts } from '../compiled/compile.ts';
import { type CircuitFact, circuitFacts } from '../machines/circuit.machine.ts';
import { type DeliveryFact, deliveryFacts } from '../machines/delivery.machine.ts';
import { visited } from './effort.ts';
import type { ByteStream } from './stream.ts';
import { hasCause, tracedBy } from './traced.ts';
import { causes, type Socket, type World } from './world.ts';

/** The facts about an error that reports the failure of a circuit. */
export const circuitFactsOf = (socket: Socket, status: string): Facts<CircuitFact> => factsOfReport({ socket, status });

const factsOfReport = tracedBy<CircuitFact, { readonly socket: Socket; readonly status: string }>(circuitFacts, {
  // Whatever the code, the peer's reset is what broke the circuit.
  reset: ({ socket, status }) => status === 'WSAECONNRESET' || hasCause(socket, causes.reset | causes.peerClosed),
});

interface PeerMoment {
  readonly world: World;
  readonly socket: Socket;
  /** What the peer saw was there to be seen, and the stream, or the datagrams, moved on by it. */
  readonly isTaken: boolean;
}

/** The facts about what the peer of a socket sees. */
export const deliveryFactsOf = (world: World, socket: Socket, isTaken: boolean): Facts<DeliveryFact> =>
  factsOfDelivery({ world, socket, isTaken });

const factsOfDelivery = tracedBy<DeliveryFact, PeerMoment>(deliveryFacts, {
  continues: ({ isTaken }) => isTaken,
  mayEnd: ({ world, socket }) => mayHaveEnded(world, socket) && !closesHard(world, socket),
  complete: ({ isTaken }) => isTaken,
  mayBeLost: ({ socket }) => socket.lossy,
  caused: ({ world, socket }) => {
    const brokenOff = ((socket.closed || socket.closing > 0) && (socket.lossy || socket.lingers)) || mayBeBrokenOff(socket.stream);
    return brokenOff || socket.causes !== 0 || world.networkDown !== 'no';
  },
  isNext: ({ isTaken }) => isTaken,
  isOffered: ({ isTaken }) => isTaken,
  wasSent: ({ isTaken }) => isTaken,
});

/** A send that its peer has not read in full may have ended early. */
function mayBeBrokenOff({ reading }: ByteStream): boolean {
  for (const { isLoose } of visited(reading.segments)) if (isLoose) return true;
  return false;
}

/** It was never connected before, and is about to be. */
export const connectsFirst = (world: World, socket: Socket): boolean => !socket.wasConnected && connectsUnderWay(world, socket) > 0;

/** Calls that connect it and have not returned. */
export function connectsUnderWay(world: World, socket: Socket): number {
  let calls = 0;
  for (const { call, socket: its } of visited(world.begun.values())) if (call.call === 'WSPConnect' && its === socket) calls++;
  return calls;
}

/** It was connected, or is about to be. */
export const mayHaveCircuit = (world: World, socket: Socket): boolean => socket.wasConnected || connectsFirst(world, socket);

/** A close that resets the connection in place of ending the stream. */
export const closesHard = (world: World, socket: Socket): boolean =>
  (socket.closed || socket.closing > 0) &&
  socket.lingerZero &&
  !(socket.sendClosed || socket.shuttingDown > 0) &&
  !reads(world.tables.profile, 'CloseDelivers:open');

/**
 * It had a circuit, and its sending side was closed, or a call that closes it is under way. Some recorders report an end of datagrams
 * too.
 */
export function mayHaveEnded(world: World, socket: Socket): boolean {
  const { sendClosed, closed, closing, shuttingDown } = socket;
  return mayHaveCircuit(world, socket) && (sendClosed || closed || closing + shuttingDown > 0);
}
