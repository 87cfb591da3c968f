/** A provider of one's own in some thirty lines: streams that take every plain send at once. What it lacks is not asked for. */

import { type Cell, errorCodes, type ProviderModule } from '../index.ts';

let sockets: { sent: Uint8Array; connected?: boolean; shut?: boolean }[];

const fails = (lpErrno: Cell, code: keyof typeof errorCodes) => {
  lpErrno.value = errorCodes[code];
  return -1;
};
const change = (s: number, to: object, lpErrno: Cell) => (sockets[s] ? Object.assign(sockets[s], to) && 0 : fails(lpErrno, 'WSAENOTSOCK'));

export const WSPStartup = (() => {
  sockets = [];
  return {
    WSPSocket: () => sockets.push({ sent: new Uint8Array() }) - 1,
    WSPConnect: (s, _name, _length, _caller, _callee, _sqos, _gqos, lpErrno) => change(s, { connected: true }, lpErrno),
    WSPShutdown: (s, how, lpErrno) => change(s, how > 0 ? { shut: true } : {}, lpErrno),
    WSPSend: (s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, _flags, _overlapped, _routine, _thread, lpErrno) => {
      const socket = sockets[s];
      if (!socket?.connected || socket.shut)
        return fails(lpErrno, !socket ? 'WSAENOTSOCK' : !socket.connected ? 'WSAENOTCONN' : 'WSAESHUTDOWN');
      const given = lpBuffers!.slice(0, dwBufferCount).map(({ buf, len }) => buf!.subarray(0, len));
      socket.sent = Buffer.concat([socket.sent, ...given]);
      if (lpNumberOfBytesSent) lpNumberOfBytesSent.value = given.reduce((sum, { length }) => sum + length, 0);
      return 0;
    },
  };
}) satisfies ProviderModule['WSPStartup'];

export const world: ProviderModule['world'] = () => ({
  recv: (s, max) => {
    const { sent, shut } = sockets[s]!;
    if (sent.length === 0) return { kind: shut ? 'eof' : 'idle' };
    sockets[s]!.sent = sent.subarray(max ?? sent.length);
    return { kind: 'bytes', bytes: sent.subarray(0, max) };
  },
  supports: ({ type, overlapped, routine, flags, fault, receiveOnly }: Record<string, unknown>) =>
    !(type === 'SOCK_DGRAM' || overlapped || routine || receiveOnly || [flags ?? [], fault ?? []].flat().length) || 'plain sends only',
});
