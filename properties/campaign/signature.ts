import { askedFor } from '../../model/oracle/callKinds.ts';
import type { CallStep, TraceStep, WSPSendCall } from '../../model/winsock/trace.ts';
import type { Failing } from './caseResult.ts';
import { aspectsOf, circumstancesOf, circumstancesOfWaiting } from './circumstances.ts';

/**
 * What makes two deviations the same one: the clauses that broke, the kind of step that broke them and what it showed, and under which
 * circumstances. Names and lengths do not count.
 */
export interface Signature {
  readonly kind: Failing['deviation']['kind'];
  /** Sorted. */
  readonly clauses: readonly string[];
  /** `WSPSend overlapped`, `routine enters`, `peer recv`. */
  readonly step: string;
  /**
   * What the step showed, where another thing would have been permitted: a code, or whether all, a part or none of the bytes were reported.
   */
  readonly outcome: string;
  /** Sorted. Of a shortest trace: what it takes. */
  readonly circumstances: readonly string[];
}

export const signatureOf = ({ deviation, trace, requests }: Failing): Signature => {
  const { kind, clauses, at, permitted, about } = deviation;
  const common = { kind, clauses: [...clauses].sort() };
  const step = trace[at];
  if (kind === 'stalled') return { ...common, step: 'the end', outcome: '', circumstances: circumstancesOfWaiting(trace) };
  if (kind !== 'rejected') {
    // A call that was given what is not valid, and that has not returned, is the likeliest to have ended the process.
    const asked = waitingFault(trace) ?? requests.at(-1);
    // What came before may have to do with it or not.
    const circumstances = asked !== undefined && 'call' in asked && asked.call === 'WSPSend' ? aspectsOf(asked) : [];
    return { ...common, step: askedOf(asked), outcome: '', circumstances: circumstances.sort() };
  }
  const before = trace.slice(0, at);
  const owed = typeof about === 'number' ? before.find((earlier) => 'call' in earlier && earlier.begin === about) : undefined;
  if (owed !== undefined && 'call' in owed) {
    const said = owed.call === 'WSPSend' ? sendOf(owed) : owed.call;
    return { ...common, step: said, outcome: 'has not returned', circumstances: circumstancesOf(owed, before) };
  }
  const { said, outcome } = saidOf(step!, before);
  // Where the step was not permitted with any outcome, its outcome is not what is wrong with it.
  const isAnyWrong = 'routine' in step! && !('call' in step!) && permitted.every((outcome) => outcome.nothing !== undefined);
  const circumstances = circumstancesOf(step!, before, typeof about === 'string' ? about : undefined);
  return { ...common, step: said, outcome: isAnyWrong ? 'at all' : outcome, circumstances };
};

const waitingFault = (trace: readonly TraceStep[]): WSPSendCall | undefined => {
  const ended = new Set(trace.map((step) => ('end' in step ? step.end : undefined)));
  return trace.find(
    (step): step is WSPSendCall =>
      'call' in step && step.call === 'WSPSend' && step.fault !== undefined && step.begin !== undefined && !ended.has(step.begin),
  );
};

/** A signature that stands for more than one: without an outcome for any. */
export type Pattern = Omit<Signature, 'outcome'> & { readonly outcome?: string | undefined };

/**
 * Whether a deviation is one that `known` stands for: the same step breaks no other clauses, and nothing is missing of what `known` takes.
 */
export const covers = (known: Pattern, other: Signature): boolean =>
  known.kind === other.kind &&
  known.step === other.step &&
  (known.outcome === undefined || known.outcome === other.outcome) &&
  (known.clauses.length === 0) === (other.clauses.length === 0) &&
  other.clauses.every((clause) => known.clauses.includes(clause)) &&
  known.circumstances.every((circumstance) => other.circumstances.includes(circumstance));

/** In words: `WSPSend nonoverlapped: WSAECONNRESET (SOCK_STREAM, not connected)`. */
export const signatureText = ({ kind, step, outcome, circumstances }: Pattern): string =>
  [
    kind === 'rejected' ? '' : `${kind}: `,
    step,
    outcome === undefined || outcome === '' ? '' : `: ${outcome}`,
    circumstances.length === 0 ? '' : ` (${circumstances.join(', ')})`,
  ].join('');

const askedOf = (request: object | undefined): string => {
  if (request === undefined) return 'the start';
  const { call, poll, peer, env, inject } = request as Readonly<Record<string, string | undefined>>;
  return call === 'WSPSend' ? sendOf(request as WSPSendCall) : String(call ?? poll ?? peer ?? env ?? inject);
};

