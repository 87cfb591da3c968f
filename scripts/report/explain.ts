/** What a verdict says, as text for a person: for programs that show it to one. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { clause } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import type { Judgement } from '../../model/judge/judge.ts';
import type { Rejection } from '../../model/oracle/oracle.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { judgementText } from './judgement.ts';
import { printable } from './printable.ts';
import { permittedText } from './stepText.ts';
import { coloursOf } from './terminal.ts';
import { renderText } from './text.ts';

/** How a verdict is put into text. */
export interface ExplainOptions {
  /** What the text calls the trace. Default `the trace`. */
  readonly name?: string;
  /** The profile under which it was judged, to be named with the verdict. Default `page`. */
  readonly profile?: Profile;
}

const plain = coloursOf({});

/**
 * The text of a verdict, without colours and without a line end at its end: of a judgement what `wspsend check` prints, of a rejection by
 * `Oracle.step` what is wrong, which clauses and rulings say so and what would have been permitted, of a report what `wspsend verify`
 * prints.
 */
export function explain(verdict: Judgement | Rejection | Report, { name = 'the trace', profile = 'page' }: ExplainOptions = {}): string {
  if ('wspsend' in verdict) return renderText(verdict).trimEnd();
  if ('verdict' in verdict) return judgementText(name, profile, verdict, plain);
  return rejectionLines(verdict).join('\n');
}

function rejectionLines({ message, clauses, rulings: deciding, permitted }: Rejection): string[] {
  return [
    printable(message),
    ...clauses.map((id) => `  breaks     ${id}  ${clause(id).text}`),
    ...deciding.map((id) => `  ruling     ${id}  ${rulings.find((one) => one.id === id)!.question}`),
    ...permitted.map((outcome) => `  permitted  ${permittedText(outcome)}`),
  ];
}
