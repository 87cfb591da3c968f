/**
 * Traces as one C file that stands alone: for each step what to do, what the trace shows of it, and every outcome that is permitted there.
 *
 * The outcomes are the oracle's, in the state to which the steps before have led. Where an implementation does what is permitted and the
 * trace does not show, the trace says nothing of what comes next: the rest is skipped.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { permittedOutcomes } from '../../model/oracle/permitted.ts';
import type { Operation } from '../../model/oracle/world.ts';
import { errorCodes, standsFor, winsockCodeOf } from '../../model/winsock/codes.ts';
import { foreignErrors } from '../../model/winsock/foreign.ts';
import type { PeerStep, PortStep, TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import { type CStep, cStepOf, NotInC, operationsIn } from './cStep.ts';

export interface CTrace {
  readonly name: string;
  readonly header: TraceHeader | undefined;
  readonly steps: readonly { readonly line: number; readonly step: TraceStep }[];
}

interface Outcome {
  readonly shows: 'RETURN' | 'NOTHING' | 'OTHER' | 'SET' | 'UNSET' | 'BYTES' | 'IDLE' | 'EOF' | 'ERROR';
  readonly code: number;
  readonly least: number;
  readonly most: number;
}

/** The table of the traces, and behind it `runtime`, which takes the steps. */
export function cTestOf(
  traces: readonly CTrace[],
  { profile, runtime, title }: { readonly profile: Profile; readonly runtime: string; readonly title: string },
): string {
  const tables = traces.map((trace, at) => tableOf(trace, at, profile));
  return `${head(title, profile)}${types}${win32Text}${tables.map(({ text }) => text).join('')}
static const Trace traces[] = {
${tables.map(({ row }) => `  ${row},\n`).join('')}};

${runtime}`;
}

// ---- One trace -----------------------------------------------------------------------------------------------------------------

function tableOf({ name, header, steps }: CTrace, at: number, profile: Profile): { readonly text: string; readonly row: string } {
  const oracle = new Oracle(profile, header);
  const names = operationsIn(steps.map(({ step }) => step));
  const rows: string[] = [];
  let lists = '';
  let rest = '';
  for (const { line, step } of steps) {
    let taken: CStep | undefined;
    try {
      taken = cStepOf(step, names);
    } catch (error) {
      if (!(error instanceof NotInC)) throw error;
      rest = error.message;
      break;
    }
    if (taken !== undefined) {
      const id = `t${at}_${line}`;
      const { permitted, isWhole, clauses } = permittedAt(step, oracle);
      lists += taken.buffers.length === 0 ? '' : `static const unsigned long ${id}_buffers[] = {${taken.buffers.join(', ')}};\n`;
      lists += permitted.length === 0 ? '' : `static const Outcome ${id}[] = {${permitted.map(outcomeText).join(', ')}};\n`;
      const broken = oracle.copy().step(step)?.clauses ?? [];
      rows.push(
        `  {STEP_${taken.kind}, ${line}, ${taken.socket}, ${taken.operation}, ${taken.value}, ${taken.flags}, ${taken.fill}, ` +
          `${taken.buffers.length === 0 ? 'NULL' : `${id}_buffers`}, ${taken.buffers.length}, ${taken.marks}, ${outcomeText(shownBy(step))}, ` +
          `${permitted.length === 0 ? 'NULL' : id}, ${permitted.length}, ${isWhole ? 1 : 0}, ${cText(taken.text)}, ${cText(broken.join(', '))}, ${cText(clauses.join(', '))}},\n`,
      );
    }
    if (oracle.step(step) !== undefined) break;
  }
  const text = `\n${lists}static const Step t${at}[] = {\n${rows.join('')}};\n`;
  return { text, row: `{${cText(name)}, t${at}, ${rows.length}, ${cText(rest)}}` };
}

/** What the trace shows of the step. */
function shownBy(step: TraceStep): Outcome {
  if ('peer' in step) return shownByPeer(step);
  if ('port' in step && !('call' in step))
    return step.port === 'empty'
      ? { shows: 'IDLE', ...none }
      : { shows: 'RETURN', ...counted(winsockCodeOf(`${numberOfCode(step.error)}`), step.bytes) };
  if ('poll' in step) return { shows: step.poll === 'event' && step.signalled ? 'SET' : 'UNSET', ...none };
  if ('routine' in step && step.routine === 'enter') return { shows: 'RETURN', ...counted(step.error, step.bytes) };
  if ('call' in step && step.returns !== undefined) {
    const { errno = '0', bytes } = step.returns as { readonly errno?: string; readonly bytes?: number };
    return { shows: 'RETURN', ...counted(errno, bytes) };
  }
  return { shows: 'call' in step ? 'RETURN' : 'NOTHING', ...('call' in step ? counted('0', undefined) : none) };
}

