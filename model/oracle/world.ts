/**
 * What the oracle knows of an implementation, as far as the trace shows: sockets, operations, threads and calls under way.
 *
 * There is one world. Each thing carries the index of its machine's state and what the facts are computed from. What stays open is kept
 * where it is open: as a "may", as an interval, and for the bytes as the places where the peer can be.
 */

import type { ClauseId } from '../clauses/register.ts';
import type { Tables } from '../compiled/tables.ts';
import type { BegunCall } from '../winsock/trace.ts';
import { mainThread } from '../winsock/trace.ts';
import { ByAge } from './byAge.ts';
import { addByName, deleteByName } from './byName.ts';
import { Changes } from './changes.ts';
import type { DatagramQueue } from './datagrams.ts';
import { visited } from './effort.ts';
import type { Breach, Unjudged } from './noted.ts';
import type { Segment } from './segments.ts';
import type { ByteStream } from './stream.ts';

/** What has happened to a circuit, a bit each. */
export const causes = {
  reset: 1,
  peerClosed: 2,
  keepAlive: 4,
  timedOut: 8,
  networkDown: 16,
  networkGone: 32,
} as const;

/** `elsewhere`: it failed for some socket, and may have for all. `arriving`: it failed for all, and a settle makes it sure. */
export type NetworkFailure = 'no' | 'elsewhere' | 'arriving' | 'surely';

export interface Socket {
  readonly id: number;
  readonly name: string;
  readonly isStream: boolean;
  readonly overlapped: boolean;
  state: number;
  circuit: number;
  causes: number;
  nonblocking: boolean;
  /** Calls of FIONBIO that make it nonblocking, or blocking again, have begun and have not returned. */
  unblocking: number;
  reblocking: number;
  broadcastAllowed: boolean;
  toBroadcast: boolean;
  lingerZero: boolean;
  /** SO_LINGER is on: a close may end in a reset, at once or when its time is over. */
  lingers: boolean;
  maxMessage: number | undefined;
  /** Bytes that the transport has room for, where somebody says so; a trace never does. */
  room: number | undefined;
  shutDownBoth: boolean;
  sendClosed: boolean;
  wasConnected: boolean;
  /** It connected after the network had failed, so that the network is there for it, whatever it is for others. */
  reachesNetwork: boolean;
  closed: boolean;
  /** Calls that close it, have begun and have not returned. */
  closing: number;
  /** The same of those that shut its sending side down. */
  shuttingDown: number;
  /** Its operations give packets to a completion port, and those that return zero none. */
  portBound: boolean;
  skipsPort: boolean;
  /** It was seen writable, and nothing was sent since. */
  seenWritable: boolean;
  /** A send found no room, and it was not seen writable since. */
  wouldBlock: boolean;
  /** The last step at which a routine of its operations was running; Infinity while one is. */
  routineAt: number;
  /** The step of the last send on it, and the one at which the last began that was initiated: nothing had failed by then. */
  lastSend: number;
  initiatedAt: number;
  /** The step at which it connected last. */
  connectedAt: number;
  /** SO_SNDTIMEO was set, and SO_RCVTIMEO: that a receive took too long says nothing of the circuit. */
  timesOut: boolean;
  receiveTimesOut: boolean;
  /** The peer closed while something was on its way to it, or something was sent to it since. */
  metClose: boolean;
  /** The peer shut its sending side: an orderly end that the caller reads says no more than that. */
  peerShutDown: boolean;
  routeLost: boolean;
  /** The step at which a send reported that the network had failed. */
  networkReportedAt: number | undefined;
  /** Nothing is known of the far end: everything may happen to the circuit at any time. */
  unseen: boolean;
  /** Why nothing about its sends is judged any more. */
  unjudged: string | undefined;
  /** What its peer sees of a stream: its state in the region of delivery. */
  delivery: number;
  /** Accepted bytes need not arrive: the page is silent on what a close does to them, or a reset loses them. */
  lossy: boolean;
  stream: ByteStream;
  datagrams: DatagramQueue;
  /** Its operations that may still be outstanding. */
  operations: ByAge<Operation>;
  /** Those that pend and of which nothing shows yet that the transport took all of them. */
  waiting: ByAge<Operation>;
  /** Something left of it since the last settle. */
  hasMoved: boolean;
  /** WSPCancelIo has met all of its operations up to these ids, where it succeeded and where it found none. */
  cancelledUpTo: number;
  missedUpTo: number;
  /** Sends on it that have begun and not returned. */
  sends: Set<BegunRecord>;
  /** Calls that wait on it and of which a settle says nothing new until a step is about it again. */
  resting: Set<BegunRecord>;
}

/** What had happened to a circuit at a moment. */
export interface Circumstances {
  readonly causes: number;
  readonly circuit: number;
  readonly networkDown: NetworkFailure;
  readonly routeLost: boolean;
  /** The step by which it was known. */
  readonly at: number;
  /** All bytes of the operation may have been consumed. */
  readonly mayBeConsumed: boolean;
}

