/** How a module of this provider is made: the table of a new provider, and the world behind the one that was started last. */

import type { ProviderModule, SpiTable, World, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { bringAbout, environmentKinds, exitThread, settle } from './environment.ts';
import type { Socket } from './sockets.ts';
import { Provider } from './state.ts';
import { type Switches, type SwitchKind, switchKinds } from './switches.ts';
import { tableOf } from './table.ts';
import { receive, simulated } from './transport.ts';
import { scheduled } from './waiting.ts';

/** It has all of the table and of the world. */
interface WholeModule extends ProviderModule {
  WSPStartup(upcalls: WSPUPCALLTABLE): SpiTable;
  world(): World;
}

/** A module whose sockets begin with these switches. `world` throws when no WSPStartup came before it. */
export const moduleWith = (choices: Partial<Switches>): WholeModule => {
  let started: Provider | null = null;
  return {
    /** Gives the table of a new provider. It calls the upcalls, and never waits for a timer. */
    WSPStartup(upcalls) {
      started = new Provider(upcalls, simulated, scheduled, choices);
      return tableOf(started);
    },
    world() {
      if (started === null) throw new Error('world must be called after WSPStartup');
      return worldOf(started);
    },
  };
};

const worldOf = (provider: Provider): World => ({
  recv(s, max = Number.POSITIVE_INFINITY) {
    const socket = provider.sockets.find(s) ?? provider.lingering.get(s);
    return socket === undefined ? { kind: 'idle' } : receive(provider, socket, max);
  },
  env: (kind, s, value) => bringAbout(provider, kind, s, value),
  writable: (s) => isWritable(provider.sockets.find(s)),
  settle: () => settle(provider),
  bindPort: (s) => {
    const socket = provider.sockets.find(s);
    if (socket !== null) socket.isPortBound = true;
  },
  exitThread: (lpThreadId) => exitThread(provider, lpThreadId),
  supports(step) {
    if ('poll' in step && step.poll === 'writable' && mayRefuse(provider)) return 'the next send may be refused, whatever room there is';
    if (!('env' in step) || step.env === 'settle') return true;
    if (!environmentKinds.includes(step.env)) return `this provider knows no ${step.env}`;
    // The other way may be one that its profile does not permit.
    if (Object.hasOwn(provider.choices, switchKinds[step.env as SwitchKind])) return `this provider has ${step.env} for good`;
    return true;
  },
});

/**
 * A send of at least a byte would not have to wait. A datagram is taken whole or not at all: it is sure to find room in an empty buffer
 * only.
 */
const isWritable = (socket: Socket | null): boolean => {
  if (socket?.isConnected !== true) return false;
  const { failure, pending, buffer, isDatagram } = socket;
  return failure !== 0 || (pending.length === 0 && (isDatagram ? buffer.used === 0 : buffer.room > 0));
};

/** The tester has some next send refused although there is room. */
const mayRefuse = ({ sockets }: Provider): boolean => {
  for (const { armed } of sockets) if (armed.wouldBlock > 0) return true;
  return false;
};
