/**
 * The model as a program imports it: `wspsend/model`. It needs nothing of Node's, so that a browser may load it too.
 *
 *   verdicts  judgeText, judgeStream, firstRejection, Oracle   is what happened permitted?
 *   traces    TraceReader, readTrace, readRequest, lineOf      lines of trace/1 in, steps out, and back
 *   answers   permits                                          what may a call give, in a state?
 *   clauses   register, clause, rulings, reads                 what the page says, and in which reading
 */

export type { Clause, ClauseKind, ClauseStatus, Source } from './clauses/clause.ts';
export { type AnyReading, type Profile, permitsReading, profiles, type Reading, readingsOf, reads } from './clauses/profiles.ts';
export { type ClauseId, clause, isClauseId, register } from './clauses/register.ts';
export { type Ruling, type RulingId, rulings } from './clauses/rulings.ts';
export {
  type BreachAt,
  type Finding,
  firstRejection,
  type Judgement,
  type JudgeOptions,
  judgeStream,
  judgeText,
  type NumberedStep,
  type UnjudgedAt,
} from './judge/judge.ts';
export { Oracle, type Rejection } from './oracle/oracle.ts';
export type { Permitted } from './oracle/permitted.ts';
export type { Wanted } from './oracle/wanted.ts';
export { UnanswerableQuestion } from './permits/asking.ts';
export type { Consequence } from './permits/consequence.ts';
export { type Answer, type PermittedResult, type PermittingRuling, permits, type Question } from './permits/permits.ts';
export { type SocketSituation, stateJsonSchema } from './permits/state.ts';
export { type CodeStanding, codesOf, standingOf } from './winsock/callCodes.ts';
export {
  type CodeName,
  codeName,
  type ErrorCode,
  errorCodes,
  type SendFlag,
  sendFlags,
  type WinsockCode,
  winsockCodeOf,
} from './winsock/codes.ts';
export {
  type HeaderLine,
  type Line,
  lineBytesMax,
  linesOf,
  type Malformed,
  type ReadTrace,
  type RequestLine,
  readRequest,
  readTrace,
  TraceReader,
} from './winsock/reader.ts';
export { traceSchema } from './winsock/schema.ts';
export { type ForeignName, foreignName } from './winsock/spelling.ts';
export {
  type BegunCall,
  type CallName,
  type CallRequest,
  type CallStep,
  type EndStep,
  type EnvStep,
  type ForeignStep,
  kindOf,
  lineOf,
  type PeerStep,
  type PollStep,
  type PortStep,
  patternPeriod,
  type Request,
  type RoutineStep,
  type StepKind,
  type TraceHeader,
  type TraceStep,
  traceVersion,
  type UpcallStep,
} from './winsock/trace.ts';
