/**
 * wspsend's own Winsock provider as a module: `WSPStartup` gives the table of a new provider, `world` what stands behind the
 * one that was started last. The peers are simulated; threads.ts puts the same provider before a peer on another thread.
 */

import type { SpiTable, World, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { bringAbout, environmentKinds, exitThread, settle } from './environment.ts';
import { Provider } from './state.ts';
import { tableOf } from './table.ts';
import { receive, simulated } from './transport.ts';
import { scheduled } from './waiting.ts';

let started: Provider | null = null;

export const WSPStartup = (upcalls: WSPUPCALLTABLE): SpiTable => {
  started = new Provider(upcalls, simulated, scheduled);
  return tableOf(started);
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
    settle: () => settle(provider),
    exitThread: (lpThreadId) => exitThread(provider, lpThreadId),
    supports(step) {
      if ('call' in step && step.call === 'WSPSend' && step.port === true) return 'this provider has no completion ports';
      if ('env' in step && step.env !== 'settle' && !environmentKinds.includes(step.env)) return `this provider knows no ${step.env}`;
      return true;
    },
  };
};
