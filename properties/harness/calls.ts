import {
  AF_INET,
  ioctlCodes,
  SOL_SOCKET,
  shutdownHow,
  socketOptions,
  socketTypes,
  WSA_FLAG_OVERLAPPED,
  XP1_UNI_RECV,
} from '../../model/winsock/codes.ts';
import { type Cell, INVALID_SOCKET, type Linger } from '../../model/winsock/spi.ts';
import {
  type CallName,
  type CallRequest,
  type OptionValue,
  type Returns,
  threadOf,
  type WSPGetOverlappedResultCall,
  type WSPSocketCall,
} from '../../model/winsock/trace.ts';
import { type PortCall, whyNotPort } from './portCalls.ts';
import { booleanReturns, incompleteName, notSocketName, rcReturns, withBytes } from './returns.ts';
import { makeSend, whyNotSend } from './send.ts';
import type { Session } from './session.ts';
import { noThreadHandle, type Thread } from './threads.ts';
import { numberOf } from './vocabulary.ts';

/** Calls of the SPI table: what a request says, in the table's own parameters, and what came back, in the words of a trace. */

/** Calls that cannot be made here, and why. */
export const notHere = {
  WSPRecv: 'the table has no receive of its own',
  WSACleanup: 'a provider here is never shut down',
} as const satisfies { readonly [call in CallName]?: string };

/** Every call that the provider serves; the others are the operating system's. */
export type ProviderCall = Exclude<CallRequest, PortCall | { call: 'SleepEx' | 'ExitThread' | keyof typeof notHere }>;

export const isHere = <C extends CallRequest>(call: C): call is Exclude<C, { call: keyof typeof notHere }> =>
  !Object.hasOwn(notHere, call.call);

/** Why the table has no form for this call, or undefined. */
export const whyNotCall = (session: Session, call: CallRequest): string | undefined => {
  switch (call.call) {
    case 'WSPSend':
      return whyNotSend(session, call);
    case 'WSPSocket':
      if (session.sockets.find(call.socket)?.open === true) return `the name ${call.socket} is that of an open socket`;
      return unknownTo(socketTypes, 'type', call.type);
    case 'WSPIoctl':
      return unknownTo(ioctlCodes, 'code', call.code);
    case 'WSPSetSockOpt':
    case 'WSPGetSockOpt':
      return unknownTo(socketOptions, 'option', call.name);
    case 'WSPShutdown':
      return unknownTo(shutdownHow, 'manner of shutdown', call.how);
    case 'WSPCancelIo':
      return call.scope === undefined ? undefined : 'the table cancels for every thread at once';
    case 'CreateIoCompletionPort':
    case 'SetFileCompletionNotificationModes':
      return whyNotPort(session, call);
    case 'WSPRecv':
    case 'WSACleanup':
    case 'WSPBind':
    case 'WSPConnect':
    case 'WSPGetOverlappedResult':
    case 'WSPCancelBlockingCall':
    case 'WSPCloseSocket':
    case 'SleepEx':
    case 'ExitThread':
      return undefined;
    default:
      return call satisfies never;
  }
};

const unknownTo = (vocabulary: Readonly<Record<string, number>>, what: string, name: string): string | undefined =>
  numberOf(vocabulary, name) === undefined ? `no number is known for the ${what} ${name}` : undefined;

