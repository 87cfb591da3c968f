/**
 * One state that the implementation may be in, as far as the trace tells: sockets, operations, threads and calls under way.
 *
 * Each carries the index of its machine's state and what the facts are computed from. What stays open inside a world is kept as an
 * interval or as a "may"; only the order in which begun calls took effect needs worlds of their own.
 */

import type { Tables } from '../compiled/tables.ts';
import type { BegunCall, WSPGetOverlappedResultCall, WSPSendCall } from '../winsock/trace.ts';
import { mainThread } from '../winsock/trace.ts';
import { ByAge } from './byAge.ts';
import type { DatagramQueue } from './datagrams.ts';
import type { Segment } from './places.ts';
import type { ByteStream } from './stream.ts';

/** What has happened to a circuit, a bit each. */
export const causes = { reset: 1, peerClosed: 2, keepAlive: 4, timedOut: 8, networkDown: 16, networkGone: 32 } as const;

export interface Socket {
  readonly id: number;
  readonly name: string;
  readonly isStream: boolean;
  readonly overlapped: boolean;
  state: number;
  circuit: number;
  causes: number;
  nonblocking: boolean;
  broadcastAllowed: boolean;
  toBroadcast: boolean;
  lingerZero: boolean;
  maxMessage: number | undefined;
  /** Bytes that the transport has room for, where somebody says so; a trace never does. */
  room: number | undefined;
  shutDownBoth: boolean;
  sendClosed: boolean;
  wasConnected: boolean;
  /** It connected after the network had failed, so that the network is there for it, whatever it is for others. */
  reachesNetwork: boolean;
  closed: boolean;
  /** What its peer sees of a stream: its state in the region of delivery. */
  delivery: number;
  /** Accepted bytes need not arrive: the page is silent on what a close does to them, or a reset loses them. */
  lossy: boolean;
  stream: ByteStream;
  datagrams: DatagramQueue;
}

export interface Operation {
  readonly id: number;
  readonly name: string;
  readonly socket: Socket | undefined;
  readonly thread: string;
  readonly length: number;
  readonly hasEvent: boolean;
  readonly hasRoutine: boolean;
  readonly portBound: boolean;
  readonly mayBeUnsupported: boolean;
  readonly mayBeOversize: boolean;
  readonly surelyOversize: boolean;
  state: number;
  eventStale: boolean;
  segment: Segment | undefined;
  status: string | undefined;
  bytes: number | undefined;
  closed: boolean;
  cancelled: boolean;
  flushed: boolean;
  threadGone: boolean;
  shutDown: boolean;
  /** WSPCancelIo did not find it while its call had returned: it was complete by then. */
  notFound: boolean;
  owed: boolean;
  /** The step by which its routine was surely queued. */
  queuedBy: number | undefined;
  upcalled: boolean;
  nameFree: boolean;
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
  /** The socket was blocking when the call began; a later FIONBIO does not reach it. */
  readonly mayBlock: boolean;
  operation: Operation | undefined;
  segment: Segment | undefined;
  /** The bytes have no place in the stream yet. */
  unplaced: boolean;
  interrupted: boolean;
  closedMeanwhile: boolean;
}

export type Frame = { readonly kind: 'call'; readonly number: number } | { readonly kind: 'routine'; readonly operation: Operation };

export interface Thread {
  readonly name: string;
  stack: Frame[];
  exited: boolean;
  /** Operations whose routine this thread still has to run. */
  readonly routines: ByAge<Operation>;
}

/** Closed sockets that are remembered at least. */
const closedMax = 1024;

export class World {
  readonly tables: Tables;
  sockets = new Map<string, Socket>();
  operations = new Map<string, Operation>();
  threads = new Map<string, Thread>();
  begun = new Map<number, BegunRecord>();
  /** Operations that may still be outstanding. */
  live = new ByAge<Operation>();
  /** Names of operations that are over, oldest first, so that memory stays bounded. */
  finished: Operation[] = [];
  forgotten = false;
  /** Sockets that were closed, oldest first, so that memory stays bounded. */
  closed: Socket[] = [];
  socketsForgotten = false;
  /** Sockets on whose circuit a settle still tells. */
  unsettled = new Set<Socket>();
  /** `elsewhere`: it failed for some socket, and may have for all. `arriving`: it failed for all, and a settle makes it sure. */
  networkDown: 'no' | 'elsewhere' | 'arriving' | 'surely' = 'no';
  spiSide: boolean;
  /** Steps so far, and how many there were at the last settle. */
  time = 0;
  settledAt = 0;
  private nextId = 1;

