import type { Below } from '../catalogue/scenes.ts';
import type { WrittenLine } from '../vectors/concrete.ts';
import { askedForRoom, throughPort } from './ports.ts';

/** Changes of a trace that leave its meaning alone. */

type Metamorphosis = (lines: readonly WrittenLine[], below: Below) => readonly WrittenLine[];

const names = ['socket', 'thread', 'overlapped'] as const;

/** Other names for sockets, threads and OVERLAPPEDs. What names no thread is the main one's, which has no other name. */
const renamed: Metamorphosis = (lines) =>
  lines.map((line) => {
    const changed: Record<string, unknown> = { ...line };
    for (const name of names) if (typeof line[name] === 'string' && line[name] !== 'main') changed[name] = `${line[name]} renamed`;
    return changed;
  });

const isRequest = (line: WrittenLine): boolean => ['call', 'poll', 'peer', 'env'].some((kind) => kind in line);

/** Nothing is added between a settle and the request behind it: a call that was released may still return there. */
const mayStandBefore = (lines: readonly WrittenLine[], at: number): boolean => isRequest(lines[at]!);

const other = { socket: 'another socket', thread: 'another thread' };
const idle: readonly WrittenLine[] = [{ peer: 'idle', socket: other.socket }];
const traffic: readonly (readonly WrittenLine[])[] = [
  [{ call: 'WSPSend', ...other, buffers: [3], fill: 7, returns: { rc: 0, bytes: 3 } }],
  idle,
  [{ call: 'WSPSend', ...other, buffers: [0], fill: 7, returns: { rc: 0, bytes: 0 } }],
];

const otherTraffic: Metamorphosis = (lines, below) => {
  const opened: readonly WrittenLine[] = [
    { call: 'WSPSocket', ...other, type: 'SOCK_STREAM', returns: { rc: 0 } },
    { call: 'WSPConnect', ...other, returns: { rc: 0 } },
  ];
  // The network of all sockets failed: the other one gets nothing through any more.
  const down = lines.findIndex((line) => line.env === 'network.down' && line.socket === undefined);
  const mixed = lines.flatMap((line, at) => {
    if (!mayStandBefore(lines, at) || below(3) !== 0) return [line];
    return [...(down >= 0 && at > down ? idle : traffic[below(traffic.length)]!), line];
  });
  return [...opened, ...mixed];
};

/** What was read of a stream at once is read in two looks. */
const split: Metamorphosis = (lines) => {
  const messages = new Set(lines.flatMap(({ type, socket }) => (type === 'SOCK_DGRAM' ? [socket] : [])));
  return lines.flatMap((line) => {
    const runs = line.runs as readonly (readonly [number, number])[] | undefined;
    const [first, ...rest] = runs ?? [];
    if (first === undefined || first[1] < 2 || line.oob === true || messages.has(line.socket)) return [line];
    const [start, length] = first;
    const part = Math.floor(length / 2);
    return [
      { ...line, runs: [[start, part]] },
      { ...line, runs: [[(start + part) % 251, length - part], ...rest] },
    ];
  });
};

/** A recorder that waited less often. */
const withoutSettles: Metamorphosis = (lines, below) => lines.filter((line) => line.env !== 'settle' || below(2) === 0);

export const metamorphoses = {
  'other names': renamed,
  'traffic on another socket': otherTraffic,
  'a read in two': split,
  'fewer settles': withoutSettles,
  'through a completion port': throughPort,
  'a look whether there is room': askedForRoom(mayStandBefore),
} as const satisfies Readonly<Record<string, Metamorphosis>>;
