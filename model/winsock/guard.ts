/**
 * A shape compiled to one function that says yes or no, and says it fast.
 *
 * To find what is wrong with a line and to put it in words takes more than to judge it, and on a trace of a million good lines that care
 * would be most of the time.
 */

import { type FieldRule, type Fields as FieldShapes, type FieldsShape, isFreeField, type Scalar, type Shape } from './shape.ts';
import { isMisspelt } from './spelling.ts';

export type Guard = (value: unknown) => boolean;

type Fields = Record<string, unknown>;

/** True exactly when the shape accepts the value, for values that JSON.parse gave. */
export const compileGuard = (shape: Shape): Guard => compile(shape, new Map());

// A shape that holds itself: its guard is entered before it is made.
const compile = (shape: Shape, made: Map<Shape, Guard>): Guard => {
  const inner = (part: Shape) => compile(part, made);
  switch (shape.kind) {
    case 'text':
      return textGuard(shape);
    case 'flag':
      return (value) => typeof value === 'boolean';
    case 'nothing':
      return () => false;
    case 'number':
      return numberGuard(shape);
    case 'oneOf': {
      const allowed = new Set<unknown>(shape.values);
      return (value) => allowed.has(value);
    }
    case 'list': {
      const element = inner(shape.of);
      return (value) => {
        if (!Array.isArray(value)) return false;
        for (let i = 0; i < value.length; i++) if (!element(value[i])) return false;
        return true;
      };
    }
    case 'tuple': {
      const items = shape.of.map(inner);
      return (value) => Array.isArray(value) && value.length === items.length && items.every((item, i) => item(value[i]));
    }
    case 'recursive': {
      let target = made.get(shape);
      if (target === undefined) {
        made.set(shape, (value) => target!(value));
        target = inner(shape.of());
      }
      return (value) => target!(value);
    }
    case 'anyOf':
      return unionGuard(shape.of.map(inner));
    case 'choice':
      return choiceGuard(shape.by, shape.of, inner);
    case 'fields':
      return objectGuard(shape.fields, shape.rules, inner);
  }
};

const textGuard = ({ names }: Extract<Shape, { kind: 'text' }>): Guard => {
  if (names === undefined) return (value) => typeof value === 'string';
  const { known } = names;
  return (value) => typeof value === 'string' && (known.has(value) || !isMisspelt(names, value));
};

const unionGuard =
  (options: readonly Guard[]): Guard =>
  (value) => {
    for (const option of options) if (option(value)) return true;
    return false;
  };

/** The values of the field that says which of several objects it is. */
export const choosing = ({ fields }: FieldsShape, by: string): readonly Scalar[] => {
  const shape = fields[by];
  if (shape?.kind !== 'oneOf') throw new Error(`A choice must be by a field that is one of some values: ${by}`);
  return shape.values;
};

const choiceGuard = (by: string, of: readonly FieldsShape[], inner: (part: Shape) => Guard): Guard => {
  const choices = new Map<unknown, Guard>();
  for (const option of of) {
    const guard = inner(option);
    for (const value of choosing(option, by)) choices.set(value, guard);
  }
  return (value) => {
    if (!isFields(value)) return false;
    const choice = choices.get(value[by]);
    return choice?.(value) ?? false;
  };
};

interface KnownField {
  readonly name: string;
  readonly accepts: Guard;
  readonly required: number;
}

// One pass over the fields that are there, since most optional ones are not; the required ones are counted on the way.
const objectGuard = (shapes: FieldShapes, rules: readonly FieldRule[], inner: (part: Shape) => Guard): Guard => {
  const known = new Map<string, KnownField>();
  let requiredCount = 0;
  for (const [name, field] of Object.entries(shapes)) {
    const required = field.kind === 'optional' ? 0 : 1;
    requiredCount += required;
    known.set(name, { name, accepts: inner(field.kind === 'optional' ? field.of : field), required });
  }
  // Most lines have the fields of the one before, in the same order, so that a field is found by its place.
  const places: (KnownField | undefined)[] = [];
  return (value) => {
    if (!isFields(value)) return false;
    let seen = 0;
    let place = 0;
    for (const name in value) {
      let field = places[place];
      if (field?.name !== name) {
        field = known.get(name);
        if (place < known.size) places[place] = field;
      }
      place++;
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

const numberGuard = ({ whole, least, most }: Extract<Shape, { kind: 'number' }>): Guard =>
  whole
    ? (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
    : (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
