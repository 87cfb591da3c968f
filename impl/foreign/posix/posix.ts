/**
 * The host's own TCP and UDP sockets as a provider: what Linux' kernel makes of the page's non-overlapped half.
 *
 * Every send is the kernel's, made without waiting, since there is one thread; the waiting of a blocking socket is done here, by going
 * on with the rest whenever something else has happened. `supports` names what a host without overlapped sends cannot do.
 */

import { errorCodes, ioctlName, type SendFlag, sendFlags, shutdownHow, socketOptions } from '../../../model/winsock/codes.ts';
import {
  type Cell,
  INVALID_SOCKET,
  type SOCKET,
  type SpiTable,
  type World,
  type WSABUF,
  type WSPUPCALLTABLE,
} from '../../../model/winsock/spi.ts';
import { winsockCode } from './errno.ts';
import * as libc from './libc.ts';
import { newListener, notSocket, PosixSocket } from './sockets.ts';
import { worldOf } from './world.ts';

/** What IPv4 leaves of 65,535 bytes for the data of a datagram. */
const datagramMax = 65_507;

let current: { readonly sockets: Map<SOCKET, PosixSocket>; readonly listener: number; readonly world: World } | undefined;

/** A provider over this host. The sockets of the one before, and their far ends, are closed. */
export const WSPStartup = (_upcalls: WSPUPCALLTABLE): SpiTable => {
  if (current !== undefined) closeAll(current);
  const sockets = new Map<SOCKET, PosixSocket>();
  current = { sockets, listener: newListener(), world: worldOf(sockets) };
  return tableOf(sockets, current.listener);
};

export const world = (): World => {
  if (current === undefined) throw new Error('WSPStartup must be called before world()');
  return current.world;
};

const closeAll = ({ sockets, listener }: NonNullable<typeof current>): void => {
  for (const socket of sockets.values()) {
    if (socket.isOpen) libc.close(socket.fd);
    if (socket.peer !== undefined) libc.close(socket.peer);
  }
  libc.close(listener);
};

const plain = (result: libc.Result, lpErrno: Cell): number => {
  if (result.errno === undefined) return 0;
  lpErrno.value = winsockCode(result.errno);
  return -1;
};

const refuse = (code: number, lpErrno: Cell): -1 => {
  lpErrno.value = code;
  return -1;
};

/** What the kernel calls a flag; null where it has nothing like it. POSIX has no partial messages. */
const flagsOfKernel: { readonly [flag in SendFlag]: number | null } = {
  MSG_OOB: libc.MSG_OOB,
  MSG_DONTROUTE: libc.MSG_DONTROUTE,
  MSG_PARTIAL: null,
};
/** The flags as the kernel takes them, or null where it has not all of them. */
const kernelFlags = (dwFlags: number): number | null => {
  let flags = 0;
  for (const name of Object.keys(sendFlags) as SendFlag[]) {
    if ((dwFlags & sendFlags[name]) === 0) continue;
    const flag = flagsOfKernel[name];
    if (flag === null) return null;
    flags |= flag;
  }
  return flags;
};

/** A copy, since the caller may do with its array and its buffers what it likes once the call has failed or blocks in this very thread. */
const piecesOf = (lpBuffers: readonly WSABUF[] | null): libc.Piece[] | null =>
  lpBuffers?.map(({ len, buf }) => ({ data: buf === null ? null : buf.slice(0, len), length: len })) ?? null;

