/**
 * The state of a socket in words, for the question what a call may do in it.
 *
 * Absent fields are as WSPSocket makes a socket and as nothing has happened yet. The shape is the one source of the types, of the
 * published JSON Schema and of the messages about what is wrong.
 */

import { jsonSchema } from '../winsock/schema.ts';
import { anyOf, type Described, dword, fields, flag, listOf, oneOf, optional, text } from '../winsock/shape.ts';

/** What the question states; everything else has its default. */
export const stateShape = fields({
  /** `none`: a descriptor that never was a socket. Default `open`. */
  socket: optional(oneOf('open', 'closed', 'none')),
  /** Default `SOCK_STREAM`. */
  type: optional(oneOf('SOCK_STREAM', 'SOCK_DGRAM')),
  /** Made with WSA_FLAG_OVERLAPPED. Default false. */
  overlapped: optional(flag),
  /** Default false; a socket that is connected is bound. */
  bound: optional(flag),
  /** Of a datagram socket: it has a default peer. Default false. */
  connected: optional(flag),
  /** A nonblocking WSPConnect is under way. Default false. */
  connecting: optional(flag),
  /** Where WSPConnect went. Default `peer`. */
  to: optional(oneOf('peer', 'broadcast')),
  /** FIONBIO. Default false. */
  nonblocking: optional(flag),
  /** SO_BROADCAST. Default false. */
  broadcast: optional(flag),
  /** SO_MAX_MSG_SIZE, where it was asked for; otherwise nobody knows it. */
  maxMessage: optional(dword),
  /** WSPShutdown was called with these. Default none. */
  shutdown: optional(listOf(oneOf('SD_RECEIVE', 'SD_SEND', 'SD_BOTH'), 'a list of strings')),
  /** Room in the transport: for all that the call sends, for a part, for none, or a number of bytes. Default `unknown`. */
  room: optional(anyOf([oneOf('unknown', 'all', 'part', 'none'), dword], '"unknown", "all", "part", "none" or a number of bytes')),
  /** Bytes of earlier sends that the peer has not read. Default 0. */
  unread: optional(dword),
  /** Overlapped sends that are pending, the oldest first. Default none. */
  outstanding: optional(
    listOf(
      fields({
        overlapped: text,
        /** Bytes asked for. Default 1000. */
        length: optional(dword),
        event: optional(flag),
        routine: optional(flag),
        port: optional(flag),
        thread: optional(text),
      }),
      'a list of operations',
    ),
  ),
  /** What happened to the virtual circuit. Default `up`. */
  circuit: optional(oneOf('up', 'reset', 'timedOut', 'keepAliveFailed', 'networkDown')),
  /** What the peer did in order. Default `open`. */
  peer: optional(oneOf('open', 'shutDown', 'closed')),
  /** The whole network subsystem. Default `up`. */
  network: optional(oneOf('up', 'down')),
  /** Whether the sender surely feels what happened to circuit, peer or network. Default true; false: it may or may not. */
  arrived: optional(flag),
  /** The code by which an earlier send reported the end of the circuit. Default none did. */
  reported: optional(text),
  /** A call of another thread blocks. Default false. */
  blockingCall: optional(flag),
  /** The call is made inside a completion routine of another socket. Default false. */
  insideRoutine: optional(flag),
});
/** The state of a socket, of its circuit and of its outstanding sends, by fields; what it leaves out is as WSPSocket makes it. */
export type SocketSituation = Described<typeof stateShape>;

/** Draft 2020-12. */
export const stateJsonSchema = (): Record<string, unknown> => jsonSchema(stateShape, 'the state that `wspsend ask` is asked about');
