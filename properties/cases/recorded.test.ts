import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { verdictOn } from '../generate/regressions.ts';

/**
 * Recordings of programs that nobody wrote for this, with one thing changed: a count by one byte, a packet that is an error or comes
 * twice, bytes that are other ones or come twice. Every such change must be noticed, at its line or later.
 */

type Line = Record<string, unknown> & { readonly returns?: { readonly rc: number; readonly bytes?: number } };

/** The steps that each may be replaced by. */
function changesOf(step: Line): readonly (readonly Line[])[] {
  const { returns } = step;
  if (step.call === 'WSPSend' && returns?.rc === 0 && returns.bytes !== undefined) {
    return [returns.bytes + 1, returns.bytes - 1]
      .filter((bytes) => bytes >= 0)
      .map((bytes) => [{ ...step, returns: { ...returns, bytes } }]);
  }
  if (step.port !== undefined) {
    const bytes = step.bytes as number;
    return [[{ ...step, bytes: bytes + 1 }], [{ ...step, bytes: bytes - 1 }], [{ ...step, error: 'WSAECONNRESET' }], [step, step]];
  }
  if (step.peer === 'recv') {
    const runs = step.runs as readonly (readonly [number, number])[];
    return [[{ ...step, runs: runs.map(([start, length]) => [start + 1, length]) }], [step, step]];
  }
  return [];
}

const stepsOf = (lines: readonly string[]): readonly Line[] => lines.map((line) => JSON.parse(line) as Line);
const textOf = (steps: readonly Line[]): string => `${steps.map((step) => JSON.stringify(step)).join('\n')}\n`;

describe.each<[string, readonly Profile[], number]>([
  ['node-echo', profiles, 42],
  ['esbuild-serves', ['docs'], 112],
  ['result-of-another-socket', ['page'], 82],
  // Under the other two a nonblocking send may take a part, and what a peer that closed never read says nothing of how large that was.
  ['deno-readiness', ['msafd'], 216],
])('%s', (name, readings, count) => {
  const steps = stepsOf(
    readFileSync(new URL(`recorded/${name}.ndjson`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n'),
  );

  test.each(readings)('every change is noticed under %s', (profile) => {
    const changes = steps.flatMap((step, at) => changesOf(step).map((changed) => ({ at, changed })));
    expect(changes).toHaveLength(count);
    for (const { at, changed } of changes) {
      const { verdict, line } = verdictOn(textOf([...steps.slice(0, at), ...changed, ...steps.slice(at + 1)]), profile);
      expect(verdict, `line ${at + 1}: ${JSON.stringify(changed)}`).toBe('rejected');
      expect(line).toBeGreaterThan(at);
    }
  });
});
