import type { Operation, Socket, World } from '../../model/oracle/world.ts';
import { threadNames } from '../conversation/requests.ts';

/** What the judge knows after the last step, arranged for the choice of the next request. */
export class View {
  readonly world: World;
  readonly open: Socket[] = [];
  readonly closed: Socket[] = [];
  /** Threads that can make a call. */
  readonly idle: string[] = [];
  /** Threads inside a send that has not returned. */
  readonly sending: string[] = [];

  constructor(world: World) {
    this.world = world;
    for (const socket of world.sockets.values()) (socket.closed ? this.closed : this.open).push(socket);
    for (const name of threadNames) {
      const thread = world.threads.get(name);
      if (thread === undefined || (!thread.exited && thread.stack.length === 0)) this.idle.push(name);
    }
    for (const { call, thread } of world.begun.values()) if (call.call === 'WSPSend') this.sending.push(thread);
  }

  stateOf(socket: Socket): string {
    return this.world.tables.socket.states[socket.state]!;
  }

  isConnected(socket: Socket): boolean {
    const state = this.stateOf(socket);
    return state === 'connected' || state === 'sendShutDown';
  }

  get live(): Operation[] {
    return [...this.world.live];
  }

  /** Every operation that has a name, the oldest first. */
  get operations(): Operation[] {
    return [...this.world.operations.values()];
  }

  /** True when a routine may be waiting for this thread. */
  hasRoutines(thread: string): boolean {
    return (this.world.threads.get(thread)?.routines.size ?? 0) > 0;
  }

  isFree(overlapped: string): boolean {
    return this.world.operations.get(overlapped)?.nameFree !== false;
  }
}

/** A name that no socket of the case ever had. */
export const socketName = ({ world }: View): string => String.fromCharCode('A'.charCodeAt(0) + world.sockets.size);

/**
 * Nothing has happened to the circuit, and nobody has ended it: what was accepted can still leave. Of a socket that is not judged nobody
 * knows that: what its peer saw is not followed any more.
 */
export const isIntact = (world: World, socket: Socket): boolean => {
  const { connected, sendShutDown } = world.tables.socket.stateIndex;
  return (
    socket.unjudged === undefined &&
    !socket.closed &&
    socket.causes === 0 &&
    socket.circuit === world.tables.circuit.stateIndex.intact &&
    world.networkDown === 'no' &&
    (socket.state === connected || socket.state === sendShutDown)
  );
};
