import { expect, test } from 'vitest';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { isIntact } from './view.ts';

const opened = [
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];

// Wine 10 was accused of a stream without an end, which its peer had read: the socket was not judged any more.
test.each<[circuit: boolean, what: string, lines: readonly string[]]>([
  [true, 'that was shut down', ['{"call":"WSPShutdown","socket":"A","how":"SD_SEND","returns":{"rc":0}}']],
  [false, 'whose peer has left', ['{"env":"peer.close","socket":"A"}']],
  [false, 'that is not judged any more', ['{"call":"WSPSetSockOpt","socket":"A","name":"SO_UNKNOWN","value":1,"returns":{"rc":0}}']],
])('progress is required of a circuit: %s of one %s', (isRequired, _, lines) => {
  const { header, steps, malformed } = readTrace(['{"wspsend":"trace/1"}', ...opened, ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  const oracle = new Oracle('msafd', header);
  for (const { step } of steps) expect(oracle.step(step)).toBeUndefined();
  expect(isIntact(oracle.world, oracle.world.sockets.get('A')!)).toBe(isRequired);
});
