/** A send whose caller waits for it, and the OVERLAPPED that such a send may fill. */

import { type Cell, SOCKET_ERROR, storeStatus, type Waits, type WSAOVERLAPPED } from '../../model/winsock/spi.ts';
import type { Operation, Routine } from './operation.ts';
import type { Socket } from './sockets.ts';
import type { Provider } from './state.ts';

/** A send that its socket takes as any other has succeeded. With a routine hEvent is the caller's, and no routine runs. */
export const fill = (
  { completions }: Provider,
  socket: Socket,
  filled: WSAOVERLAPPED,
  lpCompletionRoutine: Routine,
  taken: number,
): void => {
  if (lpCompletionRoutine === null) completions.signalAtOnce(socket, filled, taken);
  else storeStatus(filled, 0, taken);
};

/** Waits for the operation. `filled` is an OVERLAPPED that a socket without the overlapped flag fills in the end. */
export const block = (
  provider: Provider,
  operation: Operation,
  lpNumberOfBytesSent: Cell | null,
  lpErrno: Cell,
  filled: WSAOVERLAPPED | null,
  lpCompletionRoutine: Routine,
): Waits<number> => {
  provider.blockedCalls++;
  const socket = operation.socket!;
  operation.filled = filled;
  const conclude = ({ status, taken }: Operation): number => {
    provider.blockedCalls--;
    provider.completions.release(operation);
    if (status !== 0) {
      // Bytes that a failed call let go are not counted.
      if (filled !== null) storeStatus(filled, status, 0);
      lpErrno.value = status;
      return SOCKET_ERROR;
    }
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = taken;
    if (filled !== null) fill(provider, socket, filled, lpCompletionRoutine, taken);
    return 0;
  };
  return provider.waiting.park(operation, conclude);
};
