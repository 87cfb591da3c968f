/**
 * The virtual circuit of a socket: a cause happens at the far end, and its effect arrives at the sender at a moment that nobody
 * observes. Between the two the circuit is `breaking`, and a send may succeed as well as fail; a settle ends the doubt, and so does
 * the first error that reports the failure.
 */

import { machineOf, permits, type Region } from './rules.ts';

export const circuitFacts = ['reset'] as const;
export type CircuitFact = (typeof circuitFacts)[number];
export type CircuitState = 'intact' | 'breaking' | 'broken' | 'resetReported';
export type CircuitEvent = 'env.breaks' | 'settle' | 'reports';

export const circuitRegion: Region<CircuitFact, CircuitState, CircuitEvent> = {
  initial: 'intact',
  states: {
    intact: {
      on: {
        'env.breaks': [{ target: 'breaking', ...permits() }],
        settle: [permits()],
        // An orderly close of the peer lets the circuit stand; the reset that answers a later send is its first sign.
        reports: [
          { guard: 'reset', target: 'resetReported', ...permits('WSAECONNRESET:1') },
          { target: 'broken', ...permits('WSAECONNABORTED:1') },
        ],
      },
    },
    breaking: {
      on: {
        'env.breaks': [permits()],
        settle: [{ target: 'broken', ...permits() }],
        reports: [
          { guard: 'reset', target: 'resetReported', ...permits('WSAECONNRESET:1') },
          { target: 'broken', ...permits('WSAECONNABORTED:1') },
        ],
      },
    },
    broken: {
      on: {
        'env.breaks': [permits()],
        settle: [permits()],
        reports: [{ guard: 'reset', target: 'resetReported', ...permits('WSAECONNRESET:1') }, permits('WSAECONNABORTED:1')],
      },
    },
    resetReported: { on: { 'env.breaks': [permits()], settle: [permits()], reports: [permits('WSAECONNRESET:1')] } },
  },
};

export const circuitMachine = machineOf('circuit', circuitFacts, circuitRegion);
