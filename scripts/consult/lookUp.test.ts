import MiniSearch from 'minisearch';
import { describe, expect, test } from 'vitest';
import { register } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { questions } from '../../model/questions/questions.ts';
import { errorCodes, sendFlags } from '../../model/winsock/codes.ts';
import { type Entry, entries } from './entries.ts';
import { indexOptions, keyOfEntry, lookUp, newIndex, searchOptions } from './lookUp.ts';

const first = (words: string): string | undefined => {
  const [best] = lookUp(words).found;
  return best && keyOfEntry(best.entry);
};
const firstFew = (words: string): readonly string[] =>
  lookUp(words)
    .found.slice(0, 4)
    .map(({ entry }) => keyOfEntry(entry));

test.each(questions.map(({ id, asks }) => [asks, id]))('%s', (asks, id) => {
  expect(first(asks)).toBe(`question ${id}`);
});

/** As people put it, with none of the words of the question itself in the same order. */
test.each([
  ['may I free the WSABUF array after WSA_IO_PENDING', 'free-the-wsabuf-array'],
  ['IOCP partial write', 'fewer-bytes-than-asked'],
  ['why does WSASend return -1 with 997', 'pending-is-no-failure'],
  ['is order guaranteed', 'order-of-several-sends'],
  ['multiple threads WSASend same socket', 'several-threads-one-socket'],
  ['one OVERLAPPED for two sends', 'one-overlapped-for-several'],
  ['reuse OVERLAPPED', 'free-the-overlapped'],
  ['callback not invoked', 'routine-never-called'],
  ['GetOverlappedResult 996', 'result-is-incomplete'],
  ['thread pool thread exits while I/O is in flight', 'thread-exits'],
  ['CancelIoEx one of several sends', 'cancel-one-of-several'],
  ['shutdown(SD_SEND) drain', 'shutdown-with-sends-pending'],
  ['closesocket pending memory', 'close-with-sends-pending'],
  ['does success mean delivered', 'completed-and-delivered'],
  ['10055', 'no-buffer-space'],
  ['keepalive dead peer', 'keep-alive-failed'],
  ['UDP message too long', 'datagram-too-large'],
  ['MSG_PARTIAL stream', 'partial-on-a-stream'],
  ['zero length send', 'zero-bytes'],
  ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS', 'packet-after-zero'],
  ['10053 or 10054', 'aborted-or-reset'],
  ['is the completion port told when WSASend succeeds immediately', 'packet-after-zero'],
  ['can I reuse the OVERLAPPED in the completion routine', 'free-the-overlapped'],
  ['does CancelIoEx guarantee that the data was not sent', 'cancel-one-of-several'],
  ['do I get the completion routine if WSASend failed with WSAENOTCONN', 'what-a-failed-send-leaves'],
  ['does SO_SNDBUF 0 change when the send completes', 'completed-and-delivered'],
  ['MSG_OOB sends on SOCK_DGRAM', 'out-of-band-on-datagrams'],
  ['WSASend with dwBufferCount 0', 'zero-bytes'],
  ['how do I know how many bytes were sent', 'count-beside-overlapped'],
  ['what happens if I pass a NULL lpNumberOfBytesSent', 'count-beside-overlapped'],
  ['what if the network cable is pulled', 'aborted-or-reset'],
  ['when is the memory mine again', 'touch-the-data-while-pending'],
  ['is send blocking if the socket is overlapped but lpOverlapped is NULL', 'plain-send-on-an-overlapped-socket'],
  ['who frees the buffer when the socket is closed', 'close-with-sends-pending'],
  ['does shutdown SD_SEND wait for pending sends', 'shutdown-with-sends-pending'],
  ['is hEvent reset by WSASend', 'event-still-set'],
  ['max size of UDP send', 'datagram-too-large'],
  ['two sends completed out of order', 'order-of-several-sends'],
  ['stack allocated WSABUF', 'free-the-wsabuf-array'],
  ['nonblocking socket sends only part of data', 'nonblocking-and-full'],
  ['may hEvent be shared between operations', 'one-overlapped-for-several'],
])('%s is the question %s', (words, id) => {
  expect(first(words)).toBe(`question ${id}`);
});

describe('a name', () => {
  const names: readonly [string, string][] = [
    ...Object.keys(errorCodes).map((name): [string, string] => [name, `code ${name}`]),
    ...Object.keys(sendFlags).map((name): [string, string] => [name, `flag ${name}`]),
    ...register.map(({ id }): [string, string] => [id, `clause ${id}`]),
    ...rulings.map(({ id }): [string, string] => [id, `ruling ${id}`]),
  ];

  test('finds what bears it first, in whatever case', () => {
    const missed = names.filter(([name, key]) => first(name) !== key || first(name.toLowerCase()) !== key);
    expect(missed).toEqual([]);
  });

  /** Every code with two of its letters swapped, and with one left out, at every place behind its prefix. */
  test('is met by its misspellings', () => {
    const long = names.filter(([name]) => /^(?:WSAE\w{6,}|MSG_\w{5,})$/.test(name));
    const spoilt = long.flatMap(([name, key]) =>
      Array.from({ length: name.length - 5 }, (_, i) => i + 4).flatMap((at) => [
        [name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2), key] as const,
        [name.slice(0, at) + name.slice(at + 1), key] as const,
      ]),
    );
    const missed = spoilt.filter(([word, key]) => !firstFew(word).includes(key));
    expect(spoilt.length).toBeGreaterThan(200);
    expect(missed).toEqual([]);
  });

  test('that was misspelt is said to be taken for the one it meets', () => {
    expect(lookUp('WSAEWOULDBLCOK').takenFor).toEqual([{ word: 'WSAEWOULDBLCOK', meant: 'WSAEWOULDBLOCK' }]);
    expect(lookUp('WSAEWOULDBLOCK').takenFor).toEqual([]);
  });
});

test('words that are nowhere find nothing', () => {
  expect(lookUp('xyzzy plugh').found).toEqual([]);
  expect(lookUp('what is it').found).toEqual([]);
});

test('entries have keys of their own', () => {
  expect(new Set(entries.map(keyOfEntry)).size).toBe(entries.length);
});

test('the index finds the same once it was kept as JSON', () => {
  const kept = MiniSearch.loadJSON<Entry>(JSON.stringify(newIndex()), indexOptions);
  const words = 'pending send and closesocket';
  expect(kept.search(words, searchOptions).map(({ id }) => id)).toEqual(
    newIndex()
      .search(words, searchOptions)
      .map(({ id }) => id),
  );
});
