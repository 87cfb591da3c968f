import { describe, expect, test } from 'vitest';
import { keepLine, replayLine } from './replayLine.ts';

const [again, notAgain] = [{ shown: { times: 1, of: 1 } }, { shown: { times: 0, of: 3 } }];
const mine = { named: '--provider ./mine.js' };

describe('the line that shows a counterexample again', () => {
  test.each([
    ['its trace, where that is kept', mine, again, 'a b.ndjson', "npx wspsend replay 'a b.ndjson' --provider ./mine.js --profile page"],
    ['of our own provider names none', { named: '' }, again, 'a.ndjson', 'npx wspsend replay a.ndjson --profile page'],
    [
      'of a driver says how long that may take',
      { named: "--driver 'node d.js'", asking: '--timeout 3', profile: 'docs' as const },
      again,
      'a.ndjson',
      "npx wspsend replay a.ndjson --driver 'node d.js' --timeout 3 --profile docs",
    ],
    [
      'of a module without a name says what stands for it',
      {},
      again,
      'a.ndjson',
      'npx wspsend replay a.ndjson --provider MODULE --profile page # MODULE: the file that exports this provider',
    ],
    [
      'the whole run, with all that makes it the same one, where the cases before it are needed',
      { ...mine, repeated: '--deviations known.json', walks: false, seed: 7, steps: 200, deviationsMax: 100, shard: { index: 2, of: 3 } },
      notAgain,
      'a.ndjson',
      'npx wspsend verify --provider ./mine.js --deviations known.json --no-walks --profile page --seed 7 --steps 200 --shard 2/3 --keep-going # by itself it did not show again: it takes the cases before it, or shows only sometimes',
    ],
    [
      'the whole run where no trace is kept',
      mine,
      again,
      undefined,
      'npx wspsend verify --provider ./mine.js --profile page --seed 1 --steps 50000',
    ],
  ])('is %s', (_, options, example, file, line) => {
    expect(replayLine(options, example, file)).toBe(line);
  });
});

test('the line that makes a test of a counterexample names its trace and the implementation, or there is none', () => {
  const line = "npx wspsend generate --from 'a b.ndjson' --to kept --provider ./mine.js --profile docs";
  expect(keepLine({ ...mine, profile: 'docs' }, again, 'a b.ndjson')).toBe(line);
  expect(keepLine(mine, notAgain, 'a.ndjson')).toBeUndefined();
  expect(keepLine({}, again, 'a.ndjson')).toBeUndefined();
});
