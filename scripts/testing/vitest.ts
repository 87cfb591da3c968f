/**
 * Matchers and a suite for vitest: `wspsend/vitest`.
 *
 *   expect(trace).toBePermitted('docs')       is every step of a recorded trace permitted?
 *   expect(report).toConform()                did a verification find nothing?
 *   describeConformance(provider, options)    one test for each clause that a provider can be held to
 */

import { beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../model/clauses/profiles.ts';
import { register } from '../../model/clauses/register.ts';
import { type Judgement, judgeText } from '../../model/judge/judge.ts';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import { lineOf, type TraceStep, traceVersion } from '../../model/winsock/trace.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { type VerifyOptions, verifyProvider } from '../../properties/verify.ts';
import { explain } from '../report/explain.ts';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: it is declared as vitest declares it, so that the two are one
  interface Matchers<T = any> {
    /**
     * The trace is accepted under the profile, `page` unless another is named. It is the text of a trace (NDJSON, trace/1) or its steps.
     * A failure says which step is wrong, which clauses it breaks, and shows what it returned and what was permitted in its place.
     */
    toBePermitted(profile?: Profile): T;
    /** A report of `verifyProvider` or `verifyDriver` has the verdict `conforms`. A failure says what deviates, with the shortest trace. */
    toConform(): T;
  }
}

/** The text of a trace, whose header is added to steps that come without one. */
const textOf = (trace: string | readonly TraceStep[]): string =>
  typeof trace === 'string' ? trace : [JSON.stringify({ wspsend: traceVersion }), ...trace.map(lineOf)].map((line) => `${line}\n`).join('');

/** What the refused step gave, and what it might have given: vitest shows the two as a difference. */
function differenceIn(judgement: Judgement): { readonly actual?: unknown; readonly expected?: unknown } {
  if (judgement.verdict !== 'rejected') return {};
  const { step, permitted } = judgement;
  const actual = 'returns' in step ? step.returns : step;
  return { actual: [actual], expected: permitted.map(({ clauses: _, ...outcome }) => outcome) };
}

expect.extend({
  toBePermitted(received: string | readonly TraceStep[], profile: Profile = 'page') {
    const judgement = judgeText(textOf(received), profile);
    const pass = judgement.verdict === 'accepted';
    return { pass, message: () => explain(judgement, { profile }), ...(pass ? {} : differenceIn(judgement)) };
  },
  toConform(received: Report) {
    return { pass: received.verdict === 'conforms', message: () => explain(received) };
  },
});

export interface ConformanceOptions extends Omit<VerifyOptions, 'subject' | 'onCase' | 'onProgress' | 'now'> {
  /** What the suite calls the provider. Default `the provider`. */
  readonly name?: string;
  /** Milliseconds that the verification may take. Default five minutes. */
  readonly timeout?: number;
}

/**
 * A suite that verifies a provider once and has one test for each clause that the page asks of one: passed where it was tried and never
 * broken, failed with the shortest trace where it was, skipped with the reason where it was not tried.
 *
 * @param provider A module that exports `WSPStartup(upcalls)` and `world()`.
 */
export function describeConformance(provider: ProviderModule, options: ConformanceOptions = {}): void {
  const { name = 'the provider', timeout = 300_000, ...how } = options;
  describe(`${name} conforms to WSPSend (profile ${how.profile ?? 'page'})`, () => {
    let report: Report;
    beforeAll(async () => {
      report = await verifyProvider(provider, { ...how, subject: name });
    }, timeout);
    for (const { id, text, status } of register) {
      if (status.is !== 'modelled') continue;
      test(`${id} ${text}`, ({ skip }) => {
        const result = report.clauses.find((one) => one.id === id);
        const broken = report.counterexamples.filter(({ clauses }) => clauses.includes(id));
        if (broken.length > 0) expect.fail(explain({ ...report, counterexamples: broken }));
        skip(result === undefined || result.tried === 0, result?.why ?? 'no step put it to the test');
      });
    }
  });
}
