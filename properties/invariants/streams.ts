import { patternPeriod, type TraceStep, threadOf, type WSPSendCall } from '../../model/winsock/trace.ts';

/** What must hold of a trace whatever the model says: invariants of the bytes, of calls that wait, and of the threads of routines. */
export type Invariant = (trace: readonly TraceStep[]) => boolean;

// ---- Bytes ---------------------------------------------------------------------------------------------------------------------

interface Segment {
  readonly fill: number;
  readonly length: number;
  readonly pended: boolean;
}

interface Stream {
  readonly segments: Segment[];
  /** Bytes of the first segment that the peer has read. */
  offset: number;
  /** False once something may have cut or reordered what was accepted: nothing is said of the stream from then on. */
  followed: boolean;
  waiting: number;
}

const lengthOf = (call: WSPSendCall): number => call.buffers.reduce((sum, length) => sum + length, 0);
/** After these, what was accepted need not arrive. */
const cuts: ReadonlySet<string> = new Set(['WSPCancelIo', 'WSPIoctl', 'WSPCloseSocket', 'ExitThread', 'WSPCancelBlockingCall']);

/** Follows each stream socket as one growing array of bytes; the first byte that is out of place is given with the send it should be of. */
export function firstMisplaced(trace: readonly TraceStep[]): Segment | 'nothing sent' | undefined {
  const streams = new Map<string, Stream>();
  for (const step of trace) {
    if ('end' in step) {
      if (step.begun.call === 'WSPSend') endSend(streams.get(step.begun.socket), step.begun, step.returns);
    } else if ('call' in step) {
      if (step.call === 'WSPSocket' && step.type === 'SOCK_STREAM') {
        streams.set(step.socket, { segments: [], offset: 0, followed: true, waiting: 0 });
      } else if (step.call === 'WSPSend') postSend(streams.get(step.socket), step);
      else if (cuts.has(step.call)) for (const stream of streams.values()) stream.followed = false;
    } else if ('peer' in step && step.peer === 'recv') {
      const stream = streams.get(step.socket);
      if (stream?.followed !== true || step.oob === true) continue;
      const misplaced = receive(stream, step.runs);
      if (misplaced !== undefined) return misplaced;
    } else if ('env' in step && step.env !== 'settle') for (const stream of streams.values()) stream.followed = false;
  }
  return undefined;
}

function postSend(stream: Stream | undefined, call: WSPSendCall): void {
  if (stream === undefined) return;
  // Two calls under way at once may take effect in either order.
  if (stream.waiting > 0 || (call.flags ?? []).length > 0) stream.followed = false;
  const { returns } = call;
  const fill = call.fill ?? 0;
  if (returns === undefined) {
    stream.waiting++;
    stream.segments.push({ fill, length: lengthOf(call), pended: false });
  } else if (returns.rc === 0) {
    stream.segments.push({ fill, length: (returns as { bytes?: number }).bytes ?? lengthOf(call), pended: false });
  } else if (returns.errno === 'WSA_IO_PENDING') stream.segments.push({ fill, length: lengthOf(call), pended: true });
}

function endSend(stream: Stream | undefined, call: WSPSendCall, returns: { rc: number; bytes?: unknown }): void {
  if (stream === undefined) return;
  stream.waiting--;
  if (returns.rc !== 0 || (returns.bytes !== undefined && returns.bytes !== lengthOf(call))) stream.followed = false;
}

function receive(stream: Stream, runs: readonly (readonly [number, number])[]): Segment | 'nothing sent' | undefined {
  for (const [start, length] of runs) {
    for (let read = 0; read < length; ) {
      const segment = stream.segments[0];
      if (segment === undefined) return 'nothing sent';
      const left = segment.length - stream.offset;
      if (left > 0) {
        if ((segment.fill + stream.offset - start - read) % patternPeriod !== 0) return segment;
        const count = Math.min(left, length - read);
        read += count;
        stream.offset += count;
      }
      if (stream.offset === segment.length) {
        stream.segments.shift();
        stream.offset = 0;
      }
    }
  }
  return undefined;
}

