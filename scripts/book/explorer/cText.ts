/** A trace as a test in C that stands alone, the same file that `wspsend generate --format c` writes. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import loop from '../../../properties/generate/c/loop.c?raw';
import threads from '../../../properties/generate/c/threads.c?raw';
import types from '../../../properties/generate/c/types.c?raw';
import verdicts from '../../../properties/generate/c/verdicts.c?raw';
import ws2_32 from '../../../properties/generate/c/ws2_32.c?raw';
import { cTestOf, programParts } from '../../../properties/generate/cTest.ts';

const parts = { loop, threads, verdicts, ws2_32 };
const runtime = { types, program: programParts.map((name) => parts[name]).join('') };

/** Of a well-formed trace. Where it goes on with what a C program cannot do, the file says so and skips the rest. */
export function cText(trace: string, profile: Profile): string {
  const { header, steps } = readTrace(trace);
  const name = header?.title ?? 'a position of the explorer';
  return cTestOf([{ name, header, steps }], { profile, title: 'A position of the explorer as a test of ws2_32.', runtime });
}
