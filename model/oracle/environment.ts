/** The far end and the world: what the peer received, what happened to the circuit, and what must have come after a settle. */

import { reads } from '../clauses/profiles.ts';
import type { DeliveryEvent } from '../machines/delivery.machine.ts';
import type {
  CircuitEnvStep,
  NetworkDownStep,
  PeerStep,
  PeerUnseenStep,
  PollWritableStep,
  RouteLostStep,
  TransportTookStep,
} from '../winsock/trace.ts';
import { closesHard, deliveryFactsOf, mayHaveCircuit, mayHaveEnded } from './circuitFacts.ts';
import { visited } from './effort.ts';
import { noteConsumed, noteFailed, noteOver } from './moments.ts';
import { callFactsOf, isWholeOf, operationFactsOf, surelyConsumed } from './operationFacts.ts';
import { failsBecause, noteConnected } from './posting.ts';
import { ask, follow, isRefusal, type Refusal, refusal } from './refusal.ts';
import { readinessFactsOf } from './sendFacts.ts';
import { networkGone, wayOf } from './traced.ts';
import { type BegunRecord, causes, type Operation, type Socket, type World } from './world.ts';

export function peerStep(world: World, step: PeerStep): Refusal | undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) {
    if (step.peer === 'idle' || world.socketMayBeForgotten(step.socket)) return undefined;
    return refusal(`the peer of ${step.socket} is heard of, and no such socket was made`, 'Purpose:2');
  }
  if (socket.unseen) {
    world.note(socket.name, 'nothing is known of the far end');
    return undefined;
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
  noteConnected(world, socket);
  if (!socket.isStream) {
    const { mayBeForgotten } = socket.datagrams;
    const isReceived = socket.datagrams.receive(runs);
    if (!isReceived && mayBeForgotten) {
      world.note(socket.name, 'it may be one of the datagrams that were forgotten: too many were posted whose arrival was not reported');
      return undefined;
    }
    return delivered(world, socket, 'recv.datagram', isReceived, () => {
      return `the peer of ${socket.name} received a datagram that was not sent, or not sent next`;
    });
  }
  if (oob) return receiveUrgent(world, socket, runs);
  const ended = socket.delivery === world.tables.delivery.stateIndex.ended;
  const refused = delivered(world, socket, 'recv', !ended && socket.stream.receive(runs), () =>
    ended
      ? `the peer of ${socket.name} received bytes after the end of the stream`
      : `the peer of ${socket.name} received ${JSON.stringify(runs)}`,
  );
  return refused && !ended ? (ofFailingCall(world, socket, runs) ?? refused) : refused;
}

/** The bytes that nobody may receive are those of a call that has not returned and can only fail. */
function ofFailingCall(world: World, socket: Socket, runs: readonly [number, number][]): Refusal | undefined {
  const first = runs.find(([, length]) => length > 0)?.[0];
  for (const record of visited(socket.sends)) {
    const reason = failsBecause(world, record);
    const isOwn = record.call.call === 'WSPSend' && first !== undefined && ((record.call.fill ?? 0) - first) % world.period === 0;
    if (reason === undefined || !isOwn) continue;
    const message = `the peer of ${socket.name} received bytes of WSPSend #${record.number}, which can only fail`;
    return { message, clauses: reason.clauses, about: record.number };
  }
  return undefined;
}

/** Moves the delivery of a stream on, or says which clause forbids what the peer saw. */
function delivered(world: World, socket: Socket, event: DeliveryEvent, isTaken: boolean, message: () => string): Refusal | undefined {
  if (isTaken) world.changes.addSocket(socket);
  if (socket.unjudged !== undefined) {
    world.note(socket.name, socket.unjudged);
    return undefined;
  }
  const rule = ask(world.tables.delivery, socket.delivery, event, deliveryFactsOf(world, socket, isTaken), message);
  if (isRefusal(rule)) return rule;
  socket.delivery = rule.target;
  noteConsumed(world, socket);
  return undefined;
}

/** Urgent bytes come apart from the stream: that some send offered them, once, is checked. */
function receiveUrgent(world: World, socket: Socket, runs: readonly [number, number][]): Refusal | undefined {
  const isOffered = socket.stream.receiveUrgent(runs);
  if (isOffered === undefined) {
    world.note(socket.name, 'it may be urgent data that was forgotten: too many urgent sends were posted that nobody read');
    return undefined;
  }
  return delivered(world, socket, 'recv.urgent', isOffered, () => {
    return `the peer of ${socket.name} received urgent data that was not sent, or was read before`;
  });
}