interface Said {
  readonly said: string;
  readonly outcome: string;
}

const saidOf = (step: TraceStep, before: readonly TraceStep[]): Said => {
  if ('end' in step) return callOf(step.begun, step.returns, before);
  if ('call' in step) return callOf(step, step.returns, before);
  if ('routine' in step) {
    if (step.routine === 'leave') return { said: 'routine leaves', outcome: '' };
    return { said: 'routine enters', outcome: statusOf(step.error, step.bytes, lengthOf(step.overlapped, before), step.flags) };
  }
  if ('poll' in step) {
    if (step.poll === 'writable') return { said: 'poll writable', outcome: step.ready ? 'ready' : 'not ready' };
    const isSeen = step.poll === 'event' ? step.signalled : step.written;
    return { said: `poll ${step.poll}`, outcome: `${isSeen ? '' : 'not '}${step.poll === 'event' ? 'signalled' : 'written'}` };
  }
  if ('upcall' in step) {
    if (step.upcall === 'WPUQueueApc') return { said: step.upcall, outcome: '' };
    return { said: step.upcall, outcome: statusOf(step.error, step.bytes, lengthOf(step.overlapped, before)) };
  }
  if ('peer' in step) {
    const isUrgent = step.peer === 'recv' && step.oob === true;
    return { said: `peer ${step.peer}${isUrgent ? ' urgent' : ''}`, outcome: step.peer === 'error' ? step.errno : '' };
  }
  if ('caller' in step) return { said: step.caller, outcome: '' };
  if ('env' in step) return { said: step.env, outcome: '' };
  if ('port' in step && step.port === 'empty') return { said: 'port empty', outcome: '' };
  if ('port' in step) return { said: 'port packet', outcome: statusOf(step.error, step.bytes, lengthOf(step.overlapped, before)) };
  return { said: `foreign ${step.foreign}`, outcome: '' };
};

const callOf = (call: CallStep, returns: CallStep['returns'], before: readonly TraceStep[]): Said => {
  if (returns === undefined) return { said: `${call.call} begins`, outcome: '' };
  const { rc, errno, bytes } = returns as { rc: number; errno?: string; bytes?: number };
  switch (call.call) {
    case 'WSPSend':
      return { said: sendOf(call), outcome: statusOf(errno ?? '0', bytes, askedFor(call)) };
    case 'WSPGetOverlappedResult': {
      const said = `${call.call}${call.wait === true ? ' waiting' : ''}`;
      return { said, outcome: statusOf(errno ?? '0', bytes, lengthOf(call.overlapped, before)) };
    }
    case 'WSPIoctl':
      return { said: `${call.call} ${call.code}`, outcome: errno ?? String(rc) };
    case 'WSPSetSockOpt':
    case 'WSPGetSockOpt':
      return { said: `${call.call} ${call.name}`, outcome: errno ?? String(rc) };
    case 'WSPSocket':
    case 'WSPBind':
    case 'WSPConnect':
    case 'WSPRecv':
    case 'WSPCancelIo':
    case 'WSPCancelBlockingCall':
    case 'WSPShutdown':
    case 'WSPCloseSocket':
    case 'WSACleanup':
    case 'CreateIoCompletionPort':
    case 'SetFileCompletionNotificationModes':
    case 'SleepEx':
    case 'ExitThread':
      return { said: call.call, outcome: errno ?? String(rc) };
  }
};

const sendOf = ({ overlapped }: WSPSendCall): string => `WSPSend ${overlapped === undefined ? 'nonoverlapped' : 'overlapped'}`;

/** Of a failure the bytes count only where there are too many. */
const statusOf = (code: string, bytes: number | undefined, asked: number | undefined, flags = 0): string => {
  const counted = bytesOf(bytes, asked);
  const reported = code === '0' ? counted : counted.startsWith('more') ? `${code} with ${counted}` : code;
  return flags === 0 ? reported : `${reported}, flags`;
};

const lengthOf = (overlapped: string, before: readonly TraceStep[]): number | undefined => {
  const post = before.findLast((step): step is WSPSendCall => 'call' in step && step.call === 'WSPSend' && step.overlapped === overlapped);
  return post === undefined ? undefined : askedFor(post);
};

const bytesOf = (bytes: number | undefined, asked: number | undefined): string => {
  if (bytes === undefined) return 'no count';
  if (asked === undefined) return bytes === 0 ? '0 bytes' : 'bytes of nothing';
  return bytes === asked ? 'all bytes' : bytes > asked ? 'more bytes than asked' : bytes === 0 ? '0 bytes' : 'a part';
};
