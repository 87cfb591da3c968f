/**
 * Whose bytes a peer received that it may not have. Bytes are known by their values alone, so this names a send of the trace where the
 * values begin as it does, and says nothing where they begin as none does.
 */

import type { ClauseId } from '../clauses/register.ts';
import { askedFor } from '../oracle/callKinds.ts';
import type { Oracle, Rejection } from '../oracle/oracle.ts';
import type { TraceStep, WSPSendCall } from '../winsock/trace.ts';

/** Lines are counted from 1, the first of the file. */
export interface NumberedStep {
  readonly line: number;
  readonly step: TraceStep;
}

export interface Content {
  /** Goes on after `received [[50,10]]`. */
  readonly text: string;
  /** The sentence that was broken, if that is so. */
  readonly clause: ClauseId;
  /** The line of the send. */
  readonly line: number;
}

type Runs = readonly (readonly [start: number, length: number])[];
type Received = Extract<TraceStep, { peer: 'recv' }>;

/** `earlier` are the steps before, in order; without the first of them nothing is said of what was received already. */
export function contentOf(oracle: Oracle, step: TraceStep, earlier: readonly NumberedStep[]): Content | undefined {
  if (!('peer' in step) || step.peer !== 'recv' || step.oob === true) return undefined;
  const { sockets, period } = oracle.world;
  const socket = sockets.get(step.socket);
  if (socket === undefined) return undefined;
  const made = earlier.findLastIndex(({ step: one }) => 'call' in one && one.call === 'WSPSocket' && one.socket === step.socket);
  const known: Known = { period, sends: [], received: [], isWhole: made >= 0 };
  for (const one of earlier.slice(Math.max(made, 0))) note(known, step.socket, one);
  return socket.isStream ? inStream(known, oracle, step) : inDatagram(known, step.runs);
}

/** The same rejection; where the content shows it, with the send whose bytes they were, and with the sentence that this breaks first. */
export function withContent(rejection: Rejection, content: Content | undefined): Rejection {
  if (content === undefined) return rejection;
  const { message, clauses } = rejection;
  const { text, clause } = content;
  const isNamed = clauses.includes(clause);
  return joined(joined({}, rejection), {
    message: `${message}: ${text}`,
    clauses: isNamed ? [clause, ...clauses.filter((id) => id !== clause)] : clauses,
  });
}

/** Adds the fields of the second to the first. What is found once it is asked for stays so, as it would not where they are copied. */
export const joined = <A extends object, B extends object>(first: A, second: B): A & B =>
  Object.defineProperties(first, Object.getOwnPropertyDescriptors(second)) as A & B;

// ---- What is known of the sends of a socket --------------------------------------------------------------------------------------

interface Sent {
  readonly line: number;
  readonly call: WSPSendCall;
  /** The most of its bytes that can have left. */
  length: number;
  /** The code of a call that initiated nothing. */
  failedWith?: string;
}

interface Known {
  readonly period: number;
  readonly sends: Sent[];
  readonly received: Runs[];
  /** From the beginning of the socket on. */
  readonly isWhole: boolean;
}

function note({ sends, received }: Known, socket: string, { line, step }: NumberedStep): void {
  if ('peer' in step) {
    if (step.peer === 'recv' && step.socket === socket && step.oob !== true) received.push(step.runs);
    return;
  }
  const call = 'end' in step ? step.begun : step;
  if (!('call' in call) || call.call !== 'WSPSend' || call.socket !== socket) return;
  const begun = 'end' in step ? sends.find(({ call: { begin } }) => begin === step.end) : undefined;
  const sent = begun ?? { line, call, length: askedFor(call) };
  if (begun === undefined) sends.push(sent);
  const returns = 'end' in step ? step.returns : call.returns;
  if (returns === undefined) return;
  const { rc, errno, bytes } = returns as { rc: number; errno?: string; bytes?: number };
  if (rc !== 0 && errno !== 'WSA_IO_PENDING') sent.failedWith = errno ?? '0';
  else if (rc === 0 && bytes !== undefined) sent.length = bytes;
}

const beginsAs = ({ period }: Known, { call }: Sent, start: number): boolean => ((call.fill ?? 0) - start) % period === 0;

const ofFailed = ({ line, failedWith }: Sent): Content => ({
  text: `those are bytes of line ${line}, which failed with ${failedWith}`,
  clause: failedWith === 'WSAEMSGSIZE' ? 'MessageSize:4' : 'Return:6',
  line,
});

// ---- A stream ------------------------------------------------------------------------------------------------------------------

function inStream(known: Known, oracle: Oracle, step: Received): Content | undefined {
  const right = rightBytes(oracle, step);
  const [, rest] = cut(step.runs, right);
  const [wrong] = rest;
  if (wrong === undefined) return undefined;
  const found = ofBegin(known, wrong, right) ?? ofShift(known, rest, right);
  if (found === undefined || right === 0) return found;
  return { ...found, text: `from ${JSON.stringify(wrong)} on ${found.text}` };
}

/** How many of the bytes may be received: what they come to is asked of the oracle. */
function rightBytes(oracle: Oracle, step: Received): number {
  let right = 0;
  let wrong = step.runs.reduce((sum, [, length]) => sum + length, 0);
  while (wrong - right > 1) {
    const middle = Math.floor((right + wrong) / 2);
    if (oracle.foresee({ ...step, runs: cut(step.runs, middle)[0] }) === undefined) wrong = middle;
    else right = middle;
  }
  return right;
}

