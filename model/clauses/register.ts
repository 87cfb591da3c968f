/** Every clause of the page, in the order of the chapters, and the way in which the rest of the project cites them. */

import type { Clause } from './clause.ts';
import { errors } from './errors.ts';
import { flags } from './flags.ts';
import { parameters } from './parameters.ts';
import { purpose } from './purpose.ts';
import { remarks } from './remarks.ts';
import { requirements } from './requirements.ts';
import { results } from './results.ts';
import { routines } from './routines.ts';
import { syntax } from './syntax.ts';

const tables = [
  ['Purpose', purpose],
  ['Syntax', syntax],
  ['Parameters', parameters],
  ['Return value', results],
  ['Error codes', errors],
  ['Remarks', remarks],
  ['Flags', flags],
  ['Completion routines', routines],
  ['Requirements', requirements],
] as const;

/** The ids that exist: a citation of any other does not compile. */
export type ClauseId = (typeof tables)[number][1][number]['id'];

export interface Chapter {
  readonly title: string;
  readonly clauses: readonly (Clause & { readonly id: ClauseId })[];
}

/** The page's chapters, in its order. */
export const chapters: readonly Chapter[] = tables.map(([title, clauses]) => ({ title, clauses }));

/** Every clause, in the order of the page. */
export const register: readonly (Clause & { readonly id: ClauseId })[] = chapters.flatMap(({ clauses }) => clauses);

const byId: ReadonlyMap<string, Clause & { readonly id: ClauseId }> = new Map(register.map((entry) => [entry.id, entry]));

/** Whether a text is the id of a clause. */
export const isClauseId = (id: string): id is ClauseId => byId.has(id);

/** The clause with this id. */
export function clause(id: ClauseId): Clause & { readonly id: ClauseId } {
  const found = byId.get(id);
  if (!found) throw new RangeError(`A clause id must be one of the register: id=${id}`);
  return found;
}

/** The meta data by which a transition, a rule or a test says which clauses it stands on. */
export function cites<const Ids extends readonly ClauseId[]>(...ids: Ids): { readonly clauses: Ids } {
  return { clauses: ids };
}
