import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../cli/packageFiles.ts';

test('a provider of one’s own takes some thirty lines', () => {
  const text = readFileSync(packageFile('scripts/testing/ownProvider.fixture.ts'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !/^(?:\/\*\*|import)/.test(line));
  expect(lines.length).toBeLessThan(35);
});
