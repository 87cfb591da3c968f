/** The far end and the world: what the peer received, what happened to the circuit, and what is owed after a settle. */

import { reads } from '../clauses/profiles.ts';
import { type DeliveryEvent, deliveryFacts } from '../machines/delivery.machine.ts';
import { bitsOf } from '../machines/rules.ts';
import type { CircuitEnvStep, NetworkDownStep, PeerStep, TransportTookStep } from '../winsock/trace.ts';
import { callFactsOf, operationFactsOf, surelyConsumed } from './facts.ts';
import { noteConsumed, noteOver } from './moments.ts';
import { ask, follow, isRefusal, type Refusal, refusal } from './refusal.ts';
import { type BegunRecord, causes, type Operation, type Socket, type World } from './world.ts';

const D = bitsOf(deliveryFacts);

export function peerStep(world: World, step: PeerStep): Refusal | undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) {
    if (world.socketsForgotten) return undefined;
    return refusal(`the peer of ${step.socket} is heard of, and no such socket was made`, 'Purpose:2');
  }
  switch (step.peer) {
    case 'recv':
      return receive(world, socket, step.runs, step.oob === true);
    case 'idle':
      return undefined;
    case 'eof':
      return endOfStream(world, socket);
    case 'error':
      return peerError(world, socket, step.errno);
  }
}

function receive(world: World, socket: Socket, runs: readonly [number, number][], oob: boolean): Refusal | undefined {
  if (!socket.isStream) {
    return delivered(world, socket, 'recv.datagram', socket.datagrams.receive(runs) ? D.isNext : 0, () => {
      return `the peer of ${socket.name} received a datagram that was not sent, or not sent next`;
    });
  }
  if (oob) return receiveUrgent(world, socket, runs);
  const ended = socket.delivery === world.tables.delivery.stateIndex.ended;
  const facts = !ended && socket.stream.receive(runs, world.time) ? D.continues : 0;
  return delivered(world, socket, 'recv', facts, () =>
    ended
      ? `the peer of ${socket.name} received bytes after the end of the stream`
      : `the peer of ${socket.name} received ${JSON.stringify(runs)}`,
  );
}

/** Moves the delivery of a stream on, or says which clause forbids what the peer saw. */
function delivered(world: World, socket: Socket, event: DeliveryEvent, facts: number, message: () => string): Refusal | undefined {
  const rule = ask(world.tables.delivery, socket.delivery, event, facts, message);
  if (isRefusal(rule)) return rule;
  socket.delivery = rule.target;
  noteConsumed(world, socket);
  return undefined;
}

/** Urgent bytes come apart from the stream: that some send offered them, once, is checked. */
function receiveUrgent(world: World, socket: Socket, runs: readonly [number, number][]): Refusal | undefined {
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  const values = length > urgentMax ? undefined : runs.flatMap(([start, count]) => valuesOf(start, count, world.period));
  const isOffered = length === 0 || (values !== undefined && socket.stream.receiveUrgent(values));
  return delivered(world, socket, 'recv.urgent', isOffered ? D.isOffered : 0, () => {
    return `the peer of ${socket.name} received urgent data that was not sent, or was read before`;
  });
}

/** No send offers more bytes than this as urgent data: one line is one piece. */
const urgentMax = 65_536;

const valuesOf = (start: number, count: number, period: number): number[] => Array.from({ length: count }, (_, i) => (start + i) % period);

function endOfStream(world: World, socket: Socket): Refusal | undefined {
  const hard = socket.closed && socket.lingerZero && !socket.sendClosed && !reads(world.tables.profile, 'CloseDelivers:open');
  let facts = 0;
  if ((socket.sendClosed || socket.closed) && !hard) facts |= D.mayEnd;
  if (socket.lossy) facts |= D.mayBeLost;
  else if (facts !== 0 && socket.stream.finish()) facts |= D.complete;
  return delivered(world, socket, 'eof', facts, () =>
    (facts & D.mayEnd) === 0
      ? `the stream of ${socket.name} ends in order although ${hard ? 'a hard close resets it' : 'nobody shut it down'}`
      : `the stream of ${socket.name} ends before all accepted bytes arrived`,
  );
}

/** Has anything happened by which the peer's own receive may fail? */
export function isCaused(world: World, socket: Socket): boolean {
  const { intact } = world.tables.circuit.stateIndex;
  const brokenOff = (socket.closed && (socket.lossy || socket.lingerZero)) || socket.stream.mayBeBrokenOff;
  return brokenOff || socket.causes !== 0 || socket.circuit !== intact || world.networkDown !== 'no';
}

function peerError(world: World, socket: Socket, errno: string): Refusal | undefined {
  return delivered(
    world,
    socket,
    'error',
    isCaused(world, socket) ? D.caused : 0,
    () => `the peer of ${socket.name} fails with ${errno}, and nothing caused it`,
  );
}

