import type { ClauseId } from '../model/clauses/register.ts';

/** The invariants that are checked beside the judge: what each stands for, and which faults it must notice. */

export interface Property {
  readonly name: string;
  readonly clauses: readonly ClauseId[];
  /** Names of mutants. */
  readonly kills: readonly string[];
}

export const properties = [
  { name: 'ByteConservation', clauses: ['Purpose:2', 'lpBuffers:2'], kills: ['sent-twice'] },
  {
    name: 'CountUntouched',
    clauses: ['Immediate:4', 'lpNumberOfBytesSent:1'],
    kills: ['writes-count-of-pending', 'reports-more-than-asked', 'writes-count-at-completion'],
  },
  { name: 'SingleIndication', clauses: ['Overlapped:4', 'Event:1', 'Return:7'], kills: ['completes-twice', 'queues-apc-twice'] },
  { name: 'AlertableOnly', clauses: ['QueueApc:1'], kills: ['runs-routine-inline', 'runs-apc-instead-of-queueing'] },
  { name: 'ProperThread', clauses: ['QueueApc:1', 'lpThreadId:2'], kills: ['queues-on-the-other-thread'] },
  { name: 'NotNested', clauses: ['Nesting:2'], kills: ['nests-routines'] },
  {
    name: 'ByteOrder',
    clauses: ['Order:2', 'Purpose:3', 'dwBufferCount:1'],
    kills: ['above-32768-out-of-order', 'drops-byte-at-wrap', 'swaps-two-pending'],
  },
  { name: 'ArrayCaptured', clauses: ['Capture:2', 'lpBuffers:3'], kills: ['reads-array-after-return'] },
  { name: 'BlockingBlocks', clauses: ['Nonoverlapped:5'], kills: ['blocking-returns-a-part', 'count-off-by-one'] },
] as const satisfies readonly Property[];
