/**
 * The state of a socket in words, for whoever asks what a call may do in it.
 *
 * Absent fields are as WSPSocket makes a socket and as nothing has happened yet. The schema is the one source of the types, of the
 * published JSON Schema and of the messages about what is wrong.
 */

import { z } from 'zod';
import { dword, fields, flag, says, text } from '../winsock/fields.ts';

/** What somebody says; everything else has its default. */
export const stateSchema = fields({
  /** `none`: a descriptor that never was a socket. Default `open`. */
  socket: z.enum(['open', 'closed', 'none'], says('"open", "closed" or "none"')).optional(),
  /** Default `SOCK_STREAM`. */
  type: z.enum(['SOCK_STREAM', 'SOCK_DGRAM'], says('"SOCK_STREAM" or "SOCK_DGRAM"')).optional(),
  /** Made with WSA_FLAG_OVERLAPPED. Default false. */
  overlapped: flag.optional(),
  /** Default false; a socket that is connected is bound. */
  bound: flag.optional(),
  /** Of a datagram socket: it has a default peer. Default false. */
  connected: flag.optional(),
  /** A nonblocking WSPConnect is under way. Default false. */
  connecting: flag.optional(),
  /** Where WSPConnect went. Default `peer`. */
  to: z.enum(['peer', 'broadcast'], says('"peer" or "broadcast"')).optional(),
  /** FIONBIO. Default false. */
  nonblocking: flag.optional(),
  /** SO_BROADCAST. Default false. */
  broadcast: flag.optional(),
  /** SO_MAX_MSG_SIZE, where it was asked for; otherwise nobody knows it. */
  maxMessage: dword.optional(),
  /** WSPShutdown was called with these. Default none. */
  shutdown: z
    .array(z.enum(['SD_RECEIVE', 'SD_SEND', 'SD_BOTH'], says('"SD_RECEIVE", "SD_SEND" or "SD_BOTH"')), says('a list of strings'))
    .optional(),
  /** Room in the transport: for all that the call sends, for a part, for none, or a number of bytes. Default `unknown`. */
  room: z
    .union([z.enum(['unknown', 'all', 'part', 'none']), dword], says('"unknown", "all", "part", "none" or a number of bytes'))
    .optional(),
  /** Bytes of earlier sends that the peer has not read. Default 0. */
  unread: dword.optional(),
  /** Overlapped sends that are pending, the oldest first. Default none. */
  outstanding: z
    .array(
      fields({
        overlapped: text,
        /** Bytes asked for. Default 1000. */
        length: dword.optional(),
        event: flag.optional(),
        routine: flag.optional(),
        port: flag.optional(),
        thread: text.optional(),
      }),
      says('a list of operations'),
    )
    .optional(),
  /** What befell the virtual circuit. Default `up`. */
  circuit: z
    .enum(
      ['up', 'reset', 'timedOut', 'keepAliveFailed', 'networkDown'],
      says('"up", "reset", "timedOut", "keepAliveFailed" or "networkDown"'),
    )
    .optional(),
  /** What the peer did in order. Default `open`. */
  peer: z.enum(['open', 'shutDown', 'closed'], says('"open", "shutDown" or "closed"')).optional(),
  /** The whole network subsystem. Default `up`. */
  network: z.enum(['up', 'down'], says('"up" or "down"')).optional(),
  /** Whether the sender surely feels what befell circuit, peer or network. Default true; false: it may or may not. */
  arrived: flag.optional(),
  /** The code by which an earlier send reported the end of the circuit. Default none did. */
  reported: text.optional(),
  /** A call of another thread blocks. Default false. */
  blockingCall: flag.optional(),
  /** The call is made inside a completion routine of another socket. Default false. */
  insideRoutine: flag.optional(),
});
export type SocketSituation = z.infer<typeof stateSchema>;

/** Draft 2020-12. */
export const stateJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(stateSchema, { unrepresentable: 'any' }),
  title: 'the state that `wspsend ask` is asked about',
});
