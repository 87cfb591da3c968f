import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../cli/packageFiles.ts';
import { soak } from './soak.ts';

// A worker cannot load TypeScript; `npm run build` comes before every script.
test.skipIf(!existsSync(packageFile('.build/impl/provider/peerThread.js')))(
  'a short soak: every byte reaches the other thread once and in order, whatever the sizes and the ways to send',
  async () => {
    let shown = 0;
    const report = await soak({ bytes: 1e8, seconds: 50, seed: 7, onProgress: (sent) => (shown = sent) });
    expect(report).toMatchObject({ received: report.sent, wrongAt: -1 });
    expect(shown).toBe(report.sent);
    // All four ways were in it.
    expect(report.short).toBeGreaterThan(0);
    expect(report.pended).toBeGreaterThan(0);
    expect(report.apcs).toBeGreaterThan(0);
    expect(report.routines).toBeGreaterThan(0);
  },
);
