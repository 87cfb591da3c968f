/** The JSON Schema of one line of a trace, for those who write traces without this package. */

import type { FieldsShape, Shape } from './shape.ts';
import { doneShape, headerShape, noteShape, stepShapes, traceVersion } from './trace.ts';

type Schema = Record<string, unknown>;

/** What an implementation cannot do, it answers with the request and the reason. */
const unsupportedSchema: Schema = {
  type: 'object',
  properties: { returns: { type: 'object', properties: { unsupported: {} }, required: ['unsupported'] } },
  required: ['returns'],
  description: 'What an implementation cannot do, it answers with the request and the reason.',
};

/**
 * Draft 2020-12. It accepts every line that a reader accepts. A reader refuses more, since it also sees the other lines (the first must be
 * a header and no other, an `end` must end a call and return what that call returns), the text itself (keys that stand twice, lone
 * surrogates, length), and names that are misspelt. Blank lines, which a reader passes over, are no JSON.
 */
export const traceSchema = (): Schema => {
  const defs: Schema = {};
  const lines = [headerShape, ...Object.values(stepShapes), doneShape, noteShape];
  const anyOf = [...lines.map((shape) => schemaOf(shape, defs)), unsupportedSchema];
  return { $schema: draft, anyOf, $defs: defs, title: traceVersion };
};

/** The JSON Schema of what one shape accepts, names that are misspelt aside. */
export const jsonSchema = (shape: Shape, title: string): Schema => ({ $schema: draft, ...schemaOf(shape, {}), title });

const draft = 'https://json-schema.org/draft/2020-12/schema';

/** Shapes that hold themselves go to `defs`. */
const schemaOf = (shape: Shape, defs: Schema): Schema => {
  const schema = plainSchema(shape, defs);
  return shape.about === undefined ? schema : { ...schema, description: shape.about };
};

const plainSchema = (shape: Shape, defs: Schema): Schema => {
  const inner = (part: Shape): Schema => schemaOf(part, defs);
  switch (shape.kind) {
    case 'text':
      return { type: 'string' };
    case 'flag':
      return { type: 'boolean' };
    case 'nothing':
      return { not: {} };
    case 'number': {
      const bounds = {
        ...(Number.isFinite(shape.least) && { minimum: shape.least }),
        ...(Number.isFinite(shape.most) && { maximum: shape.most }),
      };
      return { type: shape.whole ? 'integer' : 'number', ...bounds };
    }
    case 'oneOf': {
      const [first] = shape.values;
      return { type: typeof first, ...(shape.values.length === 1 ? { const: first } : { enum: shape.values }) };
    }
    case 'list':
      return { type: 'array', items: inner(shape.of) };
    case 'tuple':
      return { type: 'array', prefixItems: shape.of.map(inner), items: false, minItems: shape.of.length };
    case 'anyOf':
      return { anyOf: shape.of.map(inner) };
    case 'choice':
      return { oneOf: shape.of.map(inner) };
    case 'fields':
      return fieldsSchema(shape, inner);
    case 'recursive': {
      if (!Object.hasOwn(defs, shape.name)) {
        // It stands there before it is made, so that what it holds finds it.
        defs[shape.name] = {};
        defs[shape.name] = inner(shape.of());
      }
      return { $ref: `#/$defs/${shape.name}` };
    }
  }
};

const fieldsSchema = ({ fields, rules }: FieldsShape, inner: (part: Shape) => Schema): Schema => {
  const properties: Schema = {};
  const required: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    properties[name] = inner(field.kind === 'optional' ? field.of : field);
    if (field.kind !== 'optional') required.push(name);
  }
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    patternProperties: { '^x-': {} },
    additionalProperties: false,
    ...(rules.length > 0 && { allOf: rules.map((rule) => rule.schema) }),
  };
};
