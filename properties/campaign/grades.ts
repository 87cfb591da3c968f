import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { Table } from '../../model/compiled/compile.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import type { Unsupported } from './unsupported.ts';

/**
 * What a run says of a clause: it was tried and holds, it was broken, it is broken in a way that the ledger lists and in no other, it was
 * not tried although it could have been, or nothing that is asked here can reach it.
 */
export const grades = ['deviates', 'listed', 'conforms', 'notTried', 'unreachable'] as const;
export type Grade = (typeof grades)[number];

export interface Graded {
  readonly grade: Grade;
  /** Why it was not tried. */
  readonly why?: string;
  /** What the implementation does not support and the clause needs; the reason that it gave is `why`. */
  readonly needs?: string;
}

export interface GradeGrounds {
  readonly profile: Profile;
  readonly unsupported: Unsupported;
  /** Every upcall is in the trace. */
  readonly isSpi: boolean;
  readonly injections: readonly string[];
}

interface Counted {
  readonly tried: number;
  readonly violated: number;
  /** Deviations of the ledger that show and break it. */
  readonly listed: number;
}

export const gradeOf = (id: ClauseId, { tried, violated, listed }: Counted, circumstances: GradeGrounds): Graded => {
  if (violated > 0) return { grade: 'deviates' };
  if (listed > 0) return { grade: 'listed' };
  if (tried > 0) return { grade: 'conforms' };
  const { profile, unsupported, isSpi, injections } = circumstances;
  if (!isSpi && spiOnly.some((start) => id.startsWith(start))) {
    return { grade: 'unreachable', why: 'upcalls are seen from the side of the service provider alone' };
  }
  const injection = injected[id];
  if (injection !== undefined && !injections.includes(injection[0])) return { grade: 'unreachable', why: injection[1] };
  const kept = callersOwn[id];
  if (kept !== undefined) return { grade: 'unreachable', why: kept };
  if (!ruled(profile).has(id)) return { grade: 'unreachable', why: `no rule of the profile ${profile} puts it to the test by a step` };
  for (const [start, aspects] of needs) {
    if (!id.startsWith(start)) continue;
    for (const aspect of aspects) {
      const why = unsupported.whyNever(aspect);
      if (why !== undefined) return { grade: 'notTried', why, needs: aspect };
    }
  }
  return { grade: 'notTried', why: 'no step of this run led to it' };
};

const spiOnly = ['QueueApc:', 'lpThreadId:'];
/** What no request can bring about. Where a provider runs in this process, an injection does. */
const injected: Readonly<Record<string, readonly [injection: string, why: string]>> = {
  'WSAENOBUFS:1': ['fail.nobufs', 'nothing that can be asked for brings it about'],
  'lpBuffers:3': ['caller.writes.buffer', 'no request makes a driver write into a buffer that is being sent'],
  'OverlappedLifetime:1': ['caller.writes.overlapped', 'no request makes a driver write into an OVERLAPPED that is in use'],
  'OverlappedLifetime:2': ['caller.reuses', 'a driver answers a send with an OVERLAPPED that is in use as unsupported'],
};

/** What is never done to an implementation, and why. */
const callersOwn: Readonly<Record<string, string>> = {
  'Routine:3': 'the campaign keeps what the caller is obliged to, so that everything can be judged',
  'WSAEOPNOTSUPP:4': 'no call makes a socket that can only receive',
};

/** What has to be granted before a clause can be tried: the start of its id, and aspects of requests. */
const needs: readonly (readonly [start: string, aspects: readonly string[]])[] = [
  ['Purpose:4', ['WSPSocket, SOCK_DGRAM']],
  ['WSAENETDOWN:', ['network.down']],
  ['WSAEACCES:', ['WSPSocket, SOCK_DGRAM', 'WSPConnect, broadcast']],
  ['WSAENETRESET:', ['keepalive.failed']],
  ['WSAEFAULT:', ['WSPSend, fault buffer', 'WSPSend, fault lpBuffers']],
  ['WSAEINPROGRESS:', ['a second thread']],
  ['WSAEOPNOTSUPP:1', ['WSPSend, MSG_OOB']],
  ['WSAEOPNOTSUPP:2', ['WSPSend, MSG_OOB']],
  ['WSAEOPNOTSUPP:3', ['WSPSend, MSG_PARTIAL']],
  ['MSG_OOB:', ['WSPSend, MSG_OOB']],
  ['WSAESHUTDOWN:1', ['WSPShutdown, SD_SEND']],
  ['WSAESHUTDOWN:2', ['WSPShutdown, SD_BOTH']],
  ['WSAEMSGSIZE:', ['WSPSocket, SOCK_DGRAM']],
  ['MessageSize:', ['WSPSocket, SOCK_DGRAM']],
  ['WSAECONNRESET:', ['peer.reset']],
  ['WSAECONNABORTED:', ['circuit.timeout']],
  ['WSA_OPERATION_ABORTED:1', ['WSPSocket, overlapped', 'WSPCloseSocket']],
  ['WSA_OPERATION_ABORTED:2', ['WSPSocket, overlapped', 'WSPIoctl, SIO_FLUSH']],
  ['ThreadExit:', ['WSPSocket, overlapped', 'ExitThread', 'a second thread']],
  ['Nonoverlapped:', ['WSPSocket, not overlapped', 'WSPIoctl, FIONBIO']],
  ['Event:', ['WSPSocket, overlapped', 'WSPSend, hEvent', 'poll event']],
  ['Routine:', ['WSPSocket, overlapped', 'WSPSend, lpCompletionRoutine', 'SleepEx']],
  ['Prototype:', ['WSPSocket, overlapped', 'WSPSend, lpCompletionRoutine', 'SleepEx']],
  ['Nesting:', ['WSPSocket, overlapped', 'WSPSend, lpCompletionRoutine', 'WSPSend, calls inside the routine', 'SleepEx']],
  ['Overlapped:4', ['WSPSocket, overlapped', 'WSPSend, lpCompletionRoutine', 'SleepEx']],
  ['Return:2', ['WSPSocket, overlapped', 'WSPSend, lpCompletionRoutine', 'SleepEx']],
  ...(['Overlapped', 'Immediate', 'Capture', 'Order:1', 'Return:4', 'Return:5', 'Return:7'] as const).map(
    (start) => [start, ['WSPSocket, overlapped', 'WSPSend, lpOverlapped']] as const,
  ),
];

const ruledBy = new Map<Profile, ReadonlySet<string>>();

/** The clauses that a rule of the profile cites, if it can hold. */
const ruled = (profile: Profile): ReadonlySet<string> => {
  let found = ruledBy.get(profile);
  if (found === undefined) {
    const { profile: _, ...tables } = tablesOf(profile);
    const rules = Object.values(tables).flatMap((table) => [...(table as Table).rules]);
    ruledBy.set(profile, (found = new Set(rules.flatMap(({ clauses }) => clauses))));
  }
  return found;
};
