/** What a vector is: a trace with its verdict under every profile. The schema is published, so that any oracle can be held to them. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { profiles } from '../../model/clauses/profiles.ts';

export const vectorVersion = 'vector/1';

const verdict = z.object({
  verdict: z.enum(['accepted', 'rejected']),
  /** Of a rejection: the line of the trace, the header being line 1. */
  line: z.int().min(2).optional(),
});

export const vectorSchema = z.object({
  wspsend: z.literal(vectorVersion),
  /** The first digits of the SHA-256 of its steps. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** `valid` under every profile, `invalid` under every one, or `acceptable` under some readings only. */
  result: z.enum(['valid', 'invalid', 'acceptable']),
  profiles: z.object(
    Object.fromEntries(profiles.map((profile) => [profile, verdict])) as Record<(typeof profiles)[number], typeof verdict>,
  ),
  /** Of an acceptable one: the rulings on which the profiles part. */
  rulings: z.array(z.string()),
  /** Clauses that the last step stands on, where it is permitted. */
  shows: z.array(z.string()),
  /** Clauses that the last step breaks, where it is not. */
  breaks: z.array(z.string()),
  comment: z.string(),
  /** Names of notes: which bug it would reveal. */
  flags: z.array(z.string()),
  slice: z.string(),
  /** The header of its trace says so: every upcall is there. */
  side: z.literal('spi').optional(),
  /** Lines of trace/1 behind its header. */
  steps: z.array(z.record(z.string(), z.unknown())).min(1),
});
export type Vector = z.infer<typeof vectorSchema>;

export const vectorId = (steps: readonly object[]): string => createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 12);

/** A file of chosen vectors. */
export const vectorFileSchema = z.object({
  wspsend: z.literal('vectors/1'),
  /** What each flag means. */
  notes: z.record(z.string(), z.string()),
  vectors: z.array(vectorSchema),
});
export type VectorFile = z.infer<typeof vectorFileSchema>;
export const vectorFileJsonSchema = (): Record<string, unknown> => ({ ...z.toJSONSchema(vectorFileSchema), title: 'vectors/1' });

/** Draft 2020-12: of a vector, one a line in what `wspsend generate --vectors` writes. */
export const vectorJsonSchema = (): Record<string, unknown> => ({ ...z.toJSONSchema(vectorSchema), title: vectorVersion });
