/** The JSON Schema of one line of a trace, for those who write traces without this package. */

import { z } from 'zod';
import { doneSchema, headerSchema, noteSchema, stepSchemas, traceVersion } from './trace.ts';

const unsupportedSchema = z
  .looseObject({ returns: z.looseObject({ unsupported: z.unknown() }) })
  .meta({ description: 'What an implementation cannot do, it answers with the request and the reason.' });

const lineSchema = z.union([headerSchema, ...Object.values(stepSchemas), doneSchema, noteSchema, unsupportedSchema] as [
  z.ZodType,
  ...z.ZodType[],
]);

/**
 * Draft 2020-12. It accepts every line that a reader accepts. A reader refuses more, since it also sees the other lines (the first must be
 * a header and no other, an `end` must end a call and return what that call returns), the text itself (keys that stand twice, lone
 * surrogates, length), and names that are misspelt. Blank lines, which a reader passes over, are no JSON.
 */
export const traceSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(lineSchema, { unrepresentable: 'any' }),
  title: traceVersion,
});
