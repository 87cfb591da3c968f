import { type SendFault, sendFlags } from '../../model/winsock/codes.ts';
import type { ForeignName } from '../../model/winsock/spelling.ts';
import type { Cell, WSABUF, WSAOVERLAPPED_COMPLETION_ROUTINE, WSATHREADID } from '../../model/winsock/spi.ts';
import { patternPeriod, type Returns, type WSPSendRequest } from '../../model/winsock/trace.ts';
import { type Loan, lendMax } from './memory.ts';
import type { OverlappedName, PostedSend } from './names.ts';
import { asDword, pendingName, rcReturns, withBytes } from './returns.ts';
import { callRoutine } from './routines.ts';
import type { Session } from './session.ts';
import { noThreadHandle, type Thread } from './threads.ts';
import { numberOf } from './vocabulary.ts';

/** WSPSend: memory is lent, the call is made, and what the caller may reuse afterwards is reused at once. */

type Fault = SendFault | ForeignName;
const faultsOf = ({ fault }: WSPSendRequest): readonly Fault[] => (fault === undefined ? [] : typeof fault === 'string' ? [fault] : fault);

/** Pointers that are not valid have no memory behind them. */
const lentBuffers = (call: WSPSendRequest): readonly number[] => {
  const faults = faultsOf(call);
  if (faults.includes('lpBuffers')) return [];
  return faults.includes('buffer') ? call.buffers.slice(0, -1) : call.buffers;
};

/** Above this the buffers of a send lie over each other: what they hold repeats anyway. */
const apartMax = 2 ** 25;
const bytesOf = (buffers: readonly number[]): number => buffers.reduce((sum, length) => sum + length, 0);
const liesApart = (buffers: readonly number[]): boolean => bytesOf(buffers) <= apartMax;

/** How many bytes of memory the buffers need. */
const lentBytes = (call: WSPSendRequest): number => {
  const lent = lentBuffers(call);
  return liesApart(lent) ? bytesOf(lent) : lent.reduce((most, length) => Math.max(most, length), 0) + patternPeriod;
};

/** Why a pointer of the send cannot be invalid here, or undefined. */
const refuseFault: { readonly [fault in SendFault]: (call: WSPSendRequest) => string | undefined } = {
  lpBuffers: () => undefined,
  buffer: ({ buffers }) => (buffers.length === 0 ? 'there is no WSABUF whose data could be invalid' : undefined),
  lpNumberOfBytesSent: () => 'an out-parameter that cannot be written has no form here',
};

/** Why this send cannot be made, or undefined. */
export const whyNotSend = (session: Session, call: WSPSendRequest): string | undefined => {
  for (const fault of faultsOf(call)) {
    const why = Object.hasOwn(refuseFault, fault) ? refuseFault[fault as SendFault](call) : `no such fault: ${fault}`;
    if (why !== undefined) return why;
  }
  for (const flag of call.flags ?? []) if (numberOf(sendFlags, flag) === undefined) return `no number is known for the flag ${flag}`;
  if (call.port === true && !session.ports.isBound(session.sockets.find(call.socket))) {
    return `${call.socket} is bound to no completion port`;
  }
  if (lentBytes(call) > lendMax) return `at most ${lendMax} bytes are lent to a send`;
  if (call.overlapped !== undefined && call.overlapped !== session.reusable && session.overlapped.of(call.overlapped).inUse) {
    return `the OVERLAPPED ${call.overlapped} is in use`;
  }
  return undefined;
};

