/** What a call may give, in the words of a terminal. */

import { clause } from '../../model/clauses/register.ts';
import type { Answer, PermittedResult } from '../../model/permits/permits.ts';
import { printable } from './printable.ts';
import { outcomeText, requestText } from './stepText.ts';
import type { Colours } from './terminal.ts';

/** First what the state is known to bring, then what needs something that the state does not say. */
export function* answerLines({ profile, call, permitted }: Answer, colours: Colours): Generator<string> {
  yield `${colours.bold(requestText(call as Readonly<Record<string, unknown>>))} ${colours.dim(`(profile ${profile})`)}`;
  if (permitted.length === 0) yield '  nothing is permitted';
  const [known, possible] = [permitted.filter(isKnown), permitted.filter((result) => !isKnown(result))];
  for (const result of known) yield* resultLines(result, colours);
  if (possible.length > 0)
    yield colours.dim(known.length > 0 ? '  also possible, where the state does not say:' : '  possible, where the state does not say:');
  for (const result of possible) yield* resultLines(result, colours);
}

const isKnown = ({ supposes }: PermittedResult): boolean => supposes === undefined;

function* resultLines({ returns, clauses, rulings, silent, supposes, then }: PermittedResult, colours: Colours): Generator<string> {
  const name = typeof returns === 'string' ? returns : outcomeText(returns);
  yield `  ${colours.bold(name)}${supposes === undefined ? '' : `, if ${supposes}`}`;
  if (then !== undefined) yield `    ${printable(then.says)}`;
  for (const id of clauses) yield colours.dim(`    ${id}  ${clause(id).text}`);
  for (const { id, question } of rulings) yield colours.dim(`    ruling ${id}  ${question}`);
  if (silent) yield colours.dim('    the page is silent on it, and what it does not forbid is permitted');
}
