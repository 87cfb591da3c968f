import { codeName, errorCodes } from '../../model/winsock/codes.ts';
import { lengthMax } from '../../model/winsock/shape.ts';
import type { Cell } from '../../model/winsock/spi.ts';
import type { CountReturns, PlainReturns } from '../../model/winsock/trace.ts';

/** What a call gave back, in the words of a trace. */

export const pendingName = codeName(errorCodes.WSA_IO_PENDING);
export const incompleteName = codeName(errorCodes.WSA_IO_INCOMPLETE);
export const notSocketName = codeName(errorCodes.WSAENOTSOCK);

const asInteger = (what: string, value: number): number => {
  if (!Number.isInteger(value)) throw new TypeError(`${what} must be an integer: ${what}=${String(value)}`);
  return value;
};

/** A DWORD as the caller reads it: a provider that writes -1 has written 4294967295. */
export const asDword = (what: string, given: number): number => {
  const value = asInteger(what, given);
  return value >= 0 && value <= lengthMax ? value : value >>> 0;
};

const socketError = ({ value = 0 }: Cell) => ({ rc: -1 as const, errno: codeName(asInteger('lpErrno', value)) });

export const rcReturns = (call: string, result: unknown, lpErrno: Cell): PlainReturns => {
  if (result === 0) return { rc: 0 };
  if (result === -1) return socketError(lpErrno);
  throw new TypeError(`${call} must return 0 or SOCKET_ERROR: returned ${String(result)}`);
};

export const booleanReturns = (call: string, result: unknown, lpErrno: Cell): PlainReturns => {
  if (result === true) return { rc: 0 };
  if (result === false) return socketError(lpErrno);
  throw new TypeError(`${call} must return true or false: returned ${String(result)}`);
};

/** Adds the out-parameter that counts bytes, if it was written. */
export const withBytes = (returns: PlainReturns, what: string, count: number | undefined): CountReturns => {
  if (count === undefined) return returns;
  const bytes = asDword(what, count);
  return returns.rc === 0 ? { rc: 0, bytes } : { rc: -1, errno: returns.errno, bytes };
};