/** The runs up to so many bytes, and from there on. */
function cut(runs: Runs, count: number): [before: [number, number][], after: [number, number][]] {
  const found: ReturnType<typeof cut> = [[], []];
  let left = count;
  for (const [start, length] of runs) {
    const here = Math.min(length, Math.max(left, 0));
    if (here > 0) found[0].push([start, here]);
    if (here < length) found[1].push([start + here, length - here]);
    left -= length;
  }
  return found;
}

/** Where each send that may have left stands in the stream, if all of them left whole. */
function* standing(known: Known): Generator<Sent & { readonly from: number }> {
  let from = 0;
  for (const sent of known.sends) {
    if (sent.failedWith !== undefined) continue;
    yield { ...sent, from };
    from += sent.length;
  }
}

const receivedBefore = (known: Known): number => known.received.flat().reduce((sum, [, length]) => sum + length, 0);

/** They begin as a send begins. Of several such sends, one that is long enough. */
function ofBegin(known: Known, [start, length]: readonly [number, number], right: number): Content | undefined {
  const fits = <T extends Sent>(sends: readonly T[]): T | undefined => {
    const alike = sends.filter((sent) => sent.length > 0 && beginsAs(known, sent, start));
    return alike.find((sent) => sent.length >= length) ?? alike[0];
  };
  const failed = fits(known.sends.filter(({ failedWith }) => failedWith !== undefined));
  if (failed !== undefined) return ofFailed(failed);
  if (!known.isWhole) return undefined;
  const at = receivedBefore(known) + right;
  const others = [...standing(known)];
  const next = others.find((sent) => sent.from <= at && at < sent.from + sent.length);
  const later = fits(others.filter(({ from }) => from > at));
  if (later !== undefined && next !== undefined) {
    const text = `those are bytes of line ${later.line}, and bytes of line ${next.line} come first`;
    return { text, clause: 'Order:2', line: later.line };
  }
  const past = fits(others.filter((sent) => sent.from + sent.length <= at));
  if (past === undefined) return undefined;
  return { text: `those are bytes of line ${past.line}, which were received before`, clause: 'Purpose:2', line: past.line };
}

/** They go on as the send does that is being read, at another place of it. */
function ofShift(known: Known, [wrong, behind]: Runs, right: number): Content | undefined {
  const [start, length] = wrong!;
  if (!known.isWhole || length < shiftedMin) return undefined;
  const at = receivedBefore(known) + right;
  const next = [...standing(known)].find((sent) => sent.from <= at && at < sent.from + sent.length);
  if (next === undefined) return undefined;
  const { period } = known;
  const { line, call } = next;
  const offset = at - next.from;
  const skipped = (((start - (call.fill ?? 0) - offset) % period) + period) % period;
  // The very bytes that come next: their place is right, and the call can only fail.
  if (skipped === 0) return { text: `those are bytes of line ${line}, of which none may leave`, clause: 'Return:6', line };
  if (offset + skipped + length <= next.length) {
    const ends = endsOf(call.buffers);
    const place = ends.indexOf(offset);
    const isBuffers = (offset === 0 || place >= 0) && ends.includes(offset + skipped);
    if (!isBuffers) return { text: `as if ${bytesText(skipped)} of line ${line} were left out`, clause: 'lpBuffers:2', line };
    const comesLater = behind !== undefined && ((call.fill ?? 0) + offset - behind[0]) % period === 0;
    if (comesLater) return { text: `as if another buffer of line ${line} came before buffer ${place + 2}`, clause: 'Purpose:3', line };
    return { text: `as if buffer ${place + 2} of line ${line} were left out`, clause: 'dwBufferCount:1', line };
  }
  const repeated = period - skipped;
  if (repeated > offset) return undefined;
  return { text: `as if ${bytesText(repeated)} of line ${line} came again`, clause: 'Purpose:2', line };
}
const bytesText = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);
/** Fewer bytes go on as some place of any send does. */
const shiftedMin = 2;

/** Behind which of its bytes each buffer ends. */
const endsOf = (buffers: readonly number[]): number[] => {
  let end = 0;
  return buffers.map((length) => (end += length));
};

// ---- Datagrams -----------------------------------------------------------------------------------------------------------------

function inDatagram(known: Known, runs: Runs): Content | undefined {
  const [start] = runs[0] ?? [];
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  if (start === undefined || length === 0) return undefined;
  const alike = known.sends.filter((sent) => askedFor(sent.call) > 0 && beginsAs(known, sent, start));
  const whole = alike.find(({ call }) => askedFor(call) === length);
  const sent = whole ?? alike.findLast(({ failedWith }) => failedWith === undefined) ?? alike[0];
  if (sent === undefined) return undefined;
  if (sent.failedWith !== undefined) return ofFailed(sent);
  const { line, call } = sent;
  const asked = askedFor(call);
  if (length !== asked) return { text: `those are ${length} bytes, and line ${line} sends ${asked}`, clause: 'lpBuffers:2', line };
  if (known.received.some((other) => String(other) === String(runs))) {
    return { text: `that is the datagram of line ${line}, which was received before`, clause: 'Purpose:2', line };
  }
  const isReceived = ({ call: other }: Sent): boolean =>
    known.received.some(([first]) => first !== undefined && ((other.fill ?? 0) - first[0]) % known.period === 0);
  const later = known.sends.slice(known.sends.indexOf(sent) + 1).find(isReceived);
  if (later === undefined) return undefined;
  return { text: `that is the datagram of line ${line}, and that of line ${later.line} was received before`, clause: 'Order:2', line };
}
