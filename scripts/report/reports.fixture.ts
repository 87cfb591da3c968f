/** Reports whose numbers add up, for the tests of what is done with reports. */

import type { ClauseId } from '../../model/clauses/register.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import { campaignId } from '../../properties/campaign/campaignId.ts';
import type { ClauseResult, Counterexample, ListedResult, Report } from '../../properties/campaign/report.ts';
import { judgedClauses } from '../../properties/campaign/tally.ts';
import { verdictOf } from '../../properties/campaign/verdict.ts';

export const traceStep = (line: string): TraceStep => JSON.parse(line) as TraceStep;

/** With the id and the verdict that follow from the rest. */
export const sealed = ({ verdict: _, ...report }: Report): Report => {
  const named = { ...report, campaign: { ...report.campaign, id: campaignId(report) } };
  return { ...named, verdict: verdictOf(named) };
};

const resultOf = (id: ClauseId): ClauseResult =>
  id === 'WSAENOTSOCK:1' || id.startsWith('Routine:')
    ? { id, tried: 0, violated: 0, listed: 0, grade: 'notTried', why: 'no step of this run led to it' }
    : { id, tried: 2, violated: 0, listed: 0, grade: 'conforms' };

export const conforming: Report = sealed({
  wspsend: 'report/2',
  subject: 'the ring provider',
  profile: 'page',
  seed: 7,
  campaign: { id: '', version: '0.1.0', provider: '', ledger: '', steps: 1000, walks: true, shares: 1 },
  seconds: 1.25,
  verdict: 'conforms',
  clauses: judgedClauses.map(resultOf),
  graphs: [
    {
      slice: 'smallest',
      bounds: { operations: 2, units: 1, length: 2 },
      states: 596,
      transitions: 4193,
      visible: 3973,
      shown: 1148,
      otherwise: 800,
      steps: 300,
    },
    {
      slice: 'linger',
      bounds: { operations: 1, units: 1, length: 1 },
      states: 12,
      transitions: 44,
      visible: 44,
      shown: 39,
      otherwise: 5,
      steps: 0,
    },
  ],
  steps: { asked: 700, walks: 300, campaign: 710, total: 1010 },
  cases: { walks: 20, campaign: 12 },
  counterexamples: [],
  outcomes: [
    { step: 'completion', outcome: 'WSAEMSGSIZE', offered: 40, shown: 0 },
    { step: 'completion', outcome: 'success', offered: 40, shown: 40 },
  ],
  unsupported: [{ kind: 'WSPSend', why: 'the thread main is blocked', count: 3 }],
  unjudged: [],
});

export const counterexample: Counterexample = {
  header: { wspsend: 'trace/1' },
  steps: [traceStep('{"env":"settle"}'), traceStep('{"call":"WSPSend","socket":"<A>","buffers":[3],"returns":{"rc":0,"bytes":3}}')],
  message: 'WSPSend gives success with 3 bytes',
  clauses: ['WSAENOTSOCK:1'],
  permitted: [{ rc: -1, errno: 'WSAENOTSOCK' }],
  signature: {
    kind: 'rejected',
    clauses: ['WSAENOTSOCK:1'],
    step: 'WSPSend nonoverlapped',
    outcome: 'all bytes',
    circumstances: ['SOCK_STREAM'],
  },
  cases: 1,
  shown: { times: 1, of: 1 },
  replay: 'npx wspsend verify --seed 7 --steps 2',
};

/** The same run with these findings and this ledger. */
export const withFindings = (counterexamples: readonly Counterexample[], listed?: readonly ListedResult[], of = conforming): Report =>
  sealed({
    ...of,
    counterexamples,
    ...(listed !== undefined && { listed }),
    clauses: of.clauses.map((result) => {
      const violated = counterexamples.filter(({ clauses }) => clauses.includes(result.id)).length;
      const known = (listed ?? []).filter(({ shows, clauses }) => shows && clauses.includes(result.id)).length;
      if (violated + known === 0) return result;
      const { why: _, ...rest } = result;
      return { ...rest, tried: result.tried + violated + known, violated, listed: known, grade: violated > 0 ? 'deviates' : 'listed' };
    }),
  });

export const listedEntry: ListedResult = {
  entry: 1,
  form: 1,
  clauses: ['WSAECONNRESET:1'],
  step: 'WSPSend nonoverlapped: WSAECONNRESET (SOCK_STREAM, not connected)',
  reason: 'the kernel gives EPIPE',
  isReviewed: true,
  cases: 84,
  shows: true,
};
