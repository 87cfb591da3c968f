import { type ClauseId, chapters } from '../../model/clauses/register.ts';
import type { Rejection } from '../../model/oracle/oracle.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';

/** A failure that came by another row's code: the rows of the table of errors that required it are broken as well. */

const rows: ReadonlySet<ClauseId> = new Set(
  chapters.flatMap(({ title, clauses }) =>
    title === 'Error codes' ? clauses.filter(({ kind }) => kind === 'provider').map(({ id }) => id) : [],
  ),
);

interface Answered {
  readonly rc?: number;
  readonly errno?: string;
  readonly error?: string;
}

const codeOf = ({ rc, errno, error }: Answered): string | undefined => (rc === 0 ? '0' : (errno ?? error));
const isFailure = (code: string | undefined): boolean => code !== undefined && code !== '0' && code !== 'WSA_IO_PENDING';

/**
 * The clauses that wanted another failure of a step that failed; none where the step could have succeeded.
 *
 * @param refusingSuccess Of a send that returned at once: the clauses by which it may not succeed.
 */
export function owedBy(
  step: TraceStep,
  { permitted, clauses }: Pick<Rejection, 'permitted' | 'clauses'>,
  refusingSuccess: readonly ClauseId[],
): readonly ClauseId[] {
  const shown = 'returns' in step && step.returns !== undefined ? (step.returns as Answered) : (step as Answered);
  if (!isFailure(codeOf(shown)) || !permitted.every((outcome) => isFailure(codeOf(outcome as Answered)))) return [];
  const wanted = [...new Set(permitted.flatMap((outcome) => (outcome.clauses ?? []) as readonly ClauseId[]))];
  // Some of the codes of such a send are never required, whatever else is wrong: room, a callback that is under way.
  const isAtOnce = 'call' in step && step.call === 'WSPSend';
  return wanted.filter((id) => rows.has(id) && !clauses.includes(id) && (!isAtOnce || refusingSuccess.includes(id)));
}
