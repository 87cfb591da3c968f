/** The verdict on one trace, as JSON and as text for a person. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { type ClauseId, clause } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import type { Finding, Judgement, VerdictAdditions } from '../../model/judge/judge.ts';
import { counted } from './counts.ts';
import { printable } from './printable.ts';
import { permittedText, stepText } from './stepText.ts';
import type { Colours } from './terminal.ts';

/** What `check --json` prints for a file; with `isWhole`, all findings as well. */
export function judgementJson(file: string, profile: Profile, judgement: Judgement, isWhole: boolean): Record<string, unknown> {
  const { verdict } = judgement;
  if (verdict === 'malformed') return { file, profile, verdict, line: judgement.line, message: judgement.message };
  const { unjudged, breaches } = judgement;
  const findings = verdict === 'rejected' ? judgement.findings : [];
  return {
    file,
    profile,
    verdict,
    ...(verdict === 'undecided' && { line: judgement.line, message: judgement.message, step: judgement.step }),
    ...(verdict === 'rejected' && findingJson(judgement)),
    ...(unjudged.length > 0 && { unjudged }),
    ...(breaches.length > 0 && { breaches }),
    ...(isWhole && { findings: findings.map(findingJson) }),
  };
}

const findingJson = ({ line, message, step, clauses, permitted, rulings: deciding }: Finding): Record<string, unknown> => ({
  line,
  message,
  step,
  clauses,
  permitted,
  rulings: deciding,
});

/** One line for what was accepted; a paragraph for each finding, for what is not judged and for what the caller broke. */
export function judgementText(file: string, profile: Profile, judgement: Judgement, colours: Colours): string {
  const name = printable(file === '-' ? 'standard input' : file);
  switch (judgement.verdict) {
    case 'malformed':
      return `${colours.yellow('malformed')}  ${name}:${judgement.line} ${printable(judgement.message)}`;
    case 'accepted': {
      const steps = colours.dim(`(${counted(judgement.steps, 'step')}, profile ${profile})`);
      return [`${colours.green('accepted')}   ${name} ${steps}`, ...additionLines(judgement)].join('\n');
    }
    case 'undecided': {
      const { line, message, step, before } = judgement;
      const says = `${colours.yellow('undecided')}  ${name}:${line} undecided from line ${line}: ${printable(withoutVerdict(message))}`;
      const lines = [`${says} ${colours.dim(`(profile ${profile})`)}`, ...titled('steps', stepLines({ line, step, before }, colours))];
      return [...lines, ...additionLines(judgement)].join('\n');
    }
    case 'rejected':
      return [...judgement.findings.flatMap((finding) => findingLines(name, profile, finding, colours)), ...additionLines(judgement)].join(
        '\n',
      );
  }
}

const withoutVerdict = (message: string): string => message.replace(/^undecided: /, '');

function findingLines(name: string, profile: Profile, finding: Finding, colours: Colours): string[] {
  const { line, message, clauses, rulings: deciding } = finding;
  const permitted = requiredFirst(finding);
  return [
    `${colours.red('rejected')}   ${name}:${line} ${printable(message)} ${colours.dim(`(profile ${profile})`)}`,
    ...titled('steps', stepLines(finding, colours)),
    ...titled('breaks', clauses.length === 0 ? ['no specific clause: nothing on the page leads to this step'] : clauseLines(clauses)),
    ...titled('rulings', deciding.map(rulingLine)),
    ...titled('permitted', permitted.length === 0 ? ['no permitted outcome was found'] : permitted.map(permittedLine)),
  ];
}

function stepLines({ line, step, before }: Pick<Finding, 'line' | 'step' | 'before'>, colours: Colours): string[] {
  const width = String(line).length;
  const stepLine = (at: number, text: string): string => `${String(at).padStart(width)}  ${text}`;
  return [
    ...before.map(({ line: at, step: earlier }) => colours.dim(stepLine(at, stepText(earlier)))),
    colours.bold(stepLine(line, stepText(step))),
  ];
}

/** Neither accuses the provider. A program does the same on each of its sockets, so what is alike is one line; `--json` has them all. */
function additionLines({ unjudged, breaches }: VerdictAdditions): string[] {
  return [
    ...titled(
      'unjudged',
      alike(unjudged, ({ why }) => why).map(([{ line, socket, why }, ...more]) => {
        const others = more.length === 0 ? '' : ` and on ${counted(more.length, 'more socket')}, the last from line ${more.at(-1)!.line}`;
        return printable(`from line ${line}, ${socket === undefined ? '' : `${socket}${others}: `}${why}`);
      }),
    ),
    ...titled(
      'caller',
      alike(breaches, ({ clauses }) => `${clauses}`).map(([{ line, clauses, message }, ...more]) => {
        const others = more.length === 0 ? '' : `; ${counted(more.length, 'more line')} broke the same, the last ${more.at(-1)!.line}`;
        return printable(`line ${line}, ${message}${others}  (${clauses.join(', ')})`);
      }),
    ),
  ];
}

/** What has one key, in the order in which its first came. */
function alike<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.map((line, at) => `  ${(at === 0 ? title : '').padEnd('permitted'.length)}  ${line}`);

/** The first decides. There are many where the step alone does not show which one it breaks; their names are enough. */
const clauseLines = (clauses: readonly ClauseId[]): string[] => {
  const shown = clauses.slice(0, clauses.length > spelledMax ? 1 : spelledMax).map((id) => `${id}  ${clause(id).text}`);
  const others = clauses.slice(shown.length);
  return others.length === 0 ? shown : [...shown, `or one of these: ${others.join(', ')}`];
};
const spelledMax = 3;

const questions = new Map<string, string>(rulings.map(({ id, question }) => [id, question]));
const rulingLine = (id: string): string => `${id}  ${questions.get(id)}`;

/** What a broken clause asks for comes before what is always possible. */
function requiredFirst({ clauses, permitted }: Finding): Finding['permitted'] {
  const isRequired = (outcome: Readonly<Record<string, unknown>>): boolean =>
    [outcome.clauses].flat().some((id) => (clauses as readonly unknown[]).includes(id));
  return [...permitted].sort((a, b) => Number(isRequired(b)) - Number(isRequired(a)));
}

// An outcome may say which clauses permit it.
const permittedLine = (outcome: Readonly<Record<string, unknown>>): string => {
  const { clauses } = outcome;
  return `${permittedText(outcome)}${Array.isArray(clauses) && clauses.length > 0 ? `  (${clauses.join(', ')})` : ''}`;
};
