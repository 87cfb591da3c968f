/** What was possible after each step of a trace, as text: the things that a step changed, and what it ended. */

import type { Fate, SubjectAccount } from '../../model/possible/account.ts';
import type { AccountedStep } from '../../model/possible/history.ts';
import { printable } from './printable.ts';
import { permittedText, stepText } from './stepText.ts';
import type { Colours } from './terminal.ts';

/** Under each step stand the things that it changed: what each may be now, and with a cross what it cannot be any more. */
export function* explainedLines(steps: Iterable<AccountedStep>, colours: Colours): Generator<string> {
  for (const { line, step, account } of steps) {
    const isRejected = account.rejection !== undefined;
    yield `${String(line).padStart(6)}  ${(isRejected ? colours.red : colours.bold)(stepText(step))}`;
    for (const subject of account.subjects)
      if (isRejected || isChanged(subject)) yield* subjectLines(subject, account.rejection?.message, colours);
    if (account.rejection !== undefined) yield* rejectedLines(account.rejection.wanted, colours);
  }
}

/** The step ended something, brought something, or is the first to speak of it. */
export const isChanged = ({ before, after }: Pick<SubjectAccount, 'before' | 'after'>): boolean =>
  before.length === 0 || before.some(({ died }) => died !== undefined) || after.some(({ isNew }) => isNew);

const width = 18;

/** `rejected` says why the step is rejected: what ends by that alone need not say it again. */
function* subjectLines(
  { kind, name, before, after, isCut }: SubjectAccount,
  rejected: string | undefined,
  colours: Colours,
): Generator<string> {
  const isRejected = rejected !== undefined;
  const again = new Set(after.map(({ id }) => id));
  const living = isRejected ? [] : after.map(({ says, isNew }) => `${isNew ? '+' : ' '} ${printable(says)}`);
  const dead = before
    .filter(({ died }) => died !== undefined)
    .flatMap((fate) => fateLines(fate, !isRejected && again.has(fate.id), rejected, colours));
  const unasked = isRejected ? before.filter(({ died }) => died === undefined).map(({ says }) => colours.dim(`  ${printable(says)}`)) : [];
  const cut = isCut ? ['  more ways were open than are kept'] : [];
  const title = `${kind === 'network' ? '' : `${kind} `}${printable(name)}`;
  for (const [at, text] of [...living, ...dead, ...unasked, ...cut].entries()) {
    yield `        ${(at === 0 ? title : '').padEnd(width)}  ${text}`;
  }
}

function fateLines(
  { says, died, instead = [], wanted = [] }: Fate,
  isBack: boolean,
  rejected: string | undefined,
  colours: Colours,
): string[] {
  if (died!.message === rejected) return [colours.red(`† ${printable(says)}`), ...neededLines(instead, wanted)];
  const clauses = died!.clauses.length === 0 ? '' : `  (${died!.clauses.join(', ')})`;
  return [
    colours.red(`† ${printable(says)}`) +
      colours.dim(`  ${printable(died!.message)}${clauses}${isBack ? '; it may have come about since' : ''}`),
    ...neededLines(instead, wanted),
  ];
}

const neededLines = (instead: NonNullable<Fate['instead']>, wanted: NonNullable<Fate['wanted']>): string[] => [
  ...instead.map((outcome) => `    needed here: ${permittedText(outcome)}`),
  ...wanted.filter(({ needs }) => needs.length > 0).map(({ needs }) => `    or that ${needs.join(' and that ')}`),
];

function* rejectedLines(wanted: readonly { readonly clauses: readonly string[]; readonly needs: readonly string[] }[], colours: Colours) {
  for (const { clauses, needs } of wanted.filter((one) => one.needs.length > 0)) {
    const by = clauses.length === 0 ? '' : colours.dim(`  (${clauses.join(', ')})`);
    yield `        ${'permitted only if'.padEnd(width)}  ${needs.join(' and ')}${by}`;
  }
}
