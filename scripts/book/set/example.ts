/** A trace in which more than one way is open, and whose last step none of them permits. */

const lines = [
  { wspsend: 'trace/1', title: 'a cancelled send, and bytes that fit two sends' },
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  { call: 'WSPSend', socket: 'A', buffers: [10], fill: 0, overlapped: 'o1', event: true, returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
  { call: 'WSPSend', socket: 'A', buffers: [10], fill: 4, overlapped: 'o2', event: true, returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
  { call: 'WSPCancelIo', socket: 'A', overlapped: 'o1', returns: { rc: 0 } },
  { peer: 'recv', socket: 'A', runs: [[0, 10]] },
  { poll: 'event', overlapped: 'o1', signalled: true },
  { env: 'settle' },
  { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o2', returns: { rc: -1, errno: 'WSA_IO_INCOMPLETE' } },
  { peer: 'recv', socket: 'A', runs: [[10, 5]] },
];

export const exampleTrace = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
