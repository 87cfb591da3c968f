import { type TraceHeader, traceVersion } from '../../model/winsock/trace.ts';
import type { Conversation, Failure } from './implementation.ts';

/** Whatever is asked of an implementation that failed before its first request. */
export const failedConversation = (failure: Failure, header: TraceHeader = { wspsend: traceVersion }): Conversation => ({
  header,
  isReused: false,
  request: () => ({ lines: [], failure }),
  end: () => {},
});
