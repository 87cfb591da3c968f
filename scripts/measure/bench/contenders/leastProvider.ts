/**
 * The least that a correct provider does for an overlapped send of one buffer that pends on a full stream: it finds the socket, looks at
 * what it is given, says in the OVERLAPPED that the send is under way, keeps in a row what is the caller's, copies the bytes once there is
 * room, and indicates. It knows no other send, socket, state or error, so it is no provider, and what it does not know throws. What remains
 * is what V8 takes for the interface itself: nine arguments, the caller's objects, two upcalls and a copy of a few bytes.
 */

import type { ByteRing } from '../../../../impl/ring/byteRing.ts';
import { errorCodes } from '../../../../model/winsock/codes.ts';
import {
  type Cell,
  type SOCKET,
  SOCKET_ERROR,
  type SpiTable,
  STATUS_PENDING,
  storeStatus,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSATHREADID,
  type WSAUSERAPC,
  type WSPUPCALLTABLE,
} from '../../../../model/winsock/spi.ts';

/** What the sends of the benchmark use of a provider. */
export interface Sending {
  readonly spi: Pick<SpiTable, 'WSPSend' | 'WSPGetOverlappedResult'>;
  /** Gives the room that the caller has made to the sends that wait. */
  pump(s: SOCKET): void;
}

/** One send that pends, or whose routine has yet to run. */
class Row {
  readonly context: number;
  lpOverlapped: WSAOVERLAPPED | null = null;
  data: Uint8Array | null = null;
  left = 0;
  routine: WSAOVERLAPPED_COMPLETION_ROUTINE | null = null;
  readonly thread: WSATHREADID = { ThreadHandle: 0, Reserved: 0 };
  constructor(context: number) {
    this.context = context;
  }
}

class Stream {
  readonly handle: SOCKET;
  readonly ring: ByteRing;
  readonly rows: readonly Row[];
  head = 0;
  tail = 0;
  constructor(handle: SOCKET, ring: ByteRing, rows: readonly Row[]) {
    this.handle = handle;
    this.ring = ring;
    this.rows = rows;
  }
}

const placesMax = 64;
const beyond = (what: string): Error => new Error(`the least provider knows nothing of ${what}`);

export class LeastProvider {
  private readonly places: Stream[] = [];
  /** All rows by their contexts. */
  private readonly rows: Row[] = [];
  readonly sending: Sending;

  constructor(upcalls: WSPUPCALLTABLE) {
    this.sending = sendingOf(this.places, this.rows, upcalls);
  }

  /** A connected stream on a ring, for at most so many sends at a time: a power of two. */
  connect(ring: ByteRing, capacity: number): SOCKET {
    const handle = this.places.length;
    if (handle === placesMax) throw beyond('more sockets');
    const rows = Array.from({ length: capacity }, (_, place) => new Row(this.rows.length + place));
    for (const row of rows) this.rows.push(row);
    this.places.push(new Stream(handle, ring, rows));
    return handle;
  }
}

const sendingOf = (places: readonly Stream[], rows: readonly Row[], upcalls: WSPUPCALLTABLE): Sending => {
  const errno: Cell = { value: undefined };
  const apc: WSAUSERAPC = (dwContext) => {
    const row = rows[dwContext]!;
    const { lpOverlapped, routine, left } = row;
    row.lpOverlapped = null;
    row.routine = null;
    routine!(0, left, lpOverlapped!, 0);
  };
  return {
    spi: {
      WSPSend(s, lpBuffers, dwBufferCount, _lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno) {
        const stream = places[s & (placesMax - 1)]!;
        if (stream.handle !== s || dwFlags !== 0 || lpBuffers === null || dwBufferCount !== 1 || lpOverlapped === null)
          throw beyond('this');
        const { len, buf } = lpBuffers[0]!;
        if (buf === null || len > buf.length || len <= 0 || stream.ring.fits(len)) throw beyond('such a buffer');
        const row = stream.rows[stream.tail & (stream.rows.length - 1)]!;
        if (row.lpOverlapped !== null) throw beyond('so many sends');
        lpOverlapped.Internal = STATUS_PENDING;
        if (lpCompletionRoutine !== null) {
          if (lpThreadId === null) throw beyond('a routine without a thread');
          row.routine = lpCompletionRoutine;
          row.thread.ThreadHandle = lpThreadId.ThreadHandle;
          row.thread.Reserved = lpThreadId.Reserved;
        } else if (lpOverlapped.hEvent !== null) upcalls.WPUResetEvent(lpOverlapped.hEvent, errno);
        row.lpOverlapped = lpOverlapped;
        row.data = buf;
        row.left = len;
        stream.tail = (stream.tail + 1) | 0;
        lpErrno.value = errorCodes.WSA_IO_PENDING;
        return SOCKET_ERROR;
      },
      WSPGetOverlappedResult(s, lpOverlapped, lpcbTransfer, _fWait, lpdwFlags) {
        const stream = places[s & (placesMax - 1)]!;
        if (stream.handle !== s || lpOverlapped.Internal !== 0) throw beyond('this');
        lpcbTransfer.value = lpOverlapped.InternalHigh;
        lpdwFlags.value = 0;
        return true;
      },
    },
    pump(s) {
      const stream = places[s & (placesMax - 1)]!;
      if (stream.handle !== s) throw beyond('this socket');
      while (stream.head !== stream.tail) {
        const row = stream.rows[stream.head & (stream.rows.length - 1)]!;
        if (!stream.ring.offer(row.data!, row.left)) return;
        stream.head = (stream.head + 1) | 0;
        row.data = null;
        if (row.routine === null) {
          const { lpOverlapped } = row;
          row.lpOverlapped = null;
          upcalls.WPUCompleteOverlappedRequest(s, lpOverlapped!, 0, row.left, errno);
        } else {
          storeStatus(row.lpOverlapped!, 0, row.left);
          upcalls.WPUQueueApc(row.thread, apc, row.context, errno);
        }
      }
    },
  };
};
