/** The entry points other than WSPSend: from WSPSocket to WSPCloseSocket. Each is short, because the work is the transport's. */

import {
  errorCodes,
  ioctlName,
  optionName,
  SOL_SOCKET,
  shutdownHow,
  socketOptions,
  socketTypes,
  WSA_FLAG_OVERLAPPED,
  XP1_UNI_RECV,
} from '../../model/winsock/codes.ts';
import {
  type Cell,
  INVALID_SOCKET,
  type Linger,
  SOCKET_ERROR,
  type SpiTable,
  STATUS_PENDING,
  type Waits,
  type WSAOVERLAPPED,
} from '../../model/winsock/spi.ts';
import { sendBufferDefault } from './link.ts';
import type { Operation } from './operation.ts';
import { sendOf } from './send.ts';
import { noBuffer, Socket, sendBufferMax } from './sockets.ts';
import type { Provider } from './state.ts';
import { abort, look, pump, retire } from './transport.ts';

/** Here, because what is imported is loaded and looked at whenever it is used. */
const pending = STATUS_PENDING;

/** ERROR_NOT_FOUND: there was no operation to cancel. */
const notFound = 1168;

const succeeded = 0;
const failed = (lpErrno: Cell, code: number): typeof SOCKET_ERROR => {
  lpErrno.value = code;
  return SOCKET_ERROR;
};

export const tableOf = (provider: Provider): SpiTable => ({
  ...connecting(provider),
  ...options(provider),
  WSPSend: sendOf(provider),
  ...results(provider),
  ...ending(provider),
});

const connecting = (provider: Provider): Pick<SpiTable, 'WSPSocket' | 'WSPBind' | 'WSPConnect'> => ({
  WSPSocket(_af, type, _protocol, lpProtocolInfo, _g, dwFlags, lpErrno) {
    if (type !== socketTypes.SOCK_STREAM && type !== socketTypes.SOCK_DGRAM) {
      lpErrno.value = errorCodes.WSAEINVAL;
      return INVALID_SOCKET;
    }
    const isOverlapped = (dwFlags & WSA_FLAG_OVERLAPPED) !== 0;
    const socket = provider.sockets.add((handle) => new Socket(handle, type, isOverlapped, noBuffer, provider.completions.pool));
    if (socket !== null) {
      socket.choose(provider.choices);
      socket.isReceiveOnly = lpProtocolInfo !== null && (lpProtocolInfo.dwServiceFlags1 & XP1_UNI_RECV) !== 0;
      return socket.handle;
    }
    lpErrno.value = errorCodes.WSAENOBUFS;
    return INVALID_SOCKET;
  },

  WSPBind(s, _name, _namelen, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    if (socket.isBound) return failed(lpErrno, errorCodes.WSAEINVAL);
    socket.isBound = true;
    return succeeded;
  },

  WSPConnect(s, name, _namelen, _lpCallerData, _lpCalleeData, _lpSQOS, _lpGQOS, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    if (provider.isNetworkDown) return failed(lpErrno, errorCodes.WSAENETDOWN);
    if (socket.isConnected && !socket.isDatagram) return failed(lpErrno, errorCodes.WSAEISCONN);
    const isToBroadcast = name === 'broadcast';
    if (isToBroadcast && !socket.isDatagram) return failed(lpErrno, errorCodes.WSAEACCES);
    if (!socket.isConnected) provider.transport.connect(socket);
    // A connection binds a socket that nobody has bound.
    socket.isBound = true;
    socket.isConnected = true;
    socket.isToBroadcast = isToBroadcast;
    socket.restrict(socket.limitAsked);
    socket.refresh();
    return succeeded;
  },
});

const options = (provider: Provider): Pick<SpiTable, 'WSPIoctl' | 'WSPSetSockOpt' | 'WSPGetSockOpt'> => ({
  WSPIoctl(s, dwIoControlCode, value, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    const command = ioctlName(dwIoControlCode);
    switch (command) {
      case 'FIONBIO':
        socket.isNonblocking = value !== 0;
        return succeeded;
      case 'SIO_FLUSH':
        if (socket.switches.refusesFlush) return failed(lpErrno, errorCodes.WSAEOPNOTSUPP);
        // What the transport took stays on its way, and a blocked call goes on: only queued operations are cancelled.
        abort(provider, socket, () => errorCodes.WSA_OPERATION_ABORTED, isOverlapped);
        pump(provider, socket);
        return succeeded;
      default:
        command satisfies undefined;
        return failed(lpErrno, errorCodes.WSAEOPNOTSUPP);
    }
  },

  WSPSetSockOpt(s, level, optname, optval, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    if (level !== SOL_SOCKET) return failed(lpErrno, errorCodes.WSAENOPROTOOPT);
    if (optname === socketOptions.SO_LINGER) {
      if (typeof optval !== 'object' || optval === null) return failed(lpErrno, errorCodes.WSAEFAULT);
      setLinger(socket, optval);
      return succeeded;
    }
    const value = Number(optval);
    if (!(value >= 0)) return failed(lpErrno, errorCodes.WSAEFAULT);
    return setOption(provider, socket, optname, value) ? succeeded : failed(lpErrno, errorCodes.WSAENOPROTOOPT);
  },

  WSPGetSockOpt(s, level, optname, optval, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    const value = level === SOL_SOCKET ? optionOf(socket, optname) : undefined;
    if (value === undefined) return failed(lpErrno, errorCodes.WSAENOPROTOOPT);
    optval.value = value;
    return succeeded;
  },
});