function endOfStream(world: World, socket: Socket): Refusal | undefined {
  const mayEnd = mayHaveEnded(world, socket);
  const refused = delivered(world, socket, 'eof', mayEnd && !socket.lossy && socket.stream.finish(), () => {
    if (closesHard(world, socket)) return `the stream of ${socket.name} ends in order although a hard close resets it`;
    if (!mayEnd) return `the stream of ${socket.name} ends in order although nobody shut it down`;
    return `the stream of ${socket.name} ends before all accepted bytes arrived`;
  });
  if (refused === undefined) socket.stream.took.noteEnd(world.time);
  return refused;
}

function peerError(world: World, socket: Socket, errno: string): Refusal | undefined {
  return delivered(world, socket, 'error', false, () => `the peer of ${socket.name} fails with ${errno}, and nothing caused it`);
}

/** The socket of a name, or all where none is given. */
const socketsOf = (world: World, name: string | undefined): Iterable<Socket> =>
  name === undefined ? world.sockets.values() : [world.sockets.get(name)].filter((socket) => socket !== undefined);

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
  for (const socket of socketsOf(world, step.socket)) {
    if (step.env !== 'peer.shutdown') happensTo(world, socket, causeOf[step.env]!);
    else socket.peerShutDown ||= mayHaveCircuit(world, socket);
  }
  return undefined;
}

/**
 * Something happened to the circuit of a socket. What has none yet has none that could break; that the network failed, its sends may say
 * all the same. The peer's close alone breaks nothing.
 */
export function happensTo(world: World, socket: Socket, cause: number): void {
  if (socket.isStream && !mayHaveCircuit(world, socket)) return;
  socket.causes |= cause;
  if (cause === causes.peerClosed) {
    socket.metClose ||= !socket.stream.isDrained();
    return;
  }
  world.moveCircuit(socket, follow(world.tables.circuit, socket.circuit, 'env.breaks'));
  world.unsettled.add(socket);
}

/** Nothing is known of the far end: every event of the circuit may happen at any time. */
export function peerUnseen(world: World, step: PeerUnseenStep): undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) return;
  socket.unseen = true;
  socket.causes |= causes.reset | causes.peerClosed | causes.keepAlive | causes.timedOut;
}

export function routeLost(world: World, step: RouteLostStep): undefined {
  world.routeLost ||= step.socket === undefined;
  for (const socket of socketsOf(world, step.socket)) socket.routeLost = true;
}

/** Somebody looked whether a send would find room. */
export function pollWritable(world: World, step: PollWritableStep): Refusal | undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined || socket.closed) return undefined;
  if (socket.unjudged !== undefined) {
    world.note(socket.name, socket.unjudged);
    return undefined;
  }
  const rule = ask(world.tables.socket, socket.state, step.ready ? 'writable' : 'unwritable', readinessFactsOf(world, socket), () => {
    return `${step.socket} is seen without room, although its peer has read everything`;
  });
  if (isRefusal(rule)) return rule;
  socket.seenWritable = step.ready;
  if (step.ready) socket.wouldBlock = false;
  return undefined;
}

export function transportTook(world: World, step: TransportTookStep): Refusal | undefined {
  const socket = world.sockets.get(step.socket);
  if (socket === undefined) {
    if (world.socketMayBeForgotten(step.socket)) return undefined;
    return refusal(`the transport of ${step.socket} took bytes, and no such socket was made`, 'Purpose:2');
  }
  noteConnected(world, socket);
  const isTaken = socket.isStream ? streamTook(socket, step.bytes) : socket.datagrams.transportTook(step.bytes);
  return delivered(world, socket, 'took', isTaken, () => {
    return `the transport of ${step.socket} took more bytes than were sent`;
  });
}

/**
 * A recorder that reports what is taken reports all of it: of what was indicated before the first such line nothing was taken, so it
 * failed.
 */
function streamTook({ stream: { took }, operations }: Socket, bytes: number): boolean {
  if (took.isReported) return took.add(bytes);
  const failed = [...visited(operations)].filter(
    ({ shown, returnedZero, status }) => shown !== undefined && !returnedZero && status === undefined,
  );
  if (bytes > took.left - failed.reduce((sum, { segment }) => sum + (segment?.size ?? 0), 0)) return false;
  took.add(0);
  for (const operation of failed) {
    if (operation.over !== undefined) operation.over = { ...operation.over, mayBeConsumed: operation.length === 0 };
    if (operation.length > 0) noteFailed(operation);
  }
  return took.add(bytes);
}

/**
 * Everything already caused has been delivered: doubts end, and what must come can be seen from here on. What is refused has changed
 * nothing.
 */
