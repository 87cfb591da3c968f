import { describe, expect, test } from 'vitest';
import { TraceReader } from './reader.ts';

/** The step that a line is read as, after a call that begins. */
function stepOf(line: string): unknown {
  const reader = new TraceReader();
  reader.header('{"wspsend":"trace/1"}');
  reader.read('{"begin":1,"call":"WSPSend","socket":"A","buffers":[1]}');
  const read = reader.read(line);
  return read.kind === 'step' ? JSON.parse(JSON.stringify(read.step)) : read;
}

describe('a number is read as the name that it stands for', () => {
  test.each([
    [
      'a code',
      '{"call":"WSPSend","socket":"A","buffers":[1],"returns":{"rc":-1,"errno":"10035"}}',
      { returns: { rc: -1, errno: 'WSAEWOULDBLOCK' } },
    ],
    ['a code at the end of a call', '{"end":1,"returns":{"rc":-1,"errno":"10054"}}', { returns: { rc: -1, errno: 'WSAECONNRESET' } }],
    ['a code of the peer', '{"peer":"error","socket":"A","errno":"10054"}', { errno: 'WSAECONNRESET' }],
    ['a status', '{"routine":"enter","overlapped":"o","error":"995","bytes":0,"flags":0}', { error: 'WSA_OPERATION_ABORTED' }],
    [
      'flags',
      '{"call":"WSPSend","socket":"A","buffers":[1],"flags":["0x8000","4"],"returns":{"rc":0}}',
      { flags: ['MSG_PARTIAL', 'MSG_DONTROUTE'] },
    ],
    ['an ioctl that is judged', '{"call":"WSPIoctl","socket":"A","code":"2147772030","value":1,"returns":{"rc":0}}', { code: 'FIONBIO' }],
    ['an ioctl as a LONG', '{"call":"WSPIoctl","socket":"A","code":"-2147195266","value":1,"returns":{"rc":0}}', { code: 'FIONBIO' }],
    ['an ioctl that is not', '{"call":"WSPIoctl","socket":"A","code":"2550136836","returns":{"rc":0}}', { code: 'SIO_KEEPALIVE_VALS' }],
    ['an option', '{"call":"WSPSetSockOpt","socket":"A","name":"0x1001","value":0,"returns":{"rc":0}}', { name: 'SO_SNDBUF' }],
    [
      'an option that is not judged',
      '{"call":"WSPSetSockOpt","socket":"A","name":"28688","value":0,"returns":{"rc":0}}',
      { name: 'SO_UPDATE_CONNECT_CONTEXT' },
    ],
    [
      'in a routine',
      '{"call":"WSPSend","socket":"A","buffers":[1],"overlapped":"o","routine":[{"call":"WSPIoctl","socket":"A","code":"0x28000004"}],"returns":{"rc":0}}',
      { routine: [{ call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH' }] },
    ],
  ])('%s', (_, line, expected) => {
    expect(stepOf(line)).toMatchObject(expected);
  });

  test.each([
    ['a code with no name', '{"call":"WSPSend","socket":"A","buffers":[1],"returns":{"rc":-1,"errno":"10999"}}'],
    ['a Win32 code, which no call of Winsock gives', '{"call":"WSPSend","socket":"A","buffers":[1],"returns":{"rc":-1,"errno":"64"}}'],
    ['an option that is another one on each level', '{"call":"WSPSetSockOpt","socket":"A","name":"32","value":1,"returns":{"rc":0}}'],
    ['an ioctl of a driver', '{"call":"WSPIoctl","socket":"A","code":"2550137855","returns":{"rc":0}}'],
    ['a flag with no name', '{"call":"WSPSend","socket":"A","buffers":[1],"flags":["0x40000"],"returns":{"rc":0}}'],
  ])('%s stays what it is', (_, line) => {
    expect(stepOf(line)).toEqual(JSON.parse(line));
  });
});