const setLinger = (socket: Socket, { l_onoff, l_linger }: Linger): void => {
  socket.lingers = l_onoff !== 0;
  socket.lingerSeconds = l_linger;
};

const setOption = (provider: Provider, socket: Socket, optname: number, value: number): boolean => {
  const option = optionName(optname);
  switch (option) {
    case 'SO_SNDBUF': {
      // A buffer of nothing would let nothing through.
      socket.limitAsked = Math.min(Math.max(Math.trunc(value), 1), sendBufferMax) | 0;
      socket.restrict(socket.limitAsked);
      pump(provider, socket);
      return true;
    }
    case 'SO_BROADCAST':
      socket.allowsBroadcast = value !== 0;
      socket.refresh();
      return true;
    case 'SO_RCVBUF':
    case 'SO_KEEPALIVE':
    case 'SO_DONTROUTE':
      socket.others.set(optname, value);
      return true;
    // It has no number for a value; this provider never gives a send up for its time; the maximum is not the caller's to say.
    case 'SO_LINGER':
    case 'SO_SNDTIMEO':
    case 'SO_MAX_MSG_SIZE':
      return false;
    default:
      option satisfies undefined;
      return false;
  }
};

const optionOf = (socket: Socket, optname: number): number | undefined => {
  const option = optionName(optname);
  switch (option) {
    case 'SO_MAX_MSG_SIZE':
      return socket.isDatagram ? socket.messageMax : undefined;
    case 'SO_BROADCAST':
      return socket.allowsBroadcast ? 1 : 0;
    case 'SO_LINGER':
      return socket.lingers ? 1 : 0;
    case 'SO_SNDBUF':
      return socket.limitAsked;
    case 'SO_RCVBUF':
      return socket.others.get(optname) ?? sendBufferDefault;
    case 'SO_KEEPALIVE':
    case 'SO_DONTROUTE':
      return socket.others.get(optname) ?? 0;
    case 'SO_SNDTIMEO':
      return undefined;
    default:
      return option satisfies undefined;
  }
};

const isOverlapped = (operation: Operation): boolean => operation.lpOverlapped !== null;

const results = (provider: Provider): Pick<SpiTable, 'WSPGetOverlappedResult' | 'WSPCancelIo' | 'WSPCancelBlockingCall'> => {
  const { sockets } = provider;
  return {
    WSPGetOverlappedResult(s, lpOverlapped, lpcbTransfer, fWait, lpdwFlags, lpErrno) {
      // To ask again and again is one way of waiting, so that this way costs little and allocates nothing. What is over needs no pump.
      const known = sockets.find(s);
      const isOver = known !== null && known.arriving === 0 && lpOverlapped.Internal !== pending;
      const socket = isOver ? known : look(provider, s, lpErrno);
      if (socket === null) return false;
      const { switches } = socket;
      if (isOver || lpOverlapped.Internal !== pending) return resultOf(socket, lpOverlapped, lpcbTransfer, lpdwFlags, lpErrno);
      if (switches.incompleteCount) lpcbTransfer.value = provider.outstanding(lpOverlapped)?.taken ?? 0;
      if (fWait && !switches.waitFails) {
        const operation = provider.outstanding(lpOverlapped);
        if (operation !== undefined && operation.routine === null) {
          return awaitResult(provider, operation, lpOverlapped, lpcbTransfer, lpdwFlags, lpErrno);
        }
        // An operation with a routine cannot be waited for: hEvent is not the operation's.
        lpErrno.value = errorCodes.WSAEINVAL;
      } else lpErrno.value = errorCodes.WSA_IO_INCOMPLETE;
      return false;
    },

    WSPCancelIo(s, lpOverlapped, lpErrno) {
      const socket = look(provider, s, lpErrno);
      if (socket === null) return SOCKET_ERROR;
      const concerns = (operation: Operation): boolean =>
        isOverlapped(operation) && (lpOverlapped === null || operation.lpOverlapped === lpOverlapped);
      // An operation that is only waiting to be indicated can no longer be cancelled, but it is there.
      const isThere = provider.completions.outstanding.some((operation) => operation.socket === socket && concerns(operation));
      const ended = abort(provider, socket, () => errorCodes.WSA_OPERATION_ABORTED, concerns);
      pump(provider, socket);
      return ended > 0 || isThere || socket.switches.cancelsNothing ? succeeded : failed(lpErrno, notFound);
    },

    WSPCancelBlockingCall(lpThreadId, lpErrno) {
      const concerns = (operation: Operation): boolean =>
        !isOverlapped(operation) && operation.isOf(lpThreadId) && operation.socket?.switches.refusesCancelCall === 0;
      let ended = provider.completions.outstanding.filter(concerns).length;
      for (const socket of provider.sockets) {
        ended += abort(provider, socket, () => errorCodes.WSAEINTR, concerns);
        pump(provider, socket);
      }
      return ended > 0 ? succeeded : failed(lpErrno, errorCodes.WSAEINVAL);
    },
  };
};

