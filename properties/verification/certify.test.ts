import { expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import { secondVerdict } from './certify.ts';

const begins = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];

const signature = { kind: 'rejected', clauses: [], step: '', outcome: '', circumstances: [] } as const;

/** What the second judge says of these lines and the last one. */
const said = (kind: 'rejected' | 'hung', ...lines: readonly string[]) => {
  const { header, steps } = readTrace([...begins, ...lines].join('\n'));
  return secondVerdict({ header: header!, steps: steps.map(({ step }) => step), signature: { ...signature, kind } }, 'docs');
};
const tooMuch = '{"call":"WSPSend","socket":"A","buffers":[3],"returns":{"rc":0,"bytes":4}}';

test('a second judge that sees the step wrong too says on which line', async () => {
  expect(await said('rejected', tooMuch)).toEqual({ verdict: 'rejected', line: 4 });
  expect(
    await said('rejected', '{"begin":1,"call":"WSPSend","socket":"A","buffers":[3]}', '{"end":1,"returns":{"rc":0,"bytes":4}}'),
  ).toEqual({
    verdict: 'rejected',
    line: 5,
  });
});

test('what it accepts is reported, and what it does not decide with the reason', async () => {
  expect(await said('rejected', '{"call":"WSPSend","socket":"A","buffers":[3],"returns":{"rc":0,"bytes":3}}')).toEqual({
    verdict: 'accepted',
  });
  expect(await said('rejected', '{"env":"transport.took","socket":"A","bytes":3}')).toEqual({
    verdict: 'undecided',
    line: 4,
    why: 'transport.took',
  });
});

test('it says nothing of what is not a rejected step', async () => {
  expect(await said('hung', tooMuch)).toBeUndefined();
});
