import type { ClauseId } from '../model/clauses/register.ts';
import { triedClauses } from './conformance.ts';

/** The invariants that are checked in addition to the judge: what each stands for, and which faults it must notice. */

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
  { name: 'ArrayCaptured', clauses: ['Capture:2'], kills: ['reads-array-after-return'] },
  { name: 'BlockingBlocks', clauses: ['Nonoverlapped:5'], kills: ['blocking-returns-a-part', 'count-off-by-one'] },
] as const satisfies readonly Property[];

/**
 * The campaign itself, whose cases are judged by the oracle: the property that the implementation keeps to the clauses that it was tried
 * by.
 */
export const conformance = { name: 'Conformance', clauses: triedClauses } as const;

/** Mutants that break a modelled clause and that something kills: fewer are a hole. */
export const mutantsPerClause = 3;

/** Why no property notices the breach of a clause. One that some property does notice has no place here. */
export const unnoticed: { readonly [id in ClauseId]?: string } = {
  'lpBuffers:3': 'it binds the caller, and an operation whose buffer the caller wrote to is not judged',
  'OverlappedLifetime:1': 'it binds the caller, and an operation whose OVERLAPPED the caller wrote to is not judged',
  'OverlappedLifetime:2': 'it binds the caller, and two operations with one OVERLAPPED are not judged',
  'Routine:3': 'it binds the caller, and a caller that waits for an operation with a routine may get any result',
  'MessageSize:1':
    'it binds the caller; MessageSize:2, MessageSize:4 and WSAEMSGSIZE:1 say what a provider must do with a message that is too long',
  'Delivery:1': 'a permission: data that arrive keep to it as well as data that do not',
  'Event:3': 'a permission of the client; what a poll may say is Overlapped:7',
  'Order:1': 'a permission: routines that run in the order of their completions keep to it too',
  'ThreadExit:2': 'a permission: operations that outlive their thread keep to it too',
  'WSAENOBUFS:1': 'no situation requires the code, and nobody outside can see whether a provider has buffers, so that it is never wrong',
};
