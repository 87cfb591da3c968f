/**
 * The package's entry: all that programs use. What needs less than all of Node has entries of its own:
 *
 *   wspsend/model     verdicts, traces, answers and clauses; runs in a browser (model/model.ts)
 *   wspsend/possible  what is still possible after each step; runs in a browser (model/possible.ts)
 *   wspsend/verify    verifyProvider, verifyDriver, replay (properties/verify.ts)
 *   wspsend/provider  our provider
 *   wspsend/rings     its rings
 *   wspsend/vitest      matchers, and a suite that holds a provider to every clause (scripts/testing/vitest.ts)
 *   wspsend/fast-check  steps, traces and requests that shrink (scripts/testing/fastCheck.ts)
 *
 * In addition to the first three this one has
 *
 *   the bounded model  explore, slices     which states and steps are there at all, within bounds?
 *   the page           coverFile, coverPage   do the clauses still cover its text, and which edition is it?
 *   the SPI            types and codes     to write a provider
 */

export { coverFile, type Edition, type EditionChange, type EditionReport, editions } from '../model/clauses/editions.ts';
export { type CoverReport, coverPage, isCovered } from '../model/clauses/page.ts';
export { rulingReasons } from '../model/clauses/rulingReasons.ts';
export { type ExploreOptions, explore, type Graph, StatesExhausted } from '../model/explore/explore.ts';
export {
  type Answer,
  type AnyReading,
  type BegunCall,
  type BreachAt,
  type CallName,
  type CallRequest,
  type CallStep,
  type Clause,
  type ClauseId,
  type ClauseKind,
  type ClauseStatus,
  type CodeName,
  type CodeStanding,
  type Consequence,
  clause,
  codeName,
  codesOf,
  type EndStep,
  type EnvStep,
  type ErrorCode,
  errorCodes,
  type Finding,
  type ForeignName,
  type ForeignStep,
  firstRejection,
  foreignName,
  type HeaderLine,
  isClauseId,
  type Judgement,
  type JudgeOptions,
  judgeStream,
  judgeText,
  kindOf,
  type Line,
  lineBytesMax,
  lineOf,
  linesOf,
  type Malformed,
  type NumberedStep,
  Oracle,
  type PeerStep,
  type Permitted,
  type PermittedResult,
  type PermittingRuling,
  type PollStep,
  type PortStep,
  type Profile,
  patternPeriod,
  permits,
  permitsReading,
  profiles,
  type Question,
  type Reading,
  type ReadTrace,
  type Rejection,
  type Request,
  type RequestLine,
  type RoutineStep,
  type Ruling,
  type RulingId,
  readingsOf,
  readRequest,
  reads,
  readTrace,
  register,
  rulings,
  type SendFlag,
  type SocketSituation,
  type Source,
  type StepKind,
  sendFlags,
  standingOf,
  stateJsonSchema,
  type TraceHeader,
  TraceReader,
  type TraceStep,
  traceSchema,
  traceVersion,
  UnanswerableQuestion,
  type UnjudgedAt,
  type UpcallStep,
  type Wanted,
  type WinsockCode,
  winsockCodeOf,
} from '../model/model.ts';
export {
  Account,
  type AccountedStep,
  accountOf,
  accountsOf,
  type Fate,
  type Possibility,
  type Reason,
  type StepAccount,
  type Subject,
  type SubjectAccount,
  type SubjectKind,
  subjectKinds,
  subjectsIn,
} from '../model/possible.ts';
export type { Bounds, Label } from '../model/product/labels.ts';
export { type Slice, type SliceName, slices } from '../model/product/slices.ts';
export { FamiliarLines } from '../model/winsock/familiarLines.ts';
export type {
  Cell,
  Linger,
  ProviderModule,
  Received,
  SOCKET,
  SpiTable,
  Waits,
  World,
  WorldPart,
  WSABUF,
  WSAEVENT,
  WSAOVERLAPPED,
  WSAOVERLAPPED_COMPLETION_ROUTINE,
  WSAPROTOCOL_INFO,
  WSATHREADID,
  WSAUSERAPC,
  WSPUPCALLTABLE,
} from '../model/winsock/spi.ts';
export { INVALID_SOCKET, SOCKET_ERROR, STATUS_PENDING } from '../model/winsock/spi.ts';
export {
  type Report,
  replay,
  requestsOfTrace,
  type VerifyOptions,
  verifyDriver,
  verifyProvider,
} from '../properties/verify.ts';
export { type ExplainOptions, explain } from './report/explain.ts';
