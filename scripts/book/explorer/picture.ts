/** What is drawn of a position: sockets, their bytes, operations with their events, and threads with what waits for them. */

import { isPassed } from '../../../model/oracle/mixing.ts';
import type { Oracle } from '../../../model/oracle/oracle.ts';
import { extentsAt, type Place } from '../../../model/oracle/places.ts';
import type { Segment } from '../../../model/oracle/segments.ts';
import type { Operation, Socket, World } from '../../../model/oracle/world.ts';
import { subjectsIn } from '../../../model/possible/account.ts';
import { type Possibility, type Subject, subjectKey } from '../../../model/possible/possibility.ts';
import { namesIn } from '../../../model/possible/ways.ts';

/** A send's bytes: how many the peer has surely read and may have read, and how many may have left. */
export interface DrawnBytes {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly readLeast: number;
  readonly readMost: number;
  readonly leftMost: number;
}

/** Something with what it may be by now; one possibility alone is known. */
export interface DrawnThing {
  readonly key: string;
  readonly title: string;
  readonly ways: readonly string[];
}

export interface DrawnSocket {
  readonly name: string;
  readonly kind: string;
  readonly things: readonly DrawnThing[];
  readonly bytes: readonly DrawnBytes[];
  /** Earlier sends that are all read and are not drawn. */
  readonly hidden: number;
}

export interface DrawnOperation {
  readonly name: string;
  readonly length: number;
  readonly things: readonly DrawnThing[];
}

export interface DrawnThread {
  readonly name: string;
  /** What it is in, the innermost last. */
  readonly inside: DrawnThing;
  /** Its APC queue, in order: routines that are queued, or may be. */
  readonly queue: readonly DrawnThing[];
}

export interface Picture {
  readonly sockets: readonly DrawnSocket[];
  readonly operations: readonly DrawnOperation[];
  readonly threads: readonly DrawnThread[];
  readonly network: DrawnThing | undefined;
}

export function pictureOf(oracle: Oracle): Picture {
  const { world } = oracle;
  const subjects = new Map(subjectsIn(world, undefined, world.operations.values()).map((subject) => [subjectKey(subject), subject]));
  const thing = (kind: Subject['kind'], name: string, title: string): DrawnThing[] => {
    const subject = subjects.get(subjectKey({ kind, name }));
    return subject === undefined ? [] : [{ key: subjectKey(subject), title, ways: subject.possible.map(({ says }: Possibility) => says) }];
  };
  const operations = [...world.operations.values()].sort((a, b) => a.id - b.id);
  return {
    sockets: [...world.sockets.values()].map((socket) => drawnSocket(world, socket, thing)),
    operations: operations
      .filter(({ state }) => state !== world.tables.operation.stateIndex.free)
      .map(({ name, length }) => ({
        name,
        length,
        things: [...thing('operation', name, 'It'), ...thing('event', name, 'Its event'), ...thing('routine', name, 'Its routine')],
      })),
    threads: threadsOf(world, thing),
    network: thing('network', 'the network', 'The network')[0],
  };
}

type Thing = (kind: Subject['kind'], name: string, title: string) => DrawnThing[];

function drawnSocket(world: World, socket: Socket, thing: Thing): DrawnSocket {
  const { name } = socket;
  const all = socket.isStream ? streamBytes(world, socket) : datagramBytes(world, socket);
  const drawn = all.slice(-bytesMax);
  return {
    name,
    kind: [
      socket.isStream ? 'stream' : 'datagrams',
      socket.overlapped ? 'overlapped' : 'nonoverlapped',
      socket.nonblocking ? 'nonblocking' : 'blocking',
    ].join(', '),
    things: [...thing('socket', name, 'It'), ...thing('circuit', name, 'Its circuit'), ...thing('bytes', name, 'The bytes')],
    bytes: drawn,
    hidden: all.length - drawn.length,
  };
}

/** Sends that are drawn at most, the latest. */
const bytesMax = 12;

