import { type TraceHeader, traceVersion } from '../../model/winsock/trace.ts';
import type { Conversation, Failure } from './implementation.ts';

/** The answer to every request, for an implementation that failed before its first one. */
export const failedConversation = (failure: Failure, header: TraceHeader = { wspsend: traceVersion }): Conversation => ({
  header,
  isReused: false,
  request: () => ({ lines: [], failure }),
  end: () => {},
});
