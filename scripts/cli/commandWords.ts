/**
 * A command in one argument, as its words.
 *
 * Quotes hold a word together, as in a shell, and a backslash takes a quote, a space or another backslash literally. Nothing is expanded: a
 * command means the same wherever it is given, and paths of Windows keep their backslashes. The package string-argv knows no backslash
 * before a space or a quote, and drops a quote that is left open without a word.
 */

import { InvalidArgumentError } from 'commander';

/** At least one word. Fails by InvalidArgumentError when a quote is left open or there is no word. */
export function commandWords(text: string): readonly [string, ...string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!;
    const next = text[at + 1];
    if (unit === '\\' && quote !== "'" && next !== undefined && (quote === undefined ? /[\s'"\\]/ : /["\\]/).test(next)) {
      word = (word ?? '') + next;
      at++;
    } else if (quote !== undefined) {
      if (unit === quote) quote = undefined;
      else word += unit;
    } else if (unit === '"' || unit === "'") {
      quote = unit;
      word ??= '';
    } else if (!/\s/.test(unit)) word = (word ?? '') + unit;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (quote !== undefined) throw new InvalidArgumentError(`A quote ${quote} is left open.`);
  if (word !== undefined) words.push(word);
  const [program, ...rest] = words;
  if (program === undefined || program === '')
    throw new InvalidArgumentError('It must be a command and its arguments, for example "./driver --quiet".');
  return [program, ...rest];
}