// ByteOrder
// What:  bytes leave in the order in which they were posted, none lost, none twice.
// How:   the sends of a socket are one growing array; a stream is no longer followed once something may have cut it.
// Kills: above-32768-out-of-order, drops-byte-at-wrap, swaps-two-pending.
export const ByteOrder: Invariant = (trace) => firstMisplaced(trace) === undefined;

// ArrayCaptured
// What:  what a pending send sends is what its WSABUF array said during the call.
// How:   the caller spoils the array as soon as WSPSend has returned; only bytes of sends that pended are looked at.
// Kills: reads-array-after-return.
export const ArrayCaptured: Invariant = (trace) => {
  const misplaced = firstMisplaced(trace);
  return misplaced === undefined || misplaced === 'nothing sent' || !misplaced.pended;
};

// BlockingBlocks
// What:  a send without an OVERLAPPED on a stream that nobody made nonblocking reports all of its bytes, whenever it succeeds.
// How:   sends are looked at one by one; a socket drops out at its first FIONBIO.
// Kills: blocking-returns-a-part, count-off-by-one.
export const BlockingBlocks: Invariant = (trace) => {
  const blocking = new Set<string>();
  for (const step of trace) {
    const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
    const returns = 'end' in step || 'call' in step ? step.returns : undefined;
    if (call?.call === 'WSPSocket' && call.type === 'SOCK_STREAM') blocking.add(call.socket);
    else if (call?.call === 'WSPIoctl') blocking.delete(call.socket);
    else if (call?.call === 'WSPSend' && call.overlapped === undefined && blocking.has(call.socket) && returns?.rc === 0) {
      const { bytes } = returns as { bytes?: number };
      if (bytes !== undefined && bytes !== lengthOf(call)) return false;
    }
  }
  return true;
};

// ---- Routines ------------------------------------------------------------------------------------------------------------------

/** What each OVERLAPPED was used with, over all of its sends: a name may be given again while the routine of an earlier send is queued. */
class Uses {
  readonly #values = new Map<string, Set<string>>();

  add(overlapped: string, value: string): void {
    const values = this.#values.get(overlapped);
    if (values === undefined) this.#values.set(overlapped, new Set([value]));
    else values.add(value);
  }

  /** True only where there is no doubt. */
  differs(overlapped: string, value: string): boolean {
    const values = this.#values.get(overlapped);
    return values !== undefined && !values.has(value);
  }

  /** The value if there was never another. */
  only(overlapped: string): string | undefined {
    const values = this.#values.get(overlapped);
    return values?.size === 1 ? [...values][0] : undefined;
  }
}

// NotNested
// What:  while a routine of a socket runs, no other routine of that socket begins on its thread.
// How:   a stack of the sockets of running routines for each thread; the sends with an OVERLAPPED say which socket it belongs to.
// Kills: nests-routines.
export const NotNested: Invariant = (trace) => {
  const sockets = new Uses();
  const running = new Map<string, (string | undefined)[]>();
  for (const step of trace) {
    if ('call' in step && step.call === 'WSPSend' && step.overlapped !== undefined) sockets.add(step.overlapped, step.socket);
    if (!('routine' in step) || 'call' in step) continue;
    const stack = running.get(threadOf(step)) ?? [];
    running.set(threadOf(step), stack);
    if (step.routine === 'leave') stack.pop();
    else {
      const socket = sockets.only(step.overlapped);
      if (socket !== undefined && stack.includes(socket)) return false;
      stack.push(socket);
    }
  }
  return true;
};

// ProperThread
// What:  the APC of a send is queued for the thread that made the send, and its routine runs there.
// How:   the threads of the sends with an OVERLAPPED are compared with that of each upcall and each routine.
// Kills: queues-on-the-other-thread.
export const ProperThread: Invariant = (trace) => {
  const threads = new Uses();
  return trace.every((step) => {
    if ('call' in step && step.call === 'WSPSend' && step.overlapped !== undefined) threads.add(step.overlapped, threadOf(step));
    if ('upcall' in step && step.upcall === 'WPUQueueApc') return !threads.differs(step.overlapped, threadOf(step));
    if ('routine' in step && !('call' in step)) return !threads.differs(step.overlapped, threadOf(step));
    return true;
  });
};
