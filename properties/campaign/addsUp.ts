import { z } from 'zod';
import { register } from '../../model/clauses/register.ts';
import { campaignId } from './campaignId.ts';
import { type Report, reportShape } from './report.ts';
import { verdictOf } from './verdict.ts';

/** Numbers of a report that are sums of others of it, so that what was changed by hand or lost on the way shows. */

/** What a report is, its numbers among themselves included. */
export const reportSchema = reportShape.superRefine((report, context) => {
  for (const { path, message } of amissIn(report)) context.addIssue({ code: 'custom', path: [...path], message });
});

/** Draft 2020-12. It accepts every report that we read; that its numbers add up, only the reader sees. */
export const reportJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(reportShape, { unrepresentable: 'any' }),
  title: 'report/2',
});

/** Those of several campaigns, in one file. */
export const reportsSchema = z.strictObject({
  wspsend: z.literal('reports/2'),
  reports: z.array(reportSchema).min(1, 'must hold a report'),
});

interface Amiss {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const modelled = register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const amissIn = (report: Report): readonly Amiss[] => [
  ...stepsAmiss(report),
  ...report.graphs.flatMap(graphAmiss),
  ...clausesAmiss(report),
  ...shareAmiss(report),
  ...report.outcomes.flatMap(({ offered, shown }, at) =>
    must(shown <= offered, ['outcomes', at], `must be shown at most as often as offered: ${shown} of ${offered}`),
  ),
  ...must(
    report.verdict === verdictOf(report),
    ['verdict'],
    `must be ${verdictOf(report)}, by what the report lists: ${JSON.stringify(report.verdict)}`,
  ),
];

const must = (holds: boolean, path: Amiss['path'], message: string): Amiss[] => (holds ? [] : [{ path, message }]);

function stepsAmiss({ steps, graphs, cases, unjudged, cut, verdict, campaign }: Report): Amiss[] {
  const walked = sum(graphs.map((graph) => graph.steps));
  const isWhole = cut === undefined && verdict === 'conforms' && campaign.cases === undefined;
  const unfinished = sum(unjudged.map(({ count }) => count));
  return [
    ...must(
      steps.total === steps.walks + steps.campaign,
      ['steps', 'total'],
      `must be those of the walks and of the campaign, ${steps.walks} + ${steps.campaign}: ${steps.total}`,
    ),
    ...must(steps.walks === walked, ['steps', 'walks'], `must be the sum over the graphs, ${walked}: ${steps.walks}`),
    ...must(
      !isWhole || steps.campaign >= steps.asked,
      ['steps', 'campaign'],
      `must be at least the ${steps.asked} that were asked for, unless the run was cut: ${steps.campaign}`,
    ),
    ...must(
      unfinished <= cases.walks + cases.campaign,
      ['unjudged'],
      `must be at most the ${cases.walks + cases.campaign} cases of the run: ${unfinished}`,
    ),
  ];
}

const graphAmiss = ({ transitions, visible, shown, otherwise }: Report['graphs'][number], at: number): Amiss[] =>
  must(
    visible <= transitions && shown + otherwise <= visible,
    ['graphs', at],
    `must show at most what can be seen of it: ${shown} shown and ${otherwise} otherwise of ${visible} of ${transitions} transitions`,
  );

function clausesAmiss({ clauses, counterexamples, listed = [] }: Report): Amiss[] {
  const ids: readonly string[] = clauses.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  const missing = modelled.filter((id) => !ids.includes(id));
  return [
    ...must(twice === undefined, ['clauses'], `must have each clause once: ${twice}`),
    ...must(missing.length === 0, ['clauses'], `must have every modelled clause: ${missing.slice(0, 3).join(', ')} missing`),
    ...clauses.flatMap((result, at) => {
      const { id, tried, violated, grade } = result;
      const broken = counterexamples.filter(({ clauses: broke }) => broke.includes(id)).length;
      const shown = listed.filter((entry) => entry.shows && entry.clauses.includes(id)).length;
      const isTried = tried > 0 ? grade === 'conforms' : grade === 'notTried' || grade === 'unreachable';
      const fits = violated > 0 ? grade === 'deviates' : result.listed > 0 ? grade === 'listed' : isTried;
      return [
        ...must(violated === broken, ['clauses', at, 'violated'], `must be the counterexamples that break ${id}, ${broken}: ${violated}`),
        ...must(
          result.listed === shown,
          ['clauses', at, 'listed'],
          `must be the listed deviations that break ${id}, ${shown}: ${result.listed}`,
        ),
        ...must(tried >= violated, ['clauses', at, 'tried'], `must be at least the ${violated} times that ${id} was broken: ${tried}`),
        ...must(fits, ['clauses', at, 'grade'], `must follow from the counts of ${id}: ${grade}`),
      ];
    }),
  ];
}

function shareAmiss(report: Report): Amiss[] {
  const { shard, campaign, steps } = report;
  const share = Math.ceil(campaign.steps / campaign.shares);
  const asked = Math.max(0, share - (campaign.walks === 'long' ? 0 : steps.walks));
  return [
    ...must(
      campaign.id === campaignId(report),
      ['campaign', 'id'],
      `must be the digest of the campaign, ${campaignId(report)}: ${campaign.id}`,
    ),
    ...(shard === undefined
      ? []
      : [
          ...must(shard.index <= shard.of, ['shard', 'index'], `must be one of the ${shard.of} shares: ${shard.index}`),
          ...must(shard.of === campaign.shares, ['shard', 'of'], `must be the ${campaign.shares} shares of its campaign: ${shard.of}`),
        ]),
    ...must(
      campaign.cases !== undefined || (shard === undefined && campaign.shares > 1) || steps.asked === asked,
      ['steps', 'asked'],
      `must be its share of the ${campaign.steps} steps of the campaign, ${asked}: ${steps.asked}`,
    ),
  ];
}
