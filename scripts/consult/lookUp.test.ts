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
  ['does the completion port get a packet when WSASend succeeds immediately', 'packet-after-zero'],
  ['can I reuse the OVERLAPPED in the completion routine', 'free-the-overlapped'],
  ['does CancelIoEx guarantee that the data was not sent', 'cancel-one-of-several'],
  ['do I get the completion routine if WSASend failed with WSAENOTCONN', 'what-a-failed-send-leaves'],
  ['does SO_SNDBUF 0 change when the send completes', 'completed-and-delivered'],
  ['MSG_OOB sends on SOCK_DGRAM', 'out-of-band-on-datagrams'],
  ['WSASend with dwBufferCount 0', 'zero-bytes'],
  ['how do I know how many bytes were sent', 'count-with-overlapped'],
  ['what happens if I pass a NULL lpNumberOfBytesSent', 'count-with-overlapped'],
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
  ['WSA_IO_PENDING (997) but completion routine never fires', 'routine-never-called'],
  ['send returns 10035', 'nonblocking-and-full'],
  ['WSASend lpNumberOfBytesSent zero overlapped', 'count-with-overlapped'],
  ['why does my IOCP server get two completions for one WSASend', 'packet-after-zero'],
  ['first send after peer closed succeeds second fails', 'peer-has-closed'],
  ['how to detect client disconnect when sending', 'peer-has-closed'],
  ['send hangs forever', 'blocking-send-and-room'],
  ['send blocks when receiver does not read', 'blocking-send-and-room'],
  ['10054 connection reset by peer on WSASend', 'aborted-or-reset'],
  ['overlapped event never signaled', 'event-and-routine'],
  ['WaitForSingleObject on hEvent returns before data is sent', 'completed-and-delivered'],
  ['is one WSASend atomic', 'several-threads-one-socket'],
  ['WSASend with multiple WSABUF interleaved with other thread', 'several-threads-one-socket'],
  ['number of bytes in GetOverlappedResult less than sent', 'fewer-bytes-than-asked'],
  ['may I free the buffers after WSA_IO_PENDING', 'touch-the-data-while-pending'],
  ['reuse WSAOVERLAPPED before completion corrupts', 'free-the-overlapped'],
  ['gather write several buffers order', 'several-buffers-one-message'],
  ['graceful close lost last bytes', 'data-at-the-close'],
  ['lpNumberOfBytesSent must be NULL if overlapped', 'count-with-overlapped'],
  ['udp send connection refused 10054', 'reset-of-a-datagram'],
  ['does completion order equal send order', 'order-of-several-sends'],
  ['MSG_PARTIAL on TCP 10045', 'partial-on-a-stream'],
  ['WSASend to UDP socket without bind', 'unbound-or-not-connected'],
  ['do datagrams keep their order', 'order-of-several-sends'],
  ['what does SD_BOTH do to pending sends', 'shutdown-with-sends-pending'],
  ['why is my hEvent signaled before the data arrives at peer', 'completed-and-delivered'],
  ['closing a socket from another thread while send is blocked', 'close-under-a-blocking-send'],
])('%s is the question %s', (words, id) => {
  expect(first(words)).toBe(`question ${id}`);
});

