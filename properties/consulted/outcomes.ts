/** Every outcome that a call can be given, whatever the rules say, and whether an answer lists it. */

import { statusCodes } from '../../model/machines/operationWords.ts';
import { askedFor } from '../../model/oracle/callKinds.ts';
import type { World } from '../../model/oracle/world.ts';
import type { PermittedResult } from '../../model/permits/permits.ts';
import { errorCodes } from '../../model/winsock/codes.ts';
import { foreignErrors } from '../../model/winsock/foreign.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';

export type AnyOutcome = Readonly<Record<string, unknown>>;

/** Those for which some rule about a result has a name. */
const named: ReadonlySet<string> = new Set([...statusCodes, 'WSA_IO_INCOMPLETE', 'WSAENOTSOCK']);
/** Those that a trace is judged by, a number of the system and one that is no code. */
const judgedCodes: readonly string[] = [...Object.keys(errorCodes), '1168', '12345'];
/** And all others that Winsock has a name for. */
const everyCode: readonly string[] = [...judgedCodes, ...Object.keys(foreignErrors)];

/**
 * With a success every count from none to more than was asked for, and none at all. With a failure of WSPSend no count, since nobody reads
 * it there. Nothing separates the codes that no rule names, so one of them stands for the others where there is a count.
 *
 * @param isWhole With every code that Winsock has a name for.
 */
export function outcomesOf(step: TraceStep, world: World, isWhole: boolean): readonly AnyOutcome[] {
  if ('poll' in step) return step.poll === 'event' ? [{ signalled: true }, { signalled: false }] : [{ written: true }, { written: false }];
  const call = 'end' in step ? step.begun : (step as Extract<TraceStep, { call: string }>);
  const failures = (isWhole ? everyCode : judgedCodes).map((errno): AnyOutcome => ({ rc: -1, errno }));
  const success = { rc: 0 };
  const counted = (answers: readonly AnyOutcome[], length: number): readonly AnyOutcome[] =>
    answers.flatMap((answer) => countsTo(length).map((bytes): AnyOutcome => ({ ...answer, bytes })));
  if (call.call === 'WSPSend') {
    return [success, ...failures, ...counted([success, { rc: -1, errno: 'WSA_IO_PENDING' }], askedFor(call))];
  }
  if (call.call !== 'WSPGetOverlappedResult') return [success, ...failures];
  const counting = failures.filter(({ errno }) => named.has(String(errno)) || errno === '12345');
  return [success, ...failures, ...counted([success, ...counting], world.operations.get(call.overlapped)?.length ?? 0)];
}

/** All of them where they are few; else the ends, their neighbours, and some between. */
function countsTo(length: number): readonly number[] {
  if (length < 8) return Array.from({ length: length + 2 }, (_, count) => count);
  return [0, 1, Math.floor(length / 3), Math.floor(length / 2) + 1, length - 1, length, length + 1];
}

export const withThe = (step: TraceStep, outcome: AnyOutcome): TraceStep =>
  ('poll' in step ? { ...step, ...outcome } : { ...step, returns: outcome }) as TraceStep;

/** Whether an answer lists an outcome. */
export function lists(permitted: readonly PermittedResult['returns'][], outcome: AnyOutcome): boolean {
  return permitted.some((returns) => {
    if (returns === 'anything') return true;
    if (returns === 'blocks') return false;
    const { bytes, errno, ...others } = returns as { bytes?: number | { least: number; most: number }; errno?: string };
    const isSame = Object.entries(others).every(([name, value]) => outcome[name] === value);
    const isCode = errno === 'any other code' ? outcome.errno !== undefined && !named.has(String(outcome.errno)) : errno === outcome.errno;
    return isSame && isCode && isCount(bytes, outcome.bytes);
  });
}

const isCount = (bytes: number | { readonly least: number; readonly most: number } | undefined, count: unknown): boolean =>
  typeof bytes === 'object' ? typeof count === 'number' && bytes.least <= count && count <= bytes.most : bytes === count;
