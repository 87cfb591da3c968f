/**
 * What holds where the page is unclear, silent, or says two things: the question, its possible readings, and which of them the page permits
 * when it is read literally. Several readings at once mean that an outcome is right when any of them permits it. How the other profiles
 * differ is in profiles.ts, and why a ruling reads as it does in rulingReasons.ts.
 *
 * D: defects of the page. M: how Windows' own provider differs. The rest have names.
 */

import type { ClauseId } from './register.ts';

/** A question that the page leaves open, and the readings that it allows. */
export interface Ruling {
  readonly id: string;
  /** The clauses whose meaning it settles. */
  readonly clauses: readonly ClauseId[];
  readonly question: string;
  readonly readings: Readonly<Record<string, string>>;
  /** The readings that the page alone permits. */
  readonly page: readonly string[];
  /**
   * Code asks for its readings, or it only explains to people what the rules do anyway: all profiles share its readings, or no trace shows
   * which of them holds.
   */
  readonly readBy: 'code' | 'people';
}

/** Keeps the literal names, and lets the page permit only readings that are there. */
const ruling = <
  const Id extends string,
  const Readings extends Readonly<Record<string, string>>,
  const ReadBy extends Ruling['readBy'],
>(given: {
  readonly id: Id;
  readonly clauses: readonly ClauseId[];
  readonly question: string;
  readonly readings: Readings;
  readonly page: readonly (keyof NoInfer<Readings> & string)[];
  readonly readBy: ReadBy;
}) => given satisfies Ruling;

