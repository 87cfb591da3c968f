/** Which clauses are meant by a clause, a section of the page, a ruling, or words. */

import { type ClauseId, isClauseId, register } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { clausesOfSection } from '../consult/entries.ts';
import { lookUp } from '../consult/lookUp.ts';
import { printable } from '../report/printable.ts';
import { didYouMean } from './choices.ts';
import { UnusableInput } from './exit.ts';

export interface ClausesNamed {
  /** `words`: the clauses that were looked for, the best first; else those of what was named. */
  readonly by: 'name' | 'words';
  readonly ids: readonly ClauseId[];
}

const wordsMax = 8;

/** Fails by UnusableInput where nothing is found. */
export function clausesNamed(words: string): ClausesNamed {
  if (isClauseId(words)) return { by: 'name', ids: [words] };
  const ofSection = clausesOfSection(words).filter(isClauseId);
  if (ofSection.length > 0) return { by: 'name', ids: ofSection };
  const ruling = rulings.find(({ id }) => id === words);
  if (ruling !== undefined) return { by: 'name', ids: ruling.clauses };
  if (/^\w+:\d+$/.test(words)) throw unknown(words);
  const ids = lookUp(words, ['clause'])
    .found.map(({ entry }) => entry.id)
    .filter(isClauseId)
    .slice(0, wordsMax);
  if (ids.length === 0) throw unknown(words);
  return { by: 'words', ids };
}

const unknown = (words: string): UnusableInput =>
  new UnusableInput(
    `A clause id must be one of the register: ${printable(words)}.${nearestClause(words)} All of them, and the names of sections: wspsend clauses`,
  );

/** For the end of a message about a clause id that does not exist. */
export function nearestClause(id: string): string {
  const ids = register.map((entry) => entry.id);
  const last = ids.findLast((other) => other.replace(/:\d+$/, '') === id.replace(/:\d+$/, ''));
  return last === undefined ? didYouMean(ids, id) : ` The last of its section is ${last}.`;
}
