/**
 * A schema compiled to one function that says yes or no, and says it fast.
 *
 * Zod finds what is wrong with a line and puts it in words; on a trace of a million good lines that care costs more than the
 * judging. The guard is derived from the schema itself, so there is no second set of rules: it knows the few kinds of
 * schema that trace.ts is made of and refuses to compile any other.
 */

import type { z } from 'zod';
import { type FieldRule, fieldRules, isFreeField, nameSetOf } from './fields.ts';
import { isMisspelt } from './spelling.ts';

export type Guard = (value: unknown) => boolean;

type Schema = z.core.$ZodTypes;
type Fields = Record<string, unknown>;

/** True exactly when the schema accepts the value, for values that JSON.parse gave. */
export const compileGuard = (schema: z.core.$ZodType): Guard => compile(schema as Schema, new Map());

// A lazy schema may hold itself: its guard is entered before it is made.
const compile = (schema: Schema, made: Map<Schema, Guard>): Guard => {
  const def = schema._zod.def;
  const inner = (part: z.core.$ZodType) => compile(part as Schema, made);
  switch (def.type) {
    case 'string':
      return textGuard(schema as z.core.$ZodString);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'never':
      return () => false;
    case 'number':
      return numberGuard(schema as z.core.$ZodNumber);
    case 'literal':
    case 'enum': {
      const allowed = allowedOf(schema);
      return (value) => allowed.has(value);
    }
    case 'optional':
      return inner(def.innerType);
    case 'array': {
      const element = inner(def.element);
      return (value) => {
        if (!Array.isArray(value)) return false;
        for (let i = 0; i < value.length; i++) if (!element(value[i])) return false;
        return true;
      };
    }
    case 'tuple': {
      const items = def.items.map(inner);
      return (value) => Array.isArray(value) && value.length === items.length && items.every((item, i) => item(value[i]));
    }
    case 'lazy': {
      let target = made.get(schema);
      if (target === undefined) {
        made.set(schema, (value) => target!(value));
        target = inner(def.getter());
      }
      return (value) => target!(value);
    }
    case 'union':
      return 'discriminator' in def ? choiceGuard(def as z.core.$ZodDiscriminatedUnionDef, inner) : unionGuard(def.options.map(inner));
    case 'object':
      return objectGuard(def.shape, fieldRules(schema), inner);
    default:
      throw new Error(`A guard needs a kind of schema that it knows: ${def.type}`);
  }
};

const textGuard = (schema: z.core.$ZodString): Guard => {
  const set = nameSetOf(schema);
  if (set === undefined) {
    if ((schema._zod.def.checks ?? []).length > 0) throw new Error('A guard needs a check of strings that it knows');
    return (value) => typeof value === 'string';
  }
  const { known } = set;
  return (value) => typeof value === 'string' && (known.has(value) || !isMisspelt(set, value));
};

const unionGuard =
  (options: Guard[]): Guard =>
  (value) => {
    for (const option of options) if (option(value)) return true;
    return false;
  };

const choiceGuard = (def: z.core.$ZodDiscriminatedUnionDef, inner: (part: z.core.$ZodType) => Guard): Guard => {
  const choices = new Map<unknown, Guard>();
  for (const option of def.options) {
    const shape = (option as z.core.$ZodObject)._zod.def.shape;
    for (const value of allowedOf(shape[def.discriminator] as Schema)) choices.set(value, inner(option));
  }
  return (value) => {
    if (!isFields(value)) return false;
    const choice = choices.get(value[def.discriminator]);
    return choice?.(value) ?? false;
  };
};

// One pass over the fields that are there, since most optional ones are not; the required ones are counted on the way.
const objectGuard = (shape: z.core.$ZodShape, rules: readonly FieldRule[], inner: (part: z.core.$ZodType) => Guard): Guard => {
  const known = new Map<string, { accepts: Guard; required: number }>();
  let requiredCount = 0;
  for (const [name, field] of Object.entries(shape)) {
    const required = field._zod.optin === 'optional' ? 0 : 1;
    requiredCount += required;
    known.set(name, { accepts: inner(field), required });
  }
  return (value) => {
    if (!isFields(value)) return false;
    let seen = 0;
    for (const name in value) {
      const field = known.get(name);
      if (field === undefined) {
        if (!isFreeField(name)) return false;
      } else if (field.accepts(value[name])) {
        seen += field.required;
      } else return false;
    }
    if (seen !== requiredCount) return false;
    for (const rule of rules) if (!rule.holds(value)) return false;
    return true;
  };
};

const numberGuard = (schema: z.core.$ZodNumber): Guard => {
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  // z.int() is itself a check; the bounds hang on it as further ones.
  const checks: z.core.$ZodChecks[] = [...((schema._zod.def.checks ?? []) as z.core.$ZodChecks[])];
  let whole = (schema._zod.def as { format?: string }).format === 'safeint';
  for (const { _zod } of checks) {
    if (_zod.def.check === 'greater_than' && _zod.def.inclusive) least = Number(_zod.def.value);
    else if (_zod.def.check === 'less_than' && _zod.def.inclusive) most = Number(_zod.def.value);
    else if (_zod.def.check === 'number_format' && _zod.def.format === 'safeint') whole = true;
    else throw new Error(`A guard needs a check of numbers that it knows: ${_zod.def.check}`);
  }
  return whole
    ? (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
    : (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most;
};

const allowedOf = (schema: Schema): Set<unknown> => {
  const values = schema._zod.values;
  if (values === undefined) throw new Error(`A guard needs the values that a schema allows: ${schema._zod.def.type}`);
  return new Set<unknown>(values);
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
