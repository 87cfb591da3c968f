/**
 * Traces as one C file that stands alone: for each step what to do, what the trace shows of it, and every outcome that is permitted there.
 *
 * The outcomes are the oracle's, in the state to which the steps before have led. Where an implementation does what is permitted and the
 * trace does not show, the trace says nothing of what comes next: the rest is skipped.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { errorCodes, standsFor } from '../../model/winsock/codes.ts';
import { patternPeriod, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import { type COutcome, numberOfCode, type PermittedHere, permittedAt, permittedToLook, shownBy, shownByLook } from './cOutcomes.ts';
import { type CNames, type CStep, cNamesIn, cStepOf, lookAt, NotInC, threadTaking } from './cStep.ts';
import { CallsUnderWay } from './cUnderWay.ts';

export interface CTrace {
  readonly name: string;
  readonly header: TraceHeader | undefined;
  readonly steps: readonly { readonly line: number; readonly step: TraceStep }[];
}

/** What of the file is the same for every trace: the types of its tables, and the program that takes the steps. */
export interface CRuntime {
  readonly types: string;
  readonly program: string;
}

/** The parts of that program, each a file of `properties/generate/c`, in their order. */
export const programParts = ['verdicts', 'ws2_32', 'threads', 'loop'] as const;

interface CFile {
  readonly profile: Profile;
  readonly runtime: CRuntime;
  readonly title: string;
}

export function cTestOf(traces: readonly CTrace[], { profile, runtime, title }: CFile): string {
  const lists = new Lists();
  const tables = traces.map((trace, at) => tableOf(trace, at, profile, lists));
  return `${head(title, profile)}${runtime.types}${lists.text}${tables.map(({ text }) => text).join('')}
static const Trace traces[] = {
${tables.map(({ row }) => `  ${row},\n`).join('')}};

${runtime.program}`;
}

/** Why a trace has a step that no C program takes, or undefined. */
export function notInC({ header, steps }: Pick<CTrace, 'header' | 'steps'>): string | undefined {
  const names = cNamesIn(steps.map(({ step }) => step));
  const calls = new CallsUnderWay();
  for (const { step } of steps) {
    try {
      taken(step, names, calls, header);
    } catch (error) {
      if (error instanceof NotInC) return error.message;
      throw error;
    }
  }
  return undefined;
}

function taken(step: TraceStep, names: CNames, calls: CallsUnderWay, header: TraceHeader | undefined): CStep {
  if (header?.period !== undefined && header.period % patternPeriod !== 0 && header.period < 2 ** 32)
    throw new NotInC(`its bytes repeat after ${header.period}`);
  const found = cStepOf(step, names);
  calls.take(step);
  return found;
}

// ---- One trace -----------------------------------------------------------------------------------------------------------------

function tableOf(
  { name, header, steps }: CTrace,
  at: number,
  profile: Profile,
  lists: Lists,
): { readonly text: string; readonly row: string } {
  const oracle = new Oracle(profile, header);
  const names = cNamesIn(steps.map(({ step }) => step));
  const calls = new CallsUnderWay();
  const rows: string[] = [];
  let rest = '';
  for (const { line, step } of steps) {
    const within = calls.of(threadTaking(step));
    const rejection = oracle.copy().step(step);
    if (rejection?.undecided === true) {
      rest = 'more orders of the bytes are open than are kept';
      break;
    }
    try {
      const looks = calls.toLookAt(step, rejection === undefined);
      const row = taken(step, names, calls, header);
      for (const begun of looks) rows.push(rowOf(lookAt(begun, names), line, shownByLook, permittedToLook(begun, oracle), [], lists));
      rows.push(rowOf(row, line, shownBy(step), permittedAt(step, oracle, within), rejection?.clauses ?? [], lists));
    } catch (error) {
      if (!(error instanceof NotInC)) throw error;
      rest = error.message;
      break;
    }
    if (oracle.step(step) !== undefined) break;
  }
  const text = `\nstatic const Step t${at}[] = {\n${rows.join('')}};\n`;
  return { text, row: `{${cText(name)}, t${at}, ${rows.length}, ${names.threads.length}, ${cText(rest)}}` };
}

function rowOf(
  row: CStep,
  line: number,
  seen: COutcome,
  { permitted, isWhole, clauses }: PermittedHere,
  broken: readonly string[],
  lists: Lists,
): string {
  const buffers = lists.named('unsigned long', row.buffers.map(String));
  const outcomes = lists.named('Outcome', permitted.map(outcomeText));
  return (
    `  {STEP_${row.kind}, ${line}, ${row.thread}, ${row.socket}, ${row.operation}, ${row.value}, ${row.flags}, ${row.fill}, ` +
    `${buffers}, ${row.buffers.length}, ${row.marks}, ${outcomeText(seen)}, ` +
    `${outcomes}, ${permitted.length}, ${isWhole ? 1 : 0}, ${cText(row.text)}, ${cText(broken.join(', '))}, ${cText(clauses.join(', '))}},\n`
  );
}

/** Lists of C by what is in them: many steps permit the same. */
class Lists {
  readonly #names = new Map<string, string>();
  text = '\n';

  named(type: 'Outcome' | 'unsigned long', items: readonly string[]): string {
    if (items.length === 0) return 'NULL';
    const body = `{${items.join(', ')}}`;
    const known = this.#names.get(type + body);
    if (known !== undefined) return known;
    const name = `${type === 'Outcome' ? 'permitted' : 'buffers'}${this.#names.size}`;
    this.#names.set(type + body, name);
    this.text += `static const ${type} ${name}[] = ${body};\n`;
    return name;
  }
}

// ---- Text ----------------------------------------------------------------------------------------------------------------------

const outcomeText = ({ shows, code, least, most }: COutcome): string => `{SHOWS_${shows}, ${code}, ${least}, ${most}}`;

/** As a literal of C, in which no three characters are another one. */
const cText = (text: string): string =>
  `"${text
    .replace(/[^\x20-\x7e]/gu, '?')
    .replace(/["\\]/g, '\\$&')
    .replaceAll('??', '?\\?')}"`;

const head = (title: string, profile: Profile): string => `/*
 * SPDX-License-Identifier: MIT
 * Copyright (c) the wspsend authors
 *
 * ${title.replaceAll('*/', '* /')}
 * Written by \`wspsend generate --format c\` from the model, under the profile ${profile}; never edited.
 *
 * Every step has the outcomes that are permitted there. A trace ends with its last step, with an outcome that is not permitted, or where
 * a permitted one is not that of the trace: the rest is skipped then, and said so. A thread for each thread of a trace, loopback, no file
 * but this one:
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

/* Completion ports speak Win32. */
#define WIN32_CODES ${Object.entries(standsFor)
  .map(([win32, name]) => `{${win32}, ${numberOfCode(name)}}`)
  .join(', ')}
#define CODE_NAMES ${Object.entries(errorCodes)
  .map(([name, number]) => `{${number}, "${name}"}`)
  .join(', ')}

`;
