/** A provider of one's own, as small as one can be: streams that take every send at once. What it lacks, `supports` says. */

import type { Cell, SpiTable, World, WSABUF } from '../index.ts';

interface Stream {
  isConnected: boolean;
  isShut: boolean;
  sent: Uint8Array;
}

let streams: Map<number, Stream>;
const fails = (lpErrno: Cell, code: number): -1 => {
  lpErrno.value = code;
  return -1;
};
const onStream = (s: number, lpErrno: Cell, work: (stream: Stream) => number): number => {
  const stream = streams.get(s);
  return stream === undefined ? fails(lpErrno, 10038) : work(stream);
};

const change = (s: number, lpErrno: Cell, to: Partial<Stream>): number =>
  onStream(s, lpErrno, (stream) => {
    Object.assign(stream, to);
    return 0;
  });

function WSPSend(
  s: number,
  lpBuffers: WSABUF[] | null,
  count: number,
  sent: Cell | null,
  _f: number,
  _o: unknown,
  _r: unknown,
  _t: unknown,
  lpErrno: Cell,
) {
  return onStream(s, lpErrno, (stream) => {
    if (!stream.isConnected) return fails(lpErrno, 10057);
    if (stream.isShut) return fails(lpErrno, 10058);
    const given = (lpBuffers ?? []).slice(0, count).map(({ len, buf }) => (buf ?? new Uint8Array()).subarray(0, len));
    const before = stream.sent.length;
    stream.sent = new Uint8Array(Buffer.concat([stream.sent, ...given]));
    if (sent !== null) sent.value = stream.sent.length - before;
    return 0;
  });
}

export function WSPStartup(): SpiTable {
  streams = new Map();
  return {
    WSPSocket: () => {
      streams.set(streams.size + 1, { isConnected: false, isShut: false, sent: new Uint8Array() });
      return streams.size;
    },
    WSPBind: (s, _name, _length, lpErrno) => onStream(s, lpErrno, () => 0),
    WSPConnect: (s, _name, _length, _c, _d, _q, _g, lpErrno) => change(s, lpErrno, { isConnected: true }),
    WSPSend,
    WSPShutdown: (s, how, lpErrno) => change(s, lpErrno, how > 0 ? { isShut: true } : {}),
    WSPIoctl: (s, _code, _value, lpErrno) => onStream(s, lpErrno, () => 0),
  } as Partial<SpiTable> as SpiTable;
}

export const world = (): World => ({
  recv: (s, max) => {
    const stream = streams.get(s);
    if (stream === undefined || stream.sent.length === 0) return { kind: stream?.isShut ? 'eof' : 'idle' };
    const bytes = stream.sent.slice(0, max);
    stream.sent = stream.sent.slice(bytes.length);
    return { kind: 'bytes', bytes };
  },
  env: () => {},
  settle: () => {},
  supports: (step) => {
    if ('env' in step) return step.env === 'settle' || 'nothing ever happens to its circuits';
    if (!('call' in step)) return true;
    if (step.call === 'WSPSend' && (step.overlapped !== undefined || step.routine || step.flags?.length || step.fault))
      return 'plain sends only';
    if (step.call === 'WSPSocket' && (step.type !== 'SOCK_STREAM' || step.overlapped || step.receiveOnly)) return 'plain streams only';
    const calls = ['WSPSocket', 'WSPBind', 'WSPConnect', 'WSPSend', 'WSPShutdown', 'WSPIoctl'];
    return calls.includes(step.call) || `it has no ${step.call}`;
  },
});
