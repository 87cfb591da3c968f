import { readFileSync } from 'node:fs';
import { readTrace } from '../../model/winsock/reader.ts';
import { type Profile, validate } from './validator.ts';

const counts: Record<string, number> = {};
for (const folder of process.argv.slice(2)) {
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8'));
  for (const file of Object.keys(expected)) {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    const t = readTrace(text);
    for (const profile of ['page', 'docs', 'msafd'] as Profile[]) {
      const e = expected[file][profile];
      if (!e || e.verdict === 'malformed') continue;
      let v: any;
      const t0 = performance.now();
      if (process.env.V) console.error(file, profile);
      try {
        v = validate(profile, t.header as any, t.steps as any);
      } catch (x) {
        v = { verdict: `CRASH ${(x as Error).stack}` };
      }
      const ms = performance.now() - t0;
      if (ms > 500) console.log('SLOW', file, profile, ms);
      const open = e.verdict === 'disputed' || e.verdict === 'either';
      const ok =
        open || v.verdict === 'too large'
          ? v.verdict
          : v.verdict === e.verdict && (e.line === undefined || e.line === v.line)
            ? 'agree'
            : 'DIFFER';
      counts[open ? 'open' : ok] = (counts[open ? 'open' : ok] ?? 0) + 1;
      if (ok === 'DIFFER')
        console.log(
          profile.padEnd(5),
          file.padEnd(50),
          `want ${e.verdict} ${e.line ?? ''} got ${v.verdict} ${v.line ?? ''}`,
          '--',
          e.because,
        );
      if (ok === 'too large') counts[v.why] = (counts[v.why] ?? 0) + 1;
    }
  }
}
console.log(counts);
