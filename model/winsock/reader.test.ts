import { describe, expect, test } from 'vitest';
import { lineBytesMax, linesOf, readRequest, readTrace, routineDepthMax, TraceReader } from './reader.ts';
import { acceptedSteps, oneOfEach } from './trace.cases.ts';
import { callNames, type EnvStep, isKind, kindOf, lineOf, type PeerStep, type PollStep, stepKinds, type TraceStep } from './trace.ts';

const header = '{"wspsend":"trace/1"}';

const readerOf = (...lines: string[]): TraceReader => {
  const reader = new TraceReader();
  reader.header(header);
  for (const line of lines) expect(reader.read(line)).toMatchObject({ kind: 'step' });
  return reader;
};
const readOne = (line: string) => readerOf().read(line);
const messageOf = (line: string): string => {
  const read = readOne(line);
  return read.kind === 'malformed' ? read.message : `not malformed: ${read.kind}`;
};
const send = (fields: string): string => `{"call":"WSPSend","socket":"A","buffers":[1],${fields}}`;
const settleOf = (bytes: number): string => {
  const frame = '{"env":"settle","x-pad":""}';
  return frame.replace('""', `"${'a'.repeat(bytes - frame.length)}"`);
};
const routineOf = (depth: number): string =>
  `${'{"call":"WSPSend","socket":"A","buffers":[],"routine":['.repeat(depth)}{"call":"SleepEx"}${']}'.repeat(depth)}`;

describe('a step is read', () => {
  test.each(acceptedSteps)('%s', (_, line) => {
    expect(readOne(line)).toEqual({ kind: 'step', line: 2, step: JSON.parse(line) });
  });

  test('there is an example of each kind', () => {
    const examples = oneOfEach.map(([, line]) => JSON.parse(line) as Record<string, unknown>);
    const shown = (key: string): unknown[] => [...new Set(examples.map((line) => line[key]).filter((value) => value !== undefined))];
    expect(shown('call').sort()).toEqual([...callNames].sort());
    // An end takes the call that it ends.
    expect(stepKinds.filter((kind) => kind !== 'end' && shown(kind).length === 0)).toEqual([]);
    const polls: { readonly [poll in PollStep['poll']]: true } = { event: true, count: true, writable: true };
    const peers: { readonly [peer in PeerStep['peer']]: true } = { recv: true, idle: true, eof: true, error: true };
    const envs: { readonly [env in EnvStep['env']]: true } = {
      'peer.reset': true,
      'peer.close': true,
      'peer.shutdown': true,
      'peer.unseen': true,
      'keepalive.failed': true,
      'circuit.timeout': true,
      'network.down': true,
      'route.lost': true,
      'transport.took': true,
      settle: true,
    };
    for (const [key, kinds] of [
      ['poll', polls],
      ['peer', peers],
      ['env', envs],
    ] as const)
      expect(shown(key).sort()).toEqual(Object.keys(kinds).sort());
  });

  test('a step is written as it was read', () => {
    const reader = readerOf('{"begin":1,"call":"SleepEx"}');
    const end = '{"end":1,"x-note":[1],"returns":{"rc":0}}';
    const read = reader.read(end);
    expect(read.kind === 'step' && [JSON.stringify(read.step), lineOf(read.step)]).toEqual([end, end]);
  });

  test('a step made by hand is written without the call that it ends', () => {
    const step: TraceStep = { end: 1, returns: { rc: 0 }, begun: { begin: 1, call: 'SleepEx' } };
    expect(lineOf(step)).toBe('{"end":1,"returns":{"rc":0}}');
  });

  test.each([
    ['call', send('"routine":true,"returns":{"rc":0}')],
    ['routine', '{"routine":"leave","overlapped":"o1"}'],
    ['peer', '{"peer":"eof","socket":"A"}'],
  ] as const)('its kind is %s', (kind, line) => {
    const step = JSON.parse(line) as TraceStep;
    expect([kindOf(step), isKind(step, kind), isKind(step, 'env')]).toEqual([kind, true, false]);
  });
});

