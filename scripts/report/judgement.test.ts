import { expect, test } from 'vitest';
import { judgeText } from '../../model/judge/judge.ts';
import type { CallStep, ForeignStep } from '../../model/winsock/trace.ts';
import { judgementJson, judgementText } from './judgement.ts';
import { coloursOf } from './terminal.ts';

const traceOf = (...steps: readonly object[]): string =>
  [{ wspsend: 'trace/1' }, ...steps].map((step) => `${JSON.stringify(step)}\n`).join('');
const connected = (socket: string): readonly CallStep[] => [
  { call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
  { call: 'WSPConnect', socket, returns: { rc: 0 } },
];
const sends = (socket: string): ForeignStep => ({ foreign: 'TransmitFile', socket });
const posted = (overlapped: string): object => ({
  call: 'WSPSend',
  socket: 'A',
  buffers: [5],
  overlapped,
  event: true,
  returns: { rc: -1, errno: 'WSA_IO_PENDING' },
});

/** The lines below the verdict. */
function additionLinesOf(text: string): readonly string[] {
  const judgement = judgeText(text, 'docs');
  return judgementText('a.ndjson', 'docs', judgement, coloursOf({})).split('\n').slice(1);
}

test('what is not judged on many sockets for one reason is one line, and JSON has each', () => {
  const sockets = ['A', 'B', 'C'];
  // The first call outside the vocabulary may have made the socket D.
  const text = traceOf(...sockets.flatMap(connected), ...sockets.map(sends), { foreign: 'DisconnectEx', socket: 'D' }, ...connected('D'), {
    foreign: 'DisconnectEx',
    socket: 'D',
  });
  expect(additionLinesOf(text)).toEqual([
    '  unjudged   from line 8, A and on 2 more sockets, the last from line 10: what TransmitFile does to sends is not known here',
    '             from line 11, D: what DisconnectEx does to sends is not known here',
  ]);
  expect(judgementJson('a.ndjson', 'docs', judgeText(text, 'docs'), false)).toHaveProperty('unjudged.length', 4);
});

test('what the caller broke again and again is one line', () => {
  const text = traceOf(...connected('A'), posted('o'), posted('o'), posted('o'), posted('o'));
  expect(additionLinesOf(text).at(-1)).toBe(
    '  caller     line 5, o is given to a send while the operation that has it is outstanding; 2 more lines broke the same, the last 7  (OverlappedLifetime:2, OverlappedLifetime:1)',
  );
});
