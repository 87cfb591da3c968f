/**
 * What the schemas of trace.ts are made of: objects with the fields that they name and no other, and the values that stand in several of
 * them.
 *
 * A schema's message says what a value must be; the reader puts the place before it and what came behind it.
 */

import { z } from 'zod';
import { isMisspelt, type NameSet } from './spelling.ts';

/** Lengths and counts of bytes are a DWORD. */
export const lengthMax = 2 ** 32 - 1;

// ---- How a schema speaks -------------------------------------------------------------------------------------------------------

/** The message of a schema: what a value must be. */
export const says = (what: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is required' : `must be ${what}`),
});

/** What the fields of one object owe each other; the field at `path` is the one to mend. */
export interface FieldRule {
  holds(value: Record<string, unknown>): boolean;
  path: string;
  message: string;
  /** The same rule in JSON Schema's words. */
  schema: Record<string, unknown>;
}

const rulesOf = new WeakMap<object, readonly FieldRule[]>();
export const fieldRules = (schema: object): readonly FieldRule[] => rulesOf.get(schema) ?? [];

/** A name that anyone may add anywhere, for their own use. */
export const isFreeField = (name: string): boolean => name.startsWith('x-');

/** An object with these fields, free ones, and no other. */
// Loose to zod, so that free fields survive the parse and a step is reported as it was read; strict by the refinement.
export const fields = <S extends z.core.$ZodLooseShape>(shape: S, ...rules: FieldRule[]): z.ZodObject<S, z.core.$strip> => {
  const strict = z
    .looseObject(shape, says('an object'))
    .superRefine((value, context) => {
      for (const name of Object.keys(value)) {
        if (!Object.hasOwn(shape, name) && !isFreeField(name)) {
          context.addIssue({ code: 'custom', path: [name], message: 'is not a field here' });
        }
      }
      for (const rule of rules) {
        if (!rule.holds(value)) context.addIssue({ code: 'custom', path: [rule.path], message: rule.message });
      }
    })
    .meta({
      patternProperties: { '^x-': {} },
      additionalProperties: false,
      ...(rules.length > 0 ? { allOf: rules.map((rule) => rule.schema) } : {}),
    });
  rulesOf.set(strict, rules);
  return strict as unknown as z.ZodObject<S, z.core.$strip>;
};

// ---- Values --------------------------------------------------------------------------------------------------------------------

export const text = z.string(says('a string'));
export const flag = z.boolean(says('true or false'));
export const dword = z
  .int(says('an integer from 0 to 4294967295'))
  .min(0, says('an integer from 0 to 4294967295'))
  .max(lengthMax, says('an integer from 0 to 4294967295'));

/** The names that a schema of `named` knows. */
const namesOf = new WeakMap<object, NameSet>();
export const nameSetOf = (schema: object): NameSet | undefined => namesOf.get(schema);

/**
 * A name of Winsock's, or any other text that is no misspelling of one: what the vocabulary does not have is judged, and only what was
 * certainly meant to be one of its names is no value at all.
 */
export const named = <Name extends string>(set: NameSet<Name>, what: string, absent = 'is required'): z.ZodType<Name> => {
  const error = (issue: { input?: unknown }) => (issue.input === undefined ? absent : 'must be a string');
  const schema = z.string({ error }).refine((value) => !isMisspelt(set, value), { error: `must be ${what}`, params: { names: set } });
  namesOf.set(schema, set);
  return schema as unknown as z.ZodType<Name>;
};