describe('a line is ignored', () => {
  test.each([
    ['done', 'after each request', '{"done":true}'],
    ['done', 'after each request, with a free field', '{"done":true,"x-ms":3}'],
    ['unsupported', 'for a call that cannot be made', '{"call":"WSPBind","socket":"A","returns":{"unsupported":"why"}}'],
    ['unsupported', 'for a call that nobody knows', '{"call":"WSPRecvFrom","returns":{"unsupported":"why"}}'],
    ['unsupported', 'for a poll that cannot be made', '{"poll":"event","overlapped":"o1","returns":{"unsupported":"why"}}'],
    ['unsupported', 'for a peer that cannot read', '{"peer":"recv","socket":"A","bytes":1,"returns":{"unsupported":"why"}}'],
    ['unsupported', 'for an environment that cannot be', '{"env":"network.down","returns":{"unsupported":""}}'],
    ['blank', 'when it is blank', ''],
    ['blank', 'when it is blank but for white space', ' \t\r'],
    ['note', 'when all of its names are free', '{"x-at":1.5,"x-note":{"call":"any"}}'],
  ])('%s: %s', (what, _, line) => {
    expect(readOne(line)).toEqual({ kind: 'ignored', line: 2, what });
  });

  test('an unsupported call uses up no number and ends none', () => {
    const reader = readerOf('{"begin":1,"call":"SleepEx"}');
    expect(reader.read('{"begin":2,"call":"SleepEx","returns":{"unsupported":"why"}}').kind).toBe('ignored');
    expect(reader.read('{"end":1,"returns":{"unsupported":"why"}}').kind).toBe('ignored');
    expect(reader.read('{"begin":2,"call":"SleepEx"}').kind).toBe('step');
    expect([...reader.outstanding.keys()]).toEqual([1, 2]);
  });
});