export interface Operation {
  readonly id: number;
  readonly name: string;
  readonly socket: Socket | undefined;
  readonly thread: string;
  readonly length: number;
  readonly hasEvent: boolean;
  readonly hasRoutine: boolean;
  /** It may give a packet to a completion port. */
  portBound: boolean;
  /** It gives one for certain: its socket was bound before it was posted. */
  readonly owesPacket: boolean;
  /** It has no routine, and nothing says that the low bit of its hEvent keeps its packet away. */
  readonly portAllowed: boolean;
  /** It returned zero while its port was skipped on success. */
  skipsPort: boolean;
  /** Its flags that a provider may not support. */
  readonly flags: readonly string[];
  isOverwritten: boolean;
  readonly mayBeOversize: boolean;
  readonly surelyOversize: boolean;
  /** A nonoverlapped socket ignored the OVERLAPPED. */
  readonly ignored: boolean;
  /** A routine was given with an OVERLAPPED that a nonoverlapped socket fills: whether it runs is open. */
  readonly routineOpen: boolean;
  returnedZero: boolean;
  /** A packet of it was dequeued from a completion port. */
  packetSeen: boolean;
  state: number;
  eventStale: boolean;
  /** Its event was seen set, and nothing that resets it has begun since. */
  seenSet: boolean;
  segment: Segment | undefined;
  status: string | undefined;
  /** What was reported stands for this status too. */
  orStatus: string | undefined;
  bytes: number | undefined;
  closed: boolean;
  cancelled: boolean;
  flushed: boolean;
  threadGone: boolean;
  /** What cancels it, closes its socket or flushes it has returned. */
  takenBack: boolean;
  shutDown: boolean;
  owed: boolean;
  /** All of its bytes were seen to leave by the settle that owed its end. */
  owedWhole: boolean;
  /** It is known to be complete: with what had happened by then. What happens later is no cause of its status. */
  over: Circumstances | undefined;
  /** What showed that an operation had been initiated. */
  shown: 'result' | 'indication' | undefined;
  /** The step by which its routine was surely queued. */
  queuedBy: number | undefined;
  upcalled: boolean;
  /** The step at which WPUQueueApc was called for it last. */
  queuedAt: number | undefined;
  nameFree: boolean;
  /** Its place among those to which something happened since the last settle, or -1. */
  changedAt: number;
}

export interface BegunRecord {
  readonly number: number;
  readonly call: BegunCall;
  readonly beganAt: number;
  readonly thread: string;
  state: number;
  readonly socket: Socket | undefined;
  /** The socket's state and circuit when the call began: either moment may be the one at which it took effect. */
  readonly stateAtBegin: number;
  readonly circuitAtBegin: number;
  /** The network had surely failed for the socket when the call began. */
  networkWasGone: boolean;
  /** The same when its bytes got their place: a connect may have come between. */
  asPosted: { readonly state: number; readonly circuit: number } | undefined;
  /** It can wait: a nonoverlapped send on a socket that was blocking when it began, a connect there, or a wait for a result. */
  readonly mayBlock: boolean;
  /** It may be one that does not wait, as its socket was or may have been when it began. */
  mayNotWait: boolean;
  /** A pointer of the send is not valid. The page does not say whether the pointer is checked before the wait for room. */
  readonly isFaulty: boolean;
  operation: Operation | undefined;
  segment: Segment | undefined;
  interrupted: boolean;
  /** A close of its socket has begun while it was under way; `closedMeanwhile` once that has returned. */
  mayBeClosed: boolean;
  closedMeanwhile: boolean;
  /** Bytes of other sends may have been in its way at some moment. */
  mayHaveWaited: boolean;
  /** Another overlapped operation may have been outstanding when it began. */
  hadOthers: boolean;
  /** A step of it was rejected: when and how it ends is not judged. */
  unjudged: boolean;
  /** All of its bytes are known to be taken: with what had happened by then. What happens later is no cause of its failure. */
  over: Circumstances | undefined;
}

export type Frame = { readonly kind: 'call'; readonly number: number } | { readonly kind: 'routine'; readonly operation: Operation };

export interface Thread {
  readonly name: string;
  stack: Frame[];
  exited: boolean;
  /** Operations whose routine this thread still has to run. */
  routines: ByAge<Operation>;
  /** Operations that it started and that may still be outstanding. */
  operations: ByAge<Operation>;
}

/** Closed sockets that are remembered at least. */
const closedMax = 1024;