const tableOf = (sockets: Map<SOCKET, PosixSocket>, listener: number): SpiTable => {
  /** Runs on the open socket of that number, and on the kernel's answer for any other. */
  const on = <T>(s: SOCKET, lpErrno: Cell, act: (socket: PosixSocket) => T): T | -1 => {
    const socket = sockets.get(s);
    return socket?.isOpen === true ? act(socket) : notSocket(lpErrno);
  };
  // A descriptor's number comes again after a close; a SOCKET's never does.
  let lastHandle = 0;

  return {
    WSPSocket(_af, type, _protocol, _info, _group, _flags, lpErrno) {
      const result = libc.socket(type);
      if (result.errno !== undefined) {
        lpErrno.value = winsockCode(result.errno);
        return INVALID_SOCKET;
      }
      lastHandle += 4;
      sockets.set(lastHandle, new PosixSocket(result.value, type === 2));
      return lastHandle;
    },
    WSPBind: (s, _name, _length, lpErrno) => on(s, lpErrno, ({ fd }) => plain(libc.bind(fd, libc.loopback), lpErrno)),
    WSPConnect: (s, name, _length, _callerData, _calleeData, _sqos, _gqos, lpErrno) =>
      on(s, lpErrno, (socket) => socket.connect(name === 'broadcast', listener, lpErrno)),
    WSPIoctl: (s, code, value, lpErrno) =>
      on(s, lpErrno, (socket) => {
        if (ioctlName(code) !== 'FIONBIO') return refuse(errorCodes.WSAEOPNOTSUPP, lpErrno);
        socket.isNonblocking = value !== 0;
        return 0;
      }),
    WSPSetSockOpt: (s, _level, optname, optval, lpErrno) =>
      on(s, lpErrno, ({ fd }) => {
        const option = libc.optionOf(optname);
        if (option === undefined) return refuse(errorCodes.WSAENOPROTOOPT, lpErrno);
        const value = typeof optval === 'number' ? [optval] : [optval.l_onoff, optval.l_linger];
        return plain(libc.setsockopt(fd, option, ...value), lpErrno);
      }),
    WSPGetSockOpt: (s, _level, optname, optval, lpErrno) =>
      on(s, lpErrno, ({ fd, isDatagram }) => {
        if (optname === socketOptions.SO_MAX_MSG_SIZE && isDatagram) {
          // The kernel has no option for it; the protocol says it.
          optval.value = datagramMax;
          return 0;
        }
        const option = libc.optionOf(optname);
        if (option === undefined) return refuse(errorCodes.WSAENOPROTOOPT, lpErrno);
        const result = libc.getsockopt(fd, option);
        if (result.errno === undefined) optval.value = result.value;
        return plain(result, lpErrno);
      }),
    WSPSend: (s, lpBuffers, _dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, _routine, _thread, lpErrno) =>
      on(s, lpErrno, (socket) => {
        // The count is the kernel's return value, so that the pointer to it is checked here.
        if (lpNumberOfBytesSent === null && lpOverlapped === null) return refuse(errorCodes.WSAEFAULT, lpErrno);
        const flags = kernelFlags(dwFlags);
        if (flags === null) return refuse(errorCodes.WSAEOPNOTSUPP, lpErrno);
        return socket.send(piecesOf(lpBuffers), flags, lpNumberOfBytesSent ?? { value: undefined }, lpErrno);
      }),
    // `supports` refuses what needs these.
    WSPGetOverlappedResult: (_s, _overlapped, _bytes, _wait, _flags, lpErrno) => {
      refuse(errorCodes.WSAEOPNOTSUPP, lpErrno);
      return false;
    },
    WSPCancelIo: (_s, _overlapped, lpErrno) => refuse(errorCodes.WSAEOPNOTSUPP, lpErrno),
    WSPCancelBlockingCall: (_thread, lpErrno) => refuse(errorCodes.WSAEOPNOTSUPP, lpErrno),
    WSPShutdown: (s, how, lpErrno) =>
      on(s, lpErrno, (socket) => {
        const result = plain(libc.shutdown(socket.fd, how), lpErrno);
        if (result === 0 && how !== shutdownHow.SD_RECEIVE) socket.isShutDown = true;
        socket.pump();
        return result;
      }),
    WSPCloseSocket: (s, lpErrno) =>
      on(s, lpErrno, (socket) => {
        socket.isOpen = false;
        socket.isShutDown = true;
        // The kernel lets a send go on that waits when its descriptor is closed; here there is nothing left to go on with.
        for (const { send, resolve } of socket.blocked.splice(0)) resolve(notSocket(send.lpErrno));
        return plain(libc.close(socket.fd), lpErrno);
      }),
  };
};
