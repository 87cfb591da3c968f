/** A trace as a test that holds its verdict. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { judgeText } from '../../../model/judge/judge.ts';

/** A file for vitest in a project that has wspsend: under this profile the trace keeps the verdict that it has now. */
export function vitestText(trace: string, profile: Profile): string {
  const judgement = judgeText(trace, profile);
  const expected =
    judgement.verdict === 'accepted'
      ? { verdict: 'accepted' }
      : { verdict: judgement.verdict, line: judgement.line, ...('clauses' in judgement && { clauses: judgement.clauses }) };
  const lines = trace.trimEnd().split('\n');
  return [
    "import { expect, test } from 'vitest';",
    "import { judgeText } from 'wspsend/model';",
    '',
    'const trace = [',
    ...lines.map((line) => `  ${quoted(line)},`),
    "].join('\\n');",
    '',
    `test('under ${profile} the trace is ${judgement.verdict}', () => {`,
    `  expect(judgeText(trace, '${profile}')).toMatchObject(${JSON.stringify(expected)});`,
    '});',
    '',
  ].join('\n');
}

/** In single quotes, as JSON has double ones inside. */
const quoted = (line: string): string => `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
