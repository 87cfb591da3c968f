import { describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { profiles, readingsOf } from '../../model/clauses/profiles.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import { isUnsupported } from '../conversation/replyLine.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { isReadingOf, isShown, type Shown } from './choice.ts';
import { choices } from './choices.ts';

interface Trace {
  readonly header: TraceHeader;
  readonly steps: readonly TraceStep[];
}

async function traceOf(requests: readonly CampaignRequest[]): Promise<Trace> {
  const conversation = await providerImplementation(provider).begin();
  const steps: TraceStep[] = [];
  for (const request of requests) {
    const { lines, failure } = await conversation.request(request);
    expect(failure).toBeUndefined();
    for (const line of lines) {
      if (isUnsupported(line)) throw new Error(`the provider must be able to do what shows a choice: ${JSON.stringify(line)}`);
      steps.push(line);
    }
  }
  return { header: conversation.header, steps };
}

/** Every field of the pattern is there; one that is undefined is not. */
function fits(pattern: unknown, value: unknown): boolean {
  if (pattern === null || typeof pattern !== 'object') return pattern === value;
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(pattern).every(([key, part]) => fits(part, (value as Record<string, unknown>)[key]));
}

const shows = ({ steps }: Trace, shown: Shown): boolean => {
  let next = 0;
  for (const step of steps)
    if (next < shown.steps.length && fits(shown.steps[next], 'end' in step ? { ...step.begun, ...step } : step)) next++;
  return next === shown.steps.length;
};

const verdicts = ({ header, steps }: Trace): Record<string, string> =>
  Object.fromEntries(
    profiles.map((profile) => {
      const oracle = new Oracle(profile, header);
      for (const step of steps) {
        const refused = oracle.step(step);
        if (refused !== undefined) return [profile, `rejected: ${refused.message}`];
      }
      return [profile, 'accepted'];
    }),
  );

/** Accepted where a reading permits it, rejected elsewhere. */
const expected = (shown: Shown): Record<string, unknown> =>
  Object.fromEntries(profiles.map((profile) => [profile, isReadingOf(shown, profile) ? 'accepted' : expect.stringMatching(/^rejected/)]));

test('every ruling has its choice', () => {
  expect(rulings.map(({ id }) => id).filter((id) => !choices.some(({ about }) => about === id))).toEqual([]);
});

test('every reading that some profile permits is shown by some outcome, or cannot show in a trace', () => {
  const missing = rulings.flatMap((ruling) => {
    const points = choices.filter(({ about }) => about === ruling.id);
    if (points.every(({ own }) => !isShown(own))) return [];
    const shown = points.flatMap(({ own, others }) => [own, ...others].filter(isShown));
    const named = new Set(shown.flatMap(({ readings }) => (readings === 'every profile' ? [] : ([...readings] as string[]))));
    const isFree = shown.some(({ readings }) => readings === 'every profile');
    const permitted = new Set(profiles.flatMap((profile) => readingsOf(profile, ruling.id)));
    return [...permitted].map((reading) => `${ruling.id}:${reading}`).filter((reading) => !named.has(reading) && !isFree);
  });
  expect(missing).toEqual([]);
});

for (const { about, own, others } of choices.filter(({ own }) => isShown(own))) {
  describe(about, () => {
    if (isShown(own)) {
      test(`our provider ${own.does}`, async () => {
        const trace = await traceOf(own.requests);
        expect(shows(trace, own), JSON.stringify(trace.steps)).toBe(true);
        expect(verdicts(trace)).toEqual(expected(own));
        for (const other of others) expect(shows(trace, other), `${other.does} shows without ${other.by.join(' and ')}`).toBe(false);
      });
    }
    for (const other of others) {
      test(`by ${other.by.join(' and ')} it ${other.does}`, async () => {
        const injected = other.requests.filter(isInjection).map(({ inject }) => inject);
        expect(injected).toEqual(expect.arrayContaining([...other.by]));
        const trace = await traceOf(other.requests);
        expect(shows(trace, other), JSON.stringify(trace.steps)).toBe(true);
        expect(verdicts(trace)).toEqual(expected(other));
        // Left to itself it does not do so: the injection is what brings it about.
        const unprovoked = other.requests.filter((request) => !isInjection(request) || !other.by.includes(request.inject));
        expect(shows(await traceOf(unprovoked), other)).toBe(false);
      });
    }
  });
}