/** Short, misspelt, or by a number: the answer is the first or the second. */
test.each([
  ['ERROR_NETNAME_DELETED 64 completion', 'aborted-or-reset'],
  ['can two completion routines interleave', 'routines-inside-each-other'],
  ['how to cancel a blocking send', 'cancel-a-blocking-send'],
  ['abort send() that hangs from another thread', 'close-under-a-blocking-send'],
  ['unblock a thread stuck in send()', 'close-under-a-blocking-send'],
  ['WSACancelBlockingCall deprecated', 'cancel-a-blocking-send'],
  ['WSASend with no buffers', 'zero-bytes'],
  ['sending an empty UDP packet', 'zero-bytes'],
  ['WSABUF len 0', 'zero-bytes'],
  ['my send returned 10014', 'bad-pointer'],
  ['WSASend 10038', 'not-a-socket'],
  ['send after shutdown', 'send-after-shutdown'],
  ['shutdown returns before data is sent', 'shutdown-with-sends-pending'],
  ['how do i set a timeout on WSASend', 'send-timeout'],
  ['does SO_SNDTIMEO work with overlapped sends', 'send-timeout'],
  ['does WSASend ever block when I pass an OVERLAPPED', 'overlapped-send-and-waiting'],
  ['can WSASend with an OVERLAPPED block the calling thread', 'overlapped-send-and-waiting'],
  ['two thraeds call WSASend simultanously', 'several-threads-one-socket'],
  ['should i serialize writes with a mutex', 'several-threads-one-socket'],
  ['messages arrive jumbled when posting two WSASend', 'order-of-several-sends'],
  ['overlaped structure on stack', 'free-the-overlapped'],
  ['lifetime of lpOverlapped', 'free-the-overlapped'],
  ['can i delete the OVERLAPPED in the completion handler', 'free-the-overlapped'],
  ['when can i free my send buffer', 'touch-the-data-while-pending'],
  ['do I have to keep the data alive after WSASend returned WSA_IO_PENDING', 'touch-the-data-while-pending'],
  ['send buffer garbage collected during overlapped', 'touch-the-data-while-pending'],
  ['ERROR_IO_PENDING', 'pending-is-no-failure'],
  ['WSAGetLastError 997 after WSASend', 'pending-is-no-failure'],
  ['why did WSASend complete immediately without IO pending', 'zero-is-complete'],
  ['GetQueuedCompletionStatus returns after WSASend returned 0', 'packet-after-zero'],
  ['completion routine not called unless sleepex', 'routine-never-called'],
  ['completion callback runs on which thread', 'routine-never-called'],
  ['fAlertable FALSE', 'routine-never-called'],
  ['completion routine during blocking call', 'routine-inside-a-blocking-call'],
  ['completion routine reentrancy', 'routines-inside-each-other'],
  ['recursive completion routine stack overflow', 'routines-inside-each-other'],
  ['dwError in completion routine', 'what-a-routine-is-given'],
  ['cbTransferred zero in completion routine', 'what-a-routine-is-given'],
  ['pass user data to the completion routine', 'event-and-routine'],
  ['bytes sent is garbage after IO pending', 'count-with-overlapped'],
  ['can a partial write happen on an IOCP socket', 'fewer-bytes-than-asked'],
  ['does blocking send return before all bytes are sent', 'blocking-send-and-room'],
  ['do I have to loop on WSASend until all data is sent', 'blocking-send-and-room'],
  ['how to make a socket non-blocking and send', 'nonblocking-and-full'],
  ['when do i get FD_WRITE', 'writable-and-would-block'],
  ['FD_WRITE never comes', 'writable-and-would-block'],
  ['can I send 100 MB in one WSASend', 'stream-too-large'],
  ['maximum size of one WSASend', 'datagram-too-large'],
  ['no buffer space availble', 'no-buffer-space'],
  ['locked pages limit', 'no-buffer-space'],
  ['connection reset while sending', 'aborted-or-reset'],
  ['10054 on UDP send', 'reset-of-a-datagram'],
  ['network down send error code', 'network-down'],
  ['SO_LINGER 0 closesocket loses data', 'data-at-the-close'],
  ['graceful close without losing data', 'data-at-the-close'],
  ['recieve FIN but send works', 'peer-has-closed'],
  ['memory leak pending sends after disconnect', 'close-with-sends-pending'],
  ['thread ends overlapped io canceled', 'thread-exits'],
  ['which flags does WSASend accept', 'flags-of-a-send'],
  ['urgent data MSG_OOB', 'out-of-band-on-a-stream'],
  ['send to broadcast address fails 10013', 'broadcast-without-the-option'],
  ['send on unconnected udp socket', 'unbound-or-not-connected'],
  ['10036 WSAEINPROGRESS', 'another-call-in-progress'],
  ['do i have to ResetEvent', 'event-still-set'],
  ['WSA_FLAG_OVERLAPPED missing', 'overlapped-on-a-plain-socket'],
  ['is the OVERLAPPED used if WSASend fails immediately', 'what-a-failed-send-leaves'],
  ['is the WSABUF array copied', 'free-the-wsabuf-array'],
  ['is the buffer copied when WSASend returns success', 'buffers-of-a-plain-send'],
  ['CancelIoEx did not cancel my send', 'cancelled-and-sent-all-the-same'],
  ['libuv uv_try_write EAGAIN windows partial write', 'nonblocking-and-full'],
  ['.NET SocketException 10054 An existing connection was forcibly closed by the remote host on SendAsync', 'aborted-or-reset'],
  ['wsasend: An established connection was aborted by the software in your host machine', 'aborted-or-reset'],
  ['wine WSASend nonblocking partial send returns less bytes', 'nonblocking-and-full'],
  ['wsaeshutdwon after shutdown SD_RECEIVE', 'send-after-shutdown'],
  ['thread exited and my overlapped send was aborted 995', 'thread-exits'],
])('%s is answered by the question %s', (words, id) => {
  expect(firstFew(words).slice(0, 2)).toContain(`question ${id}`);
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
  expect(lookUp('x'.repeat(100_000)).found).toEqual([]);
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
