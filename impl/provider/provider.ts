/**
 * wspsend's own Winsock provider as a module: `WSPStartup` gives the table of a new provider, `world` what stands behind the
 * one that was started last. The peers are simulated; threads.ts puts the same provider before a peer on another thread.
 */

import type { SpiTable, World, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { bringAbout, environmentKinds, exitThread, settle } from './environment.ts';
import type { Socket } from './sockets.ts';
import { Provider } from './state.ts';
import { tableOf } from './table.ts';
import { receive, simulated } from './transport.ts';
import { scheduled } from './waiting.ts';

let started: Provider | null = null;

/** Gives the table of a new provider. It calls the upcalls, and never waits for a timer. */
export const WSPStartup = (upcalls: WSPUPCALLTABLE): SpiTable => {
  started = new Provider(upcalls, simulated, scheduled);
  return tableOf(started);
};

/** A send of at least a byte would not have to wait. What is taken whole or not at all is sure to find room in an empty buffer only. */
const isWritable = (socket: Socket | null): boolean => {
  if (socket?.isConnected !== true) return false;
  const { failure, pending, buffer, isDatagram, switches } = socket;
  const isWhole = isDatagram || switches.takesWhole !== 0;
  return failure !== 0 || (pending.length === 0 && (isWhole ? buffer.used === 0 : buffer.room > 0));
};

/** The tester has some next send refused although there is room. */
const mayRefuse = ({ sockets }: Provider): boolean => {
  for (const { armed } of sockets) if (armed.wouldBlock > 0) return true;
  return false;
};

/** Throws when no WSPStartup came before it. */
export const world = (): World => {
  if (started === null) throw new Error('world must be called after WSPStartup');
  const provider = started;
  return {
    recv(s, max = Number.POSITIVE_INFINITY) {
      const socket = provider.sockets.find(s) ?? provider.lingering.get(s);
      return socket === undefined ? { kind: 'idle' } : receive(provider, socket, max);
    },
    env: (kind, s, value) => bringAbout(provider, kind, s, value),
    writable: (s) => isWritable(provider.sockets.find(s)),
    settle: () => settle(provider),
    exitThread: (lpThreadId) => exitThread(provider, lpThreadId),
    supports(step) {
      if ('poll' in step && step.poll === 'writable' && mayRefuse(provider)) return 'the next send may be refused, whatever room there is';
      if ('env' in step && step.env !== 'settle' && !environmentKinds.includes(step.env)) return `this provider knows no ${step.env}`;
      return true;
    },
  };
};
