import type { SendFault } from '../../model/winsock/codes.ts';
import { type CallStep, mainThread, type TraceStep, type WSPSendCall } from '../../model/winsock/trace.ts';
import type { Circumstance } from './circumstanceWords.ts';

/**
 * The circumstances of a step of a trace: the state of its socket, as far as calls and the far end caused it, what was sent on it before,
 * and how the operation reports its end. Each is present or not, so that a shorter trace has fewer of them.
 *
 * @param about The OVERLAPPED that the step has to do with, where it names none.
 */
export const circumstancesOf = (step: TraceStep, before: readonly TraceStep[], about?: string): readonly string[] => {
  const found = new Set<Circumstance>();
  lookAt(step, before, found, about);
  return [...found].sort();
};

/** Of a step that is not about one call: it is about the calls that wait. */
export const circumstancesOfWaiting = (before: readonly TraceStep[]): readonly string[] => {
  const found = new Set<Circumstance>();
  const ended = new Set(before.map((step) => ('end' in step ? step.end : undefined)));
  for (const step of before) {
    if ('call' in step && step.call === 'WSPSend' && step.begin !== undefined && !ended.has(step.begin)) lookAt(step, before, found);
  }
  return [...found].sort();
};

function lookAt(step: TraceStep, before: readonly TraceStep[], found: Set<Circumstance>, about?: string): void {
  const post = about === undefined ? postOf(step, before) : postNamed({ overlapped: about }, before);
  const socket = post?.call.socket ?? socketOf(step);
  if (post !== undefined) for (const aspect of aspectsOf(post.call)) found.add(aspect);
  if (post?.outcome === 'failed' && !('call' in step && step.call === 'WSPSend')) found.add('its send failed');
  if (post?.outcome === 'pended') found.add('pended');
  if (socket !== undefined) lookAtSocket(socket, before, post, found);
  lookAround(socket, step, post, before, found);
}

const socketOf = (step: TraceStep): string | undefined =>
  ('end' in step ? (step.begun as { socket?: string }) : (step as { socket?: string })).socket;

interface Post {
  readonly call: WSPSendCall;
  readonly outcome: 'returned' | 'pended' | 'failed';
}

/** The send that the step answers, or that it speaks of by its OVERLAPPED. */
const postOf = (step: TraceStep, before: readonly TraceStep[]): Post | undefined => {
  if ('end' in step) return step.begun.call === 'WSPSend' ? { call: step.begun, outcome: 'returned' } : postNamed(step.begun, before);
  if ('call' in step && step.call === 'WSPSend') return { call: step, outcome: 'returned' };
  return postNamed(step, before);
};

const postNamed = (step: object, before: readonly TraceStep[]): Post | undefined => {
  const { overlapped, call, port, socket } = step as { overlapped?: string; call?: string; port?: string; socket?: string };
  if (overlapped === undefined || call === 'WSPCancelIo') return undefined;
  // A packet is of a send on its own socket, also where the OVERLAPPED was used on another one since.
  const on = port === undefined ? undefined : socket;
  const isPost = (earlier: TraceStep): earlier is WSPSendCall =>
    'call' in earlier && earlier.call === 'WSPSend' && earlier.overlapped === overlapped && (on === undefined || earlier.socket === on);
  const post = before.findLast(isPost);
  if (post === undefined) return undefined;
  return { call: post, outcome: outcomeOf(post, before) };
};

const outcomeOf = (post: WSPSendCall, steps: readonly TraceStep[]): Post['outcome'] => {
  const returns =
    post.returns ?? steps.find((step): step is Extract<TraceStep, { end: number }> => 'end' in step && step.end === post.begin)?.returns;
  const errno = returns?.rc === -1 ? returns.errno : undefined;
  return errno === 'WSA_IO_PENDING' ? 'pended' : errno === undefined ? 'returned' : 'failed';
};

/** What a send is given in addition to its bytes. */
export const aspectsOf = ({ event, routine, flags = [], fault = [], count, buffers }: Omit<WSPSendCall, 'returns'>): Circumstance[] => [
  ...when(event === true, 'hEvent'),
  ...when(routine !== undefined && routine !== false, 'routine'),
  ...(flags as `MSG_${string}`[]),
  ...[fault].flat().map((what): Circumstance => `fault ${what as SendFault}`),
  ...when(count === false, 'no count'),
  ...when(buffers.length === 0, 'no buffers'),
  ...when(
    buffers.every((length) => length === 0),
    'no bytes',
  ),
];

const when = (isSo: boolean, word: Circumstance): readonly Circumstance[] => (isSo ? [word] : []);

