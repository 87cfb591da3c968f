import type { Request } from '../../model/winsock/trace.ts';

/**
 * An event of the provider's own environment (room, a failure, …), or a breach of the caller's own side. No line of a trace stands for the
 * former; what follows from it has lines.
 */
export interface Injection {
  readonly inject: string;
  readonly socket?: string;
  /** Of a breach of the caller's own side: whose operation it is about. */
  readonly overlapped?: string;
  readonly value?: number;
}

/** What a campaign asks of a provider. */
export type CampaignRequest = Request | Injection;

export const isInjection = (request: CampaignRequest): request is Injection => 'inject' in request;

/** The threads of a case. The main thread never exits. */
export const threadNames = ['main', 't1', 't2'] as const;

/** What a request is called where requests are counted. */
export const kindOfRequest = (request: CampaignRequest): string => {
  if ('inject' in request) return `inject ${request.inject}`;
  if ('call' in request) return request.call;
  if ('poll' in request) return `poll ${request.poll}`;
  if ('peer' in request) return 'peer recv';
  return 'port' in request ? `port ${request.port}` : request.env;
};
