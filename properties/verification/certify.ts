import type { Profile } from '../../model/clauses/profiles.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { Counterexample } from '../campaign/report.ts';

type Judged = Pick<Counterexample, 'header' | 'steps' | 'signature'>;

/**
 * What the second judge says of a counterexample; nothing for one that does not end in a rejected step. It is loaded when there is
 * something for it to judge, so that a run without a finding does not wait for it.
 */
export async function secondVerdict({ header, steps, signature }: Judged, profile: Profile): Promise<Counterexample['second']> {
  if (signature.kind !== 'rejected') return undefined;
  const { validate } = await import('../validator/validator.ts');
  const trace = readTrace([header, ...steps].map((line) => `${lineOf(line)}\n`).join(''));
  return trace.header === undefined ? undefined : validate(profile, trace.header, trace.steps);
}
