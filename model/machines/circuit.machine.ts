/**
 * The virtual circuit of a socket: a cause happens at the far end, and its effect arrives at the sender at a moment that nobody
 * observes. Between the two the circuit is `breaking`, and a send may succeed as well as fail; a settle ends the doubt, and so does
 * the first error that reports the failure.
 */

import { permits, type Region } from './rules.ts';

export const circuitFacts = {
  reset: 'what is reported is, or may be, a reset of the peer',
} as const;
export type CircuitFact = keyof typeof circuitFacts;
export type CircuitState = 'intact' | 'breaking' | 'broken' | 'resetReported';
export type CircuitEvent = 'env.breaks' | 'settle' | 'reports';

export const circuitRegion: Region<CircuitFact, CircuitState, CircuitEvent> = {
  id: 'circuit',
  facts: circuitFacts,
  initial: 'intact',
  // What breaks a circuit that is breaking, and a settle where nothing is under way, change nothing.
  on: { 'env.breaks': [permits()], settle: [permits()] },
  states: {
    mayStand: {
      on: {
        // An orderly close of the peer lets the circuit stand; the reset that answers a later send is its first sign.
        reports: [
          { guard: 'reset', target: 'resetReported', ...permits('WSAECONNRESET:1') },
          { target: 'broken', ...permits('WSAECONNABORTED:1') },
        ],
      },
      states: {
        intact: { on: { 'env.breaks': [{ target: 'breaking', ...permits() }] } },
        breaking: { on: { settle: [{ target: 'broken', ...permits() }] } },
      },
    },
    broken: {
      on: { reports: [{ guard: 'reset', target: 'resetReported', ...permits('WSAECONNRESET:1') }, permits('WSAECONNABORTED:1')] },
    },
    resetReported: { on: { reports: [permits('WSAECONNRESET:1')] } },
  },
};
