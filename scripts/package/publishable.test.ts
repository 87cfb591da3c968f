import { expect, test } from 'vitest';
import { whyNotPublishable } from './publishable.ts';

const meant = 'git+https://github.com/wspsend/wspsend.git';

test.each(['https://github.com/wspsend/wspsend', 'git@github.com:wspsend/wspsend.git', 'ssh://git@github.com/wspsend/wspsend.git\n'])(
  'a clone that was pushed to the address of package.json may be published: %j',
  (remote) => {
    expect(whyNotPublishable(meant, remote)).toBeUndefined();
  },
);

test.each([
  [undefined, /no remote named origin/],
  ['https://github.com/somebody/wspsend.git', /must be the address of origin/],
  ['/home/me/wspsend', /must be the address of origin/],
])('another may not: %j', (remote, says) => {
  expect(whyNotPublishable(meant, remote)).toMatch(says);
});