  constructor(tables: Tables, spiSide: boolean) {
    this.tables = tables;
    this.spiSide = spiSide;
  }

  newId(): number {
    return this.nextId++;
  }

  thread(name: string | undefined): Thread {
    const key = name ?? mainThread;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      thread = { name: key, stack: [], exited: false, routines: new ByAge() };
      this.threads.set(key, thread);
    }
    return thread;
  }

  /** What a closed socket's peer sees is still judged, but the oldest closed sockets that nothing refers to are forgotten. */
  retire(socket: Socket): void {
    this.closed.push(socket);
    if (this.closed.length < 2 * closedMax) return;
    const used = new Set<Socket | undefined>();
    for (const operation of this.live) used.add(operation.socket);
    for (const record of this.begun.values()) used.add(record.socket);
    const kept: Socket[] = [];
    for (const old of this.closed.splice(0, closedMax)) {
      if (used.has(old)) kept.push(old);
      else if (this.sockets.get(old.name) === old) {
        this.sockets.delete(old.name);
        this.socketsForgotten = true;
      }
    }
    this.closed.unshift(...kept);
  }

  clone(): World {
    const copy = new World(this.tables, this.spiSide);
    const segmentOf = new Map<Segment, Segment>();
    const socketOf = new Map<Socket, Socket>();
    const operationOf = new Map<Operation, Operation>();
    const cloneSocket = (socket: Socket | undefined): Socket | undefined => {
      if (socket === undefined) return undefined;
      let twin = socketOf.get(socket);
      if (twin === undefined) {
        twin = { ...socket, stream: socket.stream.clone(segmentOf), datagrams: socket.datagrams.clone(segmentOf) };
        socketOf.set(socket, twin);
      }
      return twin;
    };
    const cloneSegment = (segment: Segment | undefined): Segment | undefined => {
      if (segment === undefined) return undefined;
      let twin = segmentOf.get(segment);
      if (twin === undefined) {
        twin = { ...segment };
        segmentOf.set(segment, twin);
      }
      return twin;
    };
    const cloneOperation = (operation: Operation): Operation => {
      let twin = operationOf.get(operation);
      if (twin === undefined) {
        twin = { ...operation, socket: cloneSocket(operation.socket), segment: undefined };
        operationOf.set(operation, twin);
        twin.segment = cloneSegment(operation.segment);
      }
      return twin;
    };
    for (const [name, socket] of this.sockets) copy.sockets.set(name, cloneSocket(socket)!);
    for (const [name, operation] of this.operations) copy.operations.set(name, cloneOperation(operation));
    copy.live = new ByAge([...this.live].map(cloneOperation));
    copy.finished = this.finished.map(cloneOperation);
    // A name that was given again has a newer socket behind it, and the older one ended with that.
    for (const socket of this.closed) if (this.sockets.get(socket.name) === socket) copy.closed.push(cloneSocket(socket)!);
    for (const socket of this.unsettled) if (this.sockets.get(socket.name) === socket) copy.unsettled.add(cloneSocket(socket)!);
    for (const [number, record] of this.begun) {
      copy.begun.set(number, {
        ...record,
        socket: cloneSocket(record.socket),
        operation: record.operation === undefined ? undefined : cloneOperation(record.operation),
        segment: cloneSegment(record.segment),
      });
    }
    for (const [name, thread] of this.threads) {
      copy.threads.set(name, {
        ...thread,
        stack: thread.stack.map((frame) =>
          frame.kind === 'call' ? frame : { kind: 'routine', operation: cloneOperation(frame.operation) },
        ),
        routines: new ByAge([...thread.routines].map(cloneOperation)),
      });
    }
    copy.forgotten = this.forgotten;
    copy.socketsForgotten = this.socketsForgotten;
    copy.networkDown = this.networkDown;
    copy.nextId = this.nextId;
    copy.time = this.time;
    copy.settledAt = this.settledAt;
    return copy;
  }
}

/** Bytes of all the buffers of a send. */
export const askedFor = (call: Pick<WSPSendCall, 'buffers'>): number => call.buffers.reduce((sum, length) => sum + length, 0);

export const isSend = (call: BegunCall): call is WSPSendCall & { begin: number } => call.call === 'WSPSend';
export const isResult = (call: BegunCall): call is WSPGetOverlappedResultCall & { begin: number } => call.call === 'WSPGetOverlappedResult';
