/**
 * What the peer of a socket sees: of a stream the bytes that were accepted, in order, and their end; of a datagram socket whole
 * datagrams, each at most once. What the transport says that it took stands here too, since it is what the peer may see.
 */

import { guardsOver, permits, type Region, refuses } from './rules.ts';

export const deliveryFacts = {
  continues: 'the bytes are the next of those that were posted, or nothing was',
  mayEnd: 'the send side was shut down or the socket closed, and not by a hard close that resets',
  complete: 'nothing that must arrive is missing',
  mayBeLost: 'a close or a failure may have lost what was accepted',
  caused: 'something happened that can break the circuit',
  isNext: 'it is a datagram that was posted, behind those that were received',
  isOffered: 'it is a byte that some urgent send offers and nobody read yet',
  wasSent: 'it is no more than was sent',
} as const;
export type DeliveryFact = keyof typeof deliveryFacts;
const { no } = guardsOver<DeliveryFact>();
export type DeliveryState = 'open' | 'ended';
export type DeliveryEvent = 'recv' | 'recv.datagram' | 'recv.urgent' | 'eof' | 'error' | 'took';

export const deliveryRegion: Region<DeliveryFact, DeliveryState, DeliveryEvent> = {
  id: 'delivery',
  facts: deliveryFacts,
  initial: 'open',
  // How the stream ends has nothing to do with these: datagrams have no end, and the urgent byte travels apart from the stream.
  on: {
    'recv.datagram': [
      { guard: 'isNext', ...permits('Purpose:4', 'Purpose:2', 'Purpose:3', 'Order:2', 'lpBuffers:2', 'dwBufferCount:1', 'Capture:2') },
      refuses('Purpose:4', 'Purpose:2', 'Purpose:3', 'Order:2', 'lpBuffers:2', 'dwBufferCount:1', 'Capture:2', 'Return:6', 'MessageSize:4'),
    ],
    'recv.urgent': [{ guard: 'isOffered', ...permits('MSG_OOB:1') }, refuses('MSG_OOB:1', 'Purpose:2')],
    took: [{ guard: 'wasSent', ...permits() }, refuses('Purpose:2', 'lpNumberOfBytesSent:1')],
    error: [{ guard: 'caused', ...permits('Delivery:1') }, refuses('WSAECONNRESET:1')],
  },
  states: {
    open: {
      on: {
        recv: [
          {
            guard: 'continues',
            ...permits('Purpose:2', 'Purpose:3', 'Order:2', 'lpBuffers:2', 'dwBufferCount:1', 'Capture:2', 'Nonoverlapped:3'),
          },
          // The bytes alone do not show which of these was broken.
          refuses('Order:2', 'Purpose:2', 'Purpose:3', 'Capture:2', 'Nonoverlapped:3', 'lpBuffers:2', 'dwBufferCount:1', 'Return:6'),
        ],
        eof: [
          { guard: no('mayEnd'), ...refuses('Purpose:2', 'WSAESHUTDOWN:1') },
          { guard: 'complete', target: 'ended', ...permits('Purpose:2') },
          { guard: 'mayBeLost', target: 'ended', ...permits('Delivery:1') },
          refuses('Purpose:2', 'Order:2'),
        ],
      },
    },
    ended: {
      on: {
        recv: [refuses('WSAESHUTDOWN:1', 'WSAESHUTDOWN:2', 'Purpose:2')],
        eof: [permits()],
      },
    },
  },
};
