import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { campaignId, digestOf } from '../campaign/campaignId.ts';
import { drawsOf } from '../campaign/draws.ts';
import { Findings } from '../campaign/findings.ts';
import { gradeOf } from '../campaign/grades.ts';
import type { Counterexample, Report } from '../campaign/report.ts';
import { runCase } from '../campaign/runCase.ts';
import { judgedClauses } from '../campaign/tally.ts';
import { verdictOf } from '../campaign/verdict.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { searchShorter } from '../minimal/minimal.ts';
import { secondVerdict } from './certify.ts';
import { keepTrace } from './keptTraces.ts';
import { overBudget, stepsDefault, type VerifyOptions } from './options.ts';
import { keepLine, replayLine } from './replayLine.ts';
import { noWalks, walk, walksShare } from './walks.ts';

/**
 * A whole verification: the model is explored within stated bounds, the implementation is driven through its graphs, and a campaign of
 * chosen requests goes on from there, case after case until enough steps were judged or one was not permitted.
 */

/** Cases in a row that bring no step at all: nothing can be tried then. */
const emptyCasesMax = 20;

/**
 * Verifies an implementation and closes it. Several of the same kind serve cases side by side. Deterministic for a seed, a profile and a
 * number of steps as far as the implementation is, but for `seconds`.
 */