export const makeCall = (session: Session, thread: Thread, call: ProviderCall): Returns | Promise<Returns> => {
  const { spi, sockets, overlapped } = session;
  const lpErrno: Cell = { value: undefined };
  const plain = (result: number): Returns => rcReturns(call.call, result, lpErrno);
  switch (call.call) {
    case 'WSPSend':
      return makeSend(session, thread, call);
    case 'WSPGetOverlappedResult':
      return getOverlappedResult(session, call);
    case 'WSPSocket':
      return openSocket(session, call);
    case 'WSPBind':
      return plain(spi.WSPBind(sockets.handleOf(call.socket), null, 0, lpErrno));
    case 'WSPConnect':
      return plain(spi.WSPConnect(sockets.handleOf(call.socket), call.to ?? 'peer', 0, null, null, null, null, lpErrno));
    case 'WSPIoctl':
      return plain(spi.WSPIoctl(sockets.handleOf(call.socket), numberOf(ioctlCodes, call.code)!, Number(call.value ?? 0), lpErrno));
    case 'WSPSetSockOpt': {
      const option = numberOf(socketOptions, call.name)!;
      return plain(spi.WSPSetSockOpt(sockets.handleOf(call.socket), SOL_SOCKET, option, optionOf(call.value), lpErrno));
    }
    case 'WSPGetSockOpt': {
      const value: Cell = { value: undefined };
      const returns = plain(
        spi.WSPGetSockOpt(sockets.handleOf(call.socket), SOL_SOCKET, numberOf(socketOptions, call.name)!, value, lpErrno),
      );
      return value.value === undefined ? returns : { ...returns, value: value.value };
    }
    case 'WSPCancelIo': {
      const which = call.overlapped === undefined ? null : overlapped.of(call.overlapped).structure;
      return plain(spi.WSPCancelIo(sockets.handleOf(call.socket), which, lpErrno));
    }
    case 'WSPCancelBlockingCall': {
      const ThreadHandle = session.threads.find(threadOf(call))?.handle ?? noThreadHandle;
      return plain(spi.WSPCancelBlockingCall({ ThreadHandle, Reserved: 0 }, lpErrno));
    }
    case 'WSPShutdown':
      return plain(spi.WSPShutdown(sockets.handleOf(call.socket), numberOf(shutdownHow, call.how)!, lpErrno));
    case 'WSPCloseSocket': {
      const returns = plain(spi.WSPCloseSocket(sockets.handleOf(call.socket), lpErrno));
      const socket = sockets.find(call.socket);
      if (returns.rc === 0 && socket !== undefined) socket.open = false;
      return returns;
    }
  }
};

const optionOf = (value: OptionValue): number | Linger => (typeof value === 'object' ? { ...value } : Number(value));

const openSocket = (session: Session, call: Omit<WSPSocketCall, 'begin' | 'returns'>): Returns => {
  const lpErrno: Cell = { value: undefined };
  const type = numberOf(socketTypes, call.type)!;
  const flags = call.overlapped === true ? WSA_FLAG_OVERLAPPED : 0;
  const protocol = call.receiveOnly === true ? { dwServiceFlags1: XP1_UNI_RECV } : null;
  const handle = session.spi.WSPSocket(AF_INET, type, 0, protocol, 0, flags, lpErrno);
  if (!Number.isInteger(handle)) throw new TypeError(`WSPSocket must return a SOCKET: returned ${String(handle)}`);
  if (handle === INVALID_SOCKET) return rcReturns('WSPSocket', -1, lpErrno);
  session.sockets.add(call.socket, handle, type === socketTypes.SOCK_DGRAM);
  return { rc: 0 };
};

const getOverlappedResult = (session: Session, call: Omit<WSPGetOverlappedResultCall, 'begin' | 'returns'>): Returns | Promise<Returns> => {
  const slot = session.overlapped.of(call.overlapped);
  const posted = slot.last;
  const lpcbTransfer: Cell = { value: undefined };
  const lpErrno: Cell = { value: undefined };
  const finish = (result: boolean): Returns => {
    const returns = withBytes(booleanReturns(call.call, result, lpErrno), 'lpcbTransfer', lpcbTransfer.value);
    // An answer for a descriptor that is no socket says nothing about the operation, so its name stays taken.
    const saysNothing = returns.rc === -1 && (returns.errno === incompleteName || returns.errno === notSocketName);
    if (!saysNothing && slot.last === posted) slot.inUse = false;
    return returns;
  };
  const handle = session.sockets.handleOf(call.socket);
  const result = session.spi.WSPGetOverlappedResult(
    handle,
    slot.structure,
    lpcbTransfer,
    call.wait === true,
    { value: undefined },
    lpErrno,
  );
  return result instanceof Promise ? result.then(finish) : finish(result);
};
