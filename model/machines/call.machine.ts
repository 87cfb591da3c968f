/**
 * A call that has begun and not returned. Two lines in a trace do not prove that the call blocks; a call that is outstanding after a
 * settle does, and from then on it must be one that may block. Once what it waits for has surely happened, it has to return.
 */

import { guardsOver, permits, type Region, reading, refuses } from './rules.ts';

export const callFacts = {
  isSend: 'the call is WSPSend',
  overlappedIo: 'it is an overlapped send',
  withoutSocket: 'it is a send with an OVERLAPPED, and its descriptor is not a socket',
  mayBlock: 'it is a nonoverlapped send on a blocking socket',
  waits: 'it is WSPGetOverlappedResult with fWait TRUE',
  surelyReleased: 'the bytes were consumed, the circuit is gone, the call was cancelled, or the operation waited for is complete',
  looks: 'it is WSPGetOverlappedResult with fWait FALSE',
  shutsDown: 'it is WSPShutdown of the sending side',
} as const;
export type CallFact = keyof typeof callFacts;
const { all, any, no } = guardsOver<CallFact>();
export type CallState = 'returned' | 'begun' | 'blocked' | 'released';
export type CallEvent = 'begins' | 'settle' | 'request' | 'returns';

export const callRegion: Region<CallFact, CallState, CallEvent> = {
  id: 'call',
  facts: callFacts,
  initial: 'returned',
  states: {
    returned: { on: { begins: [{ target: 'begun', ...permits() }] } },
    outstanding: {
      on: { request: [permits()], returns: [{ target: 'returned', ...permits() }] },
      states: {
        begun: {
          on: {
            settle: [
              { guard: all('looks', no(reading('WaitingResult:open'))), ...refuses('Event:3') },
              { guard: all('shutsDown', no(reading('D10:open'))), ...refuses('WSAESHUTDOWN:1') },
              { guard: no(any('isSend', 'waits')), ...permits() },
              { guard: 'withoutSocket', ...refuses('WSAENOTSOCK:1') },
              { guard: 'overlappedIo', ...refuses('Overlapped:1') },
              { guard: all('isSend', no('mayBlock')), ...refuses('Nonoverlapped:4') },
              { guard: all('waits', reading('WaitingResult:open')), target: 'blocked', ...permits('Event:4') },
              { guard: 'surelyReleased', target: 'released', ...permits() },
              { guard: 'isSend', target: 'blocked', ...permits('Nonoverlapped:5') },
              { target: 'blocked', ...permits('Event:4') },
            ],
          },
        },
        blocked: {
          on: {
            settle: [
              { guard: all('waits', reading('WaitingResult:open')), ...permits('Event:4') },
              { guard: 'surelyReleased', target: 'released', ...permits() },
              permits('Nonoverlapped:5', 'Event:4'),
            ],
          },
        },
        // It may still end on the lines after the settle, but not after the next request.
        released: {
          on: {
            settle: [{ guard: 'isSend', ...refuses('Nonoverlapped:5') }, refuses('Event:4')],
            request: [{ guard: 'isSend', ...refuses('Nonoverlapped:5') }, refuses('Event:4')],
          },
        },
      },
    },
  },
};
