/** A copy of the whole world, on which a step is tried, under its own profile or the tables of another. Judging itself never copies. */

import type { Tables } from '../compiled/tables.ts';
import { ByAge } from './byAge.ts';
import { type Segment, twinOf } from './segments.ts';
import { type BegunRecord, type Operation, type Socket, type Thread, World } from './world.ts';

export function copyOf(world: World, tables = world.tables): World {
  return new Copy(world, tables).made;
}

/** Things refer to each other, so each is copied once, when it is first met. */
class Copy {
  readonly made: World;
  readonly #segments = new Map<Segment, Segment>();
  readonly #sockets = new Map<Socket, Socket>();
  readonly #operations = new Map<Operation, Operation>();

  constructor(world: World, tables: Tables) {
    const copy = new World(tables, world.period, world.spiSide);
    this.made = copy;
    for (const [name, socket] of world.sockets) copy.sockets.set(name, this.#socket(socket));
    for (const [name, operation] of world.operations) copy.operations.set(name, this.#operation(operation));
    for (const [name, thread] of world.threads) copy.threads.set(name, this.#thread(thread));
    copy.live = this.#byAge(world.live);
    copy.routines = this.#byName(world.routines);
    copy.changes.operations.push(...world.changes.operations.map((operation) => this.#operation(operation)));
    copy.changes.sockets.push(...world.changes.sockets.map((socket) => this.#socket(socket)));
    copy.finished = world.finished.map((operation) => this.#operation(operation));
    copy.closed = world.closed.map((socket) => this.#socket(socket));
    for (const socket of world.unsettled) copy.unsettled.add(this.#socket(socket));
    const twins = new Map<BegunRecord, BegunRecord>();
    for (const [number, record] of world.begun) {
      const twin = {
        ...record,
        socket: record.socket && this.#socket(record.socket),
        operation: record.operation && this.#operation(record.operation),
        segment: record.segment && this.#segment(record.segment),
      };
      copy.begun.set(number, twin);
      if (record.socket?.sends.has(record)) twin.socket!.sends.add(twin);
      if (world.released.has(record)) copy.released.add(twin);
      twins.set(record, twin);
    }
    for (const record of world.astir) copy.astir.add(twins.get(record)!);
    for (const [socket, twin] of this.#sockets) for (const record of socket.resting) twin.resting.add(twins.get(record)!);
    copy.packets = this.#byName(world.packets);
    for (const operation of world.completePackets) copy.completePackets.add(this.#operation(operation));
    // What is no object is copied as it is.
    for (const [name, value] of Object.entries(world)) if (typeof value !== 'object') Object.assign(copy, { [name]: value });
  }

  #byName(named: ReadonlyMap<string, readonly Operation[]>): Map<string, Operation[]> {
    return new Map([...named].map(([name, operations]) => [name, operations.map((operation) => this.#operation(operation))]));
  }

  #byAge(operations: ByAge<Operation>): ByAge<Operation> {
    return new ByAge([...operations].map((operation) => this.#operation(operation)));
  }

  #thread(thread: Thread): Thread {
    const stack = thread.stack.map((frame) =>
      frame.kind === 'call' ? frame : { kind: frame.kind, operation: this.#operation(frame.operation) },
    );
    return { ...thread, stack, routines: this.#byAge(thread.routines), operations: this.#byAge(thread.operations) };
  }

  #socket(socket: Socket): Socket {
    const known = this.#sockets.get(socket);
    if (known !== undefined) return known;
    const stream = socket.stream.clone(this.#segments);
    const twin: Socket = {
      ...socket,
      stream,
      datagrams: socket.datagrams.clone(this.#segments),
      operations: new ByAge(),
      waiting: new ByAge(),
      sends: new Set(),
      resting: new Set(),
    };
    this.#sockets.set(socket, twin);
    twin.operations = this.#byAge(socket.operations);
    twin.waiting = this.#byAge(socket.waiting);
    return twin;
  }

  #operation(operation: Operation): Operation {
    const known = this.#operations.get(operation);
    if (known !== undefined) return known;
    const twin = { ...operation };
    this.#operations.set(operation, twin);
    const socket = operation.socket && this.#socket(operation.socket);
    return Object.assign(twin, { socket, segment: operation.segment && this.#segment(operation.segment) });
  }

  #segment(segment: Segment): Segment {
    return twinOf(segment, this.#segments);
  }
}