const numbers: Readonly<Record<string, number>> = { ...errorCodes, ...foreignErrors };
const numberOfCode = (name: string): number => numbers[name] ?? Number(name);

const none = { code: 0, least: 0, most: 0 } as const;

const counted = (errno: string, bytes: number | { readonly least: number; readonly most: number } | undefined): Omit<Outcome, 'shows'> => {
  const code = numberOfCode(errno);
  // Of a call that fails, the count is not compared: nobody may read what a stack leaves there.
  if (bytes === undefined || code !== 0) return { code, least: -1, most: -1 };
  return typeof bytes === 'number' ? { code, least: bytes, most: bytes } : { code, ...bytes };
};

const shownByPeer = (step: PeerStep): Outcome => {
  if (step.peer === 'idle') return { shows: 'IDLE', ...none };
  if (step.peer === 'eof') return { shows: 'EOF', ...none };
  if (step.peer === 'error') return { shows: 'ERROR', ...none, code: counted(step.errno, undefined).code };
  const length = step.runs.reduce((sum, [, count]) => sum + count, 0);
  return { shows: 'BYTES', code: 0, least: length, most: length };
};

interface PermittedHere {
  readonly permitted: readonly Outcome[];
  /** Whatever else comes is not permitted. */
  readonly isWhole: boolean;
  readonly clauses: readonly string[];
}

function permittedAt(step: TraceStep, oracle: Oracle): PermittedHere {
  if ('peer' in step) return permittedToPeer(step, oracle);
  if ('port' in step && !('call' in step)) return permittedToPort(step, oracle);
  if ('poll' in step && step.poll === 'event') {
    const outcomes = [true, false].filter((signalled) => oracle.foresee({ ...step, signalled }) !== undefined);
    return { permitted: outcomes.map((signalled) => ({ shows: signalled ? 'SET' : 'UNSET', ...none })), isWhole: true, clauses: [] };
  }
  const seen = shownBy(step);
  if (seen.shows !== 'RETURN' || ('call' in step && step.begin !== undefined)) return { permitted: [seen], isWhole: true, clauses: [] };
  const found = permittedOutcomes(step, oracle.world, (candidate) => oracle.foresee(candidate));
  const permitted = found.map(({ shown }): Outcome => {
    const { errno, error, bytes } = shown as { readonly errno?: string; readonly error?: string; readonly bytes?: number };
    return { shows: 'RETURN', ...counted(errno ?? error ?? '0', bytes) };
  });
  const isSeen = oracle.foresee(step) !== undefined && !permitted.some((one) => holds(one, seen));
  return {
    permitted: isSeen ? [...permitted, seen] : permitted,
    isWhole: true,
    clauses: [...new Set(found.flatMap(({ clauses }) => clauses))],
  };
}

/** A port may have nothing, or the packet of another operation first; in which order they come is not specified. */
function permittedToPort(step: PortStep, oracle: Oracle): PermittedHere {
  const { socket } = step;
  const attempt = (candidate: TraceStep) => oracle.foresee(candidate);
  const empty: PortStep = { port: 'empty', socket };
  const own = step.port === 'packet' ? permittedOutcomes(step, oracle.world, attempt) : [];
  const isOther = ([overlapped, waiting]: readonly [string, readonly Operation[]]): boolean =>
    !('overlapped' in step && step.overlapped === overlapped) &&
    waiting.some((operation) => operation.socket?.name === socket) &&
    permittedOutcomes({ port: 'packet', socket, overlapped, error: '0', bytes: 0 }, oracle.world, attempt).length > 0;
  const permitted = own.flatMap(({ shown }): Outcome[] => {
    const { error, bytes } = shown as { readonly error?: string; readonly bytes?: number };
    return error === undefined ? [] : [{ shows: 'RETURN', ...counted(error, bytes) }];
  });
  if (attempt(empty) !== undefined) permitted.push({ shows: 'IDLE', ...none });
  if ([...oracle.world.packets].some(isOther)) permitted.push({ shows: 'OTHER', ...none });
  const seen = shownBy(step);
  if (attempt(step) !== undefined && !permitted.some((one) => one.shows === seen.shows && holds(one, seen))) permitted.push(seen);
  return { permitted, isWhole: true, clauses: [...new Set(own.flatMap(({ clauses }) => clauses))] };
}

const holds = (outcome: Outcome, other: Outcome): boolean =>
  outcome.code === other.code && outcome.least <= other.least && outcome.most >= other.most;

