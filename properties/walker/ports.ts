/**
 * What the bounded model does not have: a walk whose sockets are bound to a completion port, which gives a packet for what a result has
 * shown, and one that is asked whether there is room.
 */

import { statusCodes } from '../../model/machines/operationWords.ts';
import type { Below } from '../catalogue/scenes.ts';
import type { WrittenLine } from '../vectors/concrete.ts';

interface Packet {
  /** The line whose result shows what the packet says. */
  readonly at: number;
  readonly line: WrittenLine;
}

interface Returned {
  readonly rc: number;
  readonly errno?: string;
  readonly bytes?: number;
}

const isInitiated = ({ rc, errno }: Returned): boolean => rc === 0 || errno === 'WSA_IO_PENDING';

/** The packets that are there at the latest once a result has shown how an operation without a routine ended: one each. */
export const packetsOf = (lines: readonly WrittenLine[]): readonly Packet[] => {
  const overlapped = new Set(lines.flatMap((line) => (line.call === 'WSPSocket' && line.overlapped === true ? [line.socket] : [])));
  const initiated = new Map<unknown, WrittenLine>();
  const begun = new Map<unknown, WrittenLine>();
  return lines.flatMap((line, at): Packet[] => {
    if (line.begin !== undefined) begun.set(line.begin, line);
    const call = begun.get(line.end) ?? line;
    const returned = line.returns as Returned | undefined;
    if (returned === undefined) {
      // As long as it is under way, its OVERLAPPED may read as it was handed over.
      if (call.call === 'WSPSend') initiated.delete(call.overlapped);
      return [];
    }
    if (call.call === 'WSPSend') {
      const gives = isInitiated(returned) && overlapped.has(call.socket) && call.routine === undefined && call.port !== false;
      if (gives) initiated.set(call.overlapped, call);
      else initiated.delete(call.overlapped);
      return [];
    }
    const { socket } = initiated.get(call.overlapped) ?? {};
    const error = returned.errno ?? '0';
    const isShown = call.call === 'WSPGetOverlappedResult' && call.wait !== true && (statusCodes as readonly string[]).includes(error);
    if (socket === undefined || socket !== call.socket || !isShown) return [];
    initiated.delete(call.overlapped);
    return [{ at, line: { port: 'packet', socket, overlapped: call.overlapped, error, bytes: returned.bytes ?? 0 } }];
  });
};

/** Every socket is bound to a port. The exit of a thread then cancels less, so that such a trace says something else. */
const bound = (line: WrittenLine): readonly WrittenLine[] =>
  line.call === 'WSPSocket' ? [line, { call: 'CreateIoCompletionPort', socket: line.socket, returns: { rc: 0 } }] : [line];
const hasExit = (lines: readonly WrittenLine[]): boolean => lines.some(({ call }) => call === 'ExitThread');

/** Through a port: each packet is dequeued as soon as it is surely there. */
export const throughPort = (lines: readonly WrittenLine[]): readonly WrittenLine[] => {
  if (hasExit(lines)) return lines;
  const packets = new Map(packetsOf(lines).map(({ at, line }) => [at, line]));
  return lines.flatMap((line, at) => [...bound(line), ...[packets.get(at) ?? []].flat()]);
};

/** The same where the last packet comes twice, on the last line. */
export const withPacketTwice = (lines: readonly WrittenLine[]): readonly WrittenLine[] | undefined => {
  const last = packetsOf(lines).at(-1);
  return last === undefined || hasExit(lines) ? undefined : [...throughPort(lines.slice(0, last.at + 1)), last.line];
};

/** The same where a port is empty that holds a packet since before a settle, on the last line. */
export const withPacketMissing = (lines: readonly WrittenLine[]): readonly WrittenLine[] | undefined => {
  const first = packetsOf(lines)[0];
  const settled = first === undefined ? -1 : lines.findIndex(({ env }, at) => env === 'settle' && at > first.at);
  if (first === undefined || settled < 0 || hasExit(lines)) return undefined;
  return [...lines.slice(0, settled + 1).flatMap(bound), { port: 'empty', socket: first.line.socket }];
};

/**
 * Somebody looks whether there is room, and finds some where the next send does not find none. Before a send has found none, there need be
 * none.
 */
export const askedForRoom =
  (mayStandBefore: (lines: readonly WrittenLine[], at: number) => boolean) =>
  (lines: readonly WrittenLine[], below: Below): readonly WrittenLine[] => {
    const findsNone = ({ returns }: WrittenLine): boolean => (returns as Returned | undefined)?.errno === 'WSAEWOULDBLOCK';
    return lines.flatMap((line, at) => {
      const { socket } = line;
      if (typeof socket !== 'string' || !mayStandBefore(lines, at) || below(3) !== 0) return [line];
      const next = lines.slice(at).find((later) => later.call === 'WSPSend' && later.socket === socket);
      const ready = below(2) === 0 || lines.slice(0, at).some(findsNone);
      return ready && next !== undefined && findsNone(next) ? [line] : [{ poll: 'writable', socket, ready }, line];
    });
  };