const causeOf: { readonly [env: string]: number } = {
  'peer.reset': causes.reset,
  'peer.close': causes.peerClosed,
  'keepalive.failed': causes.keepAlive,
  'circuit.timeout': causes.timedOut,
  'network.down': causes.networkDown,
};

export function circuitEvent(world: World, step: CircuitEnvStep | NetworkDownStep): Refusal | undefined {
  if (step.env === 'network.down') {
    if (step.socket === undefined && world.networkDown !== 'surely') world.networkDown = 'arriving';
    else if (world.networkDown === 'no') world.networkDown = 'elsewhere';
  }
  const named = step.socket === undefined ? undefined : world.sockets.get(step.socket);
  for (const socket of step.socket === undefined ? world.sockets.values() : named === undefined ? [] : [named]) {
    socket.causes |= causeOf[step.env] ?? 0;
    if (step.env === 'peer.shutdown' || step.env === 'peer.close') continue;
    socket.circuit = follow(world.tables.circuit, socket.circuit, 'env.breaks');
    world.unsettled.add(socket);
  }
  return undefined;
}

export function transportTook(world: World, step: TransportTookStep): Refusal | undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined || !socket.isStream) return undefined;
  return delivered(world, socket, 'took', socket.stream.transportTook(step.bytes) ? D.wasSent : 0, () => {
    return `the transport of ${step.socket} took more bytes than were sent`;
  });
}

/** Everything already caused has been delivered: doubts end, and what is owed can be seen from here on. What is refused has changed nothing. */
export function settle(world: World): Refusal | undefined {
  for (const record of world.begun.values()) {
    const rule = ask(world.tables.call, record.state, 'settle', callFactsOf(world, record), () => {
      return `${record.call.call} of thread ${record.thread} has not returned`;
    });
    if (isRefusal(rule)) return { ...rule, about: record.number };
  }
  world.settledAt = world.time;
  if (world.networkDown === 'arriving') world.networkDown = 'surely';
  for (const socket of world.unsettled) {
    socket.circuit = follow(world.tables.circuit, socket.circuit, 'settle');
    if ((socket.causes & causes.networkDown) === 0) continue;
    socket.causes |= causes.networkGone;
    socket.reachesNetwork = false;
  }
  world.unsettled.clear();
  for (const operation of world.unsettledOperations) settleOperation(world, operation);
  for (const record of world.begun.values()) settleCall(world, record);
  return undefined;
}

function settleOperation(world: World, operation: Operation): void {
  const { due, pending, begun, doneAtOnce } = world.tables.operation.stateIndex;
  if (completionIsOwed(world, operation)) {
    operation.owed = true;
    operation.queuedBy ??= world.time;
    noteOver(world, operation);
  }
  operation.state = follow(world.tables.operation, operation.state, 'settle', operationFactsOf(world, operation, {}));
  const mayMove = operation.state === pending || operation.state === begun || operation.state === doneAtOnce;
  if (!mayMove || (operation.state === due && operation.owed)) world.unsettledOperations.delete(operation);
}

/** A call that is still out has taken effect by now, so what begins from here on comes behind it. */
function settleCall(world: World, record: BegunRecord): void {
  record.state = follow(world.tables.call, record.state, 'settle', callFactsOf(world, record));
  const { released } = world.tables.call.stateIndex;
  if (record.state === released) world.released.add(record);
  const { segment, socket } = record;
  if (segment === undefined || socket === undefined) return;
  if (socket.isStream) socket.stream.fix(segment, world.time);
  else socket.datagrams.fix(segment, world.time);
}

function completionIsOwed(world: World, operation: Operation): boolean {
  const { socket, segment } = operation;
  const { doneAtOnce, due, pending } = world.tables.operation.stateIndex;
  if (operation.state === doneAtOnce || operation.state === due) return true;
  if (operation.state !== pending) return false;
  if (surelyConsumed(socket, segment)) return true;
  if (socket === undefined) return false;
  if (operation.notFound) return true;
  const { broken, resetReported } = world.tables.circuit.stateIndex;
  if (socket.isStream && (socket.circuit === broken || socket.circuit === resetReported)) return true;
  return (operation.closed || operation.flushed || operation.cancelled) && reads(world.tables.profile, 'CloseCancels:binding');
}

/** Any further request: a call that was released must have returned by now. */
export function requested(world: World): Refusal | undefined {
  for (const record of world.released) {
    const rule = ask(world.tables.call, record.state, 'request', callFactsOf(world, record), () => {
      return `${record.call.call} of thread ${record.thread} has not returned although what it waited for has happened`;
    });
    if (isRefusal(rule)) return { ...rule, about: record.number };
  }
  return undefined;
}