function permittedToPeer(step: PeerStep, oracle: Oracle): PermittedHere {
  const { socket } = step;
  const others: readonly PeerStep[] = [
    { peer: 'idle', socket },
    { peer: 'eof', socket },
    { peer: 'error', socket, errno: 'WSAECONNRESET' },
    { peer: 'error', socket, errno: 'WSAECONNABORTED' },
  ];
  const isPermitted = (candidate: TraceStep): boolean => oracle.foresee(candidate) !== undefined;
  const permitted = others.filter(isPermitted).map(shownByPeer);
  if (step.peer !== 'recv') return { permitted, isWhole: false, clauses: [] };
  const seen = shownByPeer(step);
  const isStream = oracle.world.sockets.get(socket)?.stream !== undefined;
  if (isPermitted(step)) permitted.push({ ...seen, least: isStream ? 1 : seen.least });
  const [first] = step.runs;
  const isDecided = first !== undefined && !isPermitted({ ...step, runs: [[(first[0] + 1) % 251, first[1]], ...step.runs.slice(1)] });
  return { permitted, isWhole: isDecided && isPermitted(step), clauses: [] };
}

// ---- Text ----------------------------------------------------------------------------------------------------------------------

const outcomeText = ({ shows, code, least, most }: Outcome): string => `{SHOWS_${shows}, ${code}, ${least}, ${most}}`;

/** As a literal of C, in which no three characters are another one. */
const cText = (text: string): string =>
  `"${text
    .replace(/[^\x20-\x7e]/gu, '?')
    .replace(/["\\]/g, '\\$&')
    .replaceAll('%', 'percent')
    .replaceAll('??', '?\\?')}"`;

const head = (title: string, profile: Profile): string => `/*
 * SPDX-License-Identifier: MIT
 * Copyright (c) the wspsend authors
 *
 * ${title.replaceAll('*/', '* /')}
 * Written by \`wspsend generate --format c\` from the model, under the profile ${profile}; never edited.
 *
 * Every step has the outcomes that are permitted there. A trace ends with its last step, with an outcome that is not permitted, or where
 * a permitted one is not that of the trace: the rest is skipped then, and said so. One thread, loopback, no file but this one:
 *
 *   x86_64-w64-mingw32-gcc -Wall -Wextra FILE.c -lws2_32 -o test.exe      TAP on standard output, exit status 1 when a test fails
 *
 * With WSPSEND_WINETEST or WSPSEND_REACTOS defined it is a test of those trees.
 */
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

`;

/** Completion ports speak Win32. */
const win32Text = `
#define WIN32_CODES ${Object.entries(standsFor)
  .map(([win32, name]) => `{${win32}, ${numberOfCode(name)}}`)
  .join(', ')}
`;

const types = `enum {
  STEP_SOCKET, STEP_BIND, STEP_CONNECT, STEP_NONBLOCKING, STEP_FLUSH, STEP_OPTION, STEP_SEND, STEP_RESULT, STEP_CANCEL, STEP_SHUTDOWN,
  STEP_CLOSE, STEP_SLEEP, STEP_EVENT, STEP_ROUTINE, STEP_PORT, STEP_MODES, STEP_PACKET, STEP_PEER, STEP_PEER_RESET, STEP_PEER_CLOSE, STEP_PEER_SHUTDOWN, STEP_SETTLE
};
enum { SHOWS_NOTHING, SHOWS_RETURN, SHOWS_SET, SHOWS_UNSET, SHOWS_BYTES, SHOWS_IDLE, SHOWS_EOF, SHOWS_ERROR, SHOWS_OTHER };
enum { HAS_EVENT = 1, HAS_ROUTINE = 2, FAULT_ARRAY = 4, FAULT_BUFFER = 8, NO_COUNT = 16, ON_PORT = 32, LOW_BIT = 64, UNTOUCHED = -1 };

/* A code of 0 is success; the count lies between \`least\` and \`most\`, both included, and is UNTOUCHED where nothing was written. */
typedef struct {
  int shows;
  unsigned long code;
  long long least, most;
} Outcome;

typedef struct {
  int kind, line, socket, operation;
  unsigned long value, flags, fill;
  const unsigned long *buffers; /* lengths; of what a peer reads, pairs of a run's start and length */
  unsigned long buffer_count;
  int marks;
  Outcome seen;
  const Outcome *permitted;
  int permitted_count, is_whole;
  const char *text;
  const char *breaks; /* clauses, of what the trace shows */
  const char *stands; /* clauses, of what is permitted */
} Step;

typedef struct {
  const char *name;
  const Step *steps;
  int step_count;
  const char *rest; /* why the trace goes on and this file does not */
} Trace;
`;