describe('a line is malformed', () => {
  test.each([
    // Not one JSON object.
    ['{"env":"settle"', 'a line must be one JSON object: "{\\"env\\":\\"settle\\""'],
    ['{"env":"settle"}{"env":"settle"}', 'a line must be one JSON object: "{\\"env\\":\\"settle\\"}{\\"env\\":\\"settle\\"}"'],
    ["{'env':'settle'}", "a line must be one JSON object: \"{'env':'settle'}\""],
    ['[{"env":"settle"}]', 'a line must be one JSON object: a list of 1'],
    ['"settle"', 'a line must be one JSON object: "settle"'],
    ['null', 'a line must be one JSON object: null'],
    ['\ufeff{"env":"settle"}', 'a line must be one JSON object: "\ufeff{\\"env\\":\\"settle\\"}"'],
    // Strictness of the text.
    ['{"env":"settle","env":"settle"}', 'a key must stand once in its object: "env"'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":0,"rc":0}}', 'a key must stand once in its object: "rc"'],
    ['{"call":"WSPRecv","returns":{"unsupported":1,"unsupported":1}}', 'a key must stand once in its object: "unsupported"'],
    ['{"env":"settle","x-a":{"b":1,"b":1}}', 'a key must stand once in its object: "b"'],
    ['{"peer":"eof","socket":"\\ud800"}', 'a string must have no lone surrogate: "\\ud800"'],
    ['{"peer":"eof","socket":"A","x-\\udc00":1}', 'a string must have no lone surrogate: "x-\\udc00"'],
    // Unknown kinds.
    ['{}', `a step must have one of call, end, routine, poll, upcall, caller, peer, env, port, foreign: its fields are none`],
    [
      '{"wspsend":"trace/1"}',
      `a step must have one of call, end, routine, poll, upcall, caller, peer, env, port, foreign: its fields are "wspsend"`,
    ],
    [
      '{"begin":1,"returns":{"rc":0}}',
      `a step must have one of call, end, routine, poll, upcall, caller, peer, env, port, foreign: its fields are "begin", "returns"`,
    ],
    ['{"call":"WSPRecvFrom","socket":"A","returns":{"rc":0}}', 'call must be a known call: "WSPRecvFrom"'],
    ['{"call":"constructor","returns":{"rc":0}}', 'call must be a known call: "constructor"'],
    ['{"call":null}', 'call must be a known call: null'],
    ['{"routine":"runs","overlapped":"o1"}', 'routine must be "enter" or "leave": "runs"'],
    ['{"poll":"result","overlapped":"o1"}', 'poll must be "event", "count" or "writable": "result"'],
    ['{"upcall":"WPUPostMessage","overlapped":"o1"}', 'upcall must be a known upcall: "WPUPostMessage"'],
    ['{"caller":"reads","what":"buffer","overlapped":"o1"}', 'caller must be "writes" or "frees": "reads"'],
    ['{"caller":"writes","what":"event","overlapped":"o1"}', 'caller.what must be "buffer" or "overlapped": "event"'],
    ['{"peer":"send","socket":"A"}', 'peer must be "recv", "idle", "eof" or "error": "send"'],
    ['{"env":"reset","socket":"A"}', 'env must be a known kind of env: "reset"'],
    ['{"done":false}', 'done must be true: false'],
    // A line with call or end is a call line, whatever else it has.
    ['{"call":"WSPBind","socket":"A","peer":"idle","returns":{"rc":0}}', 'WSPBind.peer is not a field here: "idle"'],
    ['{"call":"WSPBind","socket":"A","done":true,"returns":{"rc":0}}', 'WSPBind.done is not a field here: true'],
    [send('"routine":"enter","returns":{"rc":0}'), 'WSPSend.routine must be true or false, or a list of calls: "enter"'],
    ['{"end":1,"env":"settle","returns":{"rc":0}}', 'end.env is not a field here: "settle"'],
    // Missing fields.
    ['{"call":"WSPSocket","socket":"A","returns":{"rc":0}}', 'WSPSocket.type is required'],
    ['{"call":"WSPBind","returns":{"rc":0}}', 'WSPBind.socket is required'],
    ['{"call":"WSPConnect","returns":{"rc":0}}', 'WSPConnect.socket is required'],
    ['{"call":"WSPIoctl","socket":"A","returns":{"rc":0}}', 'WSPIoctl.code is required'],
    ['{"call":"WSPIoctl","socket":"A","code":"FIONBIO","returns":{"rc":0}}', 'WSPIoctl.value is required when code is FIONBIO'],
    ['{"call":"WSPSetSockOpt","socket":"A","value":1,"returns":{"rc":0}}', 'WSPSetSockOpt.name is required'],
    ['{"call":"WSPSetSockOpt","socket":"A","name":"SO_SNDBUF","returns":{"rc":0}}', 'WSPSetSockOpt.value is required'],
    ['{"call":"WSPGetSockOpt","socket":"A","returns":{"rc":0}}', 'WSPGetSockOpt.name is required'],
    ['{"call":"WSPSend","socket":"A","returns":{"rc":0}}', 'WSPSend.buffers is required'],
    ['{"call":"WSPSend","buffers":[],"returns":{"rc":0}}', 'WSPSend.socket is required'],
    ['{"call":"WSPGetOverlappedResult","socket":"A","returns":{"rc":0}}', 'WSPGetOverlappedResult.overlapped is required'],
    ['{"call":"WSPCancelIo","returns":{"rc":0}}', 'WSPCancelIo.socket is required'],
    ['{"call":"WSPShutdown","socket":"A","returns":{"rc":0}}', 'WSPShutdown.how is required'],
    ['{"call":"WSPCloseSocket","returns":{"rc":0}}', 'WSPCloseSocket.socket is required'],
    ['{"call":"SleepEx"}', 'SleepEx.returns is required of a call without begin'],
    ['{"begin":1,"call":"SleepEx","returns":{"rc":0}}', 'SleepEx.returns must be absent where there is a begin: an object'],
    ['{"end":1}', 'end.returns is required'],
    ['{"routine":"enter","error":"0","bytes":1,"flags":0}', 'routine.overlapped is required'],
    ['{"routine":"enter","overlapped":"o1","bytes":1,"flags":0}', 'routine.error is required'],
    ['{"routine":"enter","overlapped":"o1","error":"0","flags":0}', 'routine.bytes is required'],
    ['{"routine":"enter","overlapped":"o1","error":"0","bytes":1}', 'routine.flags is required'],
    ['{"routine":"leave"}', 'routine.overlapped is required'],
    ['{"poll":"event","overlapped":"o1"}', 'poll.signalled is required'],
    ['{"poll":"count","overlapped":"o1"}', 'poll.written is required'],
    ['{"upcall":"WPUQueueApc","overlapped":"o1"}', 'WPUQueueApc.returns is required'],
    ['{"upcall":"WPUCompleteOverlappedRequest","overlapped":"o1","bytes":1}', 'WPUCompleteOverlappedRequest.error is required'],
    ['{"caller":"writes","overlapped":"o1"}', 'caller.what is required'],
    ['{"peer":"recv","socket":"A"}', 'peer.runs is required'],
    ['{"peer":"eof"}', 'peer.socket is required'],
    ['{"peer":"error","socket":"A"}', 'peer.errno is required'],
    ['{"env":"peer.reset"}', 'env.socket is required'],
    ['{"env":"transport.took","socket":"A"}', 'env.bytes is required'],
    // Wrong types.
    ['{"call":"WSPBind","socket":7,"returns":{"rc":0}}', 'WSPBind.socket must be a string: 7'],
    ['{"call":"WSPBind","socket":null,"returns":{"rc":0}}', 'WSPBind.socket must be a string: null'],
    ['{"call":"WSPBind","socket":"A","thread":1,"returns":{"rc":0}}', 'WSPBind.thread must be a string: 1'],
    ['{"call":"WSPSocket","socket":"A","type":1,"returns":{"rc":0}}', 'WSPSocket.type must be a string: 1'],
    [
      '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":1,"returns":{"rc":0}}',
      'WSPSocket.overlapped must be true or false: 1',
    ],
    ['{"call":"WSPConnect","socket":"A","to":"B","returns":{"rc":0}}', 'WSPConnect.to must be "peer" or "broadcast": "B"'],
    [
      '{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":"1","returns":{"rc":0}}',
      'WSPIoctl.value must be a number, or true or false: "1"',
    ],
    [
      '{"call":"WSPSetSockOpt","socket":"A","name":"SO_SNDBUF","value":"1","returns":{"rc":0}}',
      'WSPSetSockOpt.value must be a number, true or false, or {"l_onoff","l_linger"}: "1"',
    ],
    [
      '{"call":"WSPSetSockOpt","socket":"A","name":"SO_LINGER","value":1,"returns":{"rc":0}}',
      'WSPSetSockOpt.value must be {"l_onoff","l_linger"} when name is SO_LINGER: 1',
    ],
    [
      '{"call":"WSPSetSockOpt","socket":"A","name":"SO_LINGER","value":{"l_onoff":1},"returns":{"rc":0}}',
      'WSPSetSockOpt.value.l_linger is required',
    ],
    [send('"overlapped":true,"returns":{"rc":0}'), 'WSPSend.overlapped must be a string: true'],
    [send('"event":"e1","returns":{"rc":0}'), 'WSPSend.event must be true or false: "e1"'],
    [send('"flags":"MSG_OOB","returns":{"rc":0}'), 'WSPSend.flags must be a list of strings: "MSG_OOB"'],
    [send('"flags":[1],"returns":{"rc":0}'), 'WSPSend.flags[0] must be a string: 1'],
    [send('"fault":true,"returns":{"rc":0}'), 'WSPSend.fault must be a string or a list of strings: true'],
    [send('"fault":["buffer",1],"returns":{"rc":0}'), 'WSPSend.fault[1] must be a string: 1'],
    [send('"count":0,"returns":{"rc":0}'), 'WSPSend.count must be true or false: 0'],
    [send('"port":"p","returns":{"rc":0}'), 'WSPSend.port must be true or false: "p"'],
    [send('"fill":-1,"returns":{"rc":0}'), 'WSPSend.fill must be an integer from 0 to 9007199254740991: -1'],
    [send('"fill":0.5,"returns":{"rc":0}'), 'WSPSend.fill must be an integer from 0 to 9007199254740991: 0.5'],
    [send('"fill":9007199254740992,"returns":{"rc":0}'), 'WSPSend.fill must be an integer from 0 to 9007199254740991: 9007199254740992'],
    ['{"call":"SleepEx","timeout":"0","returns":{"rc":0}}', 'SleepEx.timeout must be an integer from 0 to 4294967295: "0"'],
    ['{"call":"SleepEx","returns":{"rc":0,"value":192}}', 'SleepEx.returns.value must be a string: 192'],
    ['{"begin":"1","call":"SleepEx"}', 'SleepEx.begin must be an integer: "1"'],
    ['{"end":"1","returns":{"rc":0}}', 'end must be an integer: "1"'],
    ['{"poll":"event","overlapped":"o1","signalled":1}', 'poll.signalled must be true or false: 1'],
    [
      '{"routine":"enter","overlapped":"o1","error":0,"bytes":1,"flags":0}',
      'routine.error must be a Winsock name or a decimal number in a string: 0',
    ],
    ['{"peer":"recv","socket":"A","runs":[0,1]}', 'peer.runs[0] must be [start, length]: 0'],
    ['{"peer":"recv","socket":"A","runs":[[0]]}', 'peer.runs[0] must be [start, length]: a list of 1'],
    ['{"peer":"recv","socket":"A","runs":[[0,1],[0,1,2]]}', 'peer.runs[1] must be [start, length]: a list of 3'],
    ['{"peer":"recv","socket":"A","runs":{}}', 'peer.runs must be a list of runs: an object'],
    ['{"peer":"recv","socket":"A","runs":[],"oob":1}', 'peer.oob must be true or false: 1'],
    // Names that were meant to be others.
    [
      '{"call":"WSPBind","socket":"A","returns":{"rc":-1,"errno":"WSAEWOULDBLOK"}}',
      'WSPBind.returns.errno must be a Winsock name or a decimal number in a string: "WSAEWOULDBLOK"; did you mean WSAEWOULDBLOCK?',
    ],
    [
      '{"routine":"enter","overlapped":"o1","error":"WSA_IO_PENDIN","bytes":0,"flags":0}',
      'routine.error must be a Winsock name or a decimal number in a string: "WSA_IO_PENDIN"; did you mean WSA_IO_PENDING?',
    ],
    [
      '{"peer":"error","socket":"A","errno":"WSAECONNREST"}',
      'peer.errno must be a Winsock name or a decimal number in a string: "WSAECONNREST"; did you mean WSAECONNRESET?',
    ],
    [send('"flags":["MSG_OOB","MSG_OBB"],"returns":{"rc":0}'), 'WSPSend.flags[1] must be a flag: "MSG_OBB"; did you mean MSG_OOB?'],
    [send('"fault":"lpBufers","returns":{"rc":0}'), 'WSPSend.fault must be a pointer of WSPSend: "lpBufers"; did you mean lpBuffers?'],
    [
      send('"fault":["buffer","lpBufers"],"returns":{"rc":0}'),
      'WSPSend.fault[1] must be a pointer of WSPSend: "lpBufers"; did you mean lpBuffers?',
    ],
    [
      send('"routine":[{"call":"WSPShutdown","socket":"A","how":"SD_SENT"}],"returns":{"rc":0}'),
      'WSPSend.routine[0].how must be a manner of shutdown: "SD_SENT"; did you mean SD_SEND?',
    ],
    [
      '{"call":"WSPSetSockOpt","socket":"A","name":"SO_LINGR","value":1,"returns":{"rc":0}}',
      'WSPSetSockOpt.name must be a socket option: "SO_LINGR"; did you mean SO_LINGER?',
    ],
    [
      '{"call":"WSPSocket","socket":"A","type":"SOCK_STREM","returns":{"rc":0}}',
      'WSPSocket.type must be a type of socket: "SOCK_STREM"; did you mean SOCK_STREAM?',
    ],
    [
      '{"call":"WSPIoctl","socket":"A","code":"SIO_FLUHS","returns":{"rc":0}}',
      'WSPIoctl.code must be an ioctl: "SIO_FLUHS"; did you mean SIO_FLUSH?',
    ],
    [
      '{"call":"SetFileCompletionNotificationModes","socket":"A","modes":["FILE_SKIP_COMPLETION_PORT_ON_SUCESS"],"returns":{"rc":0}}',
      'SetFileCompletionNotificationModes.modes[0] must be a completion mode: "FILE_SKIP_COMPLETION_PORT_ON_SUCESS"; did you mean FILE_SKIP_COMPLETION_PORT_ON_SUCCESS?',
    ],
    // What real programs need.
    ['{"port":"post","socket":"A","overlapped":"o1","error":"0","bytes":1}', 'port must be "packet" or "empty": "post"'],
    ['{"port":"packet","socket":"A","error":"0","bytes":1}', 'port.overlapped is required'],
    ['{"foreign":"TransmitFile"}', 'foreign.socket is required'],
    ['{"poll":"writable","socket":"A"}', 'poll.ready is required'],
    ['{"env":"peer.unseen"}', 'env.socket is required'],
    ['{"call":"WSPCancelIo","socket":"A","scope":"process","returns":{"rc":0}}', 'WSPCancelIo.scope must be "thread": "process"'],
    ['{"call":"WSACleanup","socket":"A","returns":{"rc":0}}', 'WSACleanup.socket is not a field here: "A"'],
    // Lengths.
    ['{"call":"WSPSend","socket":"A","buffers":[-1],"returns":{"rc":0}}', 'WSPSend.buffers[0] must be an integer from 0 to 4294967295: -1'],
    [
      '{"call":"WSPSend","socket":"A","buffers":[0,4294967296],"returns":{"rc":0}}',
      'WSPSend.buffers[1] must be an integer from 0 to 4294967295: 4294967296',
    ],
    [
      '{"call":"WSPSend","socket":"A","buffers":[1.5],"returns":{"rc":0}}',
      'WSPSend.buffers[0] must be an integer from 0 to 4294967295: 1.5',
    ],
    [
      '{"call":"WSPSend","socket":"A","buffers":[1e999],"returns":{"rc":0}}',
      'WSPSend.buffers[0] must be an integer from 0 to 4294967295: Infinity',
    ],
    ['{"call":"WSPSend","socket":"A","buffers":5,"returns":{"rc":0}}', 'WSPSend.buffers must be a list of lengths: 5'],
    [send('"returns":{"rc":0,"bytes":-1}'), 'WSPSend.returns.bytes must be an integer from 0 to 4294967295: -1'],
    ['{"peer":"recv","socket":"A","runs":[[0,4294967296]]}', 'peer.runs[0][1] must be an integer from 0 to 4294967295: 4294967296'],
    ['{"env":"transport.took","socket":"A","bytes":-1}', 'env.bytes must be an integer from 0 to 4294967295: -1'],
    [
      '{"routine":"enter","overlapped":"o1","error":"0","bytes":4294967296,"flags":0}',
      'routine.bytes must be an integer from 0 to 4294967295: 4294967296',
    ],
    // What a call returns.
    ['{"call":"WSPBind","socket":"A","returns":{}}', 'WSPBind.returns.rc must be 0 or -1'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":1}}', 'WSPBind.returns.rc must be 0 or -1: 1'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":"0"}}', 'WSPBind.returns.rc must be 0 or -1: "0"'],
    ['{"call":"WSPBind","socket":"A","returns":0}', 'WSPBind.returns must be an object: 0'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":-1}}', 'WSPBind.returns.errno is required when rc is -1'],
    [
      '{"call":"WSPBind","socket":"A","returns":{"rc":-1,"errno":10057}}',
      'WSPBind.returns.errno must be a Winsock name or a decimal number in a string: 10057',
    ],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":0,"errno":"0"}}', 'WSPBind.returns.errno must be absent when rc is 0: "0"'],
    ['{"upcall":"WPUQueueApc","overlapped":"o1","returns":{"rc":-1}}', 'WPUQueueApc.returns.errno is required when rc is -1'],
    // Fields that are not there.
    ['{"call":"WSPBind","socket":"A","sokcet":"A","returns":{"rc":0}}', 'WSPBind.sokcet is not a field here: "A"'],
    ['{"call":"WSPBind","socket":"A","thraed":"t1","returns":{"rc":0}}', 'WSPBind.thraed is not a field here (did you mean thread?): "t1"'],
    ['{"call":"WSPBind","socket":"A","X-note":1,"returns":{"rc":0}}', 'WSPBind.X-note is not a field here: 1'],
    ['{"call":"WSPBind","socket":"A","constructor":1,"returns":{"rc":0}}', 'WSPBind.constructor is not a field here: 1'],
    ['{"call":"WSPBind","socket":"A","__proto__":{},"returns":{"rc":0}}', 'WSPBind.__proto__ is not a field here: an object'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":0,"bytes":1}}', 'WSPBind.returns.bytes is not a field here: 1'],
    ['{"call":"WSPBind","socket":"A","returns":{"rc":0,"__proto__":1}}', 'WSPBind.returns.__proto__ is not a field here: 1'],
    [send('"returns":{"rc":0,"sent":1}'), 'WSPSend.returns.sent is not a field here: 1'],
    [
      send('"routine":[{"call":"SleepEx","returns":{"rc":0}}],"returns":{"rc":0}'),
      'WSPSend.routine[0].returns is not a field here: an object',
    ],
    [send('"routine":[{"call":"SleepEx","note":1}],"returns":{"rc":0}'), 'WSPSend.routine[0].note is not a field here: 1'],
    [send('"routine":[{"call":"WSPSend","socket":"A"}],"returns":{"rc":0}'), 'WSPSend.routine[0].buffers is required'],
    [send('"routine":[{"poll":"event","overlapped":"o1"}],"returns":{"rc":0}'), 'WSPSend.routine[0].call must be a known call'],
    ['{"routine":"leave","overlapped":"o1","bytes":1}', 'routine.bytes is not a field here: 1'],
    ['{"poll":"event","overlapped":"o1","signalled":true,"written":true}', 'poll.written is not a field here: true'],
    ['{"peer":"idle","socket":"A","runs":[]}', 'peer.runs is not a field here: a list of 0'],
    ['{"env":"settle","socket":"A"}', 'env.socket is not a field here: "A"'],
    ['{"peer":"idle","env":"settle","socket":"A"}', 'peer.env is not a field here: "settle"'],
    ['{"done":true,"took":1}', 'done.took is not a field here: 1'],
  ])('%s', (line, message) => {
    expect(messageOf(line)).toBe(message);
  });

  test('a line has 16 MiB at most, in bytes of UTF-8', () => {
    expect(readOne(settleOf(lineBytesMax)).kind).toBe('step');
    expect(messageOf(settleOf(lineBytesMax + 1))).toBe('a line must have at most 16777216 bytes');
    expect(messageOf(settleOf(lineBytesMax).replace('aa', 'aé'))).toBe('a line must have at most 16777216 bytes');
    expect(messageOf(`{"env":"settle","x-pad":"${'€'.repeat(lineBytesMax / 3)}"}`)).toBe('a line must have at most 16777216 bytes');
  });

  test('lists of a routine nest as deep as a recursive walk can follow', () => {
    const callOf = (depth: number) => routineOf(depth).replace(/\}$/, ',"returns":{"rc":0}}');
    expect(readOne(callOf(routineDepthMax)).kind).toBe('step');
    for (const depth of [routineDepthMax + 1, 100_000])
      expect(messageOf(callOf(depth))).toMatch(/^lists of a routine must stand in one another at most 64 deep/);
  });

  test('a free field nests as deep as it likes', () => {
    expect(readOne(`{"env":"settle","x-deep":${'[{"a":'.repeat(1e5)}0${'}]'.repeat(1e5)}}`).kind).toBe('step');
    expect(messageOf(`{"env":"settle","deep":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)).toBe('env.deep is not a field here: a list of 1');
  });

  test('a message stays short, whatever came', () => {
    expect(messageOf(`{"peer":"eof","socket":"A","${'k'.repeat(1e6)}":"${'v'.repeat(1e6)}"}`).length).toBeLessThan(200);
  });
});

describe('a call that blocks is two lines', () => {
  test('an end carries the call that it ends', () => {
    const begin = '{"begin":7,"call":"WSPSend","socket":"A","buffers":[9]}';
    const reader = readerOf(begin);
    expect([...reader.outstanding]).toEqual([[7, JSON.parse(begin)]]);
    const read = reader.read('{"end":7,"thread":"t1","returns":{"rc":0,"bytes":9}}');
    expect(read.kind === 'step' && 'end' in read.step && read.step.begun).toEqual(JSON.parse(begin));
    expect(reader.outstanding.size).toBe(0);
  });

  test.each([
    ['a number that ends nothing', [], '{"end":7,"returns":{"rc":0}}', 'end must be the number of a call that has begun and not ended: 7'],
    [
      'a number that ends twice',
      ['{"begin":7,"call":"SleepEx"}', '{"end":7,"returns":{"rc":0}}'],
      '{"end":7,"returns":{"rc":0}}',
      'end must be the number of a call that has begun and not ended: 7',
    ],
    [
      'a number that begins twice',
      ['{"begin":7,"call":"SleepEx"}'],
      '{"begin":7,"call":"SleepEx"}',
      'SleepEx.begin must be a number that no call began with before: 7',
    ],
    [
      'a number that begins again after its end',
      ['{"begin":7,"call":"SleepEx"}', '{"end":7,"returns":{"rc":0}}'],
      '{"begin":7,"call":"SleepEx"}',
      'SleepEx.begin must be a number that no call began with before: 7',
    ],
    [
      'a result that its call does not give',
      ['{"begin":7,"call":"WSPShutdown","socket":"A","how":"SD_SEND"}'],
      '{"end":7,"returns":{"rc":0,"bytes":1}}',
      'WSPShutdown ended: returns.bytes is not a field here: 1',
    ],
    [
      'a failure without its code',
      ['{"begin":7,"call":"WSPSend","socket":"A","buffers":[]}'],
      '{"end":7,"returns":{"rc":-1}}',
      'WSPSend ended: returns.errno is required when rc is -1',
    ],
    ['an end without a result', ['{"begin":7,"call":"SleepEx"}'], '{"end":7}', 'SleepEx ended: returns is required'],
  ])('%s is malformed', (_, before, line, message) => {
    expect(readerOf(...before).read(line)).toEqual({ kind: 'malformed', line: before.length + 2, message });
  });

  test('numbers come in any order and each begins once', () => {
    const numbers = [5, 7, 6, 4, -1, 0, 9, 8, 2 ** 53 - 1];
    const reader = readerOf(...numbers.map((number) => `{"begin":${number},"call":"SleepEx"}`));
    for (const number of numbers) {
      expect(reader.read(`{"end":${number},"returns":{"rc":0}}`).kind).toBe('step');
      expect(reader.read(`{"begin":${number},"call":"SleepEx"}`).kind).toBe('malformed');
    }
  });
});

describe('a header comes first', () => {
  test.each([
    ['with nothing but its version', header],
    ['with all that it may say', '{"wspsend":"trace/1","source":"wine-8.0","title":"a title","side":"spi","period":251,"x-host":{"a":1}}'],
    ['with the longest period', '{"wspsend":"trace/1","period":281474976710656}'],
    ['behind a byte order mark', `\ufeff${header}`],
    ['before a carriage return', `${header}\r`],
  ])('%s', (_, line) => {
    expect(new TraceReader().header(line)).toEqual({ kind: 'header', line: 1, header: JSON.parse(line.replace('\ufeff', '')) });
  });

  test.each([
    ['{}', 'the first line must be a header, {"wspsend":"trace/1"}'],
    ['{"env":"settle"}', 'the first line must be a header, {"wspsend":"trace/1"}'],
    ['{"done":true}', 'the first line must be a header, {"wspsend":"trace/1"}'],
    ['{"wspsend":"trace/2"}', 'header.wspsend must be "trace/1": "trace/2"'],
    ['{"wspsend":1}', 'header.wspsend must be "trace/1": 1'],
    ['{"wspsend":"trace/1","title":1}', 'header.title must be a string: 1'],
    ['{"wspsend":"trace/1","period":250}', 'header.period must be an integer from 251 to 2^48: 250'],
    ['{"wspsend":"trace/1","period":281474976710657}', 'header.period must be an integer from 251 to 2^48: 281474976710657'],
    ['{"x-note":1}', 'the first line must be a header, {"wspsend":"trace/1"}'],
    ['{"wspsend":"trace/1","author":"me"}', 'header.author is not a field here: "me"'],
    ['{"wspsend":"trace/1","wspsend":"trace/1"}', 'a key must stand once in its object: "wspsend"'],
  ])('%s is none', (line, message) => {
    expect(new TraceReader().header(line)).toEqual({ kind: 'malformed', line: 1, message });
  });

  test('blank lines before it are no fault', () => {
    expect(readTrace(`\ufeff\r\n \n${header}\r\n\n{"env":"settle"}`)).toMatchObject({ header: {}, steps: [{ line: 5 }] });
    // A mark of the byte order stands at the very beginning alone.
    expect(readTrace(`\n\ufeff${header}`).malformed).toMatchObject({ line: 2 });
    expect(readTrace('\n\n').malformed).toMatchObject({
      message: 'the first line must be a header, {"wspsend":"trace/1"}: there is no line',
    });
  });

  test('a step in its place is malformed', () => {
    expect(new TraceReader().read('{"env":"settle"}')).toEqual({
      kind: 'malformed',
      line: 1,
      message: 'the first line must be read as a header',
    });
    expect(new TraceReader().read(' ').kind).toBe('malformed');
  });
});

test('the carriage return at the end of a line is not shown as a part of it', () => {
  expect(messageOf('{\r')).toBe(messageOf('{'));
});

describe('a text has lines', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\n\nb\n\n', ['a', '', 'b', '']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
    ['\n', ['']],
  ])('%j', (text, lines) => {
    expect([...linesOf(text)]).toEqual(lines);
  });

  test('a trace is read to its end, or to the first line that is malformed', () => {
    const text = `${header}\r\n{"env":"settle"}\r\n{"done":true}\r\n{"peer":"idle","socket":"A"}\r\n`;
    const steps = [
      { line: 2, step: { env: 'settle' } },
      { line: 4, step: { peer: 'idle', socket: 'A' } },
    ];
    expect(readTrace(text)).toEqual({ header: { wspsend: 'trace/1' }, steps });
    expect(readTrace(`${text}\n \r\n${text}`)).toMatchObject({ steps, malformed: { line: 7 } });
    expect(readTrace('')).toMatchObject({
      steps: [],
      malformed: { line: 1, message: 'the first line must be a header, {"wspsend":"trace/1"}: there is no line' },
    });
  });
});

describe('a request is a step without its outcome', () => {
  test.each([
    ['{"call":"WSPSend","socket":"A","buffers":[1],"overlapped":"o1","routine":[{"call":"SleepEx"}]}'],
    ['{"call":"WSPSocket","socket":"A","type":"SOCK_DGRAM","x-seed":1}'],
    ['{"poll":"event","overlapped":"o1"}'],
    ['{"poll":"count","overlapped":"o1"}'],
    ['{"poll":"writable","socket":"A"}'],
    ['{"env":"route.lost"}'],
    ['{"call":"CreateIoCompletionPort","socket":"A"}'],
    ['{"peer":"recv","socket":"A"}'],
    ['{"peer":"recv","socket":"A","bytes":0}'],
    ['{"env":"peer.close","socket":"A"}'],
    ['{"env":"settle"}'],
  ])('%s', (line) => {
    expect(readRequest(line, 3)).toEqual({ kind: 'request', line: 3, request: JSON.parse(line) });
  });

  test.each([
    ['', 'a line must be one JSON object: ""'],
    ['{"call":"SleepEx","returns":{"rc":0}}', 'SleepEx.returns is not a field here: an object'],
    ['{"begin":1,"call":"SleepEx"}', 'SleepEx.begin is not a field here: 1'],
    ['{"end":1,"returns":{"rc":0}}', 'a request must have one of call, poll, peer, env, port: its fields are "end", "returns"'],
    ['{"poll":"event","overlapped":"o1","signalled":true}', 'poll.signalled is not a field here: true'],
    ['{"peer":"eof","socket":"A"}', 'peer must be "recv": "eof"'],
    ['{"poll":"writable","socket":"A","ready":true}', 'poll.ready is not a field here: true'],
    ['{"env":"peer.unseen","socket":"A"}', 'env must be a kind of env that can be brought about: "peer.unseen"'],
    ['{"call":"WSPCloseSocket","socket":"A","unread":1}', 'WSPCloseSocket.unread is not a field here: 1'],
    ['{"peer":"recv","socket":"A","bytes":-1}', 'peer.bytes must be an integer from 0 to 4294967295: -1'],
    ['{"env":"transport.took","socket":"A","bytes":1}', 'env must be a kind of env that can be brought about: "transport.took"'],
  ])('%s is none', (line, message) => {
    expect(readRequest(line, 3)).toEqual({ kind: 'malformed', line: 3, message });
  });
});
