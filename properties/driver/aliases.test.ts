import { describe, expect, test } from 'vitest';
import type { Request } from '../../model/winsock/trace.ts';
import type { ReplyLine } from '../conversation/replyLine.ts';
import { Aliases, ProcessNames } from './aliases.ts';

const send = (socket: string, overlapped: string, thread?: string): Request => ({
  call: 'WSPSend',
  socket,
  buffers: [1],
  overlapped,
  routine: [{ call: 'WSPSend', socket, buffers: [2] }],
  ...(thread !== undefined && { thread }),
});

/** A process that has served one case, with a socket A, an OVERLAPPED o1 and a thread t1 that has exited. */
const served = (): ProcessNames => {
  const process = new ProcessNames();
  const first = new Aliases(process);
  first.outward(send('A', 'o1', 't1'));
  first.end(['t1']);
  return process;
};

describe('the names of a case', () => {
  test('are its own in the first case of a process', () => {
    const first = new Aliases(new ProcessNames());
    expect(first.outward(send('A', 'o1', 't1'))).toEqual(send('A', 'o1', 't1'));
  });

  test('are others in the second, those of exited threads too, and come back as its own', () => {
    const second = new Aliases(served());
    const asked = second.outward(send('A', 'o1', 't1'));
    expect(asked).toEqual(send('A.1', 'o1.1', 't1.1'));
    const answer = { ...asked, returns: { rc: 0, bytes: 1 } } as ReplyLine;
    expect(second.inward(answer)).toEqual({ ...send('A', 'o1', 't1'), returns: { rc: 0, bytes: 1 } });
  });

  test('leave the main thread and threads that go on as they are', () => {
    const process = new ProcessNames();
    new Aliases(process).end([]);
    const second = new Aliases(process);
    expect(second.outward({ call: 'SleepEx', thread: 'main' })).toEqual({ call: 'SleepEx', thread: 'main' });
    expect(second.outward({ call: 'SleepEx', thread: 't2' })).toEqual({ call: 'SleepEx', thread: 't2' });
  });

  test('identify a line about the case before, and an end that nothing of this one began', () => {
    const second = new Aliases(served());
    second.outward(send('A', 'o1'));
    expect(second.inward({ poll: 'event', overlapped: 'o1', signalled: true })).toBeUndefined();
    expect(second.inward({ peer: 'idle', socket: 'A' })).toBeUndefined();
    expect(second.inward({ peer: 'idle', socket: 'A.1' })).toEqual({ peer: 'idle', socket: 'A' });
    expect(second.inward({ end: 4, returns: { rc: 0 } } as unknown as ReplyLine)).toBeUndefined();
  });
});
