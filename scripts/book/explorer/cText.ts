/** A trace as a test in C that stands alone, the same file that `wspsend generate --format c` writes. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import runtime from '../../../properties/generate/cTest.c?raw';
import { cTestOf } from '../../../properties/generate/cTest.ts';

/** Of a well-formed trace. Where it goes on with what a C program on one thread cannot do, the file says so and skips the rest. */
export function cText(trace: string, profile: Profile): string {
  const { header, steps } = readTrace(trace);
  const name = header?.title ?? 'a position of the explorer';
  return cTestOf([{ name, header, steps }], { profile, title: 'A position of the explorer as a test of ws2_32.', runtime });
}
