import { errorCodes } from '../../model/winsock/codes.ts';
import { type Cell, SOCKET_ERROR, type SpiTable, type WSABUF, type WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';

export type Send = SpiTable['WSPSend'];
export type SendArguments = Parameters<Send>;
type Parts = Pick<Mutant, 'table' | 'upcalls' | 'world'>;

/** A fault around WSPSend: it gets the call as it was made, and the send that works. */
export const aroundSend =
  (around: (send: Send, args: SendArguments, upcalls: WSPUPCALLTABLE) => ReturnType<Send>): NonNullable<Mutant['table']> =>
  (table, upcalls) => ({ WSPSend: (...args) => around(table.WSPSend.bind(table), args, upcalls) });

/** A fault that remembers: table, upcalls and world of one WSPStartup see one state, and the next WSPStartup begins with a fresh one. */
export function remembering<S>(fresh: () => S, partsOf: (state: S) => Parts): Parts {
  let parts = partsOf(fresh());
  return {
    upcalls(upcalls) {
      parts = partsOf(fresh());
      return parts.upcalls?.(upcalls) ?? {};
    },
    table: (table, upcalls) => parts.table?.(table, upcalls) ?? {},
    world: (world) => parts.world?.(world) ?? {},
  };
}

export const isPending = (rc: unknown, lpErrno: Cell): boolean => rc === SOCKET_ERROR && lpErrno.value === errorCodes.WSA_IO_PENDING;
export const isFailure = (rc: unknown, lpErrno: Cell): boolean => rc === SOCKET_ERROR && !isPending(rc, lpErrno);
export const bytesOf = (buffers: readonly WSABUF[] | null): number => (buffers ?? []).reduce((sum, { len }) => sum + len, 0);

/** The data of all the buffers in memory of the mutant's own; undefined where some of it is not there. */
export const copied = (buffers: readonly WSABUF[] | null, count: number): Uint8Array | undefined => {
  const used = (buffers ?? []).slice(0, count);
  if (used.length < count || used.some(({ buf }) => buf === null)) return undefined;
  const copy = new Uint8Array(bytesOf(used));
  let at = 0;
  for (const { len, buf } of used) {
    copy.set(buf!.subarray(0, len), at);
    at += len;
  }
  return copy;
};
