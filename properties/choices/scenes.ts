import { errorCodes } from '../../model/winsock/codes.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/** Requests that lead to where the page leaves a choice, in the names A, o1 and main. */

export const inject = (kind: string, value = 1): CampaignRequest => ({ inject: kind, socket: 'A', value });
export const everywhere = (kind: string, value = 1): CampaignRequest => ({ inject: kind, value });
export const settle: CampaignRequest = { env: 'settle' };
export const sleep: CampaignRequest = { call: 'SleepEx' };
export const drain: CampaignRequest = { peer: 'recv', socket: 'A' };
export const close: CampaignRequest = { call: 'WSPCloseSocket', socket: 'A' };
export const pollEvent: CampaignRequest = { poll: 'event', overlapped: 'o1' };
export const result: CampaignRequest = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1' };

/** Injections that concern all codes: a refusal comes wherever it applies, a code of the circuit whatever ended it. */
export const refusalCode = (code: keyof typeof errorCodes): CampaignRequest => everywhere('refusal.code', errorCodes[code]);
export const circuitCode = (code: keyof typeof errorCodes): CampaignRequest => inject('circuit.code', errorCodes[code]);

export const reset: CampaignRequest = { env: 'peer.reset', socket: 'A' };
export const peerCloses: CampaignRequest = { env: 'peer.close', socket: 'A' };
export const shutDown: CampaignRequest = { call: 'WSPShutdown', socket: 'A', how: 'SD_SEND' };

const socket = (type: 'SOCK_STREAM' | 'SOCK_DGRAM', overlapped: boolean): CampaignRequest => ({
  call: 'WSPSocket',
  socket: 'A',
  type,
  overlapped,
});
const connect: CampaignRequest = { call: 'WSPConnect', socket: 'A' };
const nonblocking: CampaignRequest = { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1 };

export const unbound: readonly CampaignRequest[] = [socket('SOCK_STREAM', true)];
export const overlapped: readonly CampaignRequest[] = [socket('SOCK_STREAM', true), connect];
/** A connected stream without the overlapped flag. */
export const plain: readonly CampaignRequest[] = [socket('SOCK_STREAM', false), connect];
export const plainNonblocking: readonly CampaignRequest[] = [...plain, nonblocking];
export const datagram: readonly CampaignRequest[] = [socket('SOCK_DGRAM', true), connect];
export const broadcast: readonly CampaignRequest[] = [socket('SOCK_DGRAM', true), { call: 'WSPConnect', socket: 'A', to: 'broadcast' }];

interface Sending {
  readonly length?: number;
  readonly [argument: string]: unknown;
}
export const send = ({ length = 10, ...more }: Sending = {}): CampaignRequest =>
  ({ call: 'WSPSend', socket: 'A', buffers: [length], ...more }) as CampaignRequest;
/** A send whose completion its event reports. */
export const post = (more: Sending = {}): CampaignRequest => send({ overlapped: 'o1', event: true, ...more });
/** A send whose completion a routine reports. */
export const postWithRoutine = (more: Sending = {}): CampaignRequest => send({ overlapped: 'o1', routine: true, ...more });
/** The same, when the transport has room for 4 of its 10 bytes. */
export const pending: readonly CampaignRequest[] = [...overlapped, inject('room', 4), post()];

/** The answers to a send. */
export const sent = (bytes: number): object => ({ call: 'WSPSend', returns: { rc: 0, bytes } });
export const failed = (errno: string): object => ({ call: 'WSPSend', returns: { rc: -1, errno } });
export const endedBy = (returns: object): object => ({ call: 'WSPGetOverlappedResult', returns });
