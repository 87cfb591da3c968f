import { codeName, errorCodes } from '../../model/winsock/codes.ts';
import { SOCKET_ERROR, STATUS_PENDING, storeCompletion, type WSATHREADID, type WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import type { PlainReturns } from '../../model/winsock/trace.ts';
import { unknownName } from './names.ts';
import { asDword } from './returns.ts';
import type { Session } from './session.ts';

/** What ws2_32 does for a provider, every completion and every queued APC written down. */
export const upcallsOf = (session: Session): WSPUPCALLTABLE => ({
  WPUQueueApc(lpThreadId, lpfnUserApc, dwContext, lpErrno) {
    const thread = session.threads.byHandle(lpThreadId.ThreadHandle);
    const isThere = thread?.alive === true;
    const returns: PlainReturns = isThere ? { rc: 0 } : { rc: -1, errno: codeName(errorCodes.WSAEFAULT) };
    const overlapped = queuedOverlapped(session, lpThreadId);
    session.lines.push({ upcall: 'WPUQueueApc', thread: thread?.name ?? unknownName, overlapped, returns });
    if (!isThere) {
      lpErrno.value = errorCodes.WSAEFAULT;
      return SOCKET_ERROR;
    }
    thread.apcs.push({ function: lpfnUserApc, context: dwContext });
    return 0;
  },

  WPUCompleteOverlappedRequest(_s, lpOverlapped, dwError, cbTransferred) {
    const slot = session.overlapped.byStructure(lpOverlapped);
    session.lines.push({
      upcall: 'WPUCompleteOverlappedRequest',
      overlapped: slot?.name ?? unknownName,
      error: codeName(dwError),
      bytes: asDword('cbTransferred', cbTransferred),
    });
    storeCompletion(lpOverlapped, dwError, cbTransferred);
    if (slot !== undefined) session.ports.complete(slot, dwError, cbTransferred);
    if (slot?.last !== undefined) session.buffers.retire(slot.last.loan);
    return 0;
  },

  WPUResetEvent(hEvent) {
    hEvent.signalled = false;
    return true;
  },
});

/**
 * Which operation an APC is for. The context is the provider's own secret, so the WSATHREADID that came with the send decides: its
 * Reserved member is ours. A provider that kept the handle alone leaves us the oldest operation that can be meant, and among those
 * one whose completion status is stored already.
 */
const queuedOverlapped = (session: Session, lpThreadId: WSATHREADID): string => {
  const slot = session.overlapped.byId(lpThreadId.Reserved) ?? guessOverlapped(session, lpThreadId.ThreadHandle);
  if (slot === undefined) return unknownName;
  if (slot.last !== undefined) slot.last.apcQueued = true;
  return slot.name;
};

const guessOverlapped = (session: Session, threadHandle: number) => {
  const waiting = session.overlapped.all().filter(({ inUse, last }) => inUse && last?.hasRoutine === true && !last.apcQueued);
  const own = waiting.filter(({ last }) => last!.threadHandle === threadHandle);
  const candidates = own.length > 0 ? own : waiting;
  candidates.sort((a, b) => a.last!.order - b.last!.order);
  return candidates.find(({ structure }) => structure.Internal !== STATUS_PENDING) ?? candidates[0];
};