function lookAtSocket(socket: string, before: readonly TraceStep[], post: Post | undefined, found: Set<Circumstance>): void {
  const opening = before.findLastIndex(
    (step) => 'call' in step && step.call === 'WSPSocket' && step.socket === socket && step.returns?.rc === 0,
  );
  if (opening < 0) {
    found.add('no socket');
    return;
  }
  const opened = before[opening] as Extract<TraceStep, { call: 'WSPSocket' }>;
  found.add(opened.type as `SOCK_${string}`);
  // The flag means nothing for a send without an OVERLAPPED.
  if (post?.call.overlapped !== undefined && opened.overlapped !== true) found.add('no WSA_FLAG_OVERLAPPED');
  let isConnected = false;
  let isNonblocking = false;
  // By a look at the socket since its last send: what the next send finds there.
  let isReportedWritable = false;
  for (const step of before.slice(opening + 1)) {
    if (!('socket' in step) || step.socket !== socket) continue;
    if ('poll' in step && step.poll === 'writable') isReportedWritable = step.ready;
    if ('call' in step && step.call === 'WSPSend' && step !== post?.call) isReportedWritable = false;
    if ('env' in step && step.env !== undefined) found.add(step.env);
    if (!('call' in step)) continue;
    if (step.call === 'WSPConnect') isConnected ||= step.returns?.rc !== -1;
    else if (step.call === 'WSPIoctl') isNonblocking = step.code === 'FIONBIO' ? step.value !== 0 : isNonblocking;
    else if (step !== post?.call) for (const what of leavesBehind(step)) found.add(what);
  }
  found.add(isConnected ? 'connected' : 'not connected');
  if (isNonblocking) found.add('nonblocking');
  if (isReportedWritable && post?.outcome === 'returned') found.add('reported writable');
}

type OnSocket = Exclude<Extract<CallStep, { socket: string }>, { call: 'WSPConnect' | 'WSPIoctl' }>;

/** What an earlier call on the socket may have to do with a later step. */
function leavesBehind(step: OnSocket): readonly Circumstance[] {
  switch (step.call) {
    case 'WSPShutdown':
      return [`WSPShutdown ${step.how}${step.returns?.rc === -1 ? ' failed' : ''}`];
    case 'WSPCancelIo':
      return [`WSPCancelIo${step.returns?.rc === -1 ? ' failed' : ''}`];
    case 'WSPCloseSocket':
    case 'WSPRecv':
    case 'CreateIoCompletionPort':
    case 'SetFileCompletionNotificationModes':
      return [step.call];
    case 'WSPSetSockOpt':
      return step.name === 'SO_LINGER' ? ['SO_LINGER'] : [];
    case 'WSPSend':
      return [
        ...(step.flags ?? []).map((flag): Circumstance => `${flag as `MSG_${string}`} before`),
        ...[step.fault ?? []].flat().map((what): Circumstance => `fault ${what as SendFault} before`),
      ];
    case 'WSPSocket':
    case 'WSPBind':
    case 'WSPGetSockOpt':
    case 'WSPGetOverlappedResult':
      return [];
    default:
      return step satisfies never;
  }
}

/** What else is going on: a routine runs, a thread is gone, another socket was closed under its sends. */
function lookAround(
  socket: string | undefined,
  step: TraceStep,
  post: Post | undefined,
  before: readonly TraceStep[],
  found: Set<Circumstance>,
): void {
  const thread = (step as { thread?: string }).thread ?? mainThread;
  const { overlapped } = step as { overlapped?: string };
  let depth = 0;
  const pending = new Map<string, string>();
  const routines = new Set<string>();
  const begun = new Map<number, string>();
  const unflagged = new Set<string>();
  for (const earlier of before) {
    if ('end' in earlier) begun.delete(earlier.end);
    if ('routine' in earlier && !('call' in earlier)) {
      if ((earlier.thread ?? mainThread) === thread) depth += earlier.routine === 'enter' ? 1 : -1;
      pending.delete(earlier.overlapped);
      routines.delete(earlier.overlapped);
    }
    if (!('call' in earlier)) continue;
    if (earlier.call === 'WSPSocket' && earlier.overlapped !== true) unflagged.add(earlier.socket);
    if (earlier.call === 'ExitThread') found.add('ExitThread');
    if (earlier.call === 'WSPSend' && earlier.overlapped !== undefined) {
      if (earlier.overlapped === overlapped && routines.has(overlapped)) found.add('the OVERLAPPED was used again before its routine ran');
      if (earlier.routine !== undefined && earlier.routine !== false) routines.add(earlier.overlapped);
      if (earlier !== post?.call && earlier.overlapped === overlapped && unflagged.has(earlier.socket)) {
        found.add('the OVERLAPPED was used before without WSA_FLAG_OVERLAPPED');
      }
      if (earlier !== post?.call && earlier.overlapped === overlapped && outcomeOf(earlier, before) === 'failed')
        found.add('a send with the OVERLAPPED failed before');
    }
    if (earlier.call === 'WSPSend' && earlier.begin !== undefined) begun.set(earlier.begin, earlier.socket);
    if (earlier.call === 'WSPSend' && earlier.overlapped !== undefined && outcomeOf(earlier, before) === 'pended') {
      pending.set(earlier.overlapped, earlier.socket);
    } else if (
      earlier.call === 'WSPCloseSocket' &&
      earlier.socket !== socket &&
      [...pending.values(), ...begun.values()].includes(earlier.socket)
    ) {
      found.add('another socket was closed under its sends');
    }
  }
  if (depth > 0) found.add('inside a routine');
}
