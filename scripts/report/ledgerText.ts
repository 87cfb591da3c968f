/** The entries of a ledger, as a person chooses among them. */

import type { ListedDeviation } from '../../properties/campaign/findings.ts';
import { signatureText } from '../../properties/campaign/signature.ts';
import { wrapped } from './columns.ts';
import { printable } from './printable.ts';
import { entryName } from './summary.ts';

/** By the name that `replay --entry` takes. */
export const ledgerText = (listed: readonly ListedDeviation[], width: number): string => {
  const names = listed.map(entryName);
  const indent = ' '.repeat(Math.max(...names.map((name) => name.length)) + 2);
  const lines = listed.flatMap(({ signature, observation, reason, isReviewed, form }, at) => {
    const clauses = signature.clauses.length === 0 ? '' : `  ${signature.clauses.join(', ')}`;
    const why = isReviewed ? reason : 'its reason is still to be written';
    const texts = [`${names[at]!.padEnd(indent.length)}${signatureText(signature)}${clauses}`, `${indent}seen: ${observation}`];
    return [...texts, ...(form === 1 ? [`${indent}${why}`] : [])].flatMap((text) => wrapped(printable(text), width, indent));
  });
  return `${lines.join('\n')}\n`;
};