const defects = [
  ruling({
    id: 'D1',
    clauses: ['WSAEWOULDBLOCK:1', 'Nonoverlapped:4', 'Overlapped:3'],
    question: 'When may WSPSend give WSAEWOULDBLOCK, a code whose row has no text?',
    readings: {
      anywhere: 'Wherever no clause requires another outcome of the call; a send on a blocking nonoverlapped socket is required to block.',
      'no-room': 'On a nonblocking nonoverlapped send that could not take a single byte now.',
      'too-many-outstanding': 'On an overlapped send while overlapped operations are outstanding.',
    },
    page: ['anywhere', 'no-room', 'too-many-outstanding'],
    readBy: 'code',
  }),
  ruling({
    id: 'D2',
    clauses: ['WSAENETRESET:1', 'WSAENOBUFS:1', 'WSAECONNRESET:1'],
    question: 'What do WSAENETRESET and WSAENOBUFS mean, given that the table seems to have slipped by a row?',
    readings: {
      literal:
        'What their rows say, a reset by the peer and a keep-alive failure, or what the sibling pages say, since either may be meant.',
      'corrected-only':
        'What the sibling pages say: WSAENETRESET is a keep-alive failure, WSAENOBUFS a shortage of buffers, and WSAEINTR exists.',
    },
    page: ['literal'],
    readBy: 'code',
  }),
  ruling({
    id: 'D3',
    clauses: ['lpBuffers:4', 'Capture:1', 'Capture:2'],
    question: 'Who keeps the WSABUF array: the caller until the send is over, or the provider from the return of the call?',
    readings: {
      captured: 'The provider copies the array before the call returns, and what the caller does to it afterwards is without effect.',
      'kept-by-caller': 'The provider may read the array until the operation is over.',
    },
    page: ['captured'],
    readBy: 'people',
  }),
  ruling({
    id: 'D4',
    clauses: ['QueueApc:2', 'QueueApc:4', 'QueueApc:6'],
    question: 'In which process may a provider call WPUQueueApc?',
    readings: {
      'any-process': 'In any.',
      'same-process': 'Only in the one that started the operation.',
    },
    page: ['any-process', 'same-process'],
    readBy: 'people',
  }),
  ruling({
    id: 'D5',
    clauses: ['WSAEINVAL:2', 'Nonoverlapped:1', 'lpOverlapped:2', 'lpCompletionRoutine:2'],
    question: 'What happens with an OVERLAPPED that is given on a socket made without the overlapped flag?',
    readings: {
      ignored: 'The call does what it would do without it.',
      invalid: 'The call fails with WSAEINVAL; without an OVERLAPPED it never does so because the flag is missing.',
      filled: 'The call waits, then fills the OVERLAPPED and signals its event.',
    },
    page: ['ignored', 'invalid'],
    readBy: 'code',
  }),
  ruling({
    id: 'D6',
    clauses: ['WSAEINPROGRESS:1', 'WSAEINPROGRESS:2', 'Nesting:1'],
    question: 'May a send inside a completion routine fail with WSAEINPROGRESS, when providers have to allow it there?',
    readings: {
      'unfinished-callback': 'It may, since the provider is then in the middle of a callback.',
      'never-inside': 'It may not, whatever other threads do; outside of routines a blocking call on any thread may cause the code.',
    },
    page: ['unfinished-callback', 'never-inside'],
    readBy: 'code',
  }),
  ruling({
    id: 'D7',
    clauses: ['Overlapped:1', 'Overlapped:2', 'lpCompletionRoutine:1'],
    question: 'What is a send with a routine and no OVERLAPPED on an overlapped socket?',
    readings: {
      synchronous: 'A nonoverlapped send; the routine is ignored.',
      open: 'It may be an overlapped send too, whose routine runs with a null lpOverlapped.',
    },
    page: ['synchronous', 'open'],
    readBy: 'code',
  }),
  ruling({
    id: 'D8',
    clauses: ['Return:3'],
    question: 'Which code is given when several errors apply to a call?',
    readings: { 'any-applicable': 'Any one of them.' },
    page: ['any-applicable'],
    readBy: 'people',
  }),
  ruling({
    id: 'D9',
    clauses: ['Routine:3'],
    question: 'Which function must not be asked to wait for an operation with a routine?',
    readings: {
      'spi-function': 'WSPGetOverlappedResult, the one that a client of the SPI has.',
      'api-function': 'WSAGetOverlappedResult, as it is written, so that nothing is said about the SPI.',
    },
    page: ['spi-function', 'api-function'],
    readBy: 'people',
  }),
  ruling({
    id: 'D10',
    clauses: ['dwBufferCount:1', 'Purpose:3', 'Return:1', 'WSAESHUTDOWN:1', 'WSAESHUTDOWN:2', 'Return:5', 'Overlapped:3'],
    question: 'What is a send of no buffers, and what happens to sends that are pending when WSPShutdown closes the sending side?',
    readings: {
      'zero-length': 'No buffers are a send of zero bytes, like buffers that are all empty.',
      drains: 'Pending sends go out in full before the stream ends, and WSPShutdown does not wait for them.',
      open: 'Either may fail: a send of no buffers as one with a wrong parameter, a pending one as one after the shutdown.',
    },
    page: ['zero-length', 'drains', 'open'],
    readBy: 'code',
  }),
] as const;

