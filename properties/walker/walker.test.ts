import { describe, expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { firstRejection } from '../../model/judge/judge.ts';
import { RandomWords } from '../campaign/randomWords.ts';
import type { Below } from '../catalogue/scenes.ts';
import { validate } from '../validator/validator.ts';
import { metamorphoses } from './metamorphoses.ts';
import { withPacketMissing, withPacketTwice } from './ports.ts';
import { readWalk, type WalkedTrace, Walker, walkPlans } from './walker.ts';

/**
 * The oracle accepts what the model may do, and rejects what no state of the model permits, there or where it first shows. A change that
 * leaves the meaning of a trace alone turns no accepted one into a rejected one, and no rejected one into an accepted one.
 *
 * Where the model permits too much, a second judge decides: an alarm is false unless it rejects the same line.
 */

const isLong = process.env.WSPSEND_LONG !== undefined;
const walkLength = 24;
/** The slices whose tables are made in no time; the long run has them all. */
const quick = ['smallest', 'nesting', 'spi', 'linger'];

const belowOf = (seed: number): Below => {
  const words = new RandomWords(seed);
  return (count) => (words.next() >>> 0) % count;
};

/** The line at which the oracle rejects the lines, counted from the first of them; undefined where it accepts them. */
const rejectedAt = ({ side, lines }: Pick<WalkedTrace, 'side' | 'lines'>, profile: Profile): number | undefined => {
  const { header, steps, malformed } = readWalk({ ...(side && { side }), lines });
  expect(malformed).toBeUndefined();
  const found = firstRejection(header, steps, profile);
  return found === undefined ? undefined : found.line - 2;
};

const plans = walkPlans.filter(({ slice }) => isLong || quick.includes(slice));
/** Steps of all walks of a slice under a profile; WSPSEND_STEPS says how many those of all slices have together. */
const stepsWanted = isLong ? Number(process.env.WSPSEND_STEPS ?? 100_000) / plans.length : 300;

describe.each(plans.flatMap((plan) => profiles.map((profile) => [plan.slice, profile, plan] as const)))(
  'walks of %s under %s',
  (_, profile, plan) => {
    const walksOf = (strays: boolean, take: (walked: ReturnType<Walker['walk']>, below: Below) => void): void => {
      const below = belowOf(strays ? 2 : 1);
      const walker = new Walker(plan, profile, below);
      for (let steps = 0; steps < stepsWanted; ) {
        const walked = walker.walk(1 + below(walkLength), strays);
        steps += Math.max(1, walked.path.length);
        take(walked, below);
      }
    };

    const isExcused = ({ side, lines }: WalkedTrace, at: number | undefined): boolean => {
      if (plan.excused === undefined || at === undefined) return false;
      const { header, steps } = readWalk({ ...(side && { side }), lines });
      const second = validate(profile, header!, steps);
      return second.verdict === 'rejected' && second.line === at + 2;
    };

    test('are accepted, and so are those that say the same', () => {
      let walks = 0;
      let excused = 0;
      walksOf(false, (walked, below) => {
        walks++;
        const at = rejectedAt(walked, profile);
        if (isExcused(walked, at)) {
          excused++;
          return;
        }
        expect(at, walked.path.join(', ')).toBeUndefined();
        for (const [name, change] of Object.entries(metamorphoses)) {
          expect(
            rejectedAt({ ...walked, lines: change(walked.lines, below) }, profile),
            `${name}: ${walked.path.join(', ')}`,
          ).toBeUndefined();
        }
      });
      expect(excused).toBeLessThan(walks / 5);
    });

    // Slices without an operation whose result somebody asks for have no packets.
    test('give one packet each through a port, and give it', () => {
      let packets = 0;
      walksOf(false, (walked) => {
        if (rejectedAt(walked, profile) !== undefined) return;
        const twice = withPacketTwice(walked.lines);
        if (twice !== undefined) packets++;
        if (twice !== undefined) expect(rejectedAt({ ...walked, lines: twice }, profile), walked.path.join(', ')).toBe(twice.length - 1);
        const missing = withPacketMissing(walked.lines);
        const expected = profile === 'page' || missing === undefined ? undefined : missing.length - 1;
        if (missing !== undefined) expect(rejectedAt({ ...walked, lines: missing }, profile), walked.path.join(', ')).toBe(expected);
      });
      if (plan.slice === 'smallest') expect(packets).toBeGreaterThan(3);
    });

    test('are rejected where they stray, whatever else goes on', () => {
      let strayed = 0;
      walksOf(true, (walked, below) => {
        if (!('wrong' in walked)) return;
        const at = rejectedAt(walked, profile);
        if (at !== walked.lines.length - 1 && isExcused(walked, at)) return;
        strayed++;
        const path = [...walked.path, walked.wrong].join(', ');
        expect(at, path).toBe(walked.lines.length - 1);
        // Nothing is added before the stray step itself: where a call has to return first, whatever comes in its place is wrong.
        const mixed = [...metamorphoses['traffic on another socket'](walked.lines.slice(0, -1), below), walked.lines.at(-1)!];
        expect(rejectedAt({ ...walked, lines: mixed }, profile), path).toBe(mixed.length - 1);
      });
      expect(strayed).toBeGreaterThan(5);
    });
  },
);
