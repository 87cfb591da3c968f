import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  completionModes,
  errorCodes,
  ioctlCodes,
  nameSets,
  sendFaults,
  sendFlags,
  shutdownHow,
  socketOptions,
  socketTypes,
} from './codes.ts';
import { foreignErrors } from './foreign.ts';
import { callNames } from './trace.ts';

/** What is written in other languages, and what a type cannot hold, has the same words as the tables. */

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

describe('the driver in C has the words of the tables', () => {
  const text = read('impl/foreign/winsock/vocabulary.c');
  const listed = (list: string): readonly [string, number | undefined][] => {
    const body = new RegExp(`Word ${list}\\[\\] = \\{([\\s\\S]*?)END\\};`).exec(text)?.[1] ?? '';
    return [...body.matchAll(/NAMED\((\w+)\)|\{"(\w+)", (\d+)\}/g)].map(([, named, quoted, number]) =>
      named === undefined ? [quoted!, Number(number)] : [named, undefined],
    );
  };
  // WSANO_ADDRESS is another name of WSANO_DATA, and a code is written by one name.
  const { WSANO_ADDRESS: _, ...foreign } = foreignErrors;

  test.each([
    ['errorWords', { ...errorCodes, ...foreign }],
    ['flagWords', sendFlags],
    ['typeWords', socketTypes],
    ['optionWords', socketOptions],
    ['ioctlWords', ioctlCodes],
    ['shutdownWords', shutdownHow],
    ['modeWords', completionModes],
  ] as const)('%s', (list, table: Readonly<Record<string, number>>) => {
    const words = listed(list);
    expect(words.map(([name]) => name).sort()).toEqual(Object.keys(table).sort());
    for (const [name, number] of words) if (number !== undefined) expect([name, number]).toEqual([name, table[name]]);
  });

  test('faults', () => {
    for (const fault of sendFaults) expect(read('impl/foreign/winsock/send.c')).toContain(`"${fault}"`);
  });

  test('calls: it says of each whether it makes it', () => {
    const named = new Set(
      filesUnder('impl/foreign/winsock', '.c').flatMap(
        (file) =>
          read(file).match(/(?<=")(WSP\w+|SleepEx|ExitThread|CreateIoCompletionPort|SetFileCompletionNotificationModes)(?=")/g) ?? [],
      ),
    );
    const notYet = ['WSACleanup', 'WSPRecv'];
    expect([...named].sort()).toEqual(callNames.filter((call) => !notYet.includes(call)).sort());
  });
});

test('the drivers to begin with use words of the tables', () => {
  for (const file of ['driver.c', 'driver.py']) {
    const text = read(`impl/foreign/skeleton/${file}`);
    for (const [, name] of text.matchAll(/"((?:WSA|SOCK_|SD_|MSG_|SO_|SIO_|FIO)\w+)"/g)) expect(words).toContain(name);
    for (const [, call] of text.matchAll(/"(WSP\w+)"/g)) expect(callNames).toContain(call);
  }
});

const words: ReadonlySet<string> = new Set([
  ...Object.values(nameSets).flatMap(({ known }) => [...known]),
  ...Object.keys(completionModes),
  'WSA_FLAG_OVERLAPPED',
]);

test('every name of a family that stands in the sources is one of its words', () => {
  const folders = ['model', 'impl', 'properties', 'scripts'];
  const sources = folders.flatMap((folder) => filesUnder(folder, '.ts')).filter((file) => !/\.(test|cases)\.ts$/.test(file));
  expect(sources.length).toBeGreaterThan(150);
  const unknown = sources.flatMap((file) =>
    [...read(file).matchAll(/'((?:WSAE|WSA_|MSG_|SOCK_|SD_|SO_|SIO_|FIO|FILE_SKIP_)[A-Z0-9_]+)'/g)]
      .map(([, name]) => name!)
      .filter((name) => !words.has(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
