/**
 * The package's entry.
 *
 *   traces    TraceReader, readTrace, readRequest, lineOf   lines of trace/1 in, steps out, and back
 *   verdicts  Oracle                                         is what happened permitted?
 *   answers   permits                                        what may a call give, in a state?
 *   the model explore, slices                                 which states and steps are there at all, within bounds?
 *   clauses   register, clause, rulings, reads               what the page says, and in which reading
 *   the page  coverPage                                      do the clauses still cover its text?
 *   the SPI   types and codes                                for whoever writes a provider
 */

export type { Clause, ClauseKind, ClauseStatus, Source } from '../model/clauses/clause.ts';
export { type CoverReport, coverPage, isCovered } from '../model/clauses/page.ts';
export { type AnyReading, type Profile, permitsReading, profiles, type Reading, readingsOf, reads } from '../model/clauses/profiles.ts';
export { type ClauseId, clause, isClauseId, register } from '../model/clauses/register.ts';
export { type Ruling, type RulingId, rulings } from '../model/clauses/rulings.ts';
export { type ExploreOptions, explore, type Graph, StatesExhausted } from '../model/explore/explore.ts';
export { Oracle, type Rejection } from '../model/oracle/oracle.ts';
export type { Permitted } from '../model/oracle/permitted.ts';
export type { Consequence } from '../model/permits/consequence.ts';
export { type Answer, type PermittedResult, permits, type Question, UnanswerableQuestion } from '../model/permits/permits.ts';
export { type SocketSituation, stateJsonSchema } from '../model/permits/state.ts';
export type { Bounds, Label } from '../model/product/labels.ts';
export { type Slice, type SliceName, slices } from '../model/product/slices.ts';
export { type CodeStanding, codesOf, standingOf } from '../model/winsock/callCodes.ts';
export {
  type CodeName,
  codeName,
  type ErrorCode,
  errorCodes,
  type SendFlag,
  sendFlags,
  type WinsockCode,
  winsockCodeOf,
} from '../model/winsock/codes.ts';
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
} from '../model/winsock/reader.ts';
export { traceSchema } from '../model/winsock/schema.ts';
export { type ForeignName, foreignName } from '../model/winsock/spelling.ts';
export type {
  Cell,
  ProviderModule,
  SOCKET,
  SpiTable,
  World,
  WSABUF,
  WSAEVENT,
  WSAOVERLAPPED,
  WSAOVERLAPPED_COMPLETION_ROUTINE,
  WSATHREADID,
  WSAUSERAPC,
  WSPUPCALLTABLE,
} from '../model/winsock/spi.ts';
export { INVALID_SOCKET, SOCKET_ERROR, STATUS_PENDING } from '../model/winsock/spi.ts';
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
} from '../model/winsock/trace.ts';
export type { Report } from '../properties/campaign/report.ts';
/**
 * Verifies a provider module in this process: resolves to the report that `wspsend verify` prints. Deterministic for a seed, a profile
 * and a number of steps, but for `seconds`.
 */
export { type VerifyOptions, verifyProvider } from '../properties/verify.ts';
