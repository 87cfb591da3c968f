import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRequest } from '../../model/winsock/reader.ts';
import { lineOf, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import type { Counterexample } from '../campaign/report.ts';
import { type CampaignRequest, isInjection } from '../conversation/requests.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { writeWhole } from './wholeFile.ts';

/**
 * Counterexamples as files: each is a trace that `check` judges, and its header says in a free field what a replay has to ask where the
 * steps do not say it.
 */

const field = 'x-replay';

/** What a replay asks for beyond the steps of its trace. */
interface Replaying {
  /** In place of those that the steps show. */
  readonly requests?: readonly CampaignRequest[];
  /** Afterwards everything is drained and asked for, by which a stall shows. */
  readonly finishes?: true;
}

/** Writes one into the folder, under a name that its contents decide, and gives back its path. Fails as the system refuses. */
export function keepTrace(
  folder: string,
  { header, steps, message, clauses, signature, requests }: Omit<Counterexample, 'replay'>,
): string {
  const replaying: Replaying = { ...(requests !== undefined && { requests }), ...(signature.kind === 'stalled' && { finishes: true }) };
  const free = Object.keys(replaying).length === 0 ? {} : { [field]: replaying };
  const text = [{ ...header, title: message, ...free }, ...steps].map((line) => `${lineOf(line)}\n`).join('');
  const id = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const file = join(folder, `${(clauses[0] ?? signature.kind).replace(':', '-')}.${id}.ndjson`);
  mkdirSync(folder, { recursive: true });
  writeWhole(file, text);
  return file;
}

/**
 * What a replay of a trace asks for: what the steps show, or where the header of a kept trace says something else, that.
 *
 * @throws RangeError when the header does not say it as it is written here, or when the steps answer what no request asks for.
 */
export const askedByTrace = (
  header: TraceHeader | undefined,
  steps: readonly TraceStep[],
): Required<Pick<Replaying, 'requests'>> & Replaying => {
  const { requests, ...replaying } = header === undefined ? {} : replayingOf(header);
  return { requests: requests ?? requestsOfTrace(steps), ...replaying };
};

function replayingOf(header: TraceHeader): Replaying {
  const said = (header as { readonly [field]?: unknown })[field];
  if (said === undefined) return {};
  const { requests, finishes } = Object(said) as { readonly requests?: unknown; readonly finishes?: unknown };
  if (requests !== undefined && !Array.isArray(requests)) throw new RangeError(`${field}.requests must be a list`);
  return { ...(requests !== undefined && { requests: requests.map(requestOf) }), ...(finishes === true && { finishes }) };
}

const requestOf = (value: unknown, at: number): CampaignRequest => {
  const injection = Object(value) as CampaignRequest;
  if (isInjection(injection) && typeof injection.inject === 'string') return injection;
  const read = readRequest(JSON.stringify(value), at + 1);
  if (read.kind === 'malformed') throw new RangeError(`${field}.requests[${at}]: ${read.message}`);
  return read.request;
};