function streamBytes(world: World, { name, stream }: Socket): DrawnBytes[] {
  const nameOf = namesIn(world);
  const { segments, places, received } = stream.reading;
  return [...segments].map((segment) => {
    const reads = places.map((place) => readAt(place, segment, received));
    return {
      key: `bytes of ${name} ${segment.sequence}`,
      name: nameOf(segment),
      size: segment.size,
      readLeast: Math.min(...reads.map(([least]) => least)),
      readMost: Math.max(...reads.map(([, most]) => most)),
      leftMost: stream.leftMax(segment),
    };
  });
}

/** How much of a send the peer has read at one place, at least and at most. */
function readAt(place: Place, segment: Segment, received: number): readonly [number, number] {
  const { sequence, length } = segment;
  const span = extentsAt([place]).get(sequence);
  if (span !== undefined) return [span.least, span.most];
  const known = place.exact.find((one) => one.sequence === sequence) ?? place.strands.find((one) => one.sequence === sequence);
  if (known !== undefined) return [known.read, known.read];
  const passed = place.strands.length > 0 ? isPassed(place, sequence) : place.at > sequence;
  if (passed) return [segment.min, length];
  if (place.at !== sequence || place.strands.length > 0) return [0, 0];
  const { lo, hi } = place.start;
  const within = (count: number): number => Math.max(0, Math.min(length, count));
  return [within(received - hi), within(received - lo)];
}

function datagramBytes(world: World, { name, datagrams }: Socket): DrawnBytes[] {
  const nameOf = namesIn(world);
  return datagrams.waiting.map((segment) => ({
    key: `bytes of ${name} ${segment.sequence}`,
    name: nameOf(segment),
    size: segment.size,
    readLeast: 0,
    readMost: 0,
    leftMost: segment.size,
  }));
}

function threadsOf(world: World, thing: Thing): DrawnThread[] {
  const { indicated, free, running } = world.tables.operation.stateIndex;
  const names = new Set(['main', ...world.threads.keys()]);
  const waits = ({ hasRoutine, state }: Operation): boolean => hasRoutine && state !== indicated && state !== free && state !== running;
  return [...names].map((name) => {
    const thread = world.threads.get(name);
    const frames = (thread?.stack ?? []).map((frame) => {
      if (frame.kind === 'routine') return `the routine of ${frame.operation.name}`;
      return `${world.begun.get(frame.number)?.call.call ?? 'a call'} #${frame.number}`;
    });
    const inside = thread?.exited ? 'has exited' : frames.length === 0 ? 'runs its own code' : `is in ${frames.join(', in ')}`;
    const queued = [...world.operations.values()].filter((operation) => operation.thread === name && waits(operation));
    return {
      name,
      inside: { key: `thread ${name}`, title: name, ways: [inside] },
      queue: queued
        .sort((a, b) => a.id - b.id)
        .flatMap((operation) => thing('routine', operation.name, `The routine of ${operation.name}`)),
    };
  });
}

/** What is drawn under each key, as text: where it differs from before, a step has changed it. */
export function textsOf({ sockets, operations, threads, network }: Picture): ReadonlyMap<string, string> {
  const things = [
    ...sockets.flatMap((socket) => [...socket.things, { key: `kind of ${socket.name}`, ways: [socket.kind] }]),
    ...operations.flatMap((operation) => operation.things),
    ...threads.flatMap(({ inside, queue }) => [inside, ...queue.map(({ key, ways }) => ({ key: `queue ${key}`, ways }))]),
    ...(network === undefined ? [] : [network]),
  ];
  const bytes = sockets.flatMap((socket) => socket.bytes.map(({ key, ...drawn }) => [key, JSON.stringify(drawn)] as const));
  return new Map([...things.map(({ key, ways }) => [key, ways.join('|')] as const), ...bytes]);
}

export function changedBetween(before: Picture | undefined, after: Picture): ReadonlySet<string> {
  const then = before === undefined ? new Map<string, string>() : textsOf(before);
  return new Set([...textsOf(after)].flatMap(([key, text]) => (before !== undefined && then.get(key) !== text ? [key] : [])));
}
