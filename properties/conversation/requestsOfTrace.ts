import { type CallRequest, type CallStep, mainThread, type Request, type TraceStep, threadOf } from '../../model/winsock/trace.ts';

/**
 * A recorded trace as the requests that may have brought it about. What came of its own accord is not asked for: returns, indications,
 * upcalls, and the calls that a routine made, which its send asks for already.
 */
export function requestsOfTrace(steps: readonly TraceStep[]): Request[] {
  const requests: Request[] = [];
  const routines = new Map<string, number>();
  for (const step of steps) {
    if ('end' in step) continue;
    if ('call' in step) {
      if (step.call !== 'WSPCancelBlockingCall' && (routines.get(threadOf(step)) ?? 0) > 0) continue;
      const { begin: _, returns: __, unread: ___, ...request } = step as CallStep & { unread?: number };
      requests.push(request as CallRequest);
    } else if ('routine' in step) {
      const thread = step.thread ?? mainThread;
      routines.set(thread, (routines.get(thread) ?? 0) + (step.routine === 'enter' ? 1 : -1));
    } else if ('poll' in step) {
      requests.push(step.poll === 'writable' ? { poll: step.poll, socket: step.socket } : { poll: step.poll, overlapped: step.overlapped });
    } else if ('peer' in step) {
      const bytes = step.peer === 'recv' ? step.runs.reduce((sum, [, length]) => sum + length, 0) : 0;
      requests.push({ peer: 'recv', socket: step.socket, ...(bytes > 0 && { bytes }) });
    } else if ('port' in step) requests.push({ port: 'packet', socket: step.socket });
    else if ('env' in step && step.env !== 'transport.took' && step.env !== 'peer.unseen') requests.push(step);
  }
  return requests;
}