const msafd = [
  ruling({
    id: 'M1',
    clauses: ['Nonoverlapped:4', 'WSAEWOULDBLOCK:1'],
    question: 'What does a nonblocking stream send do when it finds too little room?',
    readings: {
      part: 'It takes what fits and says how much.',
      'takes-all': 'It takes everything, or fails with WSAEWOULDBLOCK, which needs something still queued from a send before it.',
    },
    page: ['part'],
    readBy: 'code',
  }),
  ruling({
    id: 'M2',
    clauses: ['WSAEMSGSIZE:1', 'MessageSize:3', 'MessageSize:4', 'Return:6'],
    question: 'How does an overlapped send of a datagram that is too long fail?',
    readings: {
      'at-once': 'The call fails with WSAEMSGSIZE.',
      'oversize-pends':
        'The call pends, and the operation completes with WSAEMSGSIZE and 0 bytes; a nonoverlapped send still fails at once.',
    },
    page: ['at-once'],
    readBy: 'code',
  }),
  ruling({
    id: 'M3',
    clauses: ['WSA_OPERATION_ABORTED:1', 'WSAECONNABORTED:1'],
    question: 'With which code do the pending operations of a connected stream socket end when it is closed?',
    readings: {
      'operation-aborted': 'WSA_OPERATION_ABORTED.',
      'connection-aborted': 'WSAECONNABORTED.',
    },
    page: ['operation-aborted'],
    readBy: 'code',
  }),
  ruling({
    id: 'M4',
    clauses: ['WSAEINVAL:1', 'WSAENOTCONN:1'],
    question: 'Which code does an unbound socket give?',
    readings: {
      either: 'WSAEINVAL, with or without an OVERLAPPED, or WSAENOTCONN, since a socket that is not bound is not connected either.',
      'not-connected': 'WSAENOTCONN and never WSAEINVAL, for every socket that has no connection.',
    },
    page: ['either'],
    readBy: 'code',
  }),
  ruling({
    id: 'M5',
    clauses: ['WSAEACCES:1'],
    question: 'Is SO_BROADCAST checked when a datagram goes to a broadcast address that WSPConnect made the default?',
    readings: { checked: 'Without the option it fails with WSAEACCES.', 'never-raised': 'WSAEACCES is not given.' },
    page: ['checked'],
    readBy: 'code',
  }),
  ruling({
    id: 'M6',
    clauses: ['ThreadExit:1', 'ThreadExit:2'],
    question: "Does a thread's exit cancel an operation that completes to a port?",
    readings: {
      open: 'It may or may not, as with any operation (ThreadExitCancels).',
      'port-survives': 'It does not; where a trace leaves the port unsaid, both may be.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'M7',
    clauses: ['Nonoverlapped:1', 'Nonoverlapped:2', 'WSAEINVAL:2', 'Event:1'],
    question: 'How does a send with an OVERLAPPED behave on a socket made without the flag, if it is not refused?',
    readings: {
      'plain-send': 'As the same send without the OVERLAPPED.',
      blocks: 'It blocks, in nonblocking mode too, then fills the OVERLAPPED and signals its event; a routine may or may not run.',
    },
    page: ['plain-send'],
    readBy: 'code',
  }),
  ruling({
    id: 'M8',
    clauses: ['WSA_OPERATION_ABORTED:2'],
    question: 'What does SIO_FLUSH do?',
    readings: {
      optional: 'It ends what is pending with WSA_OPERATION_ABORTED, or it is refused and changes nothing.',
      'not-supported': 'It fails with WSAEOPNOTSUPP and changes nothing.',
    },
    page: ['optional'],
    readBy: 'code',
  }),
  ruling({
    id: 'M9',
    clauses: ['WSAENETRESET:1', 'WSAENOBUFS:1', 'WSAECONNRESET:1', 'WSAECONNABORTED:1'],
    question: 'How does a connection that keep-alive gave up show?',
    readings: {
      'net-reset': 'As WSAENETRESET, or as WSAECONNABORTED, because it is a failure of the circuit.',
      'no-bufs': 'As WSAENOBUFS.',
      'reset-or-aborted': 'As WSAECONNRESET or WSAECONNABORTED; WSAENETRESET is not used for anything.',
    },
    page: ['net-reset', 'no-bufs'],
    readBy: 'code',
  }),
  ruling({
    id: 'M10',
    clauses: ['WSAESHUTDOWN:2', 'WSAECONNABORTED:1'],
    question: 'What does a send give after the sender shut down both directions and the peer closed?',
    readings: {
      'shut-down': 'WSAESHUTDOWN.',
      'aborted-too': 'WSAECONNABORTED.',
    },
    page: ['shut-down', 'aborted-too'],
    readBy: 'code',
  }),
] as const;

const openPoints = [
  ruling({
    id: 'EmptyPart',
    clauses: ['Nonoverlapped:4', 'WSAEWOULDBLOCK:1'],
    question: 'May a nonblocking send of some bytes report success with none of them taken?',
    readings: { 'no-part': 'No: where not one byte fits, the send fails.' },
    page: ['no-part'],
    readBy: 'people',
  }),
  ruling({
    id: 'CloseCancels',
    clauses: ['WSA_OPERATION_ABORTED:1', 'Return:5'],
    question: 'What happens to pending operations when their socket is closed, or when WSPCancelIo cancels them?',
    readings: {
      binding: 'They fail, and their completion is indicated.',
      open: 'They may fail so, or run on to their own end.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'CloseDelivers',
    clauses: ['Delivery:1', 'Purpose:2'],
    question: 'What happens to bytes that were accepted before an ordinary close?',
    readings: {
      binding: 'They still go to the peer, in the background.',
      open: 'They may be lost, all or the last of them.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'LingerZero',
    clauses: ['Delivery:1', 'WSAECONNRESET:1'],
    question: 'What does a close do when SO_LINGER is on with a time of zero?',
    readings: {
      binding: 'It resets the connection; bytes that have not been sent are lost.',
      open: 'It may also end as any other close.',
    },
    page: ['open'],
    readBy: 'people',
  }),
  ruling({
    id: 'AbortedBytes',
    clauses: ['WSA_OPERATION_ABORTED:1', 'Prototype:9', 'Immediate:6'],
    question: 'Which byte count does an operation report that was cancelled?',
    readings: { 'at-most-sent': 'None at all, or some number up to what went out.' },
    page: ['at-most-sent'],
    readBy: 'people',
  }),
  ruling({
    id: 'EventReset',
    clauses: ['Event:1'],
    question: 'Is the event reset when an operation that pends begins?',
    readings: {
      binding: 'It is, so that a signal seen later is of this operation.',
      open: 'It may stay as it was.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'EventUpcall',
    clauses: ['Event:1', 'Overlapped:4'],
    question: 'Who sets hEvent: the provider itself, or WPUCompleteOverlappedRequest, which the provider calls?',
    readings: {
      direct: 'The provider may set it, so that an event can be set although no upcall was seen.',
      'by-upcall': 'The upcall sets it, so that where every upcall is seen an event that is set without one is wrong.',
    },
    page: ['direct', 'by-upcall'],
    readBy: 'code',
  }),
  ruling({
    id: 'EventAfterZero',
    clauses: ['Event:1', 'Return:1'],
    question: 'Is the event set by the time an overlapped send returns zero?',
    readings: {
      binding: 'It is.',
      'until-settle': 'It may follow, up to the moment when everything that was caused has arrived.',
    },
    page: ['until-settle'],
    readBy: 'code',
  }),
  ruling({
    id: 'IncompleteCode',
    clauses: ['Event:3', 'Overlapped:7'],
    question: 'What does WSPGetOverlappedResult give for a pending operation when it does not wait?',
    readings: { incomplete: 'It fails with WSA_IO_INCOMPLETE.' },
    page: ['incomplete'],
    readBy: 'people',
  }),
  ruling({
    id: 'IncompleteCount',
    clauses: ['Immediate:6', 'Event:3'],
    question: 'Is lpcbTransfer written while the operation is pending?',
    readings: {
      untouched: 'It is not.',
      open: 'It may be.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'WaitingResult',
    clauses: ['Event:4', 'Routine:3'],
    question: 'What does WSPGetOverlappedResult do when fWait is TRUE?',
    readings: {
      binding: 'For an operation with an event, it returns the final status once the operation is over.',
      open: 'Whatever it returns is permitted.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'Packets',
    clauses: ['Overlapped:3', 'Return:1', 'Return:7'],
    question: 'Which operations give a packet to a completion port?',
    readings: {
      silent: 'Any that was initiated, at most one each: a packet is an indication like others.',
      'one-each':
        'Each that is bound to a port and has no routine gives one; where the port is skipped on success, one that returned zero gives none.',
    },
    page: ['silent'],
    readBy: 'code',
  }),
  ruling({
    id: 'Readiness',
    clauses: ['WSAEWOULDBLOCK:1', 'Nonoverlapped:4'],
    question: 'What follows for the next send when a socket was seen writable?',
    readings: {
      silent: 'Nothing: room may be gone again, or may be seen late.',
      binding: 'A nonblocking send that comes next takes at least a byte, and a socket whose peer has read everything is seen writable.',
    },
    page: ['silent'],
    readBy: 'code',
  }),
  ruling({
    id: 'BeyondTheTable',
    clauses: ['Return:3'],
    question: 'May WSPSend give a code that the table of the page does not have?',
    readings: {
      never: 'No.',
      'with-cause':
        'Once its cause has happened: WSAETIMEDOUT after SO_SNDTIMEO was set; WSAENETUNREACH, WSAEHOSTUNREACH and WSAEADDRNOTAVAIL after the route was lost; WSANOTINITIALISED after WSACleanup.',
    },
    page: ['never'],
    readBy: 'code',
  }),
  ruling({
    id: 'ResultOfFailedPost',
    clauses: ['Return:6', 'Overlapped:7'],
    question: 'What does WSPGetOverlappedResult give for an OVERLAPPED whose last send failed at once?',
    readings: { 'no-bytes': 'A failure, or a success that transferred nothing.' },
    page: ['no-bytes'],
    readBy: 'people',
  }),
  ruling({
    id: 'InterruptedCode',
    clauses: ['Nonoverlapped:5', 'Return:3', 'WSAENETRESET:1', 'WSAENOBUFS:1'],
    question: 'What does a blocking send, or a wait for a result, return when WSPCancelBlockingCall cancels it?',
    readings: {
      interrupted: 'It fails with WSAEINTR.',
      unknown: 'The page has no such cancellation: WSAEINTR is not among its codes.',
    },
    page: ['unknown'],
    readBy: 'code',
  }),
  ruling({
    id: 'NoBufs',
    clauses: ['WSAENOBUFS:1'],
    question: 'Where may the condition of WSAENOBUFS hold, read as a shortage of buffers?',
    readings: {
      'any-time': 'At any time, for the result of a call and for the status of an operation alike.',
      never: 'Nowhere, unless a step of the trace is its cause.',
    },
    page: ['any-time'],
    readBy: 'people',
  }),
  ruling({
    id: 'ThreadExitCancels',
    clauses: ['ThreadExit:1', 'ThreadExit:2'],
    question: 'Does the exit of a thread cancel the operations that it started?',
    readings: { open: 'It may or may not.', cancels: 'It does.' },
    page: ['open'],
    readBy: 'people',
  }),
  ruling({
    id: 'ErrorOwed',
    clauses: ['Return:3', 'Return:6', 'Return:7'],
    question: 'Must a send fail when the condition of a row of the table certainly holds?',
    readings: { fails: 'It does, with one of the codes that apply, and it begins nothing.' },
    page: ['fails'],
    readBy: 'people',
  }),
  ruling({
    id: 'NeverOwed',
    clauses: ['WSAEINPROGRESS:1', 'WSAENOBUFS:1', 'WSAEWOULDBLOCK:1'],
    question: 'Which codes may be given, but are never required?',
    readings: {
      'may-succeed': 'WSAEINPROGRESS, WSAENOBUFS and WSAEWOULDBLOCK: where their condition may hold, the call may also do its work.',
    },
    page: ['may-succeed'],
    readBy: 'people',
  }),
  ruling({
    id: 'CallOnlyCodes',
    clauses: ['WSAENOTSOCK:1', 'WSAEFAULT:1', 'WSAEINVAL:1', 'WSAEINPROGRESS:1', 'WSAEWOULDBLOCK:1', 'Return:6'],
    question: 'Which codes only a call can return, and no operation end with?',
    readings: { 'never-status': 'WSAENOTSOCK, WSAEFAULT, WSAEINVAL, WSAEINPROGRESS and WSAEWOULDBLOCK.' },
    page: ['never-status'],
    readBy: 'people',
  }),
  ruling({
    id: 'RoutineAlertable',
    clauses: ['QueueApc:1', 'Overlapped:4', 'Nesting:2'],
    question: 'When does a routine run that was queued?',
    readings: { 'alertable-wait': 'While the thread that posted its send waits alertably; once that thread is gone, never.' },
    page: ['alertable-wait'],
    readBy: 'people',
  }),
  ruling({
    id: 'HeldBack',
    clauses: ['Nesting:2', 'QueueApc:1', 'Overlapped:4'],
    question: 'What may a provider do whose function finds a routine of the same socket running?',
    readings: { 'queued-again': 'Queue it again by WPUQueueApc, as often as that is so; the routine itself still runs once.' },
    page: ['queued-again'],
    readBy: 'people',
  }),
  ruling({
    id: 'AbortCauses',
    clauses: ['WSA_OPERATION_ABORTED:1', 'WSA_OPERATION_ABORTED:2', 'ThreadExit:1'],
    question: 'What can be the cause of WSA_OPERATION_ABORTED?',
    readings: {
      'four-causes':
        'Closing the socket, SIO_FLUSH, the end of the thread that posted it, and a WSPCancelIo that covers this very operation.',
    },
    page: ['four-causes'],
    readBy: 'people',
  }),
  ruling({
    id: 'TimeoutCode',
    clauses: ['WSAECONNABORTED:1'],
    question: 'Which code does a circuit give that timed out?',
    readings: { 'aborted-only': 'WSAECONNABORTED and no other.' },
    page: ['aborted-only'],
    readBy: 'people',
  }),
  ruling({
    id: 'AfterReset',
    clauses: ['WSAECONNRESET:1', 'WSAENOTCONN:1', 'WSAECONNABORTED:1'],
    question: 'What do sends give after one of them has reported the reset?',
    readings: { 'lost-connection': 'WSAECONNRESET again, or WSAENOTCONN, or WSAECONNABORTED.' },
    page: ['lost-connection'],
    readBy: 'people',
  }),
  ruling({
    id: 'FaultOfCount',
    clauses: ['WSAEFAULT:1', 'lpNumberOfBytesSent:1'],
    question: 'Does a bad lpNumberOfBytesSent, or a null one without an OVERLAPPED, require WSAEFAULT?',
    readings: {
      binding: 'It does, as a bad pointer in lpBuffers or to the data does.',
      open: 'It may cause the code; only an error in the buffers requires it.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'OrderlyClose',
    clauses: ['WSAECONNRESET:1', 'WSAECONNABORTED:1', 'WSAESHUTDOWN:1', 'WSAESHUTDOWN:2'],
    question: 'Is the connection broken once both sides have closed it in order?',
    readings: {
      'no-failure': 'It is not: a send after the shutdown of its side gives WSAESHUTDOWN, except by M10.',
      open: 'It may count as lost.',
    },
    page: ['open'],
    readBy: 'code',
  }),
  ruling({
    id: 'PartialOnStream',
    clauses: ['MSG_PARTIAL:1', 'MSG_PARTIAL:2', 'WSAEOPNOTSUPP:3'],
    question: 'Is MSG_PARTIAL supported on a stream?',
    readings: { supported: 'It may be.', unsupported: 'It may give WSAEOPNOTSUPP.' },
    page: ['supported', 'unsupported'],
    readBy: 'people',
  }),
  ruling({
    id: 'CancelWithNothing',
    clauses: ['WSA_OPERATION_ABORTED:1'],
    question: 'What does WSPCancelIo return when there is nothing to cancel?',
    readings: { success: 'Zero.', 'not-found': 'SOCKET_ERROR with ERROR_NOT_FOUND (1168).' },
    page: ['success', 'not-found'],
    readBy: 'people',
  }),
] as const;

/** Every ruling: of what contradicts itself, of what Windows does differently, of what is open. */
export const rulings = [...defects, ...msafd, ...openPoints] as const;

type AnyRuling = (typeof rulings)[number];
/** The id of a ruling. It is never given to another. */
export type RulingId = AnyRuling['id'];
/** The readings of one ruling. */
export type ReadingName<Id extends RulingId> = keyof Extract<AnyRuling, { id: Id }>['readings'] & string;

/** Those whose readings code may ask for. */
export type DecidingRulingId = Extract<AnyRuling, { readBy: 'code' }>['id'];

/** The rulings that settle the meaning of a clause. */
export const rulingsOn = (clause: ClauseId): readonly AnyRuling[] =>
  rulings.filter(({ clauses }) => (clauses as readonly ClauseId[]).includes(clause));