export const makeSend = (session: Session, thread: Thread, call: WSPSendRequest): Returns | Promise<Returns> => {
  const loan = session.buffers.lend(lentBytes(call), call.fill ?? 0);
  const lpBuffers = describe(call, loan);
  const lpNumberOfBytesSent: Cell | null = call.count === false ? null : { value: undefined };
  const slot = call.overlapped === undefined ? undefined : session.overlapped.of(call.overlapped);
  const lpThreadId: WSATHREADID = { ThreadHandle: thread.handle, Reserved: slot?.id ?? 0 };
  const posted = slot && post(session, slot, call, lpNumberOfBytesSent, loan, thread);
  const lpErrno: Cell = { value: undefined };
  const flags = (call.flags ?? []).reduce((sum, flag) => sum | numberOf(sendFlags, flag)!, 0);

  const finish = (result: number): Returns => {
    const returns = withBytes(rcReturns('WSPSend', result, lpErrno), 'lpNumberOfBytesSent', lpNumberOfBytesSent?.value);
    // From here on a write to the count is a late one.
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = undefined;
    clobber(lpBuffers, lpThreadId);
    if (returns.rc === 0 && posted !== undefined) session.ports.returnedZero(posted);
    const failed = returns.rc === -1 && returns.errno !== pendingName;
    if (failed && slot !== undefined && slot.last === posted) slot.inUse = false;
    if (failed || slot === undefined) session.buffers.retire(loan);
    return returns;
  };

  const result = session.spi.WSPSend(
    session.sockets.handleOf(call.socket),
    faultsOf(call).includes('lpBuffers') ? null : lpBuffers,
    call.buffers.length,
    lpNumberOfBytesSent,
    flags,
    slot?.structure ?? null,
    routineOf(session, call, loan),
    lpThreadId,
    lpErrno,
  );
  return result instanceof Promise ? result.then(finish) : finish(result);
};

const describe = (call: WSPSendRequest, loan: Loan): WSABUF[] => {
  const isFaulty = faultsOf(call).includes('buffer');
  const lends = !faultsOf(call).includes('lpBuffers');
  const isApart = liesApart(lentBuffers(call));
  let at = 0;
  return call.buffers.map((len, index) => {
    if (!lends || (isFaulty && index === call.buffers.length - 1)) return { len, buf: null };
    const from = isApart ? at : at % patternPeriod;
    const buf = loan.block.subarray(from, from + len);
    at += len;
    return { len, buf };
  });
};

const post = (session: Session, slot: OverlappedName, call: WSPSendRequest, count: Cell | null, loan: Loan, thread: Thread): PostedSend => {
  slot.structure.Internal = 0;
  slot.structure.InternalHigh = 0;
  slot.structure.hEvent = call.event === true ? slot.event : null;
  slot.inUse = true;
  const hasRoutine = call.routine !== undefined && call.routine !== false;
  return (slot.last = {
    count,
    loan,
    threadHandle: thread.handle,
    hasRoutine,
    socketName: call.socket,
    socket: session.sockets.find(call.socket),
    mayGivePacket: !hasRoutine && call.port !== false,
    skipsPort: false,
    order: ++session.sends,
    apcQueued: false,
  });
};

const routineOf = (session: Session, call: WSPSendRequest, loan: Loan): WSAOVERLAPPED_COMPLETION_ROUTINE | null => {
  if (call.routine === undefined || call.routine === false) return null;
  const send = { socket: session.sockets.handleOf(call.socket), calls: call.routine === true ? [] : call.routine };
  return (dwError, cbTransferred, lpOverlapped, dwFlags) => {
    session.buffers.retire(loan);
    const overlapped = session.overlapped.byStructure(lpOverlapped);
    const bytes = asDword('cbTransferred', cbTransferred);
    callRoutine(session, send, { overlapped, error: dwError, bytes, flags: asDword('dwFlags', dwFlags) });
  };
};

/** The WSABUF array and the WSATHREADID are the caller's again: a provider that kept them instead of what they said keeps nothing. */
const clobber = (lpBuffers: WSABUF[], lpThreadId: WSATHREADID): void => {
  for (const wsabuf of lpBuffers) {
    wsabuf.len = 0xdead;
    wsabuf.buf = null;
  }
  lpBuffers.length = 0;
  lpThreadId.ThreadHandle = noThreadHandle;
  lpThreadId.Reserved = noThreadHandle;
};
