/** The page's chapters, in its order, as the register keeps them. */

import type { Clause } from '../model/clauses/clause.ts';
import { errors } from '../model/clauses/errors.ts';
import { flags } from '../model/clauses/flags.ts';
import { parameters } from '../model/clauses/parameters.ts';
import { purpose } from '../model/clauses/purpose.ts';
import type { ClauseId } from '../model/clauses/register.ts';
import { remarks } from '../model/clauses/remarks.ts';
import { requirements } from '../model/clauses/requirements.ts';
import { results } from '../model/clauses/results.ts';
import { routines } from '../model/clauses/routines.ts';
import { syntax } from '../model/clauses/syntax.ts';

export interface Chapter {
  readonly title: string;
  readonly clauses: readonly (Clause & { readonly id: ClauseId })[];
}

export const chapters: readonly Chapter[] = [
  { title: 'Purpose', clauses: purpose },
  { title: 'Syntax', clauses: syntax },
  { title: 'Parameters', clauses: parameters },
  { title: 'Return value', clauses: results },
  { title: 'Error codes', clauses: errors },
  { title: 'Remarks', clauses: remarks },
  { title: 'Flags', clauses: flags },
  { title: 'Completion routines', clauses: routines },
  { title: 'Requirements', clauses: requirements },
];
