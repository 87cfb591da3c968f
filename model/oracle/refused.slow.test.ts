/** What is refused has changed nothing. */

import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { profiles } from '../clauses/profiles.ts';
import { TraceReader } from '../winsock/reader.ts';
import { ByAge } from './byAge.ts';
import { copyOf } from './copy.ts';
import { DatagramQueue } from './datagrams.ts';
import { Oracle } from './oracle.ts';
import { expectedIn } from './reading.ts';
import { ByteStream } from './stream.ts';
import type { Thread, World } from './world.ts';

const cases = new URL('../../properties/cases/', import.meta.url);
const traces = readdirSync(cases, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(new URL(`${name}/`, cases)).map((file) => `${name}/${file}`))
  .filter((path) => path.endsWith('.ndjson'));

/** All that can be seen of a world; of a stream what a copy of it answers, of which nothing else sees more. */
function seen(world: World): unknown {
  const names = new Map<object, number>();
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
    const known = names.get(value);
    if (known !== undefined) return { known };
    names.set(value, names.size);
    if (value instanceof ByteStream) return streamSeen(value, walk);
    if (value instanceof DatagramQueue) return value.expected();
    if (value instanceof ByAge || value instanceof Set || Array.isArray(value)) return [...(value as Iterable<unknown>)].map(walk);
    if (value instanceof Map) return [...value].filter(([, item]) => !isIdle(item)).map(([key, item]) => [walk(key), walk(item)]);
    return Object.entries(value).flatMap(([key, item]) => (key === 'tables' || key === 'notes' ? [] : [[key, walk(item)]]));
  };
  return walk(world);
}

/** A thread of which nothing is known is one that was not met. */
const isIdle = (item: Partial<Thread>): boolean =>
  item.stack?.length === 0 && item.exited === false && item.routines?.size === 0 && item.operations?.size === 0;

const streamSeen = (stream: ByteStream, walk: (value: unknown) => unknown): unknown => ({
  expected: expectedIn(stream.reading, stream.period),
  outstanding: [...stream.reading.segments].map((segment) => [walk(segment), stream.leftMax(segment), stream.surelyConsumed(segment)]),
  drained: stream.isDrained(),
});

test.each(profiles)('under %s no rejection of the hand-written traces leaves a mark', (profile) => {
  const changed: string[] = [];
  let rejections = 0;
  for (const path of traces) {
    const reader = new TraceReader();
    const lines = readFileSync(new URL(path, cases), 'utf8').split('\n');
    const header = reader.header(lines[0]!);
    const oracle = new Oracle(profile, header.kind === 'header' ? header.header : undefined);
    for (const line of lines.slice(1)) {
      const read = line.trim() === '' ? undefined : reader.read(line);
      if (read?.kind !== 'step') continue;
      const before = copyOf(oracle.world);
      if (oracle.step(read.step) === undefined) continue;
      rejections++;
      if (!isDeepStrictEqual(seen(oracle.world), seen(before))) changed.push(`${path}: ${line}`);
      break;
    }
  }
  expect(changed).toEqual([]);
  expect(rejections).toBeGreaterThan(100);
});
