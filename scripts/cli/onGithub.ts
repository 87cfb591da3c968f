/** A run inside a GitHub workflow: annotations on the output of its step, and a part of the summary of its job. */

import { appendFileSync } from 'node:fs';
import type { Report } from '../../properties/campaign/report.ts';
import { githubAnnotations, githubSummary, withoutCommands } from '../report/github.ts';
import { reasonOf } from './exit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const isOnGithub = ({ GITHUB_ACTIONS }: Environment): boolean => GITHUB_ACTIONS === 'true';

/** A text for people, in which the runner looks for commands; what an implementation says is none. */
export const shownText = (text: string, env: Environment = process.env): string => (isOnGithub(env) ? withoutCommands(text) : text);

/** `stream` is one that carries nothing for programs. A summary that cannot be written is a warning: the verdict is not lost by it. */
export function showOnGithub(reports: readonly Report[], stream: { write(text: string): unknown }, env: Environment = process.env): void {
  if (!isOnGithub(env)) return;
  stream.write(reports.map(githubAnnotations).join(''));
  const { GITHUB_STEP_SUMMARY: file } = env;
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, reports.map(githubSummary).join('\n'));
  } catch (error) {
    stream.write(`::warning::${`GITHUB_STEP_SUMMARY cannot be written: ${reasonOf(error)}`.replace(/[%\r\n]/g, ' ')}\n`);
  }
}