export class World {
  readonly tables: Tables;
  readonly period: number;
  readonly spiSide: boolean;
  sockets = new Map<string, Socket>();
  operations = new Map<string, Operation>();
  threads = new Map<string, Thread>();
  begun = new Map<number, BegunRecord>();
  /** Those of them of which the next settle may say something new. */
  astir = new Set<BegunRecord>();
  /** Calls that have to return before anything else is requested. */
  released = new Set<BegunRecord>();
  /** Operations that may still be outstanding. */
  live = new ByAge<Operation>();
  /** Those whose routine may still run, under the name of their OVERLAPPED, the oldest first. */
  routines = new Map<string, Operation[]>();
  readonly changes = new Changes<Operation, Socket>();
  /** Names of operations that are over, oldest first, so that memory stays bounded. */
  finished: Operation[] = [];
  forgotten = false;
  /** Sockets that were closed, oldest first, so that memory stays bounded. */
  closed: Socket[] = [];
  socketsForgotten = false;
  /** Sockets about whose circuit the next settle says something new. */
  unsettled = new Set<Socket>();
  networkDown: NetworkFailure = 'no';
  routeLost = false;
  cleanedUp = false;
  /** Operations of which a packet is still to come, under the name of their OVERLAPPED, the oldest first. */
  packets = new Map<string, Operation[]>();
  /** Those of them that are known to be complete. */
  completePackets = new Set<Operation>();
  /** Steps so far, and how many there were at the last settle. */
  time = 0;
  settledAt = 0;
  /** The step at which a call that blocks last returned. */
  blockedAt = -1;
  /** The step at which an overlapped operation was posted last. */
  postedAt = -1;
  nextId = 1;
  /** What the last step touched that cannot be judged. */
  notes: Unjudged[] = [];
  /** The obligations of the caller that the last step showed broken. */
  breaches: Breach[] = [];

  constructor(tables: Tables, period: number, spiSide: boolean) {
    this.tables = tables;
    this.period = period;
    this.spiSide = spiSide;
  }

  /** What this step touched cannot be judged. */
  note(socket: string | undefined, why: string): void {
    this.notes.push({ ...(socket !== undefined && { socket }), why });
  }

  /** No operation of this name is known, and it may be one that was forgotten: then the step is not judged. */
  mayBeForgotten(name: string): boolean {
    if (this.forgotten) this.note(undefined, `${name} is not known any more: of the operations that are over the oldest are forgotten`);
    return this.forgotten;
  }

  /** The same of a socket. */
  socketMayBeForgotten(name: string): boolean {
    if (this.socketsForgotten) this.note(name, `${name} is not known any more: of the closed sockets the oldest are forgotten`);
    return this.socketsForgotten;
  }

  /** The caller broke an obligation of its own. */
  breach(clauses: readonly ClauseId[], message: string): void {
    this.breaches.push({ clauses, message });
  }

  newId(): number {
    return this.nextId++;
  }

  thread(name: string | undefined): Thread {
    const key = name ?? mainThread;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      thread = { name: key, stack: [], exited: false, routines: new ByAge(), operations: new ByAge() };
      this.threads.set(key, thread);
    }
    return thread;
  }

  /** Enters an operation wherever it may be looked for. */
  admit(operation: Operation): void {
    this.operations.set(operation.name, operation);
    this.live.add(operation);
    operation.socket?.operations.add(operation);
    this.move(operation, operation.state);
    const thread = this.thread(operation.thread);
    thread.operations.add(operation);
    if (operation.portBound && !operation.hasRoutine) this.expectPacket(operation);
    if (!operation.hasRoutine) return;
    thread.routines.add(operation);
    addByName(this.routines, operation);
  }

  /** Nothing can come of the operation any more: it is found by its name alone. */
  dismiss(operation: Operation): void {
    this.live.delete(operation);
    this.changes.deleteOperation(operation);
    operation.socket?.operations.delete(operation);
    operation.socket?.waiting.delete(operation);
    const thread = this.thread(operation.thread);
    thread.operations.delete(operation);
    if (!operation.hasRoutine) return;
    thread.routines.delete(operation);
    deleteByName(this.routines, operation);
  }

  /** The operation is in this state from here on. */
  move(operation: Operation, state: number): void {
    const { pending } = this.tables.operation.stateIndex;
    operation.state = state;
    if (state === pending) operation.socket?.waiting.add(operation);
    else operation.socket?.waiting.delete(operation);
    this.touch(operation);
  }

  /** Something happened to the operation: the next settle looks at it. */
  touch(operation: Operation): void {
    if (this.live.has(operation)) this.changes.addOperation(operation);
  }

  /** The circuit is in this state from here on. What waits on one that is broken is over. */
  moveCircuit(socket: Socket, circuit: number): void {
    if (circuit === socket.circuit) return;
    socket.circuit = circuit;
    for (const operation of visited(socket.waiting)) this.touch(operation);
  }

  expectPacket(operation: Operation): void {
    operation.portBound = true;
    addByName(this.packets, operation);
  }

  /** No packet of it comes any more. */
  expectNoPacket(operation: Operation): void {
    if (operation.portBound) deleteByName(this.packets, operation);
    this.completePackets.delete(operation);
  }

  /** What a closed socket's peer sees is still judged, but the oldest closed sockets that nothing refers to are forgotten. */
  retire(socket: Socket): void {
    this.closed.push(socket);
    if (this.closed.length < 2 * closedMax) return;
    const used = new Set<Socket | undefined>();
    for (const record of this.begun.values()) used.add(record.socket);
    const kept: Socket[] = [];
    for (const old of this.closed.splice(0, closedMax)) {
      if (used.has(old) || old.operations.size > 0) kept.push(old);
      else if (this.sockets.get(old.name) === old) {
        this.sockets.delete(old.name);
        this.socketsForgotten = true;
      }
    }
    this.closed.unshift(...kept);
  }
}
