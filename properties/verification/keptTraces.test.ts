import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import type { Counterexample } from '../campaign/report.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { askedByTrace, keepTrace } from './keptTraces.ts';

const folder = mkdtempSync(join(tmpdir(), 'wspsend-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

const steps = [{ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } }] as const satisfies readonly TraceStep[];
const shown: readonly CampaignRequest[] = [{ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM' }];

/** What a replay asks for once the counterexample was kept as a file. */
const askedAfterKeeping = (more: Partial<Counterexample>, kind = 'rejected') => {
  const signature = { kind, clauses: [], step: '', outcome: '', circumstances: [] };
  const example = { header: { wspsend: 'trace/1' }, steps, message: 'm', clauses: [], signature, ...more } as unknown as Counterexample;
  const { header, steps: read } = readTrace(readFileSync(keepTrace(folder, example), 'utf8'));
  return askedByTrace(
    header,
    read.map(({ step }) => step),
  );
};

test('a kept trace asks for what its steps show', () => {
  expect(askedAfterKeeping({})).toEqual({ requests: shown });
});

test('or for what its header says, where a step does not show it', () => {
  const requests: readonly CampaignRequest[] = [...shown, { inject: 'room', socket: 'A', value: 1 }, { call: 'WSPConnect', socket: 'A' }];
  expect(askedAfterKeeping({ requests }, 'died')).toEqual({ requests });
  expect(askedAfterKeeping({ requests }, 'stalled')).toEqual({ requests, finishes: true });
});

test('a header that holds no valid request is refused, with the request', () => {
  const header = { wspsend: 'trace/1', 'x-replay': { requests: [shown[0], { call: 'None' }] } };
  expect(() => askedByTrace(header as never, steps)).toThrow(/^x-replay\.requests\[1\]: /);
});
