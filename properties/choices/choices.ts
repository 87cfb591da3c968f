import type { ClauseId } from '../../model/clauses/register.ts';
import { rulingsOn } from '../../model/clauses/rulings.ts';
import type { Point } from './choice.ts';
import { ofClauses } from './clauses.ts';
import { ofCompletions } from './completions.ts';
import { defects } from './defects.ts';
import { openPoints } from './openPoints.ts';
import { ofWindows } from './windows.ts';

/**
 * What our provider chose wherever the page leaves a choice, and which injection makes it do something else (impl/provider/environment.ts).
 */
export const choices: readonly Point[] = [...defects, ...ofWindows, ...ofCompletions, ...openPoints, ...ofClauses];

/** The choices that have to do with a clause: by the clause itself, or by a ruling that settles its meaning. */
export const choicesOf = (id: ClauseId): readonly Point[] => {
  const settling = rulingsOn(id).map((ruling) => ruling.id as string);
  return choices.filter(({ about }) => about === id || settling.includes(about));
};
