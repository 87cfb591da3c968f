/**
 * What the page leaves to a provider: each field is a switch, its value here what this provider does, and the kind of environment
 * that turns it is in `switchKinds`. A socket with a turned switch does not take the short way through WSPSend.
 */

import { errorCodes } from '../../model/winsock/codes.ts';

/** A switch is 0 for what the provider does of its own accord and 1 for what else it might do. */
export class Switches {
  // ---- what a call gives
  /** Not 0: the code by which the end of the circuit shows, whatever ended it. An end in order of both sides counts as one. */
  circuitCode = 0;
  /** The code of a keep-alive that failed. No environment turns it. */
  keepAliveCode: number = errorCodes.WSAENETRESET;
  /** An OVERLAPPED on a socket without the overlapped flag is ignored; 1: it is refused with WSAEINVAL. */
  refusesOverlapped = 0;
  /** 1: such a call waits in nonblocking mode too, then fills the OVERLAPPED and signals its event. */
  fillsOverlapped = 0;
  /** A routine without an OVERLAPPED is not looked at; 1: the send pends, and its end is not indicated. */
  pendsOnRoutine = 0;
  /** No buffers are a send of no bytes; 1: they are refused with WSAEINVAL. */
  refusesNoBuffers = 0;
  /** A null count without an OVERLAPPED is a fault; 1: it means that the caller does not want the count. */
  allowsNoCount = 0;
  /** MSG_PARTIAL on a stream. */
  refusesPartial = 0;
  /** MSG_OOB on a stream. */
  refusesOutOfBand = 0;
  /** Out-of-band data take their place in the stream; 1: the last byte of a synchronous send that is taken whole goes apart from it. */
  sendsUrgentApart = 0;
  /** The call reports what is not supported; 1: an overlapped send pends, and ends with WSAEOPNOTSUPP. */
  pendsUnsupported = 0;
  /** An overlapped datagram that is too long fails at once; 1: it pends, and ends with WSAEMSGSIZE. */
  pendsOversize = 0;
  /** 1: WSAEACCES is not given. */
  allowsBroadcast = 0;
  /** An overlapped send for which there is room completes at once; 1: it pends all the same. */
  pendsAlways = 0;
  /** A nonblocking send takes a part; 1: it takes everything where nothing is queued before it, else nothing. */
  takesWhole = 0;
  /** 1: SIO_FLUSH is not supported. */
  refusesFlush = 0;
  /** 1: WSPCancelBlockingCall cancels nothing. */
  refusesCancelCall = 0;
  /** WSPCancelIo reports that there was nothing to cancel; 1: it succeeds. */
  cancelsNothing = 0;

  // ---- how an operation ends, and how that is reported
  /** Sends that pend at the shutdown go out; 1: they end with WSAESHUTDOWN. */
  shutdownCancels = 0;
  /** Operations are cancelled by the close of their socket; 1: they go on to their end. */
  closeKeeps = 0;
  /** 1: what a close cancels on a connected stream ends with WSAECONNABORTED. */
  closeAborts = 0;
  /** What was accepted before a close is delivered; 1: it is lost. */
  closeLoses = 0;
  /** A close with SO_LINGER on and no time resets the circuit; 1: it ends as any other. */
  lingerDelivers = 0;
  /** An operation that fails reports the bytes that went out, but never more than these. */
  abortedBytesMax = Number.POSITIVE_INFINITY;
  /** 1: WSPGetOverlappedResult leaves the count of a failed operation alone. */
  abortedUntouched = 0;
  /** A break of the circuit is nothing to a datagram socket, which has none; 1: it ends its sends as those of a stream. */
  breaksDatagrams = 0;
  /** An event is reset when an operation that pends begins; 1: it stays as it was. */
  eventStays = 0;
  /** The event is set before an overlapped send returns zero; 1: when the world settles. */
  eventLate = 0;
  /** 1: WSPGetOverlappedResult writes the count of an operation that is under way. */
  incompleteCount = 0;
  /** 1: WSPGetOverlappedResult does not wait although fWait is set. */
  waitFails = 0;
  /** An OVERLAPPED whose send failed stays as it was; 1: it holds the code. */
  failedResult = 0;
}

/** The kinds of environment that turn a switch. */
export const switchKinds = {
  'circuit.code': 'circuitCode',
  'refuse.overlapped': 'refusesOverlapped',
  'fill.overlapped': 'fillsOverlapped',
  'pend.routine': 'pendsOnRoutine',
  'refuse.nobuffers': 'refusesNoBuffers',
  'allow.nocount': 'allowsNoCount',
  'refuse.partial': 'refusesPartial',
  'refuse.oob': 'refusesOutOfBand',
  'oob.apart': 'sendsUrgentApart',
  'pend.unsupported': 'pendsUnsupported',
  'pend.oversize': 'pendsOversize',
  'allow.broadcast': 'allowsBroadcast',
  'pend.always': 'pendsAlways',
  'take.whole': 'takesWhole',
  'refuse.flush': 'refusesFlush',
  'refuse.cancelcall': 'refusesCancelCall',
  'cancel.nothing': 'cancelsNothing',
  'shutdown.cancels': 'shutdownCancels',
  'close.keeps': 'closeKeeps',
  'close.aborts': 'closeAborts',
  'close.loses': 'closeLoses',
  'linger.delivers': 'lingerDelivers',
  'break.datagrams': 'breaksDatagrams',
  'aborted.bytes': 'abortedBytesMax',
  'aborted.untouched': 'abortedUntouched',
  'event.stays': 'eventStays',
  'event.late': 'eventLate',
  'incomplete.count': 'incompleteCount',
  'wait.fails': 'waitFails',
  'failed.result': 'failedResult',
} as const satisfies Readonly<Record<string, keyof Switches>>;

export type SwitchKind = keyof typeof switchKinds;

const untouched = new Switches();
/** True while every switch stands where this provider has it. */
export const isOwn = (switches: Switches): boolean => Object.values(switchKinds).every((field) => switches[field] === untouched[field]);
