/** What an outcome leads to, as the worlds behind it have it. */

import type { ClauseId } from '../clauses/register.ts';
import type { World } from '../oracle/world.ts';
import type { SendCode } from '../winsock/callCodes.ts';

/** What follows from a result: for the caller’s buffers, the OVERLAPPED and the completion. */
export interface Consequence {
  /** The operation of the OVERLAPPED that the call names; `none` where nothing was begun. */
  readonly operation: 'none' | 'complete' | 'pending' | 'not judged';
  /** How its completion is reported. */
  readonly indication: 'none' | 'event' | 'routine' | 'only when asked';
  /** The same for a person. */
  readonly says: string;
  /** Clauses that what comes next stands on. */
  readonly clauses: readonly ClauseId[];
}

export interface Answered {
  readonly rc: 0 | -1;
  readonly errno?: string;
  readonly bytes?: number | { readonly least: number; readonly most: number };
}

/** @param why What the caller broke, or what nobody can judge. */
export const notJudged = (why: string | undefined): Consequence => ({
  operation: 'not judged',
  indication: 'none',
  says: `Nothing of it is judged, whatever it returns${why === undefined ? '' : `: ${why}`}.`,
  clauses: [],
});

/** How an indication is made, and where the page says so. */
const clauseOf = { none: [], routine: ['Overlapped:4'], event: ['Event:1'], 'only when asked': ['Event:2'] } as const satisfies {
  readonly [indication in Consequence['indication']]: readonly ClauseId[];
};

export function consequenceOfSend(overlapped: string | undefined, asked: number, answer: Answered, world: World): Consequence {
  const operation = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const { free } = world.tables.operation.stateIndex;
  const begun = operation !== undefined && operation.state !== free;
  if (answer.rc === -1 && answer.errno !== 'WSA_IO_PENDING') return failed(answer.errno ?? '');
  const indication = !begun ? 'none' : operation.hasRoutine ? 'routine' : operation.hasEvent ? 'event' : 'only when asked';
  if (answer.rc === -1) {
    const how = {
      none: 'its completion is indicated',
      routine: 'its routine runs in an alertable wait of the thread that posted it',
      event: 'its event is set',
      'only when asked': 'WSPGetOverlappedResult reports it',
    }[indication];
    return {
      operation: begun ? 'pending' : 'none',
      indication,
      says: `The operation has begun: the transport takes all ${asked} bytes in their turn, and once it has, ${how}.`,
      clauses: ['Return:4', 'Return:5', 'Immediate:4', ...clauseOf[indication]],
    };
  }
  if (begun) {
    const how = {
      none: 'nothing more comes',
      routine: 'its routine is queued by now, and runs in the next alertable wait of the thread that posted it',
      event: 'its event is set',
      'only when asked': 'nothing is set, and WSPGetOverlappedResult reports it',
    }[indication];
    const clause = indication === 'routine' ? 'Return:2' : indication === 'event' ? 'Event:1' : 'Event:2';
    return {
      operation: 'complete',
      indication,
      says: `All ${asked} bytes are taken; ${how}.`,
      clauses: ['Return:1', clause, 'Delivery:1'],
    };
  }
  const took = typeof answer.bytes === 'object' ? `${answer.bytes.least} to ${answer.bytes.most}` : String(answer.bytes ?? asked);
  const rest = took === String(asked) ? '' : ' The rest was not taken, and is the caller’s to send again.';
  return {
    operation: 'none',
    indication: 'none',
    says: `${rest === '' ? `All ${asked}` : `${took} of ${asked}`} bytes are taken, and the buffers are free again.${rest}`,
    clauses: ['Nonoverlapped:3', 'Delivery:1'],
  };
}

const nothing = 'Nothing was begun: no bytes leave, no completion is indicated, and the OVERLAPPED is free again.';
const sayings = {
  nothing,
  later: `${nothing} The same call may succeed later.`,
  lost: `${nothing} The circuit counts as lost: later sends fail too.`,
  'broken off': 'The call was broken off: what had left before stays sent, and the rest never leaves.',
} as const;

/** What a failure with this code says in addition to that nothing was begun. */
const leaves: { readonly [code in SendCode]: keyof typeof sayings } = {
  WSAENETDOWN: 'nothing',
  WSAEACCES: 'nothing',
  WSAEINTR: 'broken off',
  WSAEINPROGRESS: 'later',
  WSAEFAULT: 'nothing',
  WSAENETRESET: 'lost',
  WSAENOBUFS: 'later',
  WSAENOTCONN: 'nothing',
  WSAENOTSOCK: 'nothing',
  WSAEOPNOTSUPP: 'nothing',
  WSAESHUTDOWN: 'nothing',
  WSAEWOULDBLOCK: 'later',
  WSAEMSGSIZE: 'nothing',
  WSAEINVAL: 'nothing',
  WSAECONNABORTED: 'lost',
  WSAECONNRESET: 'lost',
  WSA_OPERATION_ABORTED: 'broken off',
  WSAETIMEDOUT: 'broken off',
  WSAENETUNREACH: 'later',
  WSAEHOSTUNREACH: 'later',
  WSAEADDRNOTAVAIL: 'nothing',
};

function failed(errno: string): Consequence {
  const left = Object.hasOwn(leaves, errno) ? leaves[errno as SendCode] : 'nothing';
  const clauses: readonly ClauseId[] = left === 'broken off' ? ['Return:3'] : ['Return:3', 'Return:6', 'Return:7'];
  return { operation: 'none', indication: 'none', says: sayings[left], clauses };
}

export const blocked = (asked: number): Consequence => ({
  operation: 'none',
  indication: 'none',
  says: `The call waits until the last of its ${asked} bytes is taken; if the circuit ends first, it fails.`,
  clauses: ['Nonoverlapped:5'],
});

export function consequenceOfResult(answer: Answered): Consequence {
  if (answer.rc === -1 && answer.errno === 'WSA_IO_INCOMPLETE') {
    return { operation: 'pending', indication: 'none', says: 'The operation is still under way; ask again.', clauses: ['Overlapped:7'] };
  }
  if (answer.rc === -1 && answer.errno === 'WSAENOTSOCK') {
    return {
      operation: 'none',
      indication: 'none',
      says: 'The descriptor is no socket, which says nothing about an operation.',
      clauses: [],
    };
  }
  return {
    operation: 'complete',
    indication: 'none',
    says: 'This is the final status: every later report of it is the same, and the OVERLAPPED may be used again once it was indicated.',
    clauses: ['Overlapped:7', 'Immediate:6'],
  };
}
