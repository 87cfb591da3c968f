/** The kept vectors as traces for C, and one file of them for each section of the page. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { chapters } from '../../model/clauses/register.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import type { Vector } from '../vectors/vector.ts';
import { type CRuntime, type CTrace, cTestOf, notInC } from './cTest.ts';
import { threadedTraces } from './cThreads.ts';

interface Kept {
  readonly vectors: readonly Pick<Vector, 'id' | 'steps' | 'side' | 'shows' | 'breaks' | 'comment'>[];
}

/** Those that show or break such a clause and that can be taken in C to their last step. */
export function tracesOfClauses({ vectors }: Kept, isWanted: (id: string) => boolean = () => true): readonly CTrace[] {
  return vectors
    .filter(({ shows, breaks, side }) => side === undefined && [...shows, ...breaks].some(isWanted))
    .flatMap((vector) => {
      const trace = traceOf(vector);
      return notInC(trace) === undefined ? [trace] : [];
    });
}

function traceOf({ id, steps, comment }: Kept['vectors'][number]): CTrace {
  const lines = [{ wspsend: traceVersion }, ...steps].map((line) => `${JSON.stringify(line)}\n`);
  const { header, steps: read } = readTrace(lines.join(''));
  return { name: `${id} ${comment}`, header, steps: read };
}

/**
 * A file for each section of the page, by its name in generated/. A vector stands in one of them: that of the clause which the fewest
 * vectors show or break. A section of which no vector can be taken in C has no file.
 * Threads and sends that block have a file of their own.
 */
export function sectionFiles(kept: Kept, profile: Profile, runtime: CRuntime): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const { shows, breaks } of kept.vectors) for (const id of [...shows, ...breaks]) uses.set(id, (uses.get(id) ?? 0) + 1);
  const ownClause = ({ shows, breaks }: Kept['vectors'][number]): string | undefined =>
    [...breaks, ...shows].sort((a, b) => uses.get(a)! - uses.get(b)!)[0];
  const files = new Map<string, string>();
  for (const { title, clauses } of chapters) {
    const ids = new Set<string | undefined>(clauses.map(({ id }) => id));
    const vectors = kept.vectors.filter((vector) => ids.has(ownClause(vector)));
    const traces = tracesOfClauses({ vectors });
    if (traces.length === 0) continue;
    const name = `${title.toLowerCase().replaceAll(' ', '-')}.c`;
    files.set(name, cTestOf(traces, { profile, runtime, title: `The section "${title}" of the WSPSend page as a test of ws2_32.` }));
  }
  const title = 'Several threads, and sends that block, as a test of ws2_32.';
  return files.set('threads.c', cTestOf(threadedTraces(), { profile, runtime, title }));
}
