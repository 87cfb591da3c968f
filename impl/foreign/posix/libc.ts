/**
 * The C library's sockets, called from here as they are. Numbers are Linux's: other systems have the same functions under other
 * numbers and structures, and are refused.
 */

import { platform } from 'node:os';
import koffi from 'koffi';
import { optionName, type SocketOption } from '../../../model/winsock/codes.ts';

if (platform() !== 'linux') {
  throw new Error(
    `impl/foreign/posix must run on Linux, whose numbers it knows: ${platform()}. Elsewhere write a driver (impl/foreign/README.md).`,
  );
}

export const AF_INET = 2;
export const SOL_SOCKET = 1;
export const SHUT_WR = 1;
export const MSG_OOB = 0x1;
export const MSG_DONTROUTE = 0x4;
export const MSG_DONTWAIT = 0x40;
/** A broken circuit is reported by a code; without this flag the kernel would end the process. */
export const MSG_NOSIGNAL = 0x4000;
const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;
/** How many bytes of a TCP socket, its end among them, the far end has not acknowledged. */
const SIOCOUTQ = 0x5411;

/** The kernel's numbers for Winsock's options. */
const optionNumbers: { readonly [option in SocketOption]: number | undefined } = {
  SO_KEEPALIVE: 9,
  SO_DONTROUTE: 5,
  SO_BROADCAST: 6,
  SO_LINGER: 13,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  // POSIX takes a timeval for it, and a socket here blocks outside the kernel.
  SO_SNDTIMEO: undefined,
  SO_MAX_MSG_SIZE: undefined,
};
/** The kernel's number for one of Winsock's; undefined for what it does not have. */
export const optionOf = (optname: number): number | undefined => {
  const name = optionName(optname);
  return name === undefined ? undefined : optionNumbers[name];
};
export const SO_LINGER = 13;
export const SO_RCVBUF = 8;

const libc = koffi.load('libc.so.6');
const iovec = koffi.struct('iovec', { iov_base: 'void *', iov_len: 'size_t' });
koffi.struct('msghdr', {
  msg_name: 'void *',
  msg_namelen: 'uint32',
  msg_iov: koffi.pointer(iovec),
  msg_iovlen: 'size_t',
  msg_control: 'void *',
  msg_controllen: 'size_t',
  msg_flags: 'int',
});

const functions = {
  socket: libc.func('int socket(int, int, int)'),
  bind: libc.func('int bind(int, const uint8_t *, uint32_t)'),
  listen: libc.func('int listen(int, int)'),
  accept: libc.func('int accept(int, void *, void *)'),
  connect: libc.func('int connect(int, const uint8_t *, uint32_t)'),
  getsockname: libc.func('int getsockname(int, _Out_ uint8_t *, _Inout_ uint32_t *)'),
  setsockopt: libc.func('int setsockopt(int, int, int, const int32_t *, uint32_t)'),
  getsockopt: libc.func('int getsockopt(int, int, int, _Out_ int32_t *, _Inout_ uint32_t *)'),
  sendmsg: libc.func('int64 sendmsg(int, const msghdr *, int)'),
  recv: libc.func('int64 recv(int, _Out_ uint8_t *, size_t, int)'),
  shutdown: libc.func('int shutdown(int, int)'),
  close: libc.func('int close(int)'),
  poll: libc.func('int poll(_Inout_ uint8_t *, unsigned long, int)'),
  ioctl: libc.func('int ioctl(int, unsigned long, _Out_ int32_t *)'),
};

/** What a call gave: its result, or the errno of its failure. */
export type Result = { readonly value: number; readonly errno?: never } | { readonly errno: number; readonly value?: never };

const resultOf = (value: number): Result => (value >= 0 ? { value } : { errno: koffi.errno() });

const addressOf = (host: readonly number[], port: number): Uint8Array => {
  const address = new Uint8Array(16);
  new DataView(address.buffer).setUint16(0, AF_INET, true);
  new DataView(address.buffer).setUint16(2, port, false);
  address.set(host, 4);
  return address;
};

export const anyHost = [0, 0, 0, 0] as const;
export const loopback = [127, 0, 0, 1] as const;
/** The whole of 127/8 is the host itself, and this reaches everybody there who listens. */
export const loopbackBroadcast = [127, 255, 255, 255] as const;

export const socket = (type: number): Result => resultOf(functions.socket(AF_INET, type, 0));
export const bind = (fd: number, host: readonly number[], port = 0): Result => resultOf(functions.bind(fd, addressOf(host, port), 16));
export const listen = (fd: number): Result => resultOf(functions.listen(fd, 16));
export const accept = (fd: number): Result => resultOf(functions.accept(fd, null, null));
export const connect = (fd: number, host: readonly number[], port: number): Result =>
  resultOf(functions.connect(fd, addressOf(host, port), 16));
export const shutdown = (fd: number, how: number): Result => resultOf(functions.shutdown(fd, how));
export const close = (fd: number): Result => resultOf(functions.close(fd));

export const portOf = (fd: number): number => {
  const address = new Uint8Array(16);
  functions.getsockname(fd, address, [16]);
  return new DataView(address.buffer).getUint16(2, false);
};

/** `value` is one int, or the two of SO_LINGER. */
export const setsockopt = (fd: number, option: number, ...value: readonly number[]): Result =>
  resultOf(functions.setsockopt(fd, SOL_SOCKET, option, Int32Array.from(value), value.length * 4));

export const getsockopt = (fd: number, option: number): Result => {
  const value = new Int32Array(2);
  const result = resultOf(functions.getsockopt(fd, SOL_SOCKET, option, value, [8]));
  return result.errno === undefined ? { value: value[0]! } : result;
};

/** One buffer of a send. `data` null is an address that holds nothing. */
export interface Piece {
  readonly data: Uint8Array | null;
  readonly length: number;
}

/** `pieces` null is an array that is nowhere. Sends what there is room for now. */
export const send = (fd: number, pieces: readonly Piece[] | null, flags: number): Result =>
  resultOf(
    functions.sendmsg(
      fd,
      {
        msg_name: null,
        msg_namelen: 0,
        msg_iov: pieces === null ? null : pieces.map(({ data, length }) => ({ iov_base: length === 0 ? null : data, iov_len: length })),
        msg_iovlen: pieces?.length ?? 1,
        msg_control: null,
        msg_controllen: 0,
        msg_flags: 0,
      },
      flags | MSG_NOSIGNAL | MSG_DONTWAIT,
    ),
  );

export const receive = (fd: number, into: Uint8Array, flags = 0): Result =>
  resultOf(functions.recv(fd, into, into.length, flags | MSG_DONTWAIT));

/** What a TCP socket has still to bring to the far end, in bytes. */
export const unacknowledged = (fd: number): number => {
  const value = new Int32Array(1);
  const result = resultOf(functions.ioctl(fd, SIOCOUTQ, value));
  return result.errno === undefined ? value[0]! : 0;
};

/** The condition of a descriptor, waited for at most so long. */
const poll = (fd: number, events: number, milliseconds: number): number => {
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  return functions.poll(entry, 1, milliseconds) > 0 ? view.getInt16(6, true) : 0;
};

/** Waits until there is something to read, the end and an error among it. */
export const waitReadable = (fd: number, milliseconds: number): boolean => poll(fd, POLLIN, milliseconds) !== 0;

/** Has the circuit broken? */
export const hasFailed = (fd: number): boolean => (poll(fd, 0, 0) & (POLLERR | POLLHUP)) !== 0;

export const sleep = (milliseconds: number): void => {
  functions.poll(new Uint8Array(8), 0, milliseconds);
};