export function settle(world: World): Refusal | undefined {
  for (const record of visited(world.astir)) {
    if (record.unjudged || runsRoutine(world, record)) continue;
    const rule = ask(world.tables.call, record.state, 'settle', callFactsOf(world, record), () => {
      return `${record.call.call} of thread ${record.thread} has not returned`;
    });
    if (isRefusal(rule)) return { ...rule, about: record.number };
  }
  world.settledAt = world.time;
  if (world.networkDown === 'arriving') world.networkDown = 'surely';
  for (const socket of visited(world.unsettled)) {
    world.moveCircuit(socket, follow(world.tables.circuit, socket.circuit, 'settle'));
    if ((socket.causes & causes.networkDown) === 0) continue;
    socket.causes |= causes.networkGone;
    for (const operation of visited(socket.waiting)) world.touch(operation);
    socket.reachesNetwork = false;
  }
  world.unsettled.clear();
  const { changes } = world;
  for (let socket = changes.takeSocket(); socket !== undefined; socket = changes.takeSocket()) noteReached(world, socket);
  for (const operation of visited(changes.operations)) settleOperation(world, operation);
  changes.clearOperations();
  for (const record of visited(world.astir)) settleCall(world, record);
  return undefined;
}

function settleOperation(world: World, operation: Operation): void {
  if (completionIsOwed(world, operation)) {
    // How it ended was fixed by then where it was seen to be over before.
    if (!operation.owed) operation.owedWhole = operation.over === undefined && isWholeOf(operation);
    operation.owed = true;
    operation.queuedBy ??= world.time;
    noteOver(world, operation);
  }
  world.move(operation, follow(world.tables.operation, operation.state, 'settle', operationFactsOf(world, operation, {})));
}

/** Something left of the socket: what the transport may have taken by it is among the oldest that wait. */
function noteReached(world: World, socket: Socket): void {
  for (const operation of visited(socket.waiting)) {
    const { segment } = operation;
    if (segment === undefined) continue;
    const isReached = wayOf(socket).mayHaveTaken(segment);
    // One of no bytes waits for what was posted before it.
    if (!isReached && (segment.length > 0 || !surelyConsumed(socket, segment))) return;
    world.touch(operation);
  }
}

/** A call that is still out has taken effect by now, so what begins from here on comes behind it. */
function settleCall(world: World, record: BegunRecord): void {
  const before = record.state;
  record.state = follow(world.tables.call, before, 'settle', callFactsOf(world, record));
  // What is still out has waited.
  if (record.mayBlock) record.mayNotWait = false;
  if (record.state === before) rest(world, record);
  else if (record.state === world.tables.call.stateIndex.released && !record.unjudged) world.released.add(record);
  const { segment, socket } = record;
  if (segment === undefined || socket === undefined) return;
  wayOf(socket).fix(segment, world.time);
}

/** It is looked at again when a step is about what it waits on; a settle changes nothing for a call that waits on nothing. */
function rest(world: World, record: BegunRecord): void {
  const { socket } = record.operation ?? record;
  if (socket === undefined && record.operation !== undefined) return;
  world.astir.delete(record);
  socket?.resting.add(record);
}

function completionIsOwed(world: World, operation: Operation): boolean {
  const { socket, segment } = operation;
  const { doneAtOnce, due, pending } = world.tables.operation.stateIndex;
  if (operation.state === doneAtOnce || operation.state === due) return true;
  if (operation.state !== pending) return false;
  // Nothing was consumed of what the peer found missing at the end of the stream. No clause says what happens to it.
  if (surelyConsumed(socket, segment)) return operation.over !== undefined || !isMissing(world, operation);
  if (socket === undefined) return false;
  if (operation.over !== undefined) return true;
  const { broken, resetReported } = world.tables.circuit.stateIndex;
  if (socket.isStream && (socket.circuit === broken || socket.circuit === resetReported)) return true;
  if (networkGone(world, socket, socket.circuit)) return true;
  return operation.takenBack && reads(world.tables.profile, 'CloseCancels:binding');
}

/** Its peer has read the end of the stream without all of its bytes. */
const isMissing = (world: World, { socket, segment }: Operation): boolean =>
  socket?.isStream === true &&
  segment !== undefined &&
  socket.delivery === world.tables.delivery.stateIndex.ended &&
  !socket.stream.canComplete(segment);

/** A routine runs inside the call, which waits for it. */
const runsRoutine = (world: World, { number, thread }: BegunRecord): boolean => {
  const top = world.thread(thread).stack.at(-1);
  return top?.kind === 'routine' || (top?.kind === 'call' && top.number !== number);
};

/** Any further request: a call that was released must have returned by now. */
export function requested(world: World): Refusal | undefined {
  for (const record of visited(world.released)) {
    if (runsRoutine(world, record)) continue;
    const rule = ask(world.tables.call, record.state, 'request', callFactsOf(world, record), () => {
      return `${record.call.call} of thread ${record.thread} has not returned although what it waited for has happened`;
    });
    if (isRefusal(rule)) return { ...rule, about: record.number };
  }
  return undefined;
}
