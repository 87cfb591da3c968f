import type { Request, TraceStep } from '../../model/winsock/trace.ts';

/** A request that was answered by doing nothing. It is a well-formed line and not a step. */
export type UnsupportedLine = Request & { readonly returns: { readonly unsupported: string } };
/** A line of a reply: what was observed, or that nothing was done. */
export type ReplyLine = TraceStep | UnsupportedLine;

export const isUnsupported = (line: ReplyLine): line is UnsupportedLine =>
  'returns' in line && line.returns !== undefined && 'unsupported' in line.returns;