export async function verify(lanes: readonly [Implementation, ...Implementation[]], options: VerifyOptions = {}): Promise<Report> {
  const [implementation] = lanes;
  const { subject = 'an implementation', profile = 'page', seed = 1, steps = stepsDefault, now = Date.now } = options;
  const { budgetSeconds, shard, deviationsMax = 1 } = options;
  const started = now();
  const endOf = (share: number): number =>
    budgetSeconds === undefined ? Number.POSITIVE_INFINITY : started + budgetSeconds * 1000 * share;
  const findings = new Findings({
    profile,
    now,
    deadline: endOf(1),
    deviationsMax,
    listed: options.listed ?? [],
    isExact: options.listed !== undefined || deviationsMax > 1,
    onCase: options.onCase,
    search: searchShorter,
    onShrink: () => options.onProgress?.(0, 1, 'looking for a shorter counterexample'),
  });
  try {
    await findings.askListed(implementation);
    await askFirst(implementation, findings, options);
    const before = { steps: findings.tally.steps, cases: findings.cases };
    const asked = shareOf(options, steps);
    const { graphs, cut } =
      options.walks === false ? noWalks : await walk(lanes, findings, () => now() >= endOf(walksShare), asked, options);
    const walked = findings.tally.steps - before.steps;
    const walkCases = findings.cases - before.cases;
    const campaign = await roam(lanes, findings, Math.max(0, asked - (options.walks === 'long' ? 0 : walked)), options);
    const { listed } = findings;
    const cuts = [cut, findings.cut].filter((text) => text !== undefined);
    const about = { subject, profile, seed, campaign: campaignOf(options) };
    const report: Omit<Report, 'verdict'> = {
      wspsend: 'report/2',
      ...about,
      campaign: { id: campaignId(about), ...about.campaign },
      ...(shard !== undefined && { shard }),
      seconds: (now() - started) / 1000,
      ...(options.required !== undefined && { required: options.required }),
      clauses: clauseResults(findings, profile, implementation.injections),
      graphs,
      steps: { asked: campaign.asked, walks: walked, campaign: findings.tally.steps - walked, total: findings.tally.steps },
      cases: { walks: walkCases, campaign: findings.cases - walkCases },
      ...(cuts.length > 0 && { cut: cuts.join('; ') }),
      counterexamples: await Promise.all(findings.counterexamples.map((example) => kept(example, profile, options))),
      outcomes: findings.tally.outcomes.coverage,
      unsupported: findings.unsupported.reasons,
      unjudged: findings.unjudged,
      ...(options.listed !== undefined && { listed }),
    };
    return { ...report, verdict: verdictOf(report) };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** What was asked of all shares together. */
const campaignOf = ({ identity, named = '', steps = stepsDefault, cases, walks = true, shard, listed }: VerifyOptions) => ({
  version: identity?.version ?? '',
  provider: [named, identity?.provider ?? ''].filter(Boolean).join(' '),
  ledger: listed === undefined ? '' : digestOf(JSON.stringify(listed)),
  steps,
  ...(cases !== undefined && { cases }),
  walks,
  shares: shard?.of ?? 1,
});

const shareOf = ({ shard }: VerifyOptions, whole: number): number => (shard === undefined ? whole : Math.ceil(whole / shard.of));

/** They count as cases of the campaign. */
async function askFirst(implementation: Implementation, findings: Findings, { first = [] }: VerifyOptions): Promise<void> {
  const { profile, tally, unsupported } = findings;
  for (const requests of first) {
    if (!findings.goesOn || findings.isLate) return;
    await findings.take(await runCase(implementation, { profile, requests, tally, unsupported }), implementation);
  }
}

/** Case after case of chosen requests, each lane the next one, until so many steps were judged. */
async function roam(
  lanes: readonly Implementation[],
  findings: Findings,
  asked: number,
  options: VerifyOptions,
): Promise<{ asked: number; cases: number }> {
  const { seed = 1, shard, onProgress } = options;
  const { profile, tally, unsupported } = findings;
  const casesAsked = options.cases === undefined ? undefined : shareOf(options, options.cases);
  const first = tally.steps;
  let cases = 0;
  let empty = 0;
  const isDone = (): boolean => (casesAsked === undefined ? tally.steps - first >= asked : cases >= casesAsked);
  const roamOn = async (implementation: Implementation): Promise<void> => {
    while (findings.goesOn && !isDone() && empty < emptyCasesMax) {
      if (findings.isLate) {
        const done = casesAsked === undefined ? `${tally.steps - first} of ${asked} steps` : `${cases} of ${casesAsked} cases`;
        findings.cut ??= `${overBudget(options)}: ${done}`;
        break;
      }
      const before = tally.steps;
      const index = shard === undefined ? cases : cases * shard.of + shard.index - 1;
      cases++;
      const result = await runCase(implementation, { profile, draws: drawsOf(seed, index), tally, unsupported });
      // Steps that put no clause to the test, such as settles, are no trial of the implementation.
      empty = tally.clauses.size === 0 || tally.steps === before ? empty + 1 : 0;
      if (casesAsked === undefined) onProgress?.(Math.min(tally.steps - first, asked), asked, `case ${cases}`);
      else onProgress?.(cases, casesAsked, `case ${cases}`);
      await findings.take(result, implementation);
    }
  };
  await Promise.all(lanes.map(roamOn));
  return { asked: casesAsked === undefined ? asked : tally.steps - first, cases };
}

// ---- The report ----------------------------------------------------------------------------------------------------------------

const clauseResults = (
  { tally, counterexamples, listed, unsupported, isSpi }: Findings,
  profile: Profile,
  injections: readonly string[],
): Report['clauses'] => {
  const violated = new Map<ClauseId, number>();
  for (const { clauses } of counterexamples) for (const id of clauses) violated.set(id, (violated.get(id) ?? 0) + 1);
  const known = listed.filter(({ shows }) => shows);
  // One that another sentence contradicts has a place only where nothing else says what was broken, so that a section has as many clauses
  // in any run.
  const isJudged = (id: ClauseId): boolean => judgedClauses.includes(id);
  const others = [...counterexamples, ...known].flatMap(({ clauses }) => (clauses.some(isJudged) ? [] : clauses));
  const ids = new Set([...judgedClauses, ...others]);
  return [...ids].map((id) => {
    const ofId = known.filter(({ clauses }) => clauses.includes(id));
    const broken = violated.get(id) ?? 0;
    const tried = (tally.clauses.get(id) ?? 0) + broken + ofId.reduce((sum, { cases }) => sum + cases, 0);
    const counts = { tried, violated: broken, listed: ofId.length };
    return { id, ...counts, ...gradeOf(id, counts, { profile, unsupported, isSpi, injections }) };
  });
};

const kept = async (found: Omit<Counterexample, 'replay'>, profile: Profile, options: VerifyOptions): Promise<Counterexample> => {
  const { outTraces } = options;
  const second = await secondVerdict(found, profile);
  const example = { ...found, ...(second !== undefined && { second }) };
  let file: string | undefined;
  try {
    file = outTraces === undefined ? undefined : keepTrace(outTraces, example);
  } catch (error) {
    // The report is worth more than the file.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { ...example, replay: `${replayLine(options, example, undefined)} # its trace could not be kept: ${error.message}` };
  }
  const keep = file === undefined ? undefined : keepLine(options, example, file);
  return { ...example, ...(file !== undefined && { file }), replay: replayLine(options, example, file), ...(keep && { keep }) };
};