/** What is stored of an operation that is over. */
const resultOf = ({ switches }: Socket, lpOverlapped: WSAOVERLAPPED, lpcbTransfer: Cell, lpdwFlags: Cell, lpErrno: Cell): boolean => {
  const status = lpOverlapped.Internal;
  if (status === 0 || !switches.abortedUntouched) lpcbTransfer.value = lpOverlapped.InternalHigh;
  lpdwFlags.value = 0;
  if (status !== 0) lpErrno.value = status;
  return status === 0;
};

/** A function of its own, because the closure would cost an allocation in every call that does not wait. */
const awaitResult = (
  provider: Provider,
  operation: Operation,
  lpOverlapped: WSAOVERLAPPED,
  lpcbTransfer: Cell,
  lpdwFlags: Cell,
  lpErrno: Cell,
): Waits<boolean> => {
  const socket = operation.socket!;
  return provider.waiting.park(operation, () => resultOf(socket, lpOverlapped, lpcbTransfer, lpdwFlags, lpErrno));
};

const ending = (provider: Provider): Pick<SpiTable, 'WSPShutdown' | 'WSPCloseSocket'> => ({
  WSPShutdown(s, how, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    if (how !== shutdownHow.SD_RECEIVE && how !== shutdownHow.SD_SEND && how !== shutdownHow.SD_BOTH) {
      return failed(lpErrno, errorCodes.WSAEINVAL);
    }
    if (!socket.isConnected) return failed(lpErrno, errorCodes.WSAENOTCONN);
    if (how === shutdownHow.SD_RECEIVE) return succeeded;
    // Sends that wait keep their claim: the end of the stream comes after their last byte.
    socket.isSendShutDown = true;
    socket.refresh();
    if (socket.switches.shutdownCancels) abort(provider, socket, () => errorCodes.WSAESHUTDOWN, isOverlapped);
    if (socket.pending.length === 0) provider.transport.finish(socket);
    return succeeded;
  },

  WSPCloseSocket(s, lpErrno) {
    const socket = look(provider, s, lpErrno);
    if (socket === null) return SOCKET_ERROR;
    closeSocket(provider, socket);
    return succeeded;
  },
});

const closeSocket = (provider: Provider, socket: Socket): void => {
  const { switches, isDatagram, isConnected } = socket;
  provider.sockets.remove(socket);
  socket.isOpen = false;
  socket.refresh();
  const isAbortive = socket.lingers && socket.lingerSeconds === 0 && !isDatagram && !switches.lingerDelivers;
  // What is not cancelled goes on to its own end. It has none where what stood before it is lost or the circuit is reset.
  const keeps = switches.closeKeeps !== 0 && !isAbortive && switches.closeLoses === 0;
  const code = switches.closeAborts && isConnected && !isDatagram ? errorCodes.WSAECONNABORTED : errorCodes.WSA_OPERATION_ABORTED;
  const statusOf = (operation: Operation): number => (isOverlapped(operation) ? code : errorCodes.WSAENOTSOCK);
  abort(provider, socket, statusOf, (operation) => !keeps || !isOverlapped(operation));
  if (switches.closeLoses) socket.link?.lose();
  if (socket.pending.length === 0) provider.transport.finish(socket);
  if (isAbortive && socket.peerSees === 'data' && isConnected) socket.peerSees = 'reset';
  retire(provider, socket);
};
